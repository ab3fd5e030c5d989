/* X6: the real disk underneath: files, folders, and a lock that refuses. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "diag.h"
#include "journal.h"
#include "os.h"
#include "statedir.h"

static char folder[64];

static int
enter(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test-os-XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave(void **state)
{
	(void)state;
	return chdir("/") != 0 || os_remove_tree(folder) != 0;
}

static void
append_read_truncate(void **state)
{
	struct os_file *f;
	char *data, part[8];
	size_t n;

	(void)state;
	assert_int_equal(os_open("a", false, &f), -ENOENT);
	assert_int_equal(os_open("a", true, &f), 0);
	assert_int_equal(os_append(f, "hello ", 6), 0);
	assert_int_equal(os_append(f, "world", 5), 0);
	assert_int_equal(os_sync(f), 0);
	assert_int_equal(os_read_at(f, 6, part, sizeof(part), &n), 0);
	assert_int_equal(n, 5);
	assert_memory_equal(part, "world", 5);
	assert_int_equal(os_truncate(f, 2), 0);
	assert_int_equal(os_append(f, "y", 1), 0);
	os_close(f);
	assert_int_equal(os_read_all("a", &data, &n), 0);
	assert_string_equal(data, "hey");
	assert_int_equal(n, 3);
	free(data);
	assert_int_equal(os_read_all("none", &data, &n), -ENOENT);
	assert_int_equal(os_read_all(".", &data, &n), -EISDIR);
	assert_int_equal(os_open_read("a", &f), 0);
	assert_int_equal(os_append(f, "x", 1), -EBADF);
	os_close(f);
}

/* Sizes around those the reader grows by. */
static void
read_all_of_any_size(void **state)
{
	static const size_t sizes[] = { 0, 1, 65534, 65535, 65536, 200000 };
	char *want = malloc(200000), *got;
	size_t n;

	(void)state;
	memset(want, 'x', 200000);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(os_replace("big", want, sizes[i]), 0);
		assert_int_equal(os_read_all("big", &got, &n), 0);
		assert_int_equal(n, sizes[i]);
		assert_memory_equal(got, want, n);
		assert_int_equal(got[n], '\0');
		free(got);
	}
	free(want);
	assert_false(os_exists("big.new"));
	assert_int_equal(os_replace("no/big", "x", 1), -ENOENT);
}

static int
count(void *arg, const char *name)
{
	assert_string_not_equal(name, ".");
	return ++*(int *)arg == 3 ? 7 : 0;
}

static void
folders(void **state)
{
	struct os_file *f;
	int n = 0;

	(void)state;
	assert_int_equal(os_mkdir("d"), 0);
	assert_int_equal(os_mkdir("d"), -EEXIST);
	assert_int_equal(os_mkdir("d/e"), 0);
	assert_int_equal(os_replace("d/e/f", "x", 1), 0);
	assert_int_equal(os_replace("d/g", "x", 1), 0);
	assert_int_equal(os_list("d", count, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(os_list("d", count, &n), 7);
	assert_int_equal(os_open("d/g", false, &f), 0);
	assert_true(os_is_at(f, "d/g"));
	assert_int_equal(os_rename("d", "D"), 0);
	assert_false(os_is_at(f, "d/g"));
	assert_true(os_is_at(f, "D/g"));
	os_close(f);
	assert_int_equal(os_sync_dir("D"), 0);
	assert_int_equal(os_sync_dir("d"), -ENOENT);
	assert_int_equal(os_unlink("D"), -ENOTEMPTY);
	assert_int_equal(os_unlink("D/g"), 0);
	assert_int_equal(os_remove_tree("D"), 0);
	assert_int_equal(os_remove_tree("D"), 0);
	assert_false(os_exists("D"));
}

static void
lock_refuses_and_ends(void **state)
{
	struct os_file *a, *b;

	(void)state;
	assert_int_equal(os_open("l", true, &a), 0);
	assert_int_equal(os_open("l", true, &b), 0);
	assert_int_equal(os_lock(a), 0);
	assert_int_equal(os_lock(b), -EAGAIN);
	os_close(a);
	assert_int_equal(os_lock(b), 0);
	os_close(b);
}

static bool
count_record(void *arg, const struct record *r)
{
	return ++*(uint64_t *)arg == r->number;
}

/* A run in a process that is killed while it holds everything. */
static void
run_and_die(void)
{
	struct diag d = { 0 };
	struct statedir *s;
	struct journal *j;
	struct record r = { .kind = RECORD_BEGIN, .a = 1, .c = 1 };

	if (statedir_prepare("run", &d, &s) != 0 ||
	    statedir_add(s, "campaign.xml", "<c/>", 4) != 0 ||
	    statedir_set(s, "driver", "sim") != 0 ||
	    journal_create(statedir_path(s), "head", &j) != 0 ||
	    statedir_commit(s) != 0 || journal_add(j, &r, true) != 0)
		_exit(1);
	raise(SIGKILL);
}

static void
killed_run_is_there(void **state)
{
	struct diag d = { 0 };
	struct statedir *s, *second;
	struct journal *j, *other;
	uint64_t n = 0;
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		run_and_die();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(statedir_open("run/", &d, &s), 0);
	assert_string_equal(statedir_path(s), "run");
	assert_string_equal(statedir_get(s, "driver"), "sim");
	assert_null(statedir_get(s, "drive"));
	assert_int_equal(journal_open("run", &d, count_record, &n, &j), 0);
	assert_int_equal(n, 2);
	assert_int_equal(d.nitem, 0);
	n = 0;
	assert_int_equal(journal_open("run", &d, count_record, &n, &other),
	    -EAGAIN);
	assert_int_equal(journal_read("run", &d, count_record, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(statedir_open("run", &d, &second), -EAGAIN);
	assert_int_equal(d.item[0].code, DIAG_STATE_BUSY);
	assert_int_equal(statedir_look("run", &d, &second), 0);
	statedir_close(second);
	assert_int_equal(statedir_prepare("run", &d, &second), -EEXIST);
	assert_int_equal(d.item[1].code, DIAG_STATE_EXISTS);
	assert_false(os_exists("run.prepare"));
	journal_close(j);
	statedir_close(s);
	diag_free(&d);
}

/* One of many that begin the same run at once: 0 if it was the one. */
static int
compete(void)
{
	struct diag d = { 0 };
	struct statedir *s;
	struct journal *j;
	int err = statedir_prepare("race", &d, &s);

	if (err != 0)
		return err == -EAGAIN || err == -EEXIST ? 1 : 2;
	if (statedir_add(s, "campaign.xml", "<c/>", 4) != 0 ||
	    journal_create(statedir_path(s), "head", &j) != 0 ||
	    statedir_commit(s) != 0)
		return 2;
	journal_close(j);
	statedir_close(s);
	diag_free(&d);
	return 0;
}

static void
only_one_begins(void **state)
{
	enum { ROUNDS = 20, RUNNERS = 6 };
	pid_t pid[RUNNERS];
	int status, won;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		won = 0;
		for (int i = 0; i < RUNNERS; i++) {
			pid[i] = fork();
			if (pid[i] == 0)
				_exit(compete());
		}
		for (int i = 0; i < RUNNERS; i++) {
			assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
			assert_true(WIFEXITED(status));
			assert_in_range(WEXITSTATUS(status), 0, 1);
			won += WEXITSTATUS(status) == 0;
		}
		assert_int_equal(won, 1);
		assert_false(os_exists("race.prepare"));
		assert_int_equal(os_remove_tree("race"), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(append_read_truncate),
		cmocka_unit_test(read_all_of_any_size),
		cmocka_unit_test(folders),
		cmocka_unit_test(lock_refuses_and_ends),
		cmocka_unit_test(killed_run_is_there),
		cmocka_unit_test(only_one_begins),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
