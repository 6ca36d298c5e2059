/*
 * What qr.c draws is read back by zbarimg, a reader that is not ours: once
 * the matrix, once the strips of the SVG, painted here.
 */
#include "format/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parse.h"

enum {
	SCALE = 3,
	CANVAS_MAX = QR_SIDE_MAX + 2 * QR_QUIET,
	OUTPUT_MAX = 2048
};

struct canvas {
	unsigned side;
	bool dark[CANVAS_MAX][CANVAS_MAX];
};

static const char uri[] = "otpauth://totp/Shop:ada%40example.com"
    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop"
    "&algorithm=SHA1&digits=6&period=30";

static void
write_pgm(const struct canvas *c, const char *path)
{
	unsigned side = c->side * SCALE;
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	(void)fprintf(f, "P5\n%u %u\n255\n", side, side);
	for (unsigned y = 0; y < side; y++) {
		for (unsigned x = 0; x < side; x++) {
			(void)fputc(c->dark[y / SCALE][x / SCALE] ? 0 : 255, f);
		}
	}
	assert_int_equal(fclose(f), 0);
}

/* What zbarimg reads in the file at path, without the line's end. */
static struct str
zbarimg(char *path, char out[static OUTPUT_MAX])
{
	char name[] = "zbarimg", quiet[] = "-q", raw[] = "--raw";
	char no_bus[] = "--nodbus";
	char only[] = "-Sdisable", qr[] = "-Sqrcode.enable";
	char *argv[] = {name, quiet, no_bus, raw, only, qr, path, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1],
	    1), 0);
	assert_int_equal(posix_spawn_file_actions_addclose(&actions, ends[0]),
	    0);
	if (posix_spawnp(&pid, name, &actions, NULL, argv, environ) != 0) {
		fail_msg("zbarimg is not there: apt-get install zbar-tools");
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	while (n < OUTPUT_MAX &&
	    (got = read(ends[0], out + n, OUTPUT_MAX - n)) > 0) {
		n += (size_t)got;
	}
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(n > 0 && out[n - 1] == '\n');
	return (struct str){out, n - 1};
}

static void
assert_reads(const struct canvas *c, struct str text)
{
	char path[] = "/tmp/watchword-qr-XXXXXX", out[OUTPUT_MAX];
	struct str read;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)close(fd);
	write_pgm(c, path);
	read = zbarimg(path, out);
	(void)unlink(path);
	assert_true(str_equal(read, text));
}

static void
paint_matrix(const struct qr *qr, struct canvas *c)
{
	memset(c, 0, sizeof(*c));
	c->side = qr->side + 2 * QR_QUIET;
	for (unsigned y = 0; y < qr->side; y++) {
		for (unsigned x = 0; x < qr->side; x++) {
			c->dark[y + QR_QUIET][x + QR_QUIET] =
			    qr_dark(qr, x, y);
		}
	}
}

static unsigned
number(struct str *rest)
{
	uint64_t v;
	size_t n = 0;

	while (n < rest->n && rest->p[n] >= '0' && rest->p[n] <= '9') {
		n++;
	}
	assert_true(parse_u64(str_slice(*rest, 0, n), &v));
	*rest = str_slice(*rest, n, rest->n);
	return (unsigned)v;
}

static void
skip_text(struct str *rest, const char *z)
{
	assert_true(str_starts(*rest, str_of(z)));
	*rest = str_slice(*rest, strlen(z), rest->n);
}

/* Only what qr_svg writes: "Mx yhNv1h-Nz" over and over. */
static void
paint_path(struct str path, struct canvas *c)
{
	while (path.n > 0) {
		unsigned x, y, run;

		skip_text(&path, "M");
		x = number(&path);
		skip_text(&path, " ");
		y = number(&path);
		skip_text(&path, "h");
		run = number(&path);
		skip_text(&path, "v1h-");
		assert_int_equal(number(&path), run);
		skip_text(&path, "z");
		assert_true(y < c->side && x + run <= c->side);
		memset(&c->dark[y][x], true, run);
	}
}

static void
paint_svg(struct str svg, struct canvas *c)
{
	static const char box[] = "viewBox=\"0 0 ";
	static const char path[] = "<path fill=\"#000\" d=\"";
	struct str rest;
	const char *at;

	memset(c, 0, sizeof(*c));
	at = strstr(svg.p, box);
	assert_non_null(at);
	rest = str_of(at + strlen(box));
	c->side = number(&rest);
	assert_true(c->side <= CANVAS_MAX);
	at = strstr(svg.p, path);
	assert_non_null(at);
	rest = str_of(at + strlen(path));
	paint_path(str_slice(rest, 0, str_find(rest, '"')), c);
}

static void
a_reader_reads_the_matrix(void **state UNUSED)
{
	static struct canvas c;
	struct qr qr;

	for (enum qr_level l = QR_LEVEL_L; l <= QR_LEVEL_H; l++) {
		assert_int_equal(qr_encode(str_of(uri), l, &qr), ERR_NONE);
		paint_matrix(&qr, &c);
		assert_reads(&c, str_of(uri));
	}
}

static void
a_reader_reads_the_svg(void **state UNUSED)
{
	static struct canvas c;
	struct qr qr;
	struct buf svg;

	assert_int_equal(qr_encode(str_of(uri), QR_LEVEL_M, &qr), ERR_NONE);
	buf_init(&svg, QR_SVG_MAX);
	qr_svg(&qr, STR("Ada's \"code\" <&>"), &svg);
	assert_int_equal(buf_err(&svg), ERR_NONE);
	assert_non_null(strstr(buf_c(&svg),
	    "aria-label=\"Ada's &quot;code&quot; &lt;&amp;&gt;\""));
	assert_null(strstr(buf_c(&svg), "style"));
	paint_svg(buf_view(&svg), &c);
	buf_done(&svg);
	assert_reads(&c, str_of(uri));
}

static void
the_longest_text_is_read(void **state UNUSED)
{
	static struct canvas c;
	char text[QR_TEXT_MAX + 1];
	struct qr qr;
	struct buf svg;

	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = (char)(' ' + i * 7 % 95);
	}
	assert_int_equal(qr_encode((struct str){text, QR_TEXT_MAX},
	    QR_LEVEL_L, &qr), ERR_NONE);
	assert_true(qr.side <= QR_SIDE_MAX);
	paint_matrix(&qr, &c);
	assert_reads(&c, (struct str){text, QR_TEXT_MAX});
	buf_init(&svg, QR_SVG_MAX);
	qr_svg(&qr, STR("a"), &svg);
	assert_int_equal(buf_err(&svg), ERR_NONE);
	buf_done(&svg);
}

static void
what_is_refused(void **state UNUSED)
{
	char text[QR_TEXT_MAX + 1];
	struct qr qr = {.side = 7};
	struct buf out;

	memset(text, 'x', sizeof(text));
	assert_int_equal(qr_encode((struct str){text, sizeof(text)},
	    QR_LEVEL_L, &qr), ERR_LIMIT);
	assert_int_equal(qr_encode((struct str){text, QR_TEXT_MAX},
	    QR_LEVEL_H, &qr), ERR_LIMIT);
	assert_int_equal(qr_encode(STR(""), QR_LEVEL_L, &qr), ERR_SYNTAX);
	assert_int_equal(qr_encode(STR("a\nb"), QR_LEVEL_L, &qr), ERR_SYNTAX);
	assert_int_equal(qr_encode(STR("a\0b"), QR_LEVEL_L, &qr), ERR_SYNTAX);
	assert_int_equal(qr_encode(STR("caf\xc3\xa9"), QR_LEVEL_L, &qr),
	    ERR_SYNTAX);
	assert_int_equal(qr.side, 7);

	assert_int_equal(qr_encode(STR("x"), QR_LEVEL_L, &qr), ERR_NONE);
	assert_int_equal(qr.side, 21);
	buf_init(&out, QR_SVG_MAX);
	qr_svg(&qr, STR("\xff"), &out);
	assert_int_equal(buf_err(&out), ERR_SYNTAX);
	buf_clear(&out);
	qr_svg(&qr, (struct str){text, QR_TITLE_MAX + 1}, &out);
	assert_int_equal(buf_err(&out), ERR_SYNTAX);
	buf_done(&out);
}

/* The low bits are flipped in what is looked for, so that it is not found
 * where it is kept. */
static size_t
count_in_heap(const char *flipped, size_t n)
{
	unsigned long from, to;
	char line[512], *end;
	size_t seen = 0;
	FILE *f = fopen("/proc/self/maps", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, "[heap]") == NULL) {
			continue;
		}
		from = strtoul(line, &end, 16);
		to = strtoul(end + 1, &end, 16);
		for (const char *at = (const char *)from;
		    at + n <= (const char *)to; at++) {
			size_t k = 0;

			while (k < n && (at[k] ^ 1) == flipped[k]) {
				k++;
			}
			seen += k == n;
		}
	}
	(void)fclose(f);
	return seen;
}

/* I8: the seed stays in no chunk that the library gave back. */
static void
nothing_is_left_in_the_heap(void **state UNUSED)
{
	enum { SECRET = 32, SECRET_AT = 45 };
	/* As text, in code words (half a byte on), and one byte for a bit. */
	char flipped[SECRET], shifted[SECRET - 1], bits[8 * SECRET];
	char *text = malloc(sizeof(uri));
	struct qr qr;

	if (UNDER_SANITIZER) {
		free(text);
		skip();
	}
	assert_non_null(text);
	memcpy(text, uri, sizeof(uri));
	for (size_t i = 0; i < SECRET; i++) {
		/* Drawn here, so that it stands in no constant. */
		text[SECRET_AT + i] = (char)('A' + (i * 11 + 5) % 26);
		flipped[i] = (char)(text[SECRET_AT + i] ^ 1);
		for (size_t k = 0; k < 8; k++) {
			bits[8 * i + k] = (char)(
			    (text[SECRET_AT + i] >> (7 - k) & 1) ^ 1);
		}
	}
	for (size_t i = 0; i < SECRET - 1; i++) {
		shifted[i] = (char)((((unsigned char)text[SECRET_AT + i] << 4 |
		    (unsigned char)text[SECRET_AT + 1 + i] >> 4) & 0xff) ^ 1);
	}
	for (enum qr_level l = QR_LEVEL_L; l <= QR_LEVEL_H; l++) {
		assert_int_equal(qr_encode((struct str){text,
		    sizeof(uri) - 1}, l, &qr), ERR_NONE);
	}
	/* Where it is, it is found: so the search can find. */
	assert_int_equal(count_in_heap(flipped, SECRET), 1);
	explicit_bzero(text, sizeof(uri));
	assert_int_equal(count_in_heap(flipped, SECRET), 0);
	assert_int_equal(count_in_heap(shifted, SECRET - 1), 0);
	assert_int_equal(count_in_heap(bits, 8 * SECRET), 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, in a heap that nobody has used. */
		cmocka_unit_test(nothing_is_left_in_the_heap),
		cmocka_unit_test(a_reader_reads_the_matrix),
		cmocka_unit_test(a_reader_reads_the_svg),
		cmocka_unit_test(the_longest_text_is_read),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
