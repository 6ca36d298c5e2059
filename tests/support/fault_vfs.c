#include "fault_vfs.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FULL_FOR = 4, SECTOR = 512 };

/* A write that no sync has followed. */
struct loose {
	struct loose *before;	/* the one written just before */
	sqlite3_int64 offset;
	sqlite3_int64 size_before;	/* of the file */
	int n;
	int old_n;		/* bytes that were there */
	char *old;
	char *new;
};

/* What a file has beyond its last sync; shared by all who have it open. */
struct loose_file {
	struct loose_file *next;
	char *name;
	struct loose *last;
};

struct file {
	sqlite3_file base;
	struct loose_file *loose;	/* NULL: no faults in this one */
	sqlite3_file *real;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* guards all */
static struct loose_file *files;
static enum fault_vfs_kind kind;
static unsigned at;
static unsigned counted;
static unsigned fired;
static bool hold;
static unsigned held;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;	/* hold or held */
static sqlite3_vfs *real_vfs;

void
fault_vfs_arm(enum fault_vfs_kind which, unsigned n)
{
	pthread_mutex_lock(&lock);
	kind = which;
	at = n;
	counted = 0;
	fired = 0;
	pthread_mutex_unlock(&lock);
}

unsigned
fault_vfs_fired(void)
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = fired;
	pthread_mutex_unlock(&lock);
	return n;
}

unsigned
fault_vfs_counted(void)
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = counted;
	pthread_mutex_unlock(&lock);
	return n;
}

void
fault_vfs_hold(void)
{
	pthread_mutex_lock(&lock);
	hold = true;
	pthread_mutex_unlock(&lock);
}

void
fault_vfs_held(void)
{
	pthread_mutex_lock(&lock);
	while (held == 0) {
		pthread_cond_wait(&moved, &lock);
	}
	pthread_mutex_unlock(&lock);
}

void
fault_vfs_release(void)
{
	pthread_mutex_lock(&lock);
	hold = false;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&lock);
}

/* The lock is held. */
static void
wait_released(void)
{
	held++;
	pthread_cond_broadcast(&moved);
	while (hold) {
		pthread_cond_wait(&moved, &lock);
	}
	held--;
}

/* Counts; true when it is this one's turn.  The lock is held. */
static bool
is_due(void)
{
	const unsigned last = kind == FAULT_VFS_FULL ? at + FULL_FOR - 1 : at;

	counted++;
	if (counted < at || counted > last) {
		return false;
	}
	fired++;
	return true;
}

static void
forget(struct loose_file *f)
{
	while (f->last != NULL) {
		struct loose *w = f->last;

		f->last = w->before;
		free(w->old);
		free(w->new);
		free(w);
	}
}

static void
keep_loose(struct file *f, const void *p, int n, sqlite3_int64 offset)
{
	struct loose *w = calloc(1, sizeof(*w));
	int fd = open(f->loose->name, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	assert(w != NULL && fd >= 0);
	w->offset = offset;
	w->n = n;
	w->size_before = (sqlite3_int64)lseek(fd, 0, SEEK_END);
	w->old = malloc((size_t)n);
	w->new = malloc((size_t)n);
	assert(w->old != NULL && w->new != NULL);
	got = pread(fd, w->old, (size_t)n, offset);
	assert(got >= 0);
	w->old_n = (int)got;
	memcpy(w->new, p, (size_t)n);
	/* fd stays open: closing any descriptor of the database would drop
	 * SQLite's locks.  The process has not long to live. */
	w->before = f->loose->last;
	f->loose->last = w;
}

static void
put_back(int fd, const struct loose_file *f)
{
	for (struct loose *w = f->last; w != NULL; w = w->before) {
		ssize_t n = pwrite(fd, w->old, (size_t)w->old_n, w->offset);

		assert(n == w->old_n);
		if (ftruncate(fd, w->size_before) != 0) {
			abort();
		}
	}
}

/* Some of the lost writes arrive all the same, in any order. */
static void
put_some(int fd, const struct loose_file *f, bool torn)
{
	uint32_t random = at * 2654435761u + 12345u;

	for (struct loose *w = f->last; w != NULL; w = w->before) {
		int n = w->n;

		random = random * 1664525u + 1013904223u;
		if ((random >> 16) % 2 == 0) {
			continue;
		}
		if (torn && (random >> 20) % 2 == 0) {
			n = n > SECTOR ? n / 2 / SECTOR * SECTOR : n / 2;
		}
		if (pwrite(fd, w->new, (size_t)n, w->offset) != n) {
			abort();
		}
	}
}

static void
cut_power(void)
{
	for (struct loose_file *f = files; f != NULL; f = f->next) {
		int fd = open(f->name, O_RDWR | O_CLOEXEC);

		if (fd < 0) {
			continue;
		}
		put_back(fd, f);
		if (kind != FAULT_VFS_CUT_DROP) {
			put_some(fd, f, kind == FAULT_VFS_CUT_TORN);
		}
	}
	_exit(FAULT_VFS_CUT_STATUS);
}

static bool
is_cut(void)
{
	return kind == FAULT_VFS_CUT_DROP || kind == FAULT_VFS_CUT_SOME ||
	    kind == FAULT_VFS_CUT_TORN;
}

static struct file *
of(sqlite3_file *f)
{
	return (struct file *)f;
}

static int
file_close(sqlite3_file *f)
{
	return of(f)->real->pMethods->xClose(of(f)->real);
}

static int
file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
	bool fail;

	pthread_mutex_lock(&lock);
	fail = of(f)->loose != NULL && kind == FAULT_VFS_READ && is_due();
	pthread_mutex_unlock(&lock);
	return fail ? SQLITE_IOERR_READ
	    : of(f)->real->pMethods->xRead(of(f)->real, p, n, offset);
}

/* The lock is held. */
static int
write_with_faults(struct file *f, const void *p, int n, sqlite3_int64 offset)
{
	const bool fails = kind == FAULT_VFS_WRITE ||
	    kind == FAULT_VFS_SHORT || kind == FAULT_VFS_FULL;
	const bool due = (fails || is_cut()) && is_due();

	if (due && kind == FAULT_VFS_FULL) {
		return SQLITE_FULL;
	}
	if (due && kind == FAULT_VFS_WRITE) {
		return SQLITE_IOERR_WRITE;
	}
	if (is_cut()) {
		keep_loose(f, p, n, offset);
	}
	if (due && is_cut()) {
		cut_power();
	}
	if (due) {
		n /= 2;
	}
	n = f->real->pMethods->xWrite(f->real, p, n, offset);
	return due ? SQLITE_IOERR_WRITE : n;
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
	int rc;

	if (of(f)->loose == NULL) {
		return of(f)->real->pMethods->xWrite(of(f)->real, p, n,
		    offset);
	}
	pthread_mutex_lock(&lock);
	rc = write_with_faults(of(f), p, n, offset);
	pthread_mutex_unlock(&lock);
	return rc;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	pthread_mutex_lock(&lock);
	if (of(f)->loose != NULL) {
		forget(of(f)->loose);
	}
	pthread_mutex_unlock(&lock);
	return of(f)->real->pMethods->xTruncate(of(f)->real, size);
}

static int
file_sync(sqlite3_file *f, int flags)
{
	bool fail = false;
	int rc;

	if (of(f)->loose == NULL) {
		return of(f)->real->pMethods->xSync(of(f)->real, flags);
	}
	pthread_mutex_lock(&lock);
	wait_released();
	if (is_cut() && is_due()) {
		cut_power();
	}
	fail = kind == FAULT_VFS_SYNC && is_due();
	/* What survives is decided here and not by the disk: no real sync. */
	rc = fail ? SQLITE_IOERR_FSYNC : SQLITE_OK;
	if (!fail) {
		forget(of(f)->loose);
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return of(f)->real->pMethods->xFileSize(of(f)->real, size);
}

static int
file_lock(sqlite3_file *f, int level)
{
	return of(f)->real->pMethods->xLock(of(f)->real, level);
}

static int
file_unlock(sqlite3_file *f, int level)
{
	return of(f)->real->pMethods->xUnlock(of(f)->real, level);
}

static int
file_check(sqlite3_file *f, int *ret)
{
	return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, ret);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg);
}

static int
file_sector(sqlite3_file *f)
{
	return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

static int
file_character(sqlite3_file *f)
{
	return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real);
}

static int
file_shm_map(sqlite3_file *f, int page, int size, int extend,
    void volatile **ret)
{
	return of(f)->real->pMethods->xShmMap(of(f)->real, page, size, extend,
	    ret);
}

static int
file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return of(f)->real->pMethods->xShmLock(of(f)->real, offset, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int
file_shm_unmap(sqlite3_file *f, int delete)
{
	return of(f)->real->pMethods->xShmUnmap(of(f)->real, delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_character,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

/* The lock is held. */
static struct loose_file *
loose_of(const char *name)
{
	struct loose_file *f = files;

	while (f != NULL && strcmp(f->name, name) != 0) {
		f = f->next;
	}
	if (f == NULL) {
		f = calloc(1, sizeof(*f));
		assert(f != NULL);
		f->name = strdup(name);
		f->next = files;
		files = f;
	}
	return f;
}

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *ret_flags)
{
	const int ours = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL;
	int rc;

	(void)vfs;
	of(f)->base.pMethods = NULL;
	of(f)->loose = NULL;
	of(f)->real = (sqlite3_file *)&of(f)[1];
	rc = real_vfs->xOpen(real_vfs, name, of(f)->real, flags, ret_flags);
	if (rc != SQLITE_OK) {
		return rc;
	}
	of(f)->base.pMethods = &methods;
	if (name != NULL && (flags & ours) != 0) {
		pthread_mutex_lock(&lock);
		of(f)->loose = loose_of(name);
		pthread_mutex_unlock(&lock);
	}
	return SQLITE_OK;
}

void
fault_vfs_install(void)
{
	static sqlite3_vfs vfs;
	int rc;

	real_vfs = sqlite3_vfs_find(NULL);
	assert(real_vfs != NULL);
	vfs = *real_vfs;
	vfs.zName = "fault";
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	rc = sqlite3_vfs_register(&vfs, 1);
	assert(rc == SQLITE_OK);
}
