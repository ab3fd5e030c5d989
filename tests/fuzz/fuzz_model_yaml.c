/* The reader of models in YAML; see fuzz_model.h.
 *   make fuzz FUZZ=model_yaml TIME=60
 * or by hand
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=c11 \
 *     -D_XOPEN_SOURCE=700 -iquote grammar tests/fuzz/fuzz_model_yaml.c \
 *     grammar/[a-z]*.c $(pkg-config --cflags --libs libxml-2.0 yaml-0.1) \
 *     -o fuzz_model_yaml
 */
#include "fuzz_model.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_model(data, size, "fuzz.yaml");
	return 0;
}
