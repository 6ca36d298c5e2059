/*
 * The text of a QR code in a picture file, read by zbarimg (package
 * zbar-tools) in a process of its own: what decodes strangers' pictures has
 * no business in a process that holds a vault.
 */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/*
 * picture_read(path, out): the texts of the codes in it, one a line.
 * ERR_MISSING: zbarimg is not installed; ERR_SYNTAX: there is no code in the
 * picture, or it is none; ERR_IO.
 */
enum err picture_read(const char *path, struct buf *out) MUST_CHECK NONNULL;

#endif
