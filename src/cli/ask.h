/*
 * Secrets that a person types or another program hands over: from the
 * terminal without echo, or from a descriptor; never from an argument.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* No descriptor: the terminal is asked. */
#define ASK_TERMINAL (-1)

/*
 * ask_secret(prompt, fd, out): one line without its end, appended to out.
 * From fd the line, or all there is; from the terminal behind the prompt.
 * ERR_MISSING: there is no terminal, or nothing came; ERR_LIMIT: longer than
 * out allows; ERR_IO.
 */
enum err ask_secret(const char *prompt, int fd, struct buf *out)
    MUST_CHECK NONNULL;

/* ask_all(fd, out): everything up to the end. */
enum err ask_all(int fd, struct buf *out) MUST_CHECK NONNULL;

#endif
