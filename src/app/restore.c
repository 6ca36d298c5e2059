#include "app/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/admin.h"
#include "flow/seal.h"
#include "otp/totp.h"
#include "store/authenticators.h"
#include "store/devices.h"

enum { COPY_BYTES = 1 << 16, HEAD_MAX = 2048, ARENA_MAX = 4 << 20 };

static enum err
copy_bytes(int from, int to)
{
	static char bytes[COPY_BYTES];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0) {
		if (write(to, bytes, (size_t)n) != n) {
			return ERR_IO;
		}
	}
	return n < 0 || fsync(to) != 0 ? ERR_IO : ERR_NONE;
}

static enum err
copy_file(const char *file, const char *copy)
{
	int from = open(file, O_RDONLY | O_CLOEXEC), to;
	enum err e;

	if (from < 0) {
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	}
	(void)unlink(copy);
	to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	e = to < 0 ? ERR_IO : copy_bytes(from, to);
	if (to >= 0 && close(to) != 0 && e == ERR_NONE) {
		e = ERR_IO;
	}
	close(from);
	return e;
}

/* The new epoch, its event, and the head that the log has now. */
struct renew {
	struct flow *flow;
	struct arena *arena;
	struct audit_segment_row head;
	bool has_head;
};

static enum err
renew_run(struct tx *tx, void *arg)
{
	struct renew *r = arg;
	struct store_event event = {.flow = r->flow, .restored = true};
	enum err e = installation_new_epoch(tx, &r->flow->epoch);

	/* What was signed out or forgotten since the backup stays so. */
	if (e == ERR_NONE) {
		e = session_row_end_all(tx);
	}
	if (e == ERR_NONE) {
		e = device_row_forget_all(tx);
	}
	/* A code that was good a moment ago, by the fastest of clocks. */
	if (e == ERR_NONE) {
		e = authenticator_row_restored(tx, flow_now(r->flow),
		    TOTP_WINDOW.ahead + TOTP_DRIFT_MAX);
	}
	if (e == ERR_NONE) {
		e = store_event_run(tx, &event);
	}
	if (e != ERR_NONE) {
		return e;
	}
	e = audit_segment_last(tx, r->arena, &r->head);
	r->has_head = e == ERR_NONE;
	return e == ERR_MISSING ? ERR_NONE : e;
}

static enum err
write_head(const struct renew *r, const char *path)
{
	struct buf text;
	int fd;
	bool ok;

	if (!r->has_head) {
		(void)unlink(path);
		return ERR_NONE;
	}
	buf_init(&text, HEAD_MAX);
	seal_head_print(&r->head, &text);
	buf_char(&text, '\n');
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ok = fd >= 0 && buf_err(&text) == ERR_NONE &&
	    write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	if (fd >= 0) {
		ok = close(fd) == 0 && ok;
	}
	buf_done(&text);
	return ok ? ERR_NONE : ERR_IO;
}

/* Opens the copy with this installation's keys, checks and renews it. */
static enum err
renew(const struct config *config, const char *dir, const char *copy,
    const char *head, struct buf *reason)
{
	const struct install_hooks hooks = {0};
	struct config there = *config;
	struct install i;
	struct renew r = {0};
	enum err e;

	if (!str_copy(str_of(copy), there.store_location,
	    sizeof(there.store_location))) {
		return ERR_LIMIT;
	}
	e = install_open(&there, dir, INSTALL_WRITE, clock_system(), &hooks,
	    reason, &i);
	if (e != ERR_NONE) {
		return e;
	}
	r.flow = &i.flow;
	r.arena = arena_new(ARENA_MAX);
	e = r.arena == NULL ? ERR_NOMEM : store_check(i.flow.store);
	if (e == ERR_NONE) {
		e = store_do(i.flow.store, STORE_BACKGROUND, renew_run, &r);
	}
	if (e == ERR_NONE) {
		e = write_head(&r, head);
	}
	if (e != ERR_NONE) {
		buf_printf(reason, "the backup cannot be used: %s",
		    err_name(e));
	}
	arena_free(r.arena);
	install_close(&i);
	return e;
}

enum err
install_new_epoch(const struct config *config, const char *dir,
    struct buf *reason)
{
	struct install_paths p;

	if (!install_paths(config, dir, &p)) {
		return ERR_LIMIT;
	}
	return renew(config, dir, p.store, p.head, reason);
}

static bool
path_with(char dst[PATH_SIZE], const char *path, const char *tail)
{
	int n = snprintf(dst, PATH_SIZE, "%s%s", path, tail);

	return n > 0 && n < PATH_SIZE;
}

/* The log that SQLite keeps beside a file belongs to that file alone. */
static void
drop_logs(const char *store)
{
	static const char *const tails[] = {"-wal", "-shm"};
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		if (path_with(path, store, tails[i])) {
			(void)unlink(path);
		}
	}
}

/* Nobody may be serving it; the lock is the one that the store takes. */
static enum err
lock_store(const char *store, int *ret_fd)
{
	char path[PATH_SIZE];
	int fd;

	if (!path_with(path, store, ".lock")) {
		return ERR_LIMIT;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return ERR_IO;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return ERR_BUSY;
	}
	*ret_fd = fd;
	return ERR_NONE;
}

static enum err
swap(const char *store, const char *copy, const char *head_copy,
    const char *head)
{
	char before[PATH_SIZE], wal[PATH_SIZE], wal_before[PATH_SIZE];

	if (!path_with(before, store, ".before") ||
	    !path_with(wal, store, "-wal") ||
	    !path_with(wal_before, before, "-wal")) {
		return ERR_LIMIT;
	}
	if (access(store, F_OK) == 0 && rename(store, before) != 0) {
		return ERR_IO;
	}
	/* What was committed but not yet copied back goes with its file. */
	if (access(wal, F_OK) == 0 && rename(wal, wal_before) != 0) {
		return ERR_IO;
	}
	drop_logs(store);
	if (rename(copy, store) != 0) {
		(void)rename(before, store);
		(void)rename(wal_before, wal);
		return ERR_IO;
	}
	(void)unlink(head);
	(void)rename(head_copy, head);
	return ERR_NONE;
}

static enum err
restore(const struct config *config, const struct install_paths *p,
    const char *file, struct buf *reason)
{
	char copy[PATH_SIZE], head[PATH_SIZE], lock[PATH_SIZE];
	enum err e;

	if (!path_with(copy, p->store, ".restore") ||
	    !path_with(head, p->head, ".restore")) {
		return ERR_LIMIT;
	}
	e = copy_file(file, copy);
	if (e != ERR_NONE) {
		buf_printf(reason, "%s cannot be copied: %s", file,
		    err_name(e));
	} else {
		e = renew(config, p->data, copy, head, reason);
	}
	if (e == ERR_NONE) {
		e = swap(p->store, copy, head, p->head);
	}
	drop_logs(copy);
	if (path_with(lock, copy, ".lock")) {
		(void)unlink(lock);
	}
	if (e != ERR_NONE) {
		(void)unlink(copy);
		(void)unlink(head);
	}
	return e;
}

enum err
install_restore(const struct config *config, const char *dir,
    const char *file, bool replace, struct buf *reason)
{
	struct install_paths p;
	int lock = -1;
	enum err e;

	if (!install_paths(config, dir, &p)) {
		return ERR_LIMIT;
	}
	if (strncmp(p.store, "postgres", 8) == 0) {
		buf_z(reason, "this store is PostgreSQL's; use pg_restore, "
		    "then \"watchword restore --epoch\"");
		return ERR_RANGE;
	}
	if (access(p.store, F_OK) == 0 && !replace) {
		buf_printf(reason, "%s is there; --replace puts the backup "
		    "in its place and keeps it as %s.before", p.store,
		    p.store);
		return ERR_EXISTS;
	}
	e = lock_store(p.store, &lock);
	if (e == ERR_BUSY) {
		buf_z(reason, "a server has this store open; stop it first");
	}
	if (e == ERR_NONE) {
		e = restore(config, &p, file, reason);
		close(lock);
	}
	if (e != ERR_NONE && buf_view(reason).n == 0) {
		buf_printf(reason, "nothing was restored: %s", err_name(e));
	}
	return e;
}
