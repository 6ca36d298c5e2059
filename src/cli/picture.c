#include "cli/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/ask.h"

/* A path is never an option or a scheme of ImageMagick's. */
static bool
safe_path(const char *path, char *dst, size_t cap)
{
	struct buf b;

	buf_fixed(&b, dst, cap);
	if (path[0] != '/') {
		buf_z(&b, "./");
	}
	buf_z(&b, path);
	return buf_err(&b) == ERR_NONE;
}

static enum err
start(char *path, int out, pid_t *ret_pid)
{
	char name[] = "zbarimg", raw[] = "--raw", quiet[] = "-q";
	char only[] = "-Sdisable", qr[] = "-Sqrcode.enable";
	char *argv[] = {name, raw, quiet, only, qr, path, NULL};
	posix_spawn_file_actions_t actions;
	int failed;

	if (posix_spawn_file_actions_init(&actions) != 0) {
		return ERR_NOMEM;
	}
	(void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
	    O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
	(void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
	    O_WRONLY, 0);
	failed = posix_spawnp(ret_pid, name, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed == 0 ? ERR_NONE : failed == ENOENT ? ERR_MISSING
	    : ERR_IO;
}

enum err
picture_read(const char *path, struct buf *out)
{
	char real[4096];
	size_t before = out->n;
	int ends[2], status = 0;
	pid_t pid;
	enum err e;

	if (access(path, R_OK) != 0 ||
	    !safe_path(path, real, sizeof(real)) ||
	    pipe2(ends, O_CLOEXEC) != 0) {
		return ERR_IO;
	}
	e = start(real, ends[1], &pid);
	close(ends[1]);
	if (e == ERR_NONE) {
		e = ask_all(ends[0], out);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
			/* interrupted, and still there */
		}
		if (e == ERR_NONE && (status != 0 || out->n == before)) {
			e = ERR_SYNTAX;
		}
	}
	close(ends[0]);
	return e;
}
