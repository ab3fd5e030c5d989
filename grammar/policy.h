/* The policy: facts and wishes the models cannot hold. One YAML file. Every
 * question has an answer without one. */
#ifndef CG_POLICY_H
#define CG_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct place;
struct src;
struct policy; /* NULL stands for "no policy" everywhere */

/* Reads a policy; unknown keys are refused with the nearest known one. NULL
 * only if it cannot be opened or read (errno set). */
struct policy *policy_load(const char *path, struct diag *);
struct policy *policy_load_src(struct src *, struct diag *); /* takes src */
void policy_free(struct policy *);

struct texts { /* words, each as it is */
	size_t n;
	const char **v;
};
bool texts_have(const struct texts *, const char *word);

/* The text it was read from; the policy's. */
const struct src *policy_src(const struct policy *);

/* The i-th key a policy may have, as "steps" or "steps.match"; NULL past the
 * last. Manual, schema and reader are compared by it. */
const char *policy_key(size_t i);

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* Facts about changing an entity from one type to another: the rules whose
 * "match" fits the entity's DN (glob) and "from"/"to" the types; the first
 * rule that states a fact wins. Times in ns, -1 unknown. */
struct step_facts {
	enum tri restartable;
	int64_t restart_time, switchover_time;
	enum tri online; /* may be (un)installed online on what is below */
	uint32_t rule; /* number of the rule that spoke, from 1; 0: none */
};
struct step_facts policy_step_facts(const struct policy *, uint32_t dn,
    uint32_t old_type, uint32_t new_type);

/* saSmfStepMaxRetry for a step that acts on dn; 1 unless a rule says. */
uint32_t policy_max_retry(const struct policy *, uint32_t dn);

/* Does the policy accept that this SI goes down (by name glob, or all)? */
bool policy_accepts_outage(const struct policy *, uint32_t si);
bool policy_accepts_all(const struct policy *);

/* No outage of a service lasts as long as this, ns; -1: not known. */
int64_t policy_longest_outage(const struct policy *);

/* May this attribute of this EE change while the EE runs? */
bool policy_online_attr(const struct policy *, uint32_t ee, uint32_t attr);

/* Named resources: how many there are, and what an EE offers or a VM needs
 * of each, by DN glob or type. -1: not known (no limit). No resource of a name:
 * SIZE_MAX. */
size_t policy_nresource(const struct policy *);
const char *policy_resource(const struct policy *, size_t i);
size_t policy_resource_of(const struct policy *, const char *name);
int64_t policy_capacity(const struct policy *, uint32_t ee, uint32_t type,
    size_t resource);
int64_t policy_demand(const struct policy *, uint32_t ee, uint32_t type,
    size_t resource); /* what its class has, if no rule says; 0: none */

/* Classes: types that a VM can be of, with what such a VM has (of each
 * resource, -1 not said), and what it costs (-1). The policy's. */
struct policy_class {
	uint32_t type; /* DN */
	int64_t price;
	const int64_t *resource;
	const char *bundle; /* DN of what brings it, or NULL */
	size_t nfeature;
};
size_t policy_nclass(const struct policy *);
struct place policy_class_place(const struct policy *, size_t i);
struct policy_class policy_class(const struct policy *, size_t i);
const char *policy_class_feature(const struct policy *, size_t i, size_t k);

/* What is wished of advice about a VM of that type; -1, NULL, TRI_UNKNOWN: no
 * rule says. */
#define POLICY_NO_RULE SIZE_MAX
struct policy_advice {
	int64_t percentile, headroom, gain; /* percent */
	int64_t history; /* ns */
	enum tri keep, instances;
	const char *name; /* that measurements know it by */
	size_t features, nfeature; /* rule, or POLICY_NO_RULE; their number */
};
struct policy_advice policy_advice(const struct policy *, uint32_t dn,
    uint32_t type);
const char *policy_advice_feature(const struct policy *,
    const struct policy_advice *, size_t k);
/* Does any rule of advice say what machines need, or must offer? */
bool policy_says_needs(const struct policy *);
int64_t policy_advice_need(const struct policy *, uint32_t dn, uint32_t type,
    size_t resource); /* -1: not said */

/* Templates: how a VM of one type becomes one of another while it runs
 * (campaign(5)). Texts of resources, features and packages; of a program its
 * path, and its argument if it has one. No list is NULL. */
enum migration { MIGRATION_NONE, MIGRATION_LIVE, MIGRATION_SAVE };
enum point { POINT_PRE, POINT_MID, POINT_POST, POINTS };

struct policy_template {
	const char *name;
	enum migration migration;
	struct {
		const struct texts *program, *undo; /* n 0: none */
		bool called; /* a callback stands there */
	} point[POINTS];
	const struct texts *unplug, *plug, *augment, *for_now;
	const struct texts *emulate, *expose, *hide;
};
size_t policy_ntemplate(const struct policy *);
struct place policy_template_place(const struct policy *, size_t i);
struct policy_template policy_template(const struct policy *, size_t i);

/* The first template for that VM and those types; SIZE_MAX: there is none. */
size_t policy_template_for(const struct policy *, uint32_t vm, uint32_t from,
    uint32_t to);
/* Does this one fit? */
bool policy_template_fits(const struct policy *, size_t i, uint32_t vm,
    uint32_t from, uint32_t to);

/* "live", "save-and-restore", "none"; "pre-migration", ... Static. */
const char *policy_migration_name(enum migration);
const char *policy_point_name(enum point);

/* The class that type is, or SIZE_MAX; has it that feature? */
size_t policy_class_of(const struct policy *, uint32_t type);
bool policy_class_has(const struct policy *, size_t i, const char *feature);

/* Levels of fault domains, lowest first; none: the outermost hardware element
 * of an EE, or where there is none, the outermost EE. A level's domain is the
 * nearest of an EE and what it stands below that fits by DN and type (of
 * hardware its base type), and has the attribute if one is named (else
 * NAME_NONE): then its value is the domain. */
size_t policy_nlevel(const struct policy *);
const char *policy_level(const struct policy *, size_t i);
bool policy_level_wanted(const struct policy *, size_t i);
bool policy_level_fits(const struct policy *, size_t i, uint32_t dn,
    uint32_t type);
uint32_t policy_level_attribute(const struct policy *, size_t i);

/* Does the policy declare a pair of types compatible or incompatible? */
enum tri policy_compatible(const struct policy *, uint32_t upper_type,
    uint32_t lower_type);

/* How long an action (a row of verbs.def) on an entity of that type may take,
 * in ns; -1: no rule says. */
int64_t policy_timeout(const struct policy *, uint32_t dn, uint32_t type,
    unsigned verb);

/* Is a snapshot of an EE of that type taken before a procedure acts on it, and
 * one of what it was like when that failed? Is it reverted to the former when
 * the procedure is undone or rolled back? May one be missing? */
struct policy_snapshot {
	bool take, failed, revert, may_fail;
};
struct policy_snapshot policy_snapshot(const struct policy *, uint32_t dn,
    uint32_t type);

/* How much is kept of what failed, -1: no limit: so many snapshots, none
 * older (ns), so many MiB in all. The disk should have reserve MiB left. Are
 * snapshots of the state before kept when they are needed no more? */
struct policy_retention {
	int64_t number, age, space, reserve;
	int64_t each; /* MiB that a snapshot takes, as far as it is said; -1 */
	bool good;
};
struct policy_retention policy_retention(const struct policy *);
/* Where that is said, for findings about it. */
struct place policy_retention_place(const struct policy *);
/* The i-th folder that snapshots go to, NULL past the last; rules that want
 * some. */
const char *policy_retention_folder(const struct policy *, size_t i);
size_t policy_nsnapshot(const struct policy *);

/* Is it no failure when that action on that entity fails? */
bool policy_may_fail(const struct policy *, uint32_t dn, uint32_t type,
    unsigned verb);

/* What is to become of a callback with that label in that phase (0 forward, 1
 * undo, 2 rollback). */
enum answer {
	ANSWER_NONE, /* no rule says */
	ANSWER_IGNORE,
	ANSWER_NOTIFY,
	ANSWER_FAIL,
	ANSWER_RUN,
	ANSWER_ASK,
};
enum answer policy_callback(const struct policy *, uint32_t label,
    unsigned phase);
/* Does it pass when what is run for it fails? */
bool policy_callback_may_fail(const struct policy *, uint32_t label,
    unsigned phase);
/* When it fails, forward, does all of its phase go back, and not only its own
 * procedure? */
bool policy_callback_whole_phase(const struct policy *, uint32_t label);
/* Is a snapshot of the EE wanted there? On the way back: is it reverted? */
bool policy_callback_snapshots(const struct policy *, uint32_t label,
    unsigned phase, uint32_t ee);
/* Does a rule want a program run and not say which? Its place then. */
bool policy_lacks_program(const struct policy *, struct place *);

/* What is wished of the waves of --schedule=waves: rules, each seen from an
 * entity that is the root of a procedure, by its name and type. A rule may be
 * about fault domains of a level: then their name is asked for. */
struct policy_wave {
	bool fits; /* the rule is about it */
	int64_t max; /* so many of those at once; -1: any number */
	bool per_domain; /* of each fault domain */
	bool canary; /* the first of those goes alone */
	bool apart; /* those and others never share a wave */
	bool other; /* it is one of the others */
	int64_t window; /* no wave with those takes longer, ns; -1: not said */
	uint32_t phase; /* those go in this one, from 1; 0: not said */
};
size_t policy_nwave(const struct policy *);
/* The level whose domains the rule names; SIZE_MAX: the entity itself. */
size_t policy_wave_level(const struct policy *, size_t i);
struct place policy_wave_place(const struct policy *, size_t i);
struct policy_wave policy_wave(const struct policy *, size_t i, uint32_t name,
    uint32_t type);

/* The phases those rules name, in the order in which they follow each other:
 * numbers from 1. Is there a gate before it? */
uint32_t policy_nphase(const struct policy *);
const char *policy_phase(const struct policy *, uint32_t phase);
bool policy_phase_gate(const struct policy *, uint32_t phase);
/* Is each procedure of it to be validated? */
bool policy_phase_validates(const struct policy *, uint32_t phase);

/* Findings that are allowed: the code as it is written, why, and the last day
 * or NULL; and whether the rule is about that object. */
struct policy_allow {
	const char *code, *reason, *until;
};
size_t policy_nallow(const struct policy *);
struct place policy_allow_place(const struct policy *, size_t i);
struct policy_allow policy_allow(const struct policy *, size_t i);
bool policy_allow_fits(const struct policy *, size_t i, uint32_t dn);

/* What a bundle needs (U2), of all rules that fit it, in order: the i-th as it
 * is written, NULL past the last; and is another bundle such? */
size_t policy_nprerequisite(const struct policy *); /* rules */
const char *policy_prerequisite(const struct policy *, uint32_t bundle,
    size_t i);
bool policy_prerequisite_is(const struct policy *, uint32_t bundle, size_t i,
    uint32_t other);

/* --- alerts (U9): policy_alert.c --- */

enum severity { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING,
	SEVERITY_ERROR, SEVERITY_CRITICAL };

enum alert { /* what one can be about; rows of alerts.def */
#define ALERT(id, number, name, severity, meaning) ALERT_##id,
#include "alerts.def"
#undef ALERT
	ALERT_COUNT
};

struct alert_info {
	unsigned number;
	const char *name; /* "campaign-began" */
	enum severity severity;
	const char *meaning;
};
const struct alert_info *alert_info(enum alert);
enum alert alert_find(const char *name); /* ALERT_COUNT: none */
const char *severity_name(enum severity);

/* Where alerts go. Exactly one of the first five is there; the rest are NULL,
 * 0 or -1 if nothing is said. Belongs to the policy. */
struct policy_channel {
	const char *name;
	const char *syslog; /* path of a socket, udp:HOST:PORT, tcp:HOST:PORT */
	const char *mail; /* addresses */
	const char *trap; /* HOST:PORT */
	const char *webhook; /* URL */
	const char *const *program; /* NULL-terminated */
	const char *sender, *server, *community, *secret_file;
	const char *const *sendmail; /* NULL-terminated */
	bool inform;
	int64_t timeout; /* ns */
};
size_t policy_nchannel(const struct policy *);
struct policy_channel policy_channel(const struct policy *, size_t i);

/* Rules: does the i-th send what is so called, as severe, about that object
 * (a DN, or NAME_NONE), somewhere? */
size_t policy_nalert(const struct policy *);
bool policy_alert_fits(const struct policy *, size_t i, enum alert,
    uint32_t dn);
/* To that channel (an index)? */
bool policy_alert_goes(const struct policy *, size_t i, size_t channel);
/* No second one about the same within so many ns; 0: each is sent,
 * INT64_MAX: none ever. */
int64_t policy_alert_window(const struct policy *, size_t i);

/* Glob with * (any run, commas too) and ? (one character), over a whole DN.
 * All other characters mean themselves. */
bool glob_match(const char *pattern, const char *text);

#endif
