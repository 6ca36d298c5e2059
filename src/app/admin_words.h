/*
 * Private to the commands of app/admin.c: one being carried out.
 */
#ifndef APP_ADMIN_WORDS_H
#define APP_ADMIN_WORDS_H

#include "app/admin.h"
#include "flow/directory.h"

#define ADMIN_WORDS_MAX 5

/* Its words apart from its options. */
struct admin {
	struct install *install;
	struct buf *out, *problems;
	const char *words[ADMIN_WORDS_MAX];
	int n;
	const char *tenant, *scope, *label, *brand;
	const char *domain, *selector, *algorithm, *name, *channel;
	bool json;
	const char *section;	/* that print_setting is in */
};

/* A sentence on problems; each returns an exit status. */
int admin_fail(struct admin *a, const char *what, enum err e) NONNULL;
int admin_refuse(struct admin *a, const char *sentence) NONNULL;
int admin_misuse(struct admin *a, const char *sentence) NONNULL;

/* admin_is(a, noun, verb): the command's first two words. */
bool admin_is(const struct admin *a, const char *noun, const char *verb)
    NONNULL;

/* admin_tenant(a, c): that --tenant names; NULL: said so. */
const struct tenant *admin_tenant(struct admin *a,
    const struct directory_copy *c) NONNULL;

/* admin_with_directory(a, fn): fn, with the directory as it is now. */
int admin_with_directory(struct admin *a,
    int (*fn)(struct admin *a, const struct directory_copy *c)) NONNULL;

/* "bounce MESSAGE TAG STATUS": what the command read out of a mail. */
int admin_bounce(struct admin *a, const struct directory_copy *c) NONNULL;

/* "import LIST": what the command read out of a file. */
int admin_import(struct admin *a, const struct directory_copy *c) NONNULL;

/* "tenant brand TEXT". */
int admin_brand(struct admin *a, const struct directory_copy *c) NONNULL;

/* "template …": a tenant's own words. */
int admin_template(struct admin *a, const struct directory_copy *c) NONNULL;

/* The commands "dkim", "sender" and "tenant brand"; the first four are called by them. */
int admin_dkim_new(struct admin *a, const struct directory_copy *c) NONNULL;
int admin_dkim_dns(struct admin *a, const struct directory_copy *c) NONNULL;
int admin_dkim_list(struct admin *a, const struct directory_copy *c) NONNULL;
int admin_dkim_retire(struct admin *a, const struct directory_copy *c)
    NONNULL;
bool admin_sender_takes(const struct admin *a) NONNULL;
int admin_sender_run(struct admin *a) NONNULL;

#endif
