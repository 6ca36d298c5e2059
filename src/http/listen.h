/*
 * Listening sockets.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/*
 * listen_sockets(host, port, n, ret_fds, ret_port): n sockets on one address,
 * among which the kernel shares out connections.  host is a numeric address
 * or "localhost", port 0 picks a free one.  Errors as http_server_start.
 */
enum err listen_sockets(const char *host, uint16_t port, unsigned n,
    int *ret_fds, uint16_t *ret_port) MUST_CHECK NONNULL;

#endif
