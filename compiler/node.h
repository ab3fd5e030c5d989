/* Making the nodes of a report, and the facts on them: private to report*.c.
 * All that is made lives as long as the report. */
#ifndef CG_NODE_H
#define CG_NODE_H

#include "census.h"
#include "report.h"

struct buf;
struct campaign;
struct sequence;

struct builder {
	struct report *r;
	const struct campaign *campaign;
	struct sequence *sequence;
	struct census census;
	struct risk_counter counter;
	uint64_t seq; /* number of the next action */
	size_t move; /* the next migration of the census */
	uint64_t step; /* nested step of the action at hand, from 1; or 0 */
};

/* A node of a kind, the last child of parent; NULL: it is the root. */
struct report_node *node_add(struct builder *, struct report_node *parent,
    enum report_kind);

/* A fact: a text that lives as long as the report, what is in a buffer, which
 * is freed, a number, one that is told only if it is not 0, a name of the campaign (NAME_NONE: it does not say, and
 * there is no fact), a time (0 and below: likewise), arguments without the
 * secrets in them. name is static. */
void node_text(struct builder *, struct report_node *, const char *name,
    const char *value);
void node_kept(struct builder *, struct report_node *, const char *name,
    struct buf *);
void node_number(struct builder *, struct report_node *, const char *name,
    uint64_t value);
void node_count(struct builder *, struct report_node *, const char *name,
    uint64_t value);
void node_name(struct builder *, struct report_node *, const char *name,
    uint32_t value);
void node_time(struct builder *, struct report_node *, const char *name,
    int64_t ns);
void node_words(struct builder *, struct report_node *, const char *name,
    uint32_t value);

#endif
