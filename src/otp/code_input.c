#include "otp/code_input.h"

#include <assert.h>
#include <string.h>

static const char *const reasons[] = {
	[CODE_INPUT_OK] = "ok",
	[CODE_INPUT_EMPTY] = "empty",
	[CODE_INPUT_NOT_DIGITS] = "not_digits",
	[CODE_INPUT_LENGTH] = "length",
};

enum code_input
code_input_read(struct str typed, unsigned length,
    char ret_code[static CODE_SIZE])
{
	char digits[CODE_INPUT_MAX];
	size_t n = 0;
	enum code_input result = CODE_INPUT_OK;

	assert(length >= CODE_LENGTH_MIN && length <= CODE_LENGTH_MAX);
	if (typed.n > CODE_INPUT_MAX) {
		return CODE_INPUT_LENGTH;
	}
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ' || typed.p[i] == '-') {
			continue;
		}
		if (typed.p[i] < '0' || typed.p[i] > '9') {
			result = CODE_INPUT_NOT_DIGITS;
			goto out;
		}
		digits[n++] = typed.p[i];
	}
	if (n == 0) {
		result = CODE_INPUT_EMPTY;
	} else if (n != length) {
		result = CODE_INPUT_LENGTH;
	} else {
		memcpy(ret_code, digits, n);
		ret_code[n] = '\0';
	}
out:
	explicit_bzero(digits, sizeof(digits));
	return result;
}

const char *
code_input_reason(enum code_input i)
{
	assert(i < sizeof(reasons) / sizeof(reasons[0]));
	return reasons[i];
}
