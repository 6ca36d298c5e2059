/*
 * Codes as people type them, in groups and with blanks around (S10).
 */
#ifndef OTP_CODE_INPUT_H
#define OTP_CODE_INPUT_H

#include "base/compiler.h"
#include "base/str.h"
#include "otp/code.h"

/* Longer input is not looked at. */
#define CODE_INPUT_MAX 64

/* An input that is no code is bad input: it is not counted as a try. */
enum code_input {
	CODE_INPUT_OK,
	CODE_INPUT_EMPTY,	/* nothing but spaces and hyphens */
	CODE_INPUT_NOT_DIGITS,	/* something else than 0 to 9 between them */
	CODE_INPUT_LENGTH	/* digits, but not as many as the code has */
};

/*
 * code_input_read(typed, length, ret_code): ASCII spaces and hyphens are
 * taken out, nothing else is mapped, and length digits must be left; length
 * is CODE_LENGTH_MIN to CODE_LENGTH_MAX.  *ret_code is terminated, and
 * written for CODE_INPUT_OK only.
 */
enum code_input code_input_read(struct str typed, unsigned length,
    char ret_code[static CODE_SIZE]) MUST_CHECK NONNULL;

/* code_input_reason(i): "empty", "not_digits", "length"; "ok". */
const char *code_input_reason(enum code_input i);

#endif
