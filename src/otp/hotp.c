#include "otp/hotp.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"

/* RFC 4226 section 5.3: 31 bits from where the last nibble points. */
static uint32_t
truncate_mac(const uint8_t *mac, size_t n)
{
	const uint8_t *p = mac + (mac[n - 1] & 0x0f);

	return (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
moving_factor(uint64_t counter, char moving[static 8])
{
	for (unsigned i = 0; i < 8; i++) {
		moving[i] = (char)(counter >> (56 - 8 * i));
	}
}

static void
print_digits(const struct hotp *h, const uint8_t *mac,
    char code[static HOTP_CODE_SIZE])
{
	uint32_t v = truncate_mac(mac, hmac_size(h->hash));

	code[h->digits] = '\0';
	for (unsigned i = h->digits; i > 0; i--) {
		code[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
}

enum err
hotp_code(const struct hotp *h, uint64_t counter,
    char ret_code[static HOTP_CODE_SIZE])
{
	uint8_t mac[HMAC_SIZE_MAX];
	char moving[8];
	struct str part = {moving, sizeof(moving)};
	enum err e;

	assert(h->digits >= HOTP_DIGITS_MIN && h->digits <= HOTP_DIGITS_MAX);
	moving_factor(counter, moving);
	e = hmac(h->hash, h->secret, &part, 1, mac);
	if (e != ERR_NONE) {
		return e;
	}
	print_digits(h, mac, ret_code);
	explicit_bzero(mac, sizeof(mac));
	return ERR_NONE;
}

enum err
hotp_codes(const struct hotp *h, uint64_t counter, unsigned n,
    char ret_codes[][HOTP_CODE_SIZE])
{
	uint8_t macs[HOTP_BATCH][HMAC_SIZE_MAX];
	char moving[HOTP_BATCH][8];
	struct str messages[HOTP_BATCH] = {0};
	enum err e;

	assert(n <= HOTP_BATCH);
	assert(h->digits >= HOTP_DIGITS_MIN && h->digits <= HOTP_DIGITS_MAX);
	for (unsigned i = 0; i < n; i++) {
		moving_factor(counter + i, moving[i]);
		messages[i] = (struct str){moving[i], sizeof(moving[i])};
	}
	e = hmac_each(h->hash, h->secret, messages, n, macs);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		print_digits(h, macs[i], ret_codes[i]);
	}
	explicit_bzero(macs, sizeof(macs));
	return e;
}

/* Whether code is the one of counter; its length is no secret. */
static enum err
matches(const struct hotp *h, struct str code, uint64_t counter,
    bool *ret_match)
{
	char right[HOTP_CODE_SIZE];
	enum err e = hotp_code(h, counter, right);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_match = code.n == h->digits && ct_equal(code.p, right, code.n);
	explicit_bzero(right, sizeof(right));
	return ERR_NONE;
}

enum err
hotp_check(const struct hotp *h, struct str code, uint64_t counter,
    unsigned window, bool *ret_found, uint64_t *ret_counter)
{
	uint64_t at = 0;
	bool found = false;

	assert(window <= HOTP_WINDOW_MAX);
	for (uint64_t i = 0; i <= window && i <= UINT64_MAX - counter; i++) {
		bool match;
		enum err e = matches(h, code, counter + i, &match);

		if (e != ERR_NONE) {
			return e;
		}
		if (match && !found) {
			found = true;
			at = counter + i;
		}
	}
	*ret_found = found;
	if (found) {
		*ret_counter = at;
	}
	return ERR_NONE;
}

enum err
hotp_resync(const struct hotp *h, struct str first, struct str second,
    uint64_t counter, unsigned window, bool *ret_found, uint64_t *ret_counter)
{
	uint64_t at = 0;
	bool found = false, before = false;

	assert(window <= HOTP_WINDOW_MAX);
	for (uint64_t i = 0; i <= window && i <= UINT64_MAX - counter; i++) {
		bool is_first, is_second;
		enum err e = matches(h, first, counter + i, &is_first);

		if (e == ERR_NONE) {
			e = matches(h, second, counter + i, &is_second);
		}
		if (e != ERR_NONE) {
			return e;
		}
		if (before && is_second && !found) {
			found = true;
			at = counter + i;
		}
		before = is_first;
	}
	*ret_found = found;
	if (found) {
		*ret_counter = at;
	}
	return ERR_NONE;
}
