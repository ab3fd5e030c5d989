/* `camprun capabilities`: what machines can do, as a file. */
#ifndef CG_ASK_H
#define CG_ASK_H

/* The whole command, argv[0] its word; the status to end with. */
int ask_main(int argc, char **argv);

#endif
