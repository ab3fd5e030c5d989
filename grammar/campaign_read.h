/* The inside of the campaign reader: campaign_xml.c reads elements and checks
 * their structure, campaign_build.c makes records of them. */
#ifndef CG_CAMPAIGN_READ_H
#define CG_CAMPAIGN_READ_H

#include "campaign.h"
#include "content.h"
#include "idmap.h"

enum element {
#define ELEMENT(id, token, content, attributes) EL_##id,
#include "campaign_elements.def"
#undef ELEMENT
	ELEMENT_COUNT
};

enum { ATTRS_MAX = 8 };

struct shape { /* an element as the table declares it */
	const char *name;
	size_t len;
	struct content content;
	struct declared {
		const char *name;
		size_t len;
		bool mandatory;
		char kind;
	} attr[ATTRS_MAX];
	size_t nattr;
};

/* A growing list of records that ends up in the campaign's arena. */
struct list {
	char *v;
	size_t n, cap;
};

/* What has been read of things that are not complete. */
struct building {
	struct action action;
	struct ccb_op op;
	struct cattr attr;
	struct param param;
	struct admin_op *admin;
	struct bundle bundle;
	struct bundle_ref ref;
	struct callback callback;
	struct procedure procedure;
	struct step step;
	struct target_template target;
	struct modification mod;
	bool in_action, in_step, deactivation;
	bool base64; /* the value that is read */
	bool pair; /* a template's parent may still get its type */
	size_t ntemplate; /* of templates before this byTemplate */
	struct list values, attrs, ops, actions, params, envs, bundles, refs,
	    removals, names, places, templates, targets, mods, added, callbacks,
	    steps, procedures, accepted, kept, types, type_children;
	struct list at_init, at_backup, at_rollback, at_commit;
	struct idmap seen; /* attribute: the object it was last seen in */
	uint32_t serial; /* of the object */
	/* of campaign_types.c */
	uint32_t type_base;
	struct ccb_op type;
	enum element type_element;
};

struct reader {
	struct campaign *campaign;
	struct diag *diag;
	/* The element that begins: where, and its attributes as the table
	 * declares them. NAME_NONE: absent. */
	enum element element;
	uint32_t pos;
	uint32_t text[ATTRS_MAX];
	int64_t number[ATTRS_MAX];
	uint32_t reason, risk, moves, actions, on; /* cg:reason, ... */
	uint32_t source, target, schedule, bound, phase; /* cg:... */
	struct building now;
	const struct shape *shape; /* by element */
	struct xml *xml; /* the rest, of campaign_xml.c */
};

/* Names for near_note, at most 64. */
struct names {
	char text[64][64];
	const char *v[64];
	size_t n;
};
void names_add(struct names *, const char *name, size_t len);

/* Cuts blanks off both ends. */
void text_trim(const char **s, size_t *n);

/* Of campaign_attrs.c: compiles the declarations of an element; takes the
 * attributes of the element that begins as libxml2 hands them over (name,
 * prefix, namespace, begin and end of the value), n of them. */
void attrs_compile(struct shape *, const char *declarations);
void attrs_take(struct reader *, int n, const unsigned char **);

/* An attribute of the element that begins: its text, or NAME_NONE; its number,
 * or absent if it is not there. */
uint32_t read_text(const struct reader *, const char *attr);
int64_t read_number(const struct reader *, const char *attr, int64_t absent);

/* The number as decimal text, or NAME_NONE: written 0x10, it means 16. */
uint32_t read_decimal(const struct reader *, const char *attr);

/* An element begins; its attributes stand in the reader. */
void build_begin(struct reader *);
/* It ends; text is what stood in it (elements of text only). pos: where it
 * began. */
void build_end(struct reader *, enum element, uint32_t pos, const char *text,
    size_t len);
/* Frees the lists, also of what was not complete. */
void build_free(struct reader *);
/* The parts of it that are in campaign_build_action.c. */
void build_action_begin(struct reader *);
void build_action_end(struct reader *, enum element, uint32_t pos,
    const char *text, size_t len);
/* Those that are in campaign_build_proc.c. */
void build_procedure_begin(struct reader *);
void build_procedure_end(struct reader *, enum element);
/* The actions read since the last time. */
void build_take_actions(struct reader *, struct action_list *);

/* Adds a copy of a record of that size. */
void list_push(struct list *, const void *, size_t size);
/* All its records, moved to the campaign's arena; the list is empty then.
 * NULL if it was. */
void *list_take(struct campaign *, struct list *, size_t size, size_t *n);

/* amfEntityTypes, of campaign_types.c; as build_begin and build_end. */
void types_begin(struct reader *);
void types_end(struct reader *, enum element, const char *text, size_t len);

#endif
