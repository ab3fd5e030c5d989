/* Being told to stop by a signal: who works looks, and ends where it may. */
#ifndef CG_STOP_H
#define CG_STOP_H

#include <signal.h>

/* From now on SIGINT and SIGTERM make what it points to 1, and who reads no
 * more what is written is an error of the write. Points to 0 until then. */
const volatile sig_atomic_t *stop_heed(void);

/* So does one more signal. */
void stop_heed_also(int sig);

#endif
