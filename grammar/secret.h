/* What no plan shows: values of attributes, and arguments of commands, that
 * are passwords and the like by their names. */
#ifndef CG_SECRET_H
#define CG_SECRET_H

#include <stdbool.h>

struct buf;

#define SECRET "(secret)" /* stands for the value */

/* Is what is so called a secret? The name decides: password, token ... */
bool secret_name(const char *name);

/* Writes arguments with what follows such a name, after "=" or ":" or as the
 * word after an option, left out. False, and nothing written, if there is
 * nothing to leave out. */
bool secret_arguments(const char *arguments, struct buf *out);

#endif
