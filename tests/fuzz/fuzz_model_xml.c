/* The reader of models as IMM XML; the dictionary and the corpus make the difference. */
#include "model_target.h"
