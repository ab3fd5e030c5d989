/* An upgrade campaign: what the SA Forum's specification can say, with the
 * extensions of this project (several scope/step pairs, step type, EEs as
 * entities, reasons). Built by the compiler or read from XML; one arena owns
 * everything in it. Names and texts are interned ids, NAME_NONE if absent. */
#ifndef CG_CAMPAIGN_H
#define CG_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "model.h"

struct buf;
struct diag;

struct cattr { /* attribute with values, in creates and modifies */
	uint32_t name;
	uint32_t type : 4; /* enum value_type */
	uint32_t nvalue : 28;
	const uint32_t *value;
};

enum modify_op { MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE };

enum ccb_kind { CCB_CREATE, CCB_DELETE, CCB_MODIFY };

struct ccb_op {
	uint32_t dn; /* of the object; creates: RDN and parent together */
	uint32_t class; /* creates */
	uint32_t kind : 2; /* enum ccb_kind */
	uint32_t op : 2; /* enum modify_op: modifies */
	/* creates: type of the RDN attribute; other than TYPE_NAME and TYPE_STRING
	 * (so 0, too): the type the built-in class gives it, else TYPE_STRING */
	uint32_t rdn_type : 4;
	uint32_t nattr : 24; /* creates: without the RDN attribute */
	uint32_t reason; /* cg:reason */
	uint32_t pos;
	struct cattr *attr;
};

/* A fleet's campaign has hundreds of thousands of these. */
_Static_assert(TYPE_COUNT <= 16, "a type fits 4 bits");
_Static_assert(sizeof(struct cattr) == 8 + sizeof(void *),
    "attributes stay small");
_Static_assert(sizeof(struct ccb_op) == 24 + sizeof(void *),
    "operations stay small");

struct param {
	uint32_t name;
	enum value_type type;
	uint32_t value;
};

struct admin_op {
	uint32_t dn, operation; /* operation: the text of the schema */
	size_t nparam;
	struct param *param;
};

struct plm_env {
	uint32_t ee, clm_node, amf_node;
};

struct callback {
	uint32_t label, string;
	int64_t time; /* ns; -1: not given */
	uint32_t at; /* steps only: name of the element in atAction */
	uint32_t on; /* rolling steps only: name of the element in onStep */
	uint32_t pos;
};

enum action_kind { ACTION_CCB, ACTION_ADMIN, ACTION_CLI, ACTION_CALLBACK };

struct action {
	enum action_kind kind;
	size_t nop; /* ACTION_CCB */
	struct ccb_op *op;
	uint64_t ccb_flags;
	struct admin_op forward, undo; /* ACTION_ADMIN */
	uint32_t command, args, undo_command, undo_args; /* ACTION_CLI */
	size_t nenv;
	struct plm_env *env;
	struct callback callback; /* ACTION_CALLBACK */
	uint32_t reason;
	uint32_t moves; /* cg:moves: what migrates in its part, as a text */
	uint32_t on; /* cg:on: where the machine stands that it morphs */
	uint32_t pos;
};

struct action_list {
	size_t n;
	struct action *v;
};

struct bundle_ref {
	uint32_t bundle, path; /* pathnamePrefix */
	uint32_t pos;
	size_t nenv;
	struct plm_env *env; /* where; empty where the schema has none */
};

struct entity_template { /* type and parent, either may be NAME_NONE */
	uint32_t parent, type;
};

struct entity_list {
	size_t nname;
	uint32_t *name; /* byName, in order */
	uint32_t *pos; /* of each name; NULL when built by the compiler */
	size_t ntemplate;
	struct entity_template *template; /* byTemplate */
};

struct unit { /* deactivation or activation unit */
	struct entity_list acted_on;
	struct entity_list removed; /* deactivation */
	size_t nadded; /* activation: CCB_CREATE each */
	struct ccb_op *added;
	size_t nremove, nadd;
	struct bundle_ref *sw_remove, *sw_add;
};

struct modification { /* modifyOperation */
	enum modify_op op;
	uint32_t rdn; /* objectRDN, or NAME_NONE: the entity itself */
	uint32_t nattr;
	struct cattr *attr;
	uint32_t pos;
};

struct target_template { /* targetEntityTemplate */
	uint32_t parent, type;
	size_t nmod;
	struct modification *mod;
};

enum scope_kind {
	SCOPE_ADD_REMOVE, /* forAddRemove: both units */
	SCOPE_MODIFY, /* forModify: activation = the symmetric unit */
	SCOPE_TEMPLATE, /* byTemplate, rolling */
};

struct step { /* one (upgradeScope, upgradeStep) pair */
	enum scope_kind scope;
	/* The bundles of SCOPE_MODIFY and SCOPE_TEMPLATE are in activation. */
	struct unit deactivation, activation;
	size_t ntemplate;
	struct target_template *template;
	uint32_t node_template; /* SCOPE_TEMPLATE: targetNodeTemplate */
	size_t nunit_template; /* activationUnitTemplate */
	struct entity_template *unit_template;
	bool restart, in_phase, locked_reduced; /* step type */
	uint32_t max_retry;
	size_t ncallback;
	struct callback *callback;
	uint32_t reason;
	uint32_t pos;
};

enum method { METHOD_SINGLE_STEP, METHOD_ROLLING };
enum outage { OUTAGE_NONE, OUTAGE_ALL, OUTAGE_SOME };

struct procedure {
	uint32_t name; /* "safSmfProc=..." */
	uint32_t level;
	enum outage outage;
	int64_t outage_max; /* -1: not given */
	size_t naccepted, nkept; /* mayGoUnassignedSI, mustKeepAssignedSI */
	uint32_t *accepted, *kept;
	int64_t period; /* saSmfProcPeriod, ns */
	struct action_list init, wrapup;
	enum method method;
	uint32_t simultaneous; /* saSmfProcDisableSimultanExec */
	uint32_t phase; /* cg:phase, or NAME_NONE */
	size_t nstep; /* outermost first */
	struct step *step;
	uint32_t reason;
	uint32_t risk; /* cg:risk: what it does to services, as a text */
	uint32_t moves; /* cg:moves: what migrates, as a text */
	uint32_t actions; /* cg:actions: what one that rolls comes to */
	uint32_t pos;
};

struct bundle { /* softwareBundle of addToImm */
	uint32_t name;
	uint32_t remove_offline, remove_offline_args, remove_offline_scope;
	uint32_t remove_online, remove_online_args;
	uint32_t install_offline, install_offline_args, install_offline_scope;
	uint32_t install_online, install_online_args;
	uint32_t timeout; /* all as texts */
	uint32_t pos;
};

struct campaign {
	struct src *src; /* owned; NULL when built by the compiler */
	struct arena arena;
	uint32_t name; /* "safSmfCampaign=..." */
	int64_t expected_time; /* -1: not given */
	int64_t config_base; /* saSmfCmpgConfigBase; -1: no element */
	uint32_t source_digest, target_digest; /* cg:source, cg:target */
	uint32_t schedule; /* cg:schedule; NAME_NONE: sequential */
	uint32_t bound; /* cg:bound: levels there must be at least; NAME_NONE */
	size_t nbundle;
	struct bundle *bundle;
	size_t ntype; /* amfEntityTypes, as the objects they stand for */
	struct ccb_op *type;
	size_t nat_init, nat_backup, nat_rollback, nat_commit;
	struct callback *at_init, *at_backup, *at_rollback, *at_commit;
	struct action_list init; /* campInitAction */
	size_t nprocedure;
	struct procedure *procedure; /* document order */
	struct action_list complete; /* campCompleteAction */
	int64_t wait_to_commit, wait_to_allow; /* ns */
	struct action_list wrapup; /* campWrapupAction */
	size_t nremove_type, nremove_bundle; /* removeFromImm */
	uint32_t *remove_type;
	uint32_t *remove_type_pos; /* NULL when built by the compiler */
	struct bundle_ref *remove_bundle;
};

/* An empty campaign; campaign_free frees it with all it holds. */
struct campaign *campaign_new(void);
void campaign_free(struct campaign *);

/* Reads a campaign file ("-": standard input). NULL only if it cannot be
 * opened or read (errno set); mistakes are reported. What was read without an
 * error is ready for campaign_check. */
struct campaign *campaign_load(const char *path, struct diag *);
struct campaign *campaign_load_src(struct src *, struct diag *); /* takes it */

/* Writes the campaign as XML that grammar/schema/campaign.xsd describes.
 * Nothing but the campaign decides the bytes. */
void campaign_write(const struct campaign *, struct buf *);

/* Checks what the schema cannot: step types, rules of embedding, rules of
 * CCBs, distinct names. False if an error was found. */
bool campaign_check(const struct campaign *, struct diag *);

/* Procedures in the order of execution: indices sorted by level, document
 * order within a level; n = nprocedure entries, freed with free(). */
size_t *campaign_order(const struct campaign *);

/* "in-phase", "out-of-phase", "reduced", "locked reduced"; NULL: no type. */
const char *step_type_name(const struct step *);

/* A place in its text; one that the compiler built has only the whole. */
struct place campaign_place(const struct campaign *, uint32_t pos);

#endif
