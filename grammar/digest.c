/*
 * Which model is this? libcrypto does the hashing: of the libraries at hand
 * it is the one that uses the processor's own instructions, and a model's
 * canonical form is nearly as long as its file.
 */
#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "digest.h"
#include "model.h"

enum { BLOCK = 16384, SUM = 32 };

struct feed { /* many small pieces, few calls */
	EVP_MD_CTX *ctx;
	size_t n;
	uint8_t bytes[BLOCK];
};

/* Only a broken installation of the library fails here. */
static void
must(int ok)
{
	assert(ok == 1);
	(void)ok;
}

static void
drain(struct feed *f)
{
	must(EVP_DigestUpdate(f->ctx, f->bytes, f->n));
	f->n = 0;
}

static void
feed(void *arg, const void *data, size_t n)
{
	struct feed *f = arg;

	if (n > BLOCK - f->n)
		drain(f);
	if (n > BLOCK) {
		must(EVP_DigestUpdate(f->ctx, data, n));
		return;
	}
	memcpy(f->bytes + f->n, data, n);
	f->n += n;
}

static void
as_text(const uint8_t sum[SUM], char text[DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < SUM; i++) {
		text[2 * i] = digits[sum[i] >> 4];
		text[2 * i + 1] = digits[sum[i] & 15];
	}
	text[2 * i] = '\0';
}

static void
begin(struct feed *f)
{
	f->n = 0;
	f->ctx = EVP_MD_CTX_new();
	must(f->ctx != NULL);
	must(EVP_DigestInit_ex(f->ctx, EVP_sha256(), NULL));
}

static void
finish(struct feed *f, char text[DIGEST_TEXT])
{
	uint8_t sum[SUM];

	drain(f);
	must(EVP_DigestFinal_ex(f->ctx, sum, NULL));
	EVP_MD_CTX_free(f->ctx);
	as_text(sum, text);
}

void
digest_model(const struct model *m, char text[DIGEST_TEXT])
{
	struct feed f;

	begin(&f);
	model_canonical(m, feed, &f);
	finish(&f, text);
}

int
digest_stream(FILE *in, char text[DIGEST_TEXT])
{
	struct feed f;
	char block[BLOCK];
	size_t n;

	rewind(in);
	begin(&f);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		feed(&f, block, n);
	finish(&f, text);
	return ferror(in) ? -EIO : 0;
}
