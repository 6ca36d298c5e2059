#include "config/config.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/parse.h"
#include "config/table.h"

const struct config_setting config_settings[] = {
#define CONFIG_SECTION(section, about)
#define CONFIG(section, key, type, initial, min, max, unit, about) \
	{ #section, #key, CONFIG_##type, \
	    offsetof(struct config, section##_##key), initial, min, max, unit, \
	    about },
#include "config/config.def"
#undef CONFIG_SECTION
#undef CONFIG
};

const size_t config_settings_n = CONFIG_SETTING_COUNT;

const struct config_section config_sections[] = {
#define CONFIG_SECTION(section, about) { #section, about },
#define CONFIG(section, key, type, initial, min, max, unit, about)
#include "config/config.def"
#undef CONFIG_SECTION
#undef CONFIG
};

const size_t config_sections_n =
    sizeof(config_sections) / sizeof(config_sections[0]);

const struct config_setting *
config_find(struct str section, struct str key)
{
	for (size_t i = 0; i < config_settings_n; i++) {
		const struct config_setting *s = &config_settings[i];

		if (str_equal(section, str_of(s->section)) &&
		    str_equal(key, str_of(s->key))) {
			return s;
		}
	}
	return NULL;
}

static bool
refuse(const struct config_setting *s, const char *why, struct buf *reason)
{
	buf_printf(reason, "%s.%s %s", s->section, s->key, why);
	return false;
}

static bool
set_text(const struct config_setting *s, struct str value, char *field,
    struct buf *reason)
{
	const char *flaw;

	if (value.n < (size_t)s->min) {
		return refuse(s, "must not be empty", reason);
	}
	if (value.n > (size_t)s->max) {
		buf_printf(reason, "%s.%s must not be longer than %lld bytes",
		    s->section, s->key, (long long)s->max);
		return false;
	}
	flaw = value.n == 0 ? NULL : config_text_flaw(s->type, value);
	if (flaw != NULL) {
		return refuse(s, flaw, reason);
	}
	/* A NUL is a control character, so it was refused above. */
	return str_copy(value, field, (size_t)s->max + 1);
}

static bool
set_number(const struct config_setting *s, struct str value, int64_t *field,
    struct buf *reason)
{
	int64_t v;

	if (!parse_i64(value, &v)) {
		return refuse(s, "must be a whole number", reason);
	}
	if (v < s->min || v > s->max) {
		buf_printf(reason, "%s.%s must be from %lld to %lld",
		    s->section, s->key, (long long)s->min, (long long)s->max);
		return false;
	}
	*field = v;
	return true;
}

static bool
set_choice(const struct config_setting *s, struct str value, int *field,
    struct buf *reason)
{
	struct str rest = str_of(s->unit);
	struct str word;

	for (int i = 0; str_split(&rest, '|', &word); i++) {
		if (str_equal(word, value)) {
			*field = i;
			return true;
		}
	}
	buf_printf(reason, "%s.%s must be one of %s", s->section, s->key,
	    s->unit);
	return false;
}

static bool
set(struct config *c, const struct config_setting *s, struct str value,
    struct buf *reason)
{
	void *field = (char *)c + s->offset;

	switch (s->type) {
	case CONFIG_NUMBER:
		return set_number(s, value, field, reason);
	case CONFIG_SWITCH:
		return parse_bool(value, field) ||
		    refuse(s, "must be yes or no", reason);
	case CONFIG_CHOICE:
		return set_choice(s, value, field, reason);
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_LISTEN:
	case CONFIG_NETWORKS:
	case CONFIG_LOCATION:
	case CONFIG_HOST:
	case CONFIG_EMAIL:
		return set_text(s, value, field, reason);
	case CONFIG_TYPE_COUNT:
	default:
		assert(!"no such type");
		return false;
	}
}

void
config_init(struct config *c)
{
	struct buf reason;

	memset(c, 0, sizeof(*c));
	buf_init(&reason, 256);
	for (size_t i = 0; i < config_settings_n; i++) {
		bool done = set(c, &config_settings[i],
		    str_of(config_settings[i].initial), &reason);

		assert(done);
	}
	buf_done(&reason);
}

bool
config_set(struct config *c, struct str section, struct str key,
    struct str value, struct buf *reason)
{
	const struct config_setting *s = config_find(section, key);

	if (s == NULL) {
		buf_printf(reason, "there is no setting %.*s.%.*s",
		    STR_ARG(section), STR_ARG(key));
		return false;
	}
	return set(c, s, value, reason);
}
