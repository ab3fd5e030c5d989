/* The pictures of a plan's page. */
#ifndef CG_PICTURE_H
#define CG_PICTURE_H

#include <stddef.h>

#include "draw.h"
#include "scene.h"

struct buf;

/* Which waves stand in one column: all of one, or so many after each other
 * where there are too many for a page. */
struct columns {
	size_t n, waves; /* columns, and how many waves there are */
};

/* How many columns there are, and in which one a wave (from 0) stands. */
struct columns picture_columns(const struct scene *);
size_t picture_column(const struct columns *, size_t wave);

/* "wave 3", "waves 4 to 9". */
void picture_title(const struct columns *, size_t column, struct buf *out);

/* How a service fares at worst in the waves of a column. */
enum service_state picture_worst(const struct scene *,
    const struct columns *, size_t service, size_t column);

/* In which colour that is drawn. */
enum tint picture_tint(enum deed);

/* Each writes nothing where there is nothing to show. */
void picture_when(struct scene *, struct buf *out);
void picture_services(struct scene *, struct buf *out);
void picture_places(struct scene *, struct buf *out);
void picture_load(struct scene *, struct buf *out);
void picture_topology(struct scene *, struct buf *out);

#endif
