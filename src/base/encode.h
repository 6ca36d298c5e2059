/*
 * Bytes as text and back: hex, base64, base64url, base32 (RFC 4648) and
 * Crockford's base32.
 *
 * Encoders append to a buf.  Decoders accept the canonical form only: one
 * text for one value, unused bits zero, no white space.  Each writes at most
 * cap bytes into dst, and *ret_n is how many.  ERR_SYNTAX: a byte is not of
 * the alphabet or the form is not canonical.  ERR_LIMIT: dst is too small.
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Lower case; decoding takes either case. */
void hex_encode(struct buf *out, const void *p, size_t n);
enum err hex_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
    MUST_CHECK;

/* RFC 4648 section 4, with padding. */
void base64_encode(struct buf *out, const void *p, size_t n);
enum err base64_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
    MUST_CHECK;

/* RFC 4648 section 5, without padding (as in RFC 7515). */
void base64url_encode(struct buf *out, const void *p, size_t n);
enum err base64url_decode(struct str s, uint8_t *dst, size_t cap,
    size_t *ret_n) MUST_CHECK;

/*
 * RFC 4648 section 6, upper case, without padding (as in otpauth URIs).
 * Decoding takes either case and correct or no padding.
 */
void base32_encode(struct buf *out, const void *p, size_t n);
enum err base32_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
    MUST_CHECK;

/*
 * Crockford's alphabet 0-9 A-Z without I L O U, in lower case.  Decoding takes
 * either case, reads o as 0, i and l as 1, and ignores hyphens: what people
 * read aloud and type.  Bits are taken from the most significant end, the
 * last symbol padded with zero bits.
 */
void crockford_encode(struct buf *out, const void *p, size_t n);
enum err crockford_decode(struct str s, uint8_t *dst, size_t cap,
    size_t *ret_n) MUST_CHECK;

#endif
