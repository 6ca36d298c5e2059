/*
 * otp/code_input and otp/recovery: what people type.  An accepted input is the
 * same code when its spaces and hyphens are taken out, or others put in.
 */
#include <string.h>

#include "otp/code_input.h"
#include "otp/recovery.h"

#include "fuzz.h"

static size_t
strip(const uint8_t *data, size_t size, char *dst)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (data[i] != ' ' && data[i] != '-') {
			dst[n++] = (char)data[i];
		}
	}
	return n;
}

static void
typed_code(struct str typed, struct str bare, unsigned length)
{
	char code[CODE_SIZE], again[CODE_SIZE];

	if (code_input_read(typed, length, code) != CODE_INPUT_OK) {
		require(bare.n != length ||
		    code_input_read(bare, length, again) != CODE_INPUT_OK,
		    "blanks alone make no input bad");
		return;
	}
	require(strlen(code) == length, "it has as many digits");
	require(strspn(code, "0123456789") == length, "nothing but digits");
	require(str_equal(bare, str_of(code)), "nothing else was taken out");
}

static void
typed_recovery(struct str typed)
{
	struct recovery_code code, again;
	char text[RECOVERY_TEXT_SIZE];

	if (!recovery_read(typed, &code)) {
		return;
	}
	recovery_text(&code, text);
	require(recovery_read(str_of(text), &again), "what we print is read");
	require(memcmp(&code, &again, sizeof(code)) == 0, "the same code");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str typed = {(const char *)data, size};
	char bare[CODE_INPUT_MAX];

	/* Past the maximum nothing is looked at. */
	if (size > CODE_INPUT_MAX) {
		typed.n = CODE_INPUT_MAX;
	}
	for (unsigned n = CODE_LENGTH_MIN; n <= CODE_LENGTH_MAX; n++) {
		typed_code(typed, (struct str){bare,
		    strip(data, typed.n, bare)}, n);
	}
	typed_recovery((struct str){(const char *)data, size});
	return 0;
}
