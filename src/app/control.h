/*
 * The control socket: commands that change an installation while its server
 * runs are carried out by the server, since one process writes.
 *
 * A Unix socket in the data folder, mode 0600, for the server's own user and
 * root only.  A request is the command's words, an answer its exit status and
 * its two outputs; one at a time.
 */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* The words of a command and what it prints; returns its exit status. */
typedef int control_fn(void *ctx, int argc, const char *const *argv,
    struct buf *out, struct buf *problems);

#define CONTROL_WORDS_MAX 32
/* A list of authenticators is the longest. */
#define CONTROL_REQUEST_MAX ((4 << 20) + 8192)
#define CONTROL_ANSWER_MAX (1 << 20)

struct control;

/*
 * control_start(path, fn, ctx, ret): serve on a thread of its own.  ERR_BUSY:
 * another server has the folder; ERR_LIMIT: the path is too long for a socket.
 */
enum err control_start(const char *path, control_fn *fn, void *ctx,
    struct control **ret_control) MUST_CHECK;

/* control_stop(c): NULL is fine; the socket is taken away. */
void control_stop(struct control *c);

/*
 * control_call(path, argc, argv, ret_status, out, problems): ask a running
 * server.  ERR_MISSING: none listens there; ERR_LIMIT; ERR_IO; ERR_TIMEOUT.
 */
enum err control_call(const char *path, int argc, const char *const *argv,
    int *ret_status, struct buf *out, struct buf *problems) MUST_CHECK
    NONNULL;

#endif
