/* A policy as rules: private to policy*.c, and to the drivers that carry out
 * what it says of programs. */
#ifndef CG_POLICY_RULES_H
#define CG_POLICY_RULES_H

#include "arena.h"
#include "policy.h"
#include "src.h"

/* What a name must look like. Without * and ? the name itself is meant and
 * equality of ids decides. */
struct pattern {
	const char *glob; /* NULL: fits everything */
	uint32_t name; /* interned, if it is no pattern; else NAME_NONE */
};

/* The lists of a template, which few rules have. */
enum template_words {
	WORDS_PRE, WORDS_UNDO_PRE, WORDS_MID, WORDS_UNDO_MID, WORDS_POST,
	WORDS_UNDO_POST, /* each an undo behind what it undoes */
	WORDS_UNPLUG, WORDS_PLUG, WORDS_AUGMENT, WORDS_FOR_NOW,
	WORDS_EMULATE, WORDS_EXPOSE, WORDS_HIDE, WORDS_CALL, WORDS_LISTS
};

/* One rule of any section; each uses the members its keys name. */
struct rule {
	struct pattern match, from, to, type;
	enum tri restartable, online, compatible;
	int64_t restart_time, switchover_time, longest; /* ns; -1: not said */
	int64_t count, unit; /* -1: not said */
	int64_t percentile, headroom, gain; /* the same */
	int64_t max; /* ns */
	uint32_t action, phase, answer; /* which word, from 1; 0: not said */
	const char *level, *attribute, *phase_name; /* NULL: not said */
	const char *agent, *tests, *code, *reason, *until; /* the same */
	const char *session, *domain, *definitions, *bundle, *vcpus, *memory;
	/* Of channels; NULL: not said. */
	const char *name, *syslog, *mail, *trap, *webhook, *sender, *server,
	    *community, *secret_file;
	struct texts sendmail, goal;
	uint32_t severity; /* which word, from 1; 0: not said */
	enum tri inform, once;
	/* v NULL: not said */
	struct texts program, probe, check, parameters, environment, success;
	const struct texts *words[WORDS_LISTS]; /* NULL: not said */
	enum tri want, canary, gate, unsafe, peer;
	uint32_t turn; /* of phase_name, from 1 */
	size_t nlist;
	struct pattern *list;
	int64_t *amount; /* one for each resource, -1: not said; or NULL */
	uint32_t pos;
};

/* Rules in the order of the file, and two ways to find those whose match fits
 * a name: by the name itself, and those that must be tried. */
struct rules {
	size_t n, cap;
	struct rule *v;
	size_t nexact, ntried;
	uint32_t *exact; /* sorted by name, then by place */
	uint32_t *tried;
};

enum policy_section {
#define SECTION(id, key, kind) POLICY_##id,
#define KEY(section, path, kind, member, need)
#define WORD(kind, word)
#include "policy.def"
#undef SECTION
#undef KEY
#undef WORD
	POLICY_SECTIONS
};

struct policy {
	struct arena arena;
	struct src *src;
	struct rules section[POLICY_SECTIONS];
	bool accept_all;
	uint32_t nphase; /* names of phases in section waves */
	int64_t longest_outage; /* ns; -1: not said */
	size_t nresource;
	const char **resource;
};

/* The rules of a section; without a policy there are none. */
const struct rules *policy_rules(const struct policy *, enum policy_section);

/* Where a rule stands. */
static inline struct place
rule_at(const struct policy *p, const struct rule *r)
{
	return (struct place){ p->src, r->pos, SRC_TOKEN };
}

/* Does the pattern fit the name? */
bool pattern_fits(const struct pattern *, uint32_t name);

/* Makes exact and tried. */
void rules_index(struct rules *);

/* YAML as a tree; everything in it belongs to the arena. */
enum ynode_kind { YNODE_SCALAR, YNODE_LIST, YNODE_MAP };

struct ynode {
	enum ynode_kind kind;
	bool quoted;
	const char *text; /* of a scalar */
	struct ynode *key; /* in a mapping, of the value that this is */
	struct ynode *child, *next;
	uint32_t pos;
};

/* One value that is a text, not empty and not YAML's null? */
bool ynode_is_text(const struct ynode *);

/* How many a list or a mapping holds. */
size_t ynode_children(const struct ynode *);

/* The document in src, or NULL if there is none or it has a mistake, which is
 * then reported; *bad says which. False only if it cannot be read. */
bool policy_parse(struct src *, struct arena *, struct diag *,
    struct ynode **);

/* Do templates make sense by themselves, whatever they are used for? */
void policy_check_templates(const struct policy *, struct diag *);

/* Fills the policy from the tree. */
void policy_fill(struct policy *, const struct ynode *, struct diag *);

/* Are its channels such, and do its alerts name events and channels that there
 * are? Reports what is not. */
void policy_check_alerts(const struct policy *, struct diag *);

#endif
