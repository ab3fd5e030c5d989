/* The digest that ties a campaign to its two models. */
#ifndef CG_DIGEST_H
#define CG_DIGEST_H

struct model;

enum { DIGEST_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

/* SHA-256 over the model's canonical form, as lower-case hexadecimal text. */
void digest_model(const struct model *, char text[DIGEST_TEXT]);

#endif
