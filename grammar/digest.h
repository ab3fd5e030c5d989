/* Digests that tie a campaign to its two models, and a run to a campaign. */
#ifndef CG_DIGEST_H
#define CG_DIGEST_H

#include <stdio.h>

struct model;

enum { DIGEST_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

/* SHA-256 over the model's canonical form, as lower-case hexadecimal text. */
void digest_model(const struct model *, char text[DIGEST_TEXT]);

/* SHA-256 of a stream from its beginning to its end; 0 or -errno. */
int digest_stream(FILE *, char text[DIGEST_TEXT]);

#endif
