/* Private to the readers of models. */
#ifndef CG_MODEL_READ_H
#define CG_MODEL_READ_H

#include "buf.h"
#include "diag.h"
#include "model.h"

/* Longer texts are refused: no name or value of IMM comes near. */
enum { TEXT_MAX_LEN = 10 * 1024 * 1024 };
/* Deeper nesting is refused: models need 4. */
enum { MAX_DEPTH = 32 };
/* More attributes of one object are refused: classes have a hundred at most,
 * and looking through them one by one must stay cheap. */
enum { MAX_ATTRS = 1000 };

/* Remembers which attributes of which class are left out of models, because
 * the same question is asked for every attribute of a file. */
enum { VERDICTS = 4096 };
struct verdicts {
	const struct model *m;
	struct {
		uint32_t class, attr;
		bool counts;
	} slot[VERDICTS];
};

/* Forget all; needed whenever a class is added to the model. */
void verdicts_clear(struct verdicts *, const struct model *);
/* Is an attribute of a class kept in a model? */
bool attr_is_kept(struct verdicts *, uint32_t class, uint32_t attr);

/* Are objects of a class kept? */
bool class_is_kept(struct verdicts *, uint32_t class);

/* Removes what attr_is_kept does not keep and objects of runtime classes.
 * For files whose classes stand behind objects. */
void model_drop_runtime(struct model *, struct verdicts *);

/* Has the object that is being read room for another attribute? Reports if
 * not; reading ends then. */
bool attr_has_room(const struct model *, struct diag *, struct place);

/* Parts of class definitions, by the words of IMM XML. */
bool class_category(const char *word, bool *runtime);
/* The ATTR_ flag of a word, or 0. */
unsigned attr_flag(const char *word);
/* The word of one flag bit, or NULL. */
const char *attr_flag_name(unsigned bit);

#endif
