/* Waves where room is short: small first ones, none larger than may be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stagger.h"

enum { WAVES = 64 };

static struct shortage
spare(int64_t free, int64_t full) /* of what all hosts have room for */
{
	return (struct shortage){ .waves = (uint32_t)((full + free - 1) / free),
		.share = free * STAGGER_ONE / full,
		.growth = full * STAGGER_ONE / (full - free) };
}

static int64_t
sum(const int64_t *part, uint32_t n)
{
	int64_t all = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		all += part[i];
	return all;
}

static void
adds_up(void **state)
{
	struct shortage s = spare(2, 10);
	int64_t part[WAVES];
	uint32_t n;

	(void)state;
	for (n = 1; n <= WAVES; n++) {
		stagger(&s, n, part);
		assert_true(sum(part, n) == STAGGER_ONE);
	}
}

static void
begins_small(void **state)
{
	struct shortage s = spare(2, 10);
	int64_t part[WAVES];
	uint32_t n, i;

	(void)state;
	for (n = 6; n <= 12; n++) {
		stagger(&s, n, part);
		assert_true(part[0] > 0);
		assert_true(part[0] < STAGGER_ONE / n);
		for (i = 1; i < n; i++)
			assert_true(part[i] + 64 >= part[i - 1]);
	}
}

/* A wave is no larger than what may be down at once, if that can be. */
static void
fits(void **state)
{
	int64_t part[WAVES];
	uint32_t n, i, free;

	(void)state;
	for (free = 1; free <= 8; free++) {
		struct shortage s = spare(free, 10);

		for (n = s.waves; n <= s.waves + 4; n++) {
			stagger(&s, n, part);
			for (i = 0; i < n; i++)
				assert_true(part[i] <= s.share + 64);
		}
	}
}

/* Where hardly any room is left all waves are alike. */
static void
is_even_where_it_must(void **state)
{
	struct shortage s = spare(2, 10);
	int64_t part[WAVES];
	uint32_t i;

	(void)state;
	stagger(&s, 5, part);
	for (i = 0; i < 5; i++)
		assert_in_range(part[i], STAGGER_ONE / 5 - 64,
		    STAGGER_ONE / 5 + 64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up),
		cmocka_unit_test(begins_small),
		cmocka_unit_test(fits),
		cmocka_unit_test(is_even_where_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
