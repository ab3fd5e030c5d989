#include <sys/types.h>
#include <sha2.h>
#include <stdint.h>
#include <string.h>

#include "digest.h"
#include "model.h"

enum { BLOCK = 16384 };

struct feed { /* many small pieces, few calls */
	SHA2_CTX ctx;
	size_t n;
	uint8_t bytes[BLOCK];
};

static void
drain(struct feed *f)
{
	SHA256Update(&f->ctx, f->bytes, f->n);
	f->n = 0;
}

static void
feed(void *arg, const void *data, size_t n)
{
	struct feed *f = arg;

	if (n > BLOCK - f->n)
		drain(f);
	if (n > BLOCK) {
		SHA256Update(&f->ctx, data, n);
		return;
	}
	memcpy(f->bytes + f->n, data, n);
	f->n += n;
}

void
digest_model(const struct model *m, char text[DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t sum[SHA256_DIGEST_LENGTH];
	struct feed f = { .n = 0 };
	size_t i;

	SHA256Init(&f.ctx);
	model_canonical(m, feed, &f);
	drain(&f);
	SHA256Final(sum, &f.ctx);
	for (i = 0; i < sizeof(sum); i++) {
		text[2 * i] = digits[sum[i] >> 4];
		text[2 * i + 1] = digits[sum[i] & 15];
	}
	text[2 * i] = '\0';
}
