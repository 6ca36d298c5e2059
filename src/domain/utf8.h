/*
 * Reading UTF-8 code point by code point.
 */
#ifndef DOMAIN_UTF8_H
#define DOMAIN_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"

/*
 * utf8_next(s, at): the code point of s at *at, which moves behind it; 0 at
 * the end.  Bytes that are not UTF-8 give some code point and never lead past
 * the end of s.
 */
uint32_t utf8_next(struct str s, size_t *at) NONNULL;

#endif
