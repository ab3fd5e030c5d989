/* Private to model_yaml*.c: the state of reading one model, and the steps
 * over libyaml's events. A function that reads a node begins at its first event
 * and ends at its last. */
#ifndef CG_MODEL_YAML_H
#define CG_MODEL_YAML_H

#include <yaml.h>

#include "model_read.h"

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	struct model *m;
	struct diag *d;
	bool over; /* no more events: the end, or a mistake */
	bool objects; /* the key was there, or was perhaps meant */
	struct buf binary;
	/* The objects in whose mapping a name was a key last, by its id. */
	uint32_t *stamp;
	uint32_t nstamp;
	struct attr_def *def_list;
	size_t ndef, def_cap;
};

/* A key, and where it stands. */
struct key {
	uint32_t name, pos;
	bool attr; /* it says it names an attribute, even if "class" or "dn" */
};

/* The place of the event at hand. */
static inline uint32_t
pos(const struct reader *r)
{
	return (uint32_t)r->event.start_mark.index;
}

static inline struct place
place(const struct reader *r, uint32_t off)
{
	return (struct place){ r->m->src, off, SRC_TOKEN };
}

static inline bool
is(const struct reader *r, yaml_event_type_t type)
{
	return r->event.type == type;
}

/* Goes on to the next event; false at the end and after a mistake, which is
 * reported. */
bool yaml_next(struct reader *);
/* Goes to the last event of the node; false if there is none. */
bool yaml_skip_node(struct reader *);
/* Is the node of that type? If not, that is reported and the node skipped. */
bool yaml_expect(struct reader *, yaml_event_type_t, const char *what,
    const char *form);

/* Is the scalar at hand one of the ways to say that there is no value? */
bool yaml_is_null(const yaml_event_t *);
/* The text of the scalar at hand, or NAME_NONE and a finding; the second
 * takes no null either. */
uint32_t yaml_text(struct reader *);
uint32_t yaml_given_text(struct reader *, const char *what);
/* Reports a name that cannot be one; what it names is in the message. */
bool yaml_check_name(struct reader *, uint32_t name, const char *what,
    uint32_t off);

/* Calls fn at the first event of each value of the mapping at hand. */
typedef void key_fn(struct reader *, const struct key *, void *);
void yaml_read_mapping(struct reader *, key_fn *, void *);
void yaml_key_twice(struct reader *, const struct key *);
/* Which of the known keys is it? n if none or if it was there already; then
 * that is reported and the value skipped. */
size_t yaml_known_key(struct reader *, const struct key *,
    const char *const *known, size_t n, unsigned *seen);

void yaml_read_class(struct reader *);

#endif
