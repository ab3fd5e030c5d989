/* The reader of models as YAML; the dictionary and the corpus make the difference. */
#include "model_target.h"
