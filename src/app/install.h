/*
 * An installation: its folder, keys and store, opened for a server or for a
 * command.
 */
#ifndef APP_INSTALL_H
#define APP_INSTALL_H

#include "config/config.h"
#include "flow/flow.h"

#define PATH_SIZE 4096

/* Where the parts are, with the defaults filled in. */
struct install_paths {
	char data[PATH_SIZE];
	char keyring[PATH_SIZE];
	char store[PATH_SIZE];		/* a file, or "postgresql://…" */
	char head[PATH_SIZE];		/* the audit log's last seal */
	char control[PATH_SIZE];	/* the running server's socket */
};

/* install_paths(config, dir, ret): false: a path is too long. */
bool install_paths(const struct config *config, const char *dir,
    struct install_paths *ret_paths) MUST_CHECK NONNULL;

struct install {
	const struct config *config;	/* borrowed from whoever opened it */
	struct install_paths paths;
	struct keyring *ring;
	struct flow flow;
};

enum install_mode { INSTALL_SERVE, INSTALL_WRITE, INSTALL_READ };

/*
 * install_create(config, dir, api_key): a new installation with the tenant
 * "default", and its first API key into api_key.  ERR_EXISTS: there is one;
 * nothing is touched then.  What fails half-way is taken away again.
 * reason gets a sentence.
 */
enum err install_create(const struct config *config, const char *dir,
    struct buf *reason, struct buf *api_key) MUST_CHECK NONNULL;

/*
 * install_open(config, dir, mode, clock, hooks, reason, ret): hooks may name
 * what store_options has beyond the configuration.  ERR_BUSY with
 * INSTALL_WRITE: a server has it open; see app/control.h.
 */
struct install_hooks {
	void (*on_messages)(void *ctx);
	void *ctx;
};
enum err install_open(const struct config *config, const char *dir,
    enum install_mode mode, struct clock clock,
    const struct install_hooks *hooks, struct buf *reason,
    struct install *ret_install) MUST_CHECK NONNULL;

void install_close(struct install *i) NONNULL;

/* install_why(e): why one of its files cannot be used, in words. */
const char *install_why(enum err e);

#endif
