#include "format/qr.h"

#include <assert.h>
#include <errno.h>
#include <qrencode.h>
#include <string.h>

/* In what libqrencode gives back, the lowest bit of a byte is the colour. */
#define DARK 1

void
qr_wipe(struct qr *qr)
{
	explicit_bzero(qr, sizeof(*qr));
}

static bool
is_printable(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < 0x20 || text.p[i] > 0x7e) {
			return false;
		}
	}
	return true;
}

static QRecLevel
level_of(enum qr_level level)
{
	switch (level) {
	case QR_LEVEL_L:
		return QR_ECLEVEL_L;
	case QR_LEVEL_M:
		return QR_ECLEVEL_M;
	case QR_LEVEL_Q:
		return QR_ECLEVEL_Q;
	case QR_LEVEL_H:
		return QR_ECLEVEL_H;
	}
	assert(!"a level");
	return QR_ECLEVEL_H;
}

/* Always bytes, never digits: the allocations then depend on the length. */
static QRcode *
encode(const char *p, size_t n, enum qr_level level)
{
	return QRcode_encodeData((int)n, (const unsigned char *)p, 0,
	    level_of(level));
}

static void
discard(QRcode *code)
{
	if (code != NULL) {
		explicit_bzero(code->data,
		    (size_t)code->width * (size_t)code->width);
		QRcode_free(code);
	}
}

/*
 * The library frees its working copies as they are, and takes no allocator.
 * The same work on another text gets the same chunks and writes them over;
 * three texts, because which of eight masks wins decides the order of some.
 */
static void
wash(size_t n, enum qr_level level)
{
	char other[QR_TEXT_MAX];

	for (int c = 'a'; c <= 'c'; c++) {
		memset(other, c, n);
		discard(encode(other, n, level));
	}
}

static void
copy_modules(const QRcode *code, struct qr *qr)
{
	size_t side = (size_t)code->width;

	memset(qr, 0, sizeof(*qr));
	qr->side = (unsigned)side;
	for (size_t i = 0; i < side * side; i++) {
		if ((code->data[i] & DARK) != 0) {
			qr->dark[i / 8] |= (uint8_t)(1U << i % 8);
		}
	}
}

enum err
qr_encode(struct str text, enum qr_level level, struct qr *ret_qr)
{
	enum err e = ERR_NONE;
	QRcode *code;

	if (text.n > QR_TEXT_MAX) {
		return ERR_LIMIT;
	}
	if (text.n == 0 || !is_printable(text)) {
		return ERR_SYNTAX;
	}
	errno = 0;
	code = encode(text.p, text.n, level);
	if (code == NULL) {
		e = errno == ERANGE ? ERR_LIMIT : ERR_NOMEM;
	} else if (code->width > QR_SIDE_MAX) {
		e = ERR_LIMIT;
	} else {
		copy_modules(code, ret_qr);
	}
	discard(code);
	wash(text.n, level);
	return e;
}

bool
qr_dark(const struct qr *qr, unsigned x, unsigned y)
{
	size_t i = (size_t)y * qr->side + x;

	assert(x < qr->side && y < qr->side && qr->side <= QR_SIDE_MAX);
	return (qr->dark[i / 8] >> i % 8 & 1) != 0;
}

/* The dark runs of one row, each as a closed strip one unit high. */
static void
draw_row(const struct qr *qr, unsigned y, struct buf *out)
{
	unsigned x = 0;

	while (x < qr->side) {
		unsigned from = x;

		while (x < qr->side && qr_dark(qr, x, y)) {
			x++;
		}
		if (x > from) {
			buf_printf(out, "M%u %uh%uv1h-%uz", from + QR_QUIET,
			    y + QR_QUIET, x - from, x - from);
		} else {
			x++;
		}
	}
}

static void
put_title(struct str title, struct buf *out)
{
	for (size_t i = 0; i < title.n; i++) {
		switch (title.p[i]) {
		case '&':
			buf_z(out, "&amp;");
			break;
		case '<':
			buf_z(out, "&lt;");
			break;
		case '>':
			buf_z(out, "&gt;");
			break;
		case '"':
			buf_z(out, "&quot;");
			break;
		default:
			buf_char(out, title.p[i]);
		}
	}
}

void
qr_svg(const struct qr *qr, struct str title, struct buf *out)
{
	unsigned side = qr->side + 2 * QR_QUIET;

	if (title.n > QR_TITLE_MAX || !str_is_utf8(title)) {
		if (out->err == ERR_NONE) {
			out->err = ERR_SYNTAX;
		}
		return;
	}
	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"", side, side);
	put_title(title, out);
	buf_printf(out, "\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/>"
	    "<path fill=\"#000\" d=\"", side, side);
	for (unsigned y = 0; y < qr->side; y++) {
		draw_row(qr, y, out);
	}
	buf_z(out, "\"/></svg>");
}
