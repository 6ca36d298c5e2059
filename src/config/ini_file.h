/*
 * INI files, read strictly: inih splits the lines, and what it would pass over
 * (a line too long for it, text behind a section's name, a line without "=",
 * a value that goes on in the next line) is a problem here.
 *
 * A line is "[section]", "key = value", or a comment after ";" or "#"; a
 * comment behind a value begins with " ;".  Sections may be opened again, a
 * key is given once.  Every problem is a line "NAME:12: reason".
 */
#ifndef CONFIG_INI_FILE_H
#define CONFIG_INI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

/* Longest line, in bytes. */
#define INI_FILE_LINE_MAX 2000

struct ini_file_reader {
	/* section(ctx, name): there is one. */
	bool (*section)(void *ctx, struct str name);
	/* set(…): false, and a sentence in reason without a line break. */
	bool (*set)(void *ctx, struct str section, struct str key,
	    struct str value, struct buf *reason);
	void *ctx;
};

/*
 * ini_file_parse(name, text, r, reason): hands every setting in text to r;
 * name is what problems are reported under.  False: there was one.
 */
bool ini_file_parse(const char *name, struct str text,
    const struct ini_file_reader *r, struct buf *reason) MUST_CHECK NONNULL;

/* ini_file_read(path, text, reason): the file, as far as text allows. */
bool ini_file_read(const char *path, struct buf *text, struct buf *reason)
    MUST_CHECK NONNULL;

/* ini_file_load(path, max, r, reason): the same for a file of at most max. */
bool ini_file_load(const char *path, size_t max,
    const struct ini_file_reader *r, struct buf *reason) MUST_CHECK NONNULL;

#endif
