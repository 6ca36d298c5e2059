#include "config/provider_file.h"

#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ini_file.h"
#include "config/profiles.h"

/* A file being read. */
struct reading {
	struct providers *all;
	/* Bit i: the i-th provider has a setting already. */
	unsigned begun;
};

static struct provider *
find(struct providers *all, struct str name)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (str_equal(str_of(all->v[i].name), name)) {
			return &all->v[i];
		}
	}
	return NULL;
}

static bool
begin_section(void *ctx, struct str name)
{
	struct reading *r = ctx;

	if (find(r->all, name) != NULL) {
		return true;
	}
	if (r->all->n == PROVIDERS_MAX ||
	    !provider_init(&r->all->v[r->all->n], name)) {
		return false;
	}
	r->all->n++;
	return true;
}

static bool
set_profile_line(void *ctx, struct str section UNUSED, struct str key,
    struct str value, struct buf *reason)
{
	return provider_set(ctx, key, value, reason);
}

static bool
any_section(void *ctx UNUSED, struct str name UNUSED)
{
	return true;
}

/* A profile has no section of its own: it is read as one. */
static bool
apply(const struct profile *profile, struct provider *p, struct buf *reason)
{
	const struct ini_file_reader r = {any_section, set_profile_line, p};
	struct str text = {(const char *)profile->text, profile->n};
	struct buf whole, why;
	bool good;

	buf_init(&whole, profile->n + 16);
	buf_init(&why, CONFIG_REASON_MAX);
	buf_z(&whole, "[p]\n");
	buf_str(&whole, text);
	good = buf_err(&whole) == ERR_NONE &&
	    ini_file_parse(profile->name, buf_view(&whole), &r, &why);
	if (!good) {
		buf_z(reason, "the profile cannot be read");
	}
	buf_done(&why);
	buf_done(&whole);
	return good;
}

static bool
use_profile(struct provider *p, struct str name, struct buf *reason)
{
	for (size_t i = 0; i < profiles_n; i++) {
		if (str_equal(name, str_of(profiles[i].name))) {
			return apply(&profiles[i], p, reason) &&
			    provider_set(p, STR("profile"), name, reason);
		}
	}
	buf_z(reason, "there is no such profile; there are ");
	provider_profiles(reason);
	return false;
}

static bool
set_one(void *ctx, struct str section, struct str key, struct str value,
    struct buf *reason)
{
	struct reading *r = ctx;
	struct provider *p = find(r->all, section);
	unsigned bit;

	if (p == NULL) {
		return false;	/* said of the section */
	}
	bit = 1U << (unsigned)(p - r->all->v);
	if (str_equal(key, STR("profile"))) {
		if ((r->begun & bit) != 0) {
			buf_z(reason, "profile must stand first");
			return false;
		}
		r->begun |= bit;
		return use_profile(p, value, reason);
	}
	r->begun |= bit;
	return provider_set(p, key, value, reason);
}

/* Budgets add them up. */
static bool
check_currency(const struct providers *all, struct buf *reason)
{
	struct str first = {0};

	for (unsigned i = 0; i < all->n; i++) {
		struct str one = provider_get(&all->v[i], PROVIDER_currency);

		if (first.n > 0 && one.n > 0 && !str_equal(first, one)) {
			buf_printf(reason, "[%s]: currency must be the same "
			    "for all providers\n", all->v[i].name);
			return false;
		}
		first = one.n > 0 ? one : first;
	}
	return true;
}

static bool
check_all(const char *name, const struct providers *all, struct buf *reason)
{
	struct buf why;
	struct str rest, line;
	bool good = true;

	buf_init(&why, CONFIG_REASON_MAX);
	for (unsigned i = 0; i < all->n; i++) {
		good = provider_check(&all->v[i], &why) && good;
	}
	good = check_currency(all, &why) && good;
	rest = buf_view(&why);
	while (str_split(&rest, '\n', &line)) {
		if (line.n > 0) {
			buf_printf(reason, "%s: %.*s\n", name, STR_ARG(line));
		}
	}
	buf_done(&why);
	return good;
}

/* text or, without one, the file of that name. */
static bool
read_all(const char *name, const struct str *text,
    struct providers *ret_providers, struct buf *reason)
{
	struct providers *all = calloc(1, sizeof(*all));
	struct reading reading = {.all = all};
	const struct ini_file_reader r = {begin_section, set_one, &reading};
	bool good = false;

	if (all == NULL) {
		buf_printf(reason, "%s: there is not enough memory\n", name);
		return false;
	}
	good = text != NULL ? ini_file_parse(name, *text, &r, reason)
	    : ini_file_load(name, CONFIG_FILE_MAX, &r, reason);
	good = check_all(name, all, reason) && good;
	if (good) {
		*ret_providers = *all;
	}
	free(all);
	return good;
}

bool
provider_file_load(const char *path, struct providers *ret_providers,
    struct buf *reason)
{
	return read_all(path, NULL, ret_providers, reason);
}

bool
provider_file_parse(const char *name, struct str text,
    struct providers *ret_providers, struct buf *reason)
{
	return read_all(name, &text, ret_providers, reason);
}

void
provider_profiles(struct buf *out)
{
	for (size_t i = 0; i < profiles_n; i++) {
		buf_printf(out, "%s%s", i > 0 ? " " : "", profiles[i].name);
	}
}
