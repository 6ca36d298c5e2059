/*
 * Settings from a file and from the environment.
 */
#include <string.h>

#include "config/config.h"
#include "config/ini_file.h"
#include "config/table.h"

static bool
has_section(void *config UNUSED, struct str name)
{
	for (size_t i = 0; i < config_sections_n; i++) {
		if (str_equal(name, str_of(config_sections[i].name))) {
			return true;
		}
	}
	return false;
}

static bool
set_one(void *config, struct str section, struct str key, struct str value,
    struct buf *reason)
{
	return config_set(config, section, key, value, reason);
}

bool
config_load_text(struct config *c, const char *name, struct str text,
    struct buf *reason)
{
	const struct ini_file_reader r = {has_section, set_one, c};

	return ini_file_parse(name, text, &r, reason);
}

bool
config_load_file(struct config *c, const char *path, struct buf *reason)
{
	const struct ini_file_reader r = {has_section, set_one, c};

	return ini_file_load(path, CONFIG_FILE_MAX, &r, reason);
}

/* The upper-case form of z begins s; moves s behind it. */
static bool
skip_upper(struct str *s, const char *z)
{
	for (; *z != '\0'; z++) {
		char c = *z >= 'a' && *z <= 'z' ? (char)(*z - 'a' + 'A') : *z;

		if (s->n == 0 || s->p[0] != c) {
			return false;
		}
		*s = str_slice(*s, 1, s->n);
	}
	return true;
}

/* name is "SECTION_KEY"; the row's index, or CONFIG_SETTING_COUNT. */
static size_t
find_variable(struct str name)
{
	size_t i;

	for (i = 0; i < config_settings_n; i++) {
		struct str s = name;

		if (skip_upper(&s, config_settings[i].section) &&
		    skip_upper(&s, "_") &&
		    skip_upper(&s, config_settings[i].key) && s.n == 0) {
			break;
		}
	}
	return i;
}

static bool
load_variable(struct config *c, struct str name, struct str value,
    bool *seen, struct buf *reason)
{
	size_t i = find_variable(name);

	buf_printf(reason, "WATCHWORD_%.*s: ", STR_ARG(name));
	if (i == CONFIG_SETTING_COUNT) {
		buf_z(reason, "there is no such setting");
		return false;
	}
	if (seen[i]) {
		buf_z(reason, "is given twice");
		return false;
	}
	seen[i] = true;
	return config_set(c, str_of(config_settings[i].section),
	    str_of(config_settings[i].key), value, reason);
}

bool
config_load_env(struct config *c, char *const *env, struct buf *reason)
{
	bool seen[CONFIG_SETTING_COUNT] = {false};
	bool good = true;

	for (; *env != NULL; env++) {
		struct str s = str_of(*env);
		size_t before = reason->n;
		size_t equals;

		if (!str_starts(s, STR("WATCHWORD_"))) {
			continue;
		}
		s = str_slice(s, sizeof("WATCHWORD_") - 1, s.n);
		equals = str_find(s, '=');
		if (load_variable(c, str_slice(s, 0, equals),
		    str_slice(s, equals + 1, s.n), seen, reason)) {
			buf_cut(reason, before);
		} else {
			buf_char(reason, '\n');
			good = false;
		}
	}
	return good;
}
