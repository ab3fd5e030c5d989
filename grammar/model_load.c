/*
 * How does a model come out of a file? Its first bytes tell XML from YAML,
 * the reader of that notation fills the model, and what is no configuration
 * is left out: runtime attributes and objects, and the three attributes IMM
 * keeps for itself. The words both notations share stand here too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model_read.h"
#include "text.h"

static const struct {
	const char *name, *imm;
} types[TYPE_COUNT] = {
	[TYPE_INT32] = { "SA_INT32_T", "SA_IMM_ATTR_SAINT32T" },
	[TYPE_UINT32] = { "SA_UINT32_T", "SA_IMM_ATTR_SAUINT32T" },
	[TYPE_INT64] = { "SA_INT64_T", "SA_IMM_ATTR_SAINT64T" },
	[TYPE_UINT64] = { "SA_UINT64_T", "SA_IMM_ATTR_SAUINT64T" },
	[TYPE_NAME] = { "SA_NAME_T", "SA_IMM_ATTR_SANAMET" },
	[TYPE_TIME] = { "SA_TIME_T", "SA_IMM_ATTR_SATIMET" },
	[TYPE_FLOAT] = { "SA_FLOAT_T", "SA_IMM_ATTR_SAFLOATT" },
	[TYPE_DOUBLE] = { "SA_DOUBLE_T", "SA_IMM_ATTR_SADOUBLET" },
	[TYPE_STRING] = { "SA_STRING_T", "SA_IMM_ATTR_SASTRINGT" },
	[TYPE_ANY] = { "SA_ANY_T", "SA_IMM_ATTR_SAANYT" },
};

const char *
type_name(enum value_type type)
{
	return types[type].name;
}

const char *
type_imm_name(enum value_type type)
{
	return types[type].imm;
}

enum value_type
type_from_name(const char *name)
{
	int i;

	for (i = 0; i < TYPE_COUNT; i++)
		if (strcmp(types[i].name, name) == 0)
			break;
	return (enum value_type)i;
}

enum value_type
type_from_imm_name(const char *name)
{
	int i;

	for (i = 0; i < TYPE_COUNT; i++)
		if (strcmp(types[i].imm, name) == 0)
			break;
	return (enum value_type)i;
}

static const struct {
	const char *word;
	unsigned bit;
} flags[] = {
	{ "SA_MULTI_VALUE", ATTR_MULTI },
	{ "SA_WRITABLE", ATTR_WRITABLE },
	{ "SA_INITIALIZED", ATTR_INITIALIZED },
	{ "SA_PERSISTENT", ATTR_PERSISTENT },
	{ "SA_CACHED", ATTR_CACHED },
	{ "SA_NO_DUPLICATES", ATTR_NO_DUPLICATES },
	{ "SA_NOTIFY", ATTR_NOTIFY },
	{ "SA_NO_DANGLING", ATTR_NO_DANGLING },
	{ "SA_DN", ATTR_DN },
	{ "SA_DEFAULT_REMOVED", ATTR_DEFAULT_REMOVED },
	{ "SA_STRONG_DEFAULT", ATTR_STRONG_DEFAULT },
};

enum { NFLAG = sizeof(flags) / sizeof(flags[0]) };

unsigned
attr_flag(const char *word)
{
	size_t i;

	for (i = 0; i < NFLAG; i++)
		if (strcmp(flags[i].word, word) == 0)
			return flags[i].bit;
	return 0;
}

const char *
attr_flag_name(unsigned bit)
{
	size_t i;

	for (i = 0; i < NFLAG; i++)
		if (flags[i].bit == bit)
			return flags[i].word;
	return NULL;
}

bool
class_category(const char *word, bool *runtime)
{
	*runtime = strcmp(word, "SA_RUNTIME") == 0;
	return *runtime || strcmp(word, "SA_CONFIG") == 0;
}

void
verdicts_clear(struct verdicts *v, const struct model *m)
{
	memset(v, 0, sizeof(*v));
	v->m = m;
}

bool
attr_is_kept(struct verdicts *v, uint32_t class, uint32_t attr)
{
	size_t i = (class * 31 + attr) % VERDICTS;

	/* Attribute names are never NAME_NONE, so an empty slot matches none. */
	if (v->slot[i].attr != attr || v->slot[i].class != class) {
		v->slot[i].class = class;
		v->slot[i].attr = attr;
		v->slot[i].counts = attr == N_saAmfSUHostedByNode ||
		    model_attr_counts(v->m, class, attr);
	}
	return v->slot[i].counts;
}

bool
attr_has_room(const struct model *m, struct diag *d, struct place at)
{
	uint32_t object = (uint32_t)m->nobject - 1;

	if (m->nattr - m->object[object].attr < MAX_ATTRS)
		return true;
	return diag_report(d, DIAG_LIMIT_EXCEEDED, at, m->object[object].dn,
	    "the object has more than %d attributes", (int)MAX_ATTRS);
}

bool
class_is_kept(struct verdicts *v, uint32_t class)
{
	size_t i = class * 31 % VERDICTS;
	const struct class_def *c;

	if (class == NAME_NONE)
		return true;
	if (v->slot[i].class != class || v->slot[i].attr != NAME_NONE) {
		c = model_class(v->m, class);
		v->slot[i].class = class;
		v->slot[i].attr = NAME_NONE;
		v->slot[i].counts = c == NULL || !c->runtime;
	}
	return v->slot[i].counts;
}

void
model_drop_runtime(struct model *m, struct verdicts *v)
{
	const struct object *object = m->object;
	const struct attr *attr = m->attr;
	const uint32_t *value = m->value;
	const uint16_t *off = m->attr_off;
	struct attr_far *far = m->far, *next_far = far;
	size_t nobject = m->nobject, i, k = 0, j, end;
	uint32_t from = 0, to = 0;

	verdicts_clear(v, m);
	m->far = NULL;
	m->nfar = m->far_cap = 0;
	m->nobject = m->nattr = m->nvalue = 0;
	/* Everything moves down within its own array. What is added sets the
	 * bound behind it, so bounds are read before anything is added. */
	for (i = 0; i < nobject; i++) {
		struct object o = object[i];
		bool kept = class_is_kept(v, o.class);

		end = object[i + 1].attr;
		if (kept)
			model_add_object(m, o.dn, o.class, o.pos);
		for (; k < end; k++, from = to) {
			struct attr a = attr[k];
			uint32_t pos = off[k] == UINT16_MAX ?
			    next_far++->pos : o.pos + off[k];

			to = attr[k + 1].value;
			if (!kept || !attr_is_kept(v, o.class, a.name))
				continue;
			model_add_attr(m, a.name, pos);
			for (j = from; j < to; j++)
				model_add_value(m, value[j]);
		}
	}
	free(far);
}

/* The arrays grew by doubling; models stay long, so the rest is given back. */
static void
trim(struct model *m)
{
	m->object_cap = m->nobject + 1;
	m->object = mem_realloc(m->object, m->object_cap, sizeof(*m->object));
	m->attr_cap = m->nattr + 1;
	m->attr = mem_realloc(m->attr, m->attr_cap, sizeof(*m->attr));
	m->off_cap = m->nattr + 1;
	m->attr_off = mem_realloc(m->attr_off, m->off_cap,
	    sizeof(*m->attr_off));
	m->value_cap = m->nvalue + 1;
	m->value = mem_realloc(m->value, m->value_cap, sizeof(*m->value));
}

enum { HEAD = 4096 };

static bool
has_wide_characters(const char *s, size_t n)
{
	return (n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 ||
	    memcmp(s, "\xfe\xff", 2) == 0)) ||
	    (n >= 4 && (s[0] == '\0' || s[1] == '\0'));
}

/* Says what can be said before parsing; true if the text is to be parsed. */
static bool
check_text(struct model *m, const char *head, size_t n, off_t size,
    struct diag *d)
{
	struct place whole = { m->src, SRC_WHOLE, SRC_TOKEN };

	if (size == 0)
		return diag_report(d, DIAG_EMPTY_FILE, whole, NAME_NONE,
		    "the file is empty");
	if ((uint64_t)size >= UINT32_MAX)
		return diag_report(d, DIAG_FILE_TOO_LARGE, whole, NAME_NONE,
		    "the file has %jd bytes; models of 4 GiB and more are "
		    "not read", (intmax_t)size);
	if (has_wide_characters(head, n))
		return diag_report(d, DIAG_NOT_UTF8, whole, NAME_NONE,
		    "the file is not UTF-8 but looks like UTF-16 or UTF-32");
	return true;
}

static bool
is_xml(const struct src *s, const char *head, size_t n)
{
	size_t i = n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < n && strchr(" \t\r\n", head[i]) != NULL)
		i++;
	return (i < n && head[i] == '<') || text_ends(s->path, ".xml");
}

/* Fills m; false with errno if the file cannot be read. */
static bool
read_model(struct model *m, struct diag *d)
{
	char head[HEAD + 1] = "";
	FILE *f = m->src->file;
	off_t size;
	size_t n;

	if (fseeko(f, 0, SEEK_END) != 0 || (size = ftello(f)) < 0 ||
	    fseeko(f, 0, SEEK_SET) != 0)
		return false;
	n = fread(head, 1, HEAD, f);
	if (ferror(f) || fseeko(f, 0, SEEK_SET) != 0)
		return false;
	if (!check_text(m, head, n, size, d))
		return true;
	if (is_xml(m->src, head, n)) {
		m->src->unit = SRC_BYTES;
		model_read_xml(m, d);
	} else {
		m->src->unit = SRC_CHARS;
		model_read_yaml(m, d);
	}
	return ferror(f) == 0;
}

struct model *
model_load_src(struct src *src, struct diag *d)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	int err;

	m->src = src;
	if (!read_model(m, d)) {
		err = errno != 0 ? errno : EIO;
		model_free(m);
		errno = err;
		return NULL;
	}
	trim(m);
	model_index(m);
	return m;
}

struct model *
model_load(const char *path, struct diag *d)
{
	struct src *src = src_open(path);

	return src == NULL ? NULL : model_load_src(src, d);
}
