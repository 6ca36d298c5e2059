/*
 * The profiles of providers, made from profiles/ at build.  Internal to
 * config/.
 */
#ifndef CONFIG_PROFILES_H
#define CONFIG_PROFILES_H

#include <stddef.h>

struct profile {
	const char *name;
	const unsigned char *text;
	size_t n;
};

extern const struct profile profiles[];
extern const size_t profiles_n;

#endif
