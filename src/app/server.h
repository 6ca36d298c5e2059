/*
 * The server: an installation with its HTTP front, courier and keeper.
 */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include "app/install.h"

struct server;

/*
 * server_start(config, dir, reason, ret): opens the installation in dir and
 * serves it, as a sandbox when config says so.  reason gets a sentence for
 * every error; what was begun is undone.
 */
enum err server_start(const struct config *config, const char *dir,
    struct buf *reason, struct server **ret_server) MUST_CHECK NONNULL;

/* server_url(s): "http://127.0.0.1:8640". */
const char *server_url(const struct server *s) NONNULL;

/*
 * server_stop(s): finishes what it holds (S135) and closes.  ERR_TIMEOUT: a
 * request was not answered in time.
 */
enum err server_stop(struct server *s) NONNULL;

#endif
