/* The file of `watchword code`: where it is, opening it, writing it. */
#include "cli/code.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/ask.h"
#include "crypto/crypto.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600 };

/* $XDG_DATA_HOME/watchword/codes.json, in ~/.local/share where it is unset. */
static bool
find_path(struct code *x)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	struct buf b;

	buf_fixed(&b, x->path, sizeof(x->path));
	if (x->file != NULL) {
		buf_z(&b, x->file);
	} else if (data != NULL && data[0] == '/') {
		buf_printf(&b, "%s/watchword/codes.json", data);
	} else if (home != NULL && home[0] == '/') {
		buf_printf(&b, "%s/.local/share/watchword/codes.json", home);
	} else {
		cli_say("HOME is not set: name the file with --file");
		return false;
	}
	if (buf_err(&b) != ERR_NONE) {
		cli_say("the path is too long");
		return false;
	}
	return true;
}

/* The folder of path, and those above it, are made. */
static bool
make_folder(const char *path, char *folder, size_t cap)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL) {
		return str_copy(STR("."), folder, cap);
	}
	if (slash == path) {
		return str_copy(STR("/"), folder, cap);
	}
	if (!str_copy((struct str){path, (size_t)(slash - path)}, folder,
	    cap)) {
		return false;
	}
	for (char *at = folder + 1; *at != '\0'; at++) {
		if (*at == '/') {
			*at = '\0';
			(void)mkdir(folder, FOLDER_MODE);
			*at = '/';
		}
	}
	return mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST;
}

/* Two at once would each write away what the other has added. */
static bool
hold(struct code *x)
{
	char folder[sizeof(x->path)];

	if (!make_folder(x->path, folder, sizeof(folder))) {
		cli_say("the folder of %s cannot be made", x->path);
		return false;
	}
	x->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->lock < 0 || flock(x->lock, LOCK_EX | LOCK_NB) != 0) {
		cli_say("%s is in use by another command, or cannot be used",
		    folder);
		return false;
	}
	return true;
}

static int
read_file(struct code *x, struct buf *text, bool *ret_there)
{
	int fd = open(x->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err e;

	*ret_there = fd >= 0;
	if (fd < 0) {
		if (errno == ENOENT) {
			return EXIT_DONE;
		}
		cli_say("%s cannot be read", x->path);
		return EXIT_FAILED;
	}
	e = ask_all(fd, text);
	close(fd);
	if (e != ERR_NONE) {
		cli_say("%s cannot be read: %s", x->path, err_name(e));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

static bool
ask(struct code *x, const char *prompt, struct buf *out)
{
	enum err e = ask_secret(prompt, x->passphrase_fd, out);

	if (e == ERR_MISSING) {
		cli_say("there is no passphrase: no terminal, and no "
		    "--passphrase-fd");
	} else if (e != ERR_NONE) {
		cli_say("the passphrase cannot be read: %s", err_name(e));
	}
	return e == ERR_NONE;
}

static int
open_old(struct code *x, struct str text)
{
	struct buf CLEANUP(buf_done) passphrase = {0};
	enum vault_verdict verdict;
	enum err e;

	buf_init(&passphrase, VAULT_PASSPHRASE_MAX);
	if (!ask(x, "Passphrase: ", &passphrase)) {
		return EXIT_FAILED;
	}
	e = vault_open(&x->vault, x->arena, text, buf_view(&passphrase),
	    &verdict);
	if (e != ERR_NONE) {
		cli_say("the vault cannot be opened: %s", err_name(e));
		return EXIT_FAILED;
	}
	if (verdict == VAULT_OPEN) {
		return EXIT_DONE;
	}
	cli_say(verdict == VAULT_WRONG ? "this is not the passphrase"
	    : "%s is damaged, or no vault of this version", x->path);
	return verdict == VAULT_WRONG ? EXIT_NO : EXIT_FAILED;
}

static int
open_new(struct code *x)
{
	struct buf CLEANUP(buf_done) first = {0}, again = {0};
	enum err e;

	buf_init(&first, VAULT_PASSPHRASE_MAX);
	buf_init(&again, VAULT_PASSPHRASE_MAX);
	if (!ask(x, "Passphrase of the new vault: ", &first)) {
		return EXIT_FAILED;
	}
	if (first.n < VAULT_PASSPHRASE_MIN) {
		cli_say("at least %d characters, please", VAULT_PASSPHRASE_MIN);
		return EXIT_NO;
	}
	if (x->passphrase_fd == ASK_TERMINAL) {
		if (!ask(x, "The same again: ", &again)) {
			return EXIT_FAILED;
		}
		if (!str_equal(buf_view(&first), buf_view(&again))) {
			cli_say("these are not the same");
			return EXIT_NO;
		}
	}
	e = vault_new(&x->vault, x->arena, &x->rng, buf_view(&first));
	if (e != ERR_NONE) {
		cli_say("no vault can be made: %s", err_name(e));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

int
code_open(struct code *x, bool may_make)
{
	struct buf CLEANUP(buf_done) text = {0};
	bool there;
	int status;

	buf_init(&text, VAULT_TEXT_MAX);
	x->arena = arena_new(VAULT_ARENA_MAX);
	if (x->arena == NULL || crypto_init() != ERR_NONE) {
		cli_say("there is not enough memory");
		return EXIT_FAILED;
	}
	if (!find_path(x) || !hold(x)) {
		return EXIT_FAILED;
	}
	status = read_file(x, &text, &there);
	if (status != EXIT_DONE) {
		return status;
	}
	if (there) {
		return open_old(x, buf_view(&text));
	}
	if (!may_make) {
		cli_say("there is no vault at %s yet; watchword code add makes "
		    "one", x->path);
		return EXIT_NO;
	}
	return open_new(x);
}

static bool
write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR) {
			return false;
		}
		s = str_slice(s, n < 0 ? 0 : (size_t)n, s.n);
	}
	return fsync(fd) == 0;
}

/* A new file beside the old one, then in its place, then the folder. */
static bool
replace(struct code *x, struct str text)
{
	char fresh[sizeof(x->path) + 8];
	bool ok;
	int fd;

	if (snprintf(fresh, sizeof(fresh), "%s.new", x->path) < 0) {
		return false;
	}
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    FILE_MODE);
	if (fd < 0) {
		return false;
	}
	ok = fchmod(fd, FILE_MODE) == 0 && write_all(fd, text);
	ok = close(fd) == 0 && ok;
	if (!ok || rename(fresh, x->path) != 0) {
		(void)unlink(fresh);
		return false;
	}
	return fsync(x->lock) == 0;
}

bool
code_save(struct code *x)
{
	struct buf CLEANUP(buf_done) text = {0};

	buf_init(&text, VAULT_TEXT_MAX);
	if (vault_write(&x->vault, &x->rng, &text) != ERR_NONE ||
	    !replace(x, buf_view(&text))) {
		cli_say("%s cannot be written; it is as it was", x->path);
		return false;
	}
	return true;
}

void
code_close(struct code *x)
{
	vault_wipe(&x->vault);
	arena_free(x->arena);
	if (x->lock >= 0) {
		close(x->lock);
	}
	explicit_bzero(x, sizeof(*x));
}
