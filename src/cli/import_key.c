/* A pre-shared key in hexadecimal, from a file; a password, from a person. */
#include "cli/import_key.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/encode.h"
#include "cli/ask.h"
#include "cli/cli.h"

enum { KEY_FILE_MAX = 256, PASSWORD_MAX = 1024 };

bool
import_key_read(const char *path, struct secret *ret)
{
	struct buf CLEANUP(buf_done) text = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err e;

	buf_init(&text, KEY_FILE_MAX);
	e = fd < 0 ? ERR_MISSING : ask_all(fd, &text);
	if (fd >= 0) {
		close(fd);
	}
	if (e != ERR_NONE) {
		cli_say("%s: %s", path, e == ERR_LIMIT ? "is too large"
		    : "cannot be read");
		return false;
	}
	if (hex_decode(str_trim(buf_view(&text)), ret->b, SECRET_MAX,
	    &ret->n) != ERR_NONE || ret->n == 0) {
		cli_say("%s does not hold a key in hexadecimal", path);
		return false;
	}
	return true;
}

void
import_read_asking(enum import_format f, struct str text,
    const struct import_key *key, struct tokens *t)
{
	struct buf CLEANUP(buf_done) password = {0};
	struct import_key again = *key;

	import_read(f, text, key, t);
	buf_init(&password, PASSWORD_MAX);
	if (t->locked && ask_secret("Password of that file: ", ASK_TERMINAL,
	    &password) == ERR_NONE) {
		again.passphrase = buf_view(&password);
		tokens_init(t, t->arena);
		import_read(f, text, &again, t);
	}
}
