/*
 * "import LIST": authenticators from another system.  The command has read the
 * file; LIST is what it found, a line for each,
 *
 *	PLACE TYPE HASH DIGITS PERIOD COUNTER KEY OWNER LABEL
 *
 * between tabs, the key in hexadecimal.  The socket that it comes by is the
 * operator's own.
 */
#include <string.h>

#include "app/admin_words.h"
#include "base/encode.h"
#include "base/parse.h"
#include "domain/text.h"
#include "flow/import.h"
#include "otp/totp.h"

enum { ITEM_ARENA_MAX = 1 << 20, ITEMS_ARENA_MAX = 32 << 20, COLUMNS = 9,
	KEY_MAX = 128 };

static bool
read_number(struct str s, uint64_t max, uint64_t *ret_v)
{
	return parse_u64(s, ret_v) && *ret_v <= max;
}

static bool
read_label(struct str s, struct str *ret_label)
{
	struct display_text text;

	/* A name that a page cannot show is left away. */
	*ret_label = s.n > 0 && display_text_parse(s, &text) == FLAW_NONE ? s
	    : STR("");
	return true;
}

static bool
read_item(struct str line, struct arena *arena, struct import_item *item)
{
	struct str f[COLUMNS];
	uint64_t place, hash, digits, period;
	uint8_t *key = arena_get(arena, KEY_MAX);
	size_t n = 0;

	while (n < COLUMNS && str_split(&line, '\t', &f[n])) {
		n++;
	}
	if (key == NULL || n != COLUMNS ||
	    !read_number(f[0], SIZE_MAX, &place) ||
	    !read_number(f[2], HMAC_HASH_COUNT - 1, &hash) ||
	    !read_number(f[3], HOTP_DIGITS_MAX, &digits) ||
	    !read_number(f[4], TOTP_PERIOD_MAX, &period) ||
	    !read_number(f[5], INT64_MAX, &item->counter) ||
	    hex_decode(f[6], key, KEY_MAX, &item->secret.n) != ERR_NONE) {
		return false;
	}
	item->place = (size_t)place;
	item->kind = str_equal(f[1], STR("hotp")) ? AUTHENTICATOR_HOTP
	    : AUTHENTICATOR_TOTP;
	item->hash = (enum hmac_hash)hash;
	item->digits = (unsigned)digits;
	item->period_s = (unsigned)period;
	item->secret.p = (const char *)key;
	item->owner = f[7];
	return digits >= HOTP_DIGITS_MIN && period >= 1 &&
	    item->secret.n > 0 && read_label(f[8], &item->label);
}

static size_t
count_lines(struct str text)
{
	struct str line;
	size_t n = 0;

	while (str_split(&text, '\n', &line)) {
		n += line.n > 0 ? 1 : 0;
	}
	return n;
}

static bool
read_items(struct str text, struct arena *arena, struct import *i)
{
	struct str line;

	i->items = arena_get(arena, (count_lines(text) + 1) *
	    sizeof(*i->items));
	if (i->items == NULL) {
		return false;
	}
	while (str_split(&text, '\n', &line)) {
		if (line.n > 0 && !read_item(line, arena, &i->items[i->n++])) {
			return false;
		}
	}
	return i->n > 0;
}

static void
say_refused(struct admin *a, const struct import *i)
{
	for (size_t k = 0; k < i->n; k++) {
		const struct import_item *item = &i->items[k];

		if (item->verdict == IMPORT_NOBODY ||
		    item->verdict == IMPORT_FULL) {
			buf_printf(a->problems, "watchword: %zu: %s\n",
			    item->place, item->verdict == IMPORT_FULL
			    ? "its account has as many authenticators as it "
			    "may" : "no account has this identifier");
		}
	}
}

static int
carry_out(struct admin *a, struct import *i)
{
	enum err e = store_do(i->flow->store, STORE_BACKGROUND, import_run, i);

	if (e == ERR_DENIED && i->refused > 0) {
		say_refused(a, i);
		return admin_refuse(a, "nothing was stored");
	}
	if (e != ERR_NONE && e != ERR_DENIED) {
		return admin_fail(a, "nothing was stored", e);
	}
	buf_printf(a->out, e == ERR_DENIED
	    ? "%zu would be stored, %zu are there already\n"
	    : "%zu stored, %zu were there already\n", i->n - i->known,
	    i->known);
	return EXIT_DONE;
}

int
admin_import(struct admin *a, const struct directory_copy *c)
{
	struct import i = {
		.flow = &a->install->flow,
		.tenant = admin_tenant(a, c),
		.dry_run = a->n == 3 &&
		    strcmp(a->words[2], "dry-run") == 0,
		.arena = arena_new(ITEM_ARENA_MAX),
	};
	struct arena *items = arena_new(ITEMS_ARENA_MAX);
	int status = EXIT_FAILED;

	if (i.tenant == NULL) {
		status = a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	} else if (i.arena == NULL || items == NULL) {
		status = admin_fail(a, "nothing was stored", ERR_NOMEM);
	} else if (a->n < 2 || !read_items(str_of(a->words[1]), items, &i)) {
		status = admin_misuse(a, "import wants a list that the command "
		    "has made");
	} else {
		status = carry_out(a, &i);
	}
	arena_free(items);
	arena_free(i.arena);
	return status;
}
