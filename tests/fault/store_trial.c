#include "store_trial.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_vfs.h"
#include "store/audit.h"
#include "store/messages.h"
#include "store_fixture.h"

enum { JOBS = TRIAL_JOBS, TOGETHER = TRIAL_TOGETHER };

/* How a child exits. */
enum { CHILD_UNHURT = 10, CHILD_HURT = 11, CHILD_BROKEN = 12 };

static char folder[] = "/tmp/store-sync-XXXXXX";
static char template[64];
static char location[64];

static struct store_options
options(void)
{
	return (struct store_options){
		.location = location, .clock = clock_system(),
		/* What is sent together needs two commits: while the
		 * first is synced the second runs. */
		.batch_max = TRIAL_TOGETHER / 2,
	};
}

/* Job i writes two rows whose names follow from i. */
static struct id
id_of(unsigned i, uint8_t kind)
{
	struct id id = {{0}};

	id.b[0] = 1;
	id.b[1] = (uint8_t)i;
	id.b[2] = kind;
	return id;
}

static enum err
write_both(struct tx *tx, void *arg)
{
	const unsigned i = *(const unsigned *)arg;
	struct message_row m = {
		.id = id_of(i, 1), .challenge = id_of(i, 0),
		.detail = STR("first"),
	};
	const struct audit_event_row e = {.id = id_of(i, 2), .body = STR("{}")};
	enum err err = message_row_insert(tx, &m);

	return err == ERR_NONE ? audit_event_insert(tx, &e) : err;
}

struct task {
	struct store_job job;	/* first */
	unsigned i;
	int pipe;
	enum err result;
};

/* The acknowledgement: from here on the other side may rely on it. */
static void
report(struct store_job *job, enum err result)
{
	struct task *t = (struct task *)job;
	const uint8_t i = (uint8_t)t->i;

	t->result = result;
	if (result == ERR_NONE && write(t->pipe, &i, 1) != 1) {
		_exit(CHILD_BROKEN);
	}
}

static enum err
nothing(struct tx *tx, void *arg)
{
	(void)tx;
	(void)arg;
	return ERR_NONE;
}

static void
write_all(struct store *s, int pipe, struct task *tasks)
{
	for (unsigned i = 0; i < JOBS; i++) {
		tasks[i] = (struct task){
			.job = {
				.run = write_both, .arg = &tasks[i].i,
				.done = report, .priority = STORE_CHECK,
			},
			.i = i, .pipe = pipe,
		};
		if (store_submit(s, &tasks[i].job) != ERR_NONE) {
			_exit(CHILD_BROKEN);
		}
		if (i % TOGETHER == TOGETHER - 1) {
			/* Its own result may be the fault's. */
			enum err err = store_do(s, STORE_CHECK, nothing, NULL);

			(void)err;
		}
	}
}

/* I9: a disk that was full for a while is no end. */
static bool
recovers(struct store *s, struct task *last)
{
	enum { TRIES = 8 };	/* more than are made to fail */

	for (unsigned i = 0; i < TRIES && last->result != ERR_NONE; i++) {
		last->result = store_do(s, STORE_CHECK, write_both, &last->i);
	}
	return last->result == ERR_NONE;
}

/* The body.  Does not return. */
static void
child(const struct trial *t, unsigned n, int pipe)
{
	const struct rlimit no_core = {0, 0};
	const struct store_options o = options();
	static struct task tasks[JOBS];
	struct store *s;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setrlimit(RLIMIT_CORE, &no_core);
	dup2(null, STDERR_FILENO);
	signal(SIGABRT, SIG_DFL);
	t->arm(t, n);
	if (store_open(&o, &s) != ERR_NONE) {
		_exit(t->fired() > 0 ? CHILD_HURT : CHILD_BROKEN);
	}
	write_all(s, pipe, tasks);
	if (t->recovers && !recovers(s, &tasks[JOBS - 1])) {
		_exit(CHILD_BROKEN);
	}
	store_close(s);
	_exit(t->fired() > 0 ? CHILD_HURT : CHILD_UNHURT);
}

static void
copy_file(const char *from, const char *to)
{
	char bytes[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, bytes, sizeof(bytes))) > 0) {
		assert_int_equal(n, write(out, bytes, (size_t)n));
	}
	close(in);
	close(out);
}

static void
fresh_copy(void)
{
	static const char *const suffixes[] = {"-wal", "-shm"};
	char path[96];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s%s", location, suffixes[i]);
		unlink(path);
	}
	copy_file(template, location);
}

struct found {
	bool message[JOBS];
	bool event[JOBS];
};

static enum err
find_all(struct tx *tx, void *arg)
{
	struct found *found = arg;
	const struct id first = {{0}};
	struct audit_event_row events[JOBS + 1];
	struct arena *arena = arena_new(1 << 20);
	unsigned n = 0;
	enum err err = ERR_NOMEM;

	if (arena == NULL) {
		return err;
	}
	err = audit_event_list(tx, &first, JOBS + 1, arena, events, &n);
	for (unsigned i = 0; err == ERR_NONE && i < n; i++) {
		found->event[events[i].id.b[1]] = true;
	}
	for (unsigned i = 0; err == ERR_NONE && i < JOBS; i++) {
		const struct id challenge = id_of(i, 0);
		struct message_row row;

		err = message_row_list(tx, &challenge, 1, arena, &row, &n);
		found->message[i] = n == 1;
	}
	arena_free(arena);
	return err;
}

/* The store is opened again, and holds what it promised. */
static void
look_at_it(const bool *acknowledged, const char *what, unsigned n)
{
	const struct store_options o = options();
	struct found found = {0};
	struct store *s = NULL;

	assert_int_equal(ERR_NONE, store_open(&o, &s));
	assert_int_equal(ERR_NONE, store_check(s));
	assert_int_equal(ERR_NONE, store_read(s, find_all, &found));
	for (unsigned i = 0; i < JOBS; i++) {
		if (acknowledged[i] && !found.message[i]) {
			fail_msg("%s %u: job %u is lost", what, n, i);
		}
		if (found.message[i] != found.event[i]) {
			fail_msg("%s %u: job %u is there by half", what, n, i);
		}
	}
	store_close(s);
}

/* Returns how the child ended, as waitpid gives it. */
static int
run_child(const struct trial *t, unsigned n, bool *acknowledged)
{
	int ends[2], status;
	uint8_t i;
	pid_t pid;

	assert_int_equal(0, pipe(ends));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		child(t, n, ends[1]);
	}
	close(ends[1]);
	while (read(ends[0], &i, 1) == 1) {
		assert_true(i < JOBS);
		acknowledged[i] = true;
	}
	close(ends[0]);
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return status;
}

static enum trial_end
end_of(int status)
{
	if (WIFSIGNALED(status)) {
		assert_int_equal(SIGABRT, WTERMSIG(status));
		return TRIAL_ABORTED;
	}
	switch (WEXITSTATUS(status)) {
	case CHILD_UNHURT:
		return TRIAL_UNHURT;
	case CHILD_HURT:
		return TRIAL_HURT;
	case FAULT_VFS_CUT_STATUS:
		return TRIAL_CUT;
	default:
		fail_msg("the child ended with %d", WEXITSTATUS(status));
		return TRIAL_HURT;
	}
}

enum trial_end
trial_run(const struct trial *t, unsigned n)
{
	bool acknowledged[JOBS] = {0};
	enum trial_end end;

	fresh_copy();
	end = end_of(run_child(t, n, acknowledged));
	look_at_it(acknowledged, t->what, n);
	return end;
}

int
trial_setup(void **state)
{
	struct store_options o = options();

	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(template, sizeof(template), "%s/template.db", folder);
	snprintf(location, sizeof(location), "%s/watchword.db", folder);
	o.location = template;
	return store_create(&o, (unix_ms){1}) == ERR_NONE ? 0 : -1;
}

int
trial_teardown(void **state)
{
	char path[96];
	static const char *const names[] = {
		"template.db", "template.db.lock", "watchword.db",
		"watchword.db.lock", "watchword.db-wal", "watchword.db-shm",
	};

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}
