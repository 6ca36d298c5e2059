#include "config/policy_file.h"

#include "config/config.h"
#include "config/ini_file.h"
#include "domain/purpose.h"

static bool
has_section(void *policy UNUSED, struct str name)
{
	enum purpose purpose;

	return purpose_parse(name, &purpose) ||
	    str_equal(name, STR("limits")) || str_equal(name, STR("guard"));
}

static bool
set_one(void *policy, struct str section, struct str key, struct str value,
    struct buf *reason)
{
	return policy_set(policy, section, key, value, reason);
}

/* Of the settings together; the lines' own problems are reported already. */
static bool
check_whole(const char *name, const struct policy *p, struct buf *reason)
{
	struct buf why;
	struct str rest, line;
	bool valid;

	buf_init(&why, CONFIG_REASON_MAX);
	valid = policy_valid(p, &why);
	rest = buf_view(&why);
	while (!valid && str_split(&rest, '\n', &line)) {
		buf_printf(reason, "%s: %.*s\n", name, STR_ARG(line));
	}
	buf_done(&why);
	return valid;
}

static bool
settle(const char *name, bool good, const struct policy *changed,
    struct policy *p, struct buf *reason)
{
	good = check_whole(name, changed, reason) && good;
	if (good) {
		*p = *changed;
	}
	return good;
}

bool
policy_file_load(const char *path, struct policy *p, struct buf *reason)
{
	struct policy changed = *p;
	const struct ini_file_reader r = {has_section, set_one, &changed};
	bool good = ini_file_load(path, CONFIG_FILE_MAX, &r, reason);

	return settle(path, good, &changed, p, reason);
}

bool
policy_file_parse(const char *name, struct str text, struct policy *p,
    struct buf *reason)
{
	struct policy changed = *p;
	const struct ini_file_reader r = {has_section, set_one, &changed};
	bool good = ini_file_parse(name, text, &r, reason);

	return settle(name, good, &changed, p, reason);
}
