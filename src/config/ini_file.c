#include "config/ini_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of sections' and keys' names; inih cuts longer ones. */
#define NAME_MAX_BYTES 49

struct parse {
	const char *name;
	struct str rest;	/* lines not yet handed out */
	unsigned line;		/* of the one that was handed out last */
	const struct ini_file_reader *r;
	struct buf *reason;
	bool expected;		/* the line should be a setting */
	bool begun;		/* there was a section */
	bool known;		/* the last one is */
	bool failed;
	struct buf seen;	/* "section\nkey\n" of every setting taken */
};

/* Room for as many settings as a program can have. */
#define SEEN_MAX 65536

static void
problem(struct parse *p, const char *what)
{
	buf_printf(p->reason, "%s:%u: %s\n", p->name, p->line, what);
	p->failed = true;
}

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') ||
		    s.p[i] == 0x7f) {
			return false;
		}
	}
	return str_is_utf8(s);
}

static bool
is_comment(struct str s)
{
	return s.n == 0 || s.p[0] == ';' || s.p[0] == '#';
}

/* "[name]", with nothing but a comment behind it. */
static void
begin_section(struct parse *p, struct str line)
{
	size_t end = str_find(line, ']');
	struct str name = str_slice(line, 1, end);

	p->begun = true;
	p->known = false;
	if (end == line.n ||
	    !is_comment(str_trim(str_slice(line, end + 1, line.n)))) {
		problem(p, "a section is [name] and nothing else");
		return;
	}
	if (name.n > NAME_MAX_BYTES || !p->r->section(p->r->ctx, name)) {
		buf_printf(p->reason, "%s:%u: there is no section [%.*s]\n",
		    p->name, p->line, STR_ARG(name));
		p->failed = true;
		return;
	}
	p->known = true;
}

/*
 * What inih is to see of a line: nothing where it has a problem, and without
 * the blanks in front by which a line would go on from the one before.
 */
static struct str
look_at(struct parse *p, struct str line)
{
	static const struct str nothing = STR_INIT("");
	struct str trimmed = str_trim(line);

	if (line.n > INI_FILE_LINE_MAX) {
		problem(p, "the line is too long");
		return nothing;
	}
	if (!printable(trimmed)) {
		problem(p, "the line is not UTF-8 or holds a control "
		    "character");
		return nothing;
	}
	if (is_comment(trimmed)) {
		return nothing;
	}
	if (trimmed.p[0] == '[') {
		begin_section(p, trimmed);
		return p->known ? trimmed : nothing;
	}
	p->expected = true;
	return trimmed;
}

/* inih asks for the next line: what became of the last one is known now. */
static char *
next_line(char *dst, int cap, void *parse)
{
	struct parse *p = parse;
	struct str line;

	if (p->expected) {
		problem(p, "a setting is key = value");
		p->expected = false;
	}
	if (!str_split(&p->rest, '\n', &line)) {
		return NULL;
	}
	p->line++;
	line = look_at(p, line);
	if (cap < 2 || !str_copy(line, dst, (size_t)cap - 1)) {
		problem(p, "the line is too long");
		dst[0] = '\0';
		p->expected = false;
	}
	/* Without a line break inih would take it for an unfinished line. */
	memcpy(dst + strlen(dst), "\n", 2);
	return dst;
}

static bool
seen_before(struct parse *p, struct str section, struct str key)
{
	struct str rest = buf_view(&p->seen);
	struct str s, k;

	while (str_split(&rest, '\n', &s) && str_split(&rest, '\n', &k)) {
		if (str_equal(s, section) && str_equal(k, key)) {
			return true;
		}
	}
	buf_printf(&p->seen, "%.*s\n%.*s\n", STR_ARG(section), STR_ARG(key));
	return false;
}

static void
take(struct parse *p, struct str section, struct str key, struct str value)
{
	size_t before = p->reason->n;

	if (!p->begun) {
		problem(p, "a setting stands before the first [section]");
		return;
	}
	if (!p->known) {
		return; /* said of the section */
	}
	buf_printf(p->reason, "%s:%u: ", p->name, p->line);
	if (!p->r->set(p->r->ctx, section, key, value, p->reason)) {
		buf_char(p->reason, '\n');
		p->failed = true;
		return;
	}
	buf_cut(p->reason, before);
	if (seen_before(p, section, key)) {
		buf_printf(p->reason, "%s:%u: %.*s.%.*s is given twice\n",
		    p->name, p->line, STR_ARG(section), STR_ARG(key));
		p->failed = true;
	}
}

static int
handle(void *parse, const char *section, const char *key, const char *value)
{
	struct parse *p = parse;

	p->expected = false;
	take(p, str_of(section), str_of(key), str_of(value));
	return 1;
}

bool
ini_file_parse(const char *name, struct str text,
    const struct ini_file_reader *r, struct buf *reason)
{
	struct parse p = {
		.name = name, .rest = text, .r = r, .reason = reason,
	};
	int result;

	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		p.rest = str_slice(text, 3, text.n);
	}
	/* Debian's inih has these at run time; its own line has 200 bytes. */
	ini_use_stack = false;
	ini_max_line = INI_FILE_LINE_MAX + 3;
	ini_initial_alloc = INI_FILE_LINE_MAX + 3;
	buf_init(&p.seen, SEEN_MAX);
	result = ini_parse_stream(next_line, &p, handle, &p);
	if (result < 0 || buf_err(&p.seen) != ERR_NONE) {
		problem(&p, "there is not enough memory to read on");
	} else if (result > 0 && !p.failed) {
		problem(&p, "the file is not understood");
	}
	buf_done(&p.seen);
	return !p.failed;
}

/* NULL, with errno or 0: no file.  A FIFO in its place must not hold us. */
static FILE *
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *f;

	if (fd < 0) {
		return NULL;
	}
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		(void)close(fd);
		errno = 0;
		return NULL;
	}
	f = fdopen(fd, "r");
	if (f == NULL) {
		(void)close(fd);
	}
	return f;
}

bool
ini_file_read(const char *path, struct buf *text, struct buf *reason)
{
	FILE *f = open_file(path);
	char part[4096];
	bool good;
	size_t n;

	if (f == NULL) {
		buf_printf(reason, "%s: %s\n", path, errno != 0
		    ? strerror(errno) : "is not a regular file");
		return false;
	}
	while (buf_err(text) == ERR_NONE &&
	    (n = fread(part, 1, sizeof(part), f)) > 0) {
		buf_put(text, part, n);
	}
	good = !ferror(f) && buf_err(text) == ERR_NONE;
	if (ferror(f)) {
		buf_printf(reason, "%s: cannot be read\n", path);
	} else if (!good) {
		buf_printf(reason, "%s: has more than %zu bytes\n", path,
		    text->max);
	}
	(void)fclose(f);
	return good;
}

bool
ini_file_load(const char *path, size_t max, const struct ini_file_reader *r,
    struct buf *reason)
{
	struct buf text;
	bool good;

	buf_init(&text, max);
	good = ini_file_read(path, &text, reason) &&
	    ini_file_parse(path, buf_view(&text), r, reason);
	buf_done(&text);
	return good;
}
