/* The inside of the campaign reader: campaign_xml.c reads elements and checks
 * their structure, campaign_build.c makes records of them. */
#ifndef CG_CAMPAIGN_READ_H
#define CG_CAMPAIGN_READ_H

#include "campaign.h"
#include "idmap.h"

enum element {
#define ELEMENT(id, token, content, attributes) EL_##id,
#include "campaign_elements.def"
#undef ELEMENT
	ELEMENT_COUNT
};

enum { ATTRS_MAX = 8 };

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
	uint32_t reason; /* cg:reason */
	uint32_t source, target, schedule; /* cg:... */
	struct building now;
	struct xml *xml; /* the rest, of campaign_xml.c */
};

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
void build_free(struct reader *);

void list_push(struct list *, const void *, size_t size);
void *list_take(struct campaign *, struct list *, size_t size, size_t *n);

/* amfEntityTypes, of campaign_types.c. */
void types_begin(struct reader *);
void types_end(struct reader *, enum element, const char *text, size_t len);

#endif
