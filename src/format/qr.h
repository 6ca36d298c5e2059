/*
 * QR codes (ISO/IEC 18004) from text, as a matrix or as SVG, by libqrencode.
 *
 * The text may be a secret (an otpauth URI holds the seed): then the matrix
 * and the drawing are, too.  What the library leaves in the heap is written
 * over before qr_encode returns.
 */
#ifndef FORMAT_QR_H
#define FORMAT_QR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Printable ASCII: what readers agree on without being told an encoding. */
#define QR_TEXT_MAX 1000

/* Version 25: the finest that a telephone still reads from a small screen. */
#define QR_SIDE_MAX 117

/* Light modules around the code that a reader wants (section 5.3.8). */
#define QR_QUIET 4

#define QR_TITLE_MAX 200

/* An SVG of the largest code stays below this. */
#define QR_SVG_MAX 65536

/* How much of the code may be lost: about 7, 15, 25, 30 per cent. */
enum qr_level { QR_LEVEL_L, QR_LEVEL_M, QR_LEVEL_Q, QR_LEVEL_H };

struct qr {
	unsigned side;		/* modules in a row: 21 to QR_SIDE_MAX */
	uint8_t dark[(QR_SIDE_MAX * QR_SIDE_MAX + 7) / 8];
};

void qr_wipe(struct qr *qr) NONNULL;

/*
 * qr_encode(text, level, ret_qr): the smallest code that holds text at level.
 * ERR_SYNTAX: empty, or a byte that is not printable ASCII.  ERR_LIMIT: more
 * than QR_TEXT_MAX bytes, or more than QR_SIDE_MAX modules hold at level.
 * ERR_NOMEM.
 */
enum err qr_encode(struct str text, enum qr_level level, struct qr *ret_qr)
    MUST_CHECK NONNULL;

/* qr_dark(qr, x, y): the module in column x and row y, both below side. */
bool qr_dark(const struct qr *qr, unsigned x, unsigned y) NONNULL;

/*
 * qr_svg(qr, title, out): append an <svg> element with the quiet zone, one
 * unit for a module, dark on white whatever the page's colours are, named
 * title (UTF-8, at most QR_TITLE_MAX bytes) for a screen reader.  It has no
 * style, script, id or link, so it may stand in a page under a strict policy.
 * Failures are latched in out; a title that is too long or no UTF-8 as
 * ERR_SYNTAX.
 */
void qr_svg(const struct qr *qr, struct str title, struct buf *out) NONNULL;

#endif
