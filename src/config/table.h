/*
 * The rows of config.def, for the files of this folder.
 */
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum config_type {
	CONFIG_TEXT,
	CONFIG_PATH,
	CONFIG_LISTEN,
	CONFIG_NETWORKS,
	CONFIG_LOCATION,
	CONFIG_HOST,
	CONFIG_EMAIL,
	CONFIG_NUMBER,
	CONFIG_SWITCH,
	CONFIG_CHOICE,
	CONFIG_TYPE_COUNT
};

struct config_setting {
	const char *section;
	const char *key;
	enum config_type type;
	size_t offset;		/* in struct config */
	const char *initial;
	int64_t min, max;
	const char *unit;
	const char *about;
};

struct config_section {
	const char *name;
	const char *about;
};

extern const struct config_setting config_settings[];
extern const size_t config_settings_n;
extern const struct config_section config_sections[];
extern const size_t config_sections_n;

/* The number of rows, for arrays. */
enum {
#define CONFIG_SECTION(section, about)
#define CONFIG(section, key, ...) CONFIG_INDEX_##section##_##key,
#include "config/config.def"
#undef CONFIG_SECTION
#undef CONFIG
	CONFIG_SETTING_COUNT
};

/* config_find(section, key): its row, or NULL. */
const struct config_setting *config_find(struct str section, struct str key);

/*
 * config_text_flaw(type, s): NULL when s is a value of that textual type;
 * otherwise why not, "must be …".  Empty and length are the caller's.
 */
const char *config_text_flaw(enum config_type type, struct str s);

#endif
