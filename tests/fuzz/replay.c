/* Runs a fuzz target over the files it is given, without libFuzzer: the name
 * of each, then the target. The last name printed is the one that crashed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, cap = 0;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	for (;;) {
		if (size == cap) {
			cap = cap * 2 + 4096;
			data = realloc(data, cap);
			if (data == NULL)
				abort();
		}
		size_t n = fread(data + size, 1, cap - size, f);

		if (n == 0)
			break;
		size += n;
	}
	fclose(f);
	puts(path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	return bad;
}
