/*
 * The providers of text messages and calls, one INI file: a section for each,
 *
 *	[kannel]
 *	profile = kannel
 *	url = http://127.0.0.1:13013/cgi-bin/sendsms
 *	account = shop
 *	secret_file = /etc/watchword/kannel.password
 *	countries = +49 +43
 *
 * in which what stands behind profile= goes over what the profile says.  The
 * settings are those of domain/provider.def.
 */
#ifndef CONFIG_PROVIDER_FILE_H
#define CONFIG_PROVIDER_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/provider.h"

/*
 * provider_file_load(path, ret, reason): false: ret is untouched, and reason
 * has a line for every problem, "FILE:3: …".
 */
bool provider_file_load(const char *path, struct providers *ret_providers,
    struct buf *reason) MUST_CHECK NONNULL;

/* provider_file_parse(name, text, …): the same for a text in memory. */
bool provider_file_parse(const char *name, struct str text,
    struct providers *ret_providers, struct buf *reason) MUST_CHECK NONNULL;

/* provider_profiles(out): their names, between blanks. */
void provider_profiles(struct buf *out) NONNULL;

#endif
