/*
 * The configuration of an installation: one INI file, the environment, the
 * command line, each over the one before.
 *
 * config.def is the only list of settings.  What it does not know is refused,
 * and so is a value out of its range or a setting that is given twice: a
 * mistyped limit must not leave the default in force.  Every problem found is
 * a line of reason, "FILE:12: mail.port must be from 1 to 65535"; a
 * configuration with one is not to be used.  Secrets are never values, only
 * names of files.
 *
 * struct config owns no heap.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"

/* A maximum for reason that holds the problems of any file worth reading. */
#define CONFIG_REASON_MAX 16384

/* A file past this is refused. */
#define CONFIG_FILE_MAX 65536

/* The values of mail_security; server_log_level is an enum log_level. */
enum config_mail_security {
	CONFIG_MAIL_NONE,
	CONFIG_MAIL_STARTTLS,
	CONFIG_MAIL_SMTPS
};

/*
 * A member for each setting: server_listen, mail_port, …
 * In the table's order, whatever that pads: there is one of them.
 */
struct config {
#define CONFIG_SECTION(section, about)
#define CONFIG(section, key, type, initial, min, max, unit, about) \
	CONFIG_MEMBER_##type(section##_##key, max)
#define CONFIG_MEMBER_TEXT(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_PATH(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_LISTEN(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_NETWORKS(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_LOCATION(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_HOST(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_EMAIL(name, max) char name[(max) + 1];
#define CONFIG_MEMBER_NUMBER(name, max) int64_t name;
#define CONFIG_MEMBER_SWITCH(name, max) bool name;
#define CONFIG_MEMBER_CHOICE(name, max) int name;
#include "config/config.def"
#undef CONFIG_SECTION
#undef CONFIG

	/* No setting: only the command line makes a sandbox. */
	bool sandbox;
};

/* config_init(c): every setting at its default. */
void config_init(struct config *c) NONNULL;

/*
 * config_load_file(c, path, reason): the settings in an INI file.  False: it
 * cannot be read or has a problem; some settings may have been taken.
 */
bool config_load_file(struct config *c, const char *path, struct buf *reason)
    MUST_CHECK NONNULL;

/* config_load_text(c, name, text, reason): the same for a text in memory. */
bool config_load_text(struct config *c, const char *name, struct str text,
    struct buf *reason) MUST_CHECK NONNULL;

/*
 * config_load_env(c, env, reason): every WATCHWORD_SECTION_KEY=value of env,
 * which ends with NULL.  False as above: a variable that begins with
 * WATCHWORD_ and names no setting is a problem too.
 */
bool config_load_env(struct config *c, char *const *env, struct buf *reason)
    MUST_CHECK NONNULL;

/*
 * config_set(c, section, key, value, reason): one setting, for the command
 * line.  False: unknown, malformed or out of range; reason gets a sentence
 * that does not repeat the value, and c is as before.
 */
bool config_set(struct config *c, struct str section, struct str key,
    struct str value, struct buf *reason) MUST_CHECK NONNULL;

/*
 * config_check(c, reason): the settings make sense together, the files aside.
 * To be asked once everything has been loaded.
 */
bool config_check(const struct config *c, struct buf *reason)
    MUST_CHECK NONNULL;

/* Where to listen: the two halves of server.listen. */
#define CONFIG_HOST_SIZE 64
struct config_listen {
	char host[CONFIG_HOST_SIZE];	/* numeric without brackets, or localhost */
	uint16_t port;
	bool loopback;
};

/* config_listen_parse(s, ret): "127.0.0.1:8640", "[::1]:0", "localhost:80". */
bool config_listen_parse(struct str s, struct config_listen *ret_listen)
    MUST_CHECK NONNULL;

/*
 * config_secret_read(path, ret_secret): the secret in a file of its own, a
 * last line break not counted.  ERR_MISSING; ERR_DENIED: not readable, not a
 * regular file, not ours (or root's), or readable by group or others;
 * ERR_LIMIT: longer than SECRET_MAX; ERR_SYNTAX: empty, or more than a line;
 * ERR_IO.
 */
enum err config_secret_read(const char *path, struct secret *ret_secret)
    MUST_CHECK NONNULL;

/* The table as text: the sample file, watchword.conf(5), lines for --help. */
void config_print_sample(struct buf *out) NONNULL;
void config_print_man(struct buf *out) NONNULL;
void config_print_help(struct buf *out) NONNULL;

#endif
