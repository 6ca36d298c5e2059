#include "domain/number.h"

#include <assert.h>
#include <string.h>

enum { CODE_DIGITS_MAX = 3, BLOCK_DIGITS = 3, PREFIX_DIGITS = 3 };

/* Sorted by digits; some stand there more than once, for other lengths. */
struct row {
	const char *digits;
	char region[3];
	uint8_t kind;
	bool calling;
	uint16_t lengths;	/* bit n: n digits behind the calling code */
};

static const struct row rows[] = {
#define CALLING(digits, region, kind, lengths) \
	{digits, region, NUMBER_##kind, true, lengths},
#define NUMBERS(digits, region, kind, lengths) \
	{digits, region, NUMBER_##kind, false, lengths},
#include "domain/numbering.def"
#undef CALLING
#undef NUMBERS
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* As strcmp, but only as many digits as there are. */
static int
compare(struct str digits, const char *row)
{
	size_t n = strlen(row);
	int c = memcmp(digits.p, row, digits.n < n ? digits.n : n);

	return c != 0 ? c : (digits.n > n) - (digits.n < n);
}

/* The first row with these digits, or ROWS. */
static size_t
find(struct str digits)
{
	size_t low = 0, high = ROWS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(digits, rows[middle].digits) <= 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low < ROWS && compare(digits, rows[low].digits) == 0 ? low
	    : ROWS;
}

/* The row with these digits for numbers of n behind the calling code. */
static const struct row *
find_for(struct str digits, size_t n)
{
	for (size_t i = find(digits); i < ROWS &&
	    compare(digits, rows[i].digits) == 0; i++) {
		if (!rows[i].calling && (rows[i].lengths >> n & 1U) != 0) {
			return &rows[i];
		}
	}
	return NULL;
}

static struct str
digits_of(const struct e164 *n)
{
	struct str s = e164_str(n);

	return str_slice(s, 1, s.n);
}

/* No calling code begins another one; its row stands before others. */
static const struct row *
calling_code(struct str digits, size_t *ret_n)
{
	for (size_t n = 1; n <= CODE_DIGITS_MAX && n <= digits.n; n++) {
		size_t i = find(str_slice(digits, 0, n));

		if (i < ROWS && rows[i].calling) {
			*ret_n = n;
			return &rows[i];
		}
	}
	return NULL;
}

struct number
number_of(const struct e164 *n)
{
	struct number facts = {.region = "ZZ", .kind = NUMBER_OTHER};
	struct str digits = digits_of(n);
	size_t code;
	const struct row *row = calling_code(digits, &code);
	const struct row *below = NULL;

	if (row == NULL) {
		return facts;
	}
	facts.code = (unsigned)code;
	facts.possible = (row->lengths >> (digits.n - code) & 1U) != 0;
	for (size_t i = digits.n; i >= code && below == NULL; i--) {
		below = find_for(str_slice(digits, 0, i), digits.n - code);
	}
	row = below != NULL ? below : row;
	memcpy(facts.region, row->region, sizeof(facts.region));
	facts.kind = (enum number_kind)row->kind;
	return facts;
}

const char *
number_kind_name(enum number_kind k)
{
	static const char *const names[] = {
		[NUMBER_MOBILE] = "mobile",
		[NUMBER_FIXED] = "fixed",
		[NUMBER_EITHER] = "either",
		[NUMBER_OTHER] = "other",
		[NUMBER_DEAR] = "dear",
	};

	return names[k];
}

unsigned
number_match(struct str word, const struct e164 *n,
    const struct number *facts)
{
	if (word.n > 1 && word.p[0] == '+') {
		return str_starts(e164_str(n), word) ? 2 + (unsigned)word.n
		    : 0;
	}
	if (str_equal(word, STR("*"))) {
		return 1;
	}
	return word.n > 0 && str_equal(word, str_of(facts->region)) ? 2 : 0;
}

bool
number_listed(struct str list, const struct e164 *n)
{
	const struct number facts = number_of(n);
	struct str word;

	while (str_split(&list, ' ', &word)) {
		if (number_match(word, n, &facts) > 0) {
			return true;
		}
	}
	return false;
}

static bool
is_region(struct str s)
{
	for (size_t i = 0; s.n == 2 && i < ROWS; i++) {
		if (str_equal(s, str_of(rows[i].region))) {
			return true;
		}
	}
	return false;
}

static bool
is_prefix(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
	}
	return s.n >= 2 && s.n <= E164_MAX && s.p[0] == '+' && s.p[1] != '0';
}

bool
number_list_check(struct str list, struct buf *reason)
{
	struct str word;

	while (str_split(&list, ' ', &word)) {
		if (word.n > 0 && !is_prefix(word) && !is_region(word) &&
		    !str_equal(word, STR("*"))) {
			buf_z(reason, "has prefixes like +49 and countries "
			    "like DE, between blanks");
			return false;
		}
	}
	return true;
}

struct str
number_block(const struct e164 *n)
{
	struct str s = e164_str(n);

	return str_slice(s, 0, s.n > BLOCK_DIGITS ? s.n - BLOCK_DIGITS : 0);
}

struct str
number_prefix(const struct e164 *n, const struct number *facts)
{
	return str_slice(e164_str(n), 0, 1 + facts->code + PREFIX_DIGITS);
}

bool
number_beside(const struct e164 *n, int step, struct e164 *ret_number)
{
	const char last = step > 0 ? '9' : '0', first = step > 0 ? '0' : '9';
	struct e164 next = *n;
	size_t i = n->n;

	assert(step == 1 || step == -1);
	/* z[0] is the plus sign; the first digit is never 0. */
	while (i > 2 && next.z[i - 1] == last) {
		next.z[--i] = first;
	}
	if (i <= 2) {
		return false;
	}
	next.z[i - 1] = (char)(next.z[i - 1] + step);
	*ret_number = next;
	return true;
}
