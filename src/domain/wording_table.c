#include "domain/wording_table.h"

#include <assert.h>

/* Each language file is read four times, once for each table. */
#define COUNTED(part, form, text)
#define COMMON(part, text)
#define NOTICE(kind, part, text)
#define NEWS(kind, part, text)
#define MESSAGE(purpose, part, text) [PURPOSE_##purpose][PART_##part] = text,
static const char *const parts[LOCALE_COUNT][PURPOSE_COUNT][PART_COUNT] = {
#include "domain/wording/all.def"
};
#undef COMMON
#undef COUNTED
#undef NEWS
#undef NOTICE
#undef MESSAGE

#define COUNTED(part, form, text)
#define COMMON(part, text)
#define NOTICE(kind, part, text) [MESSAGE_NOTICE_##kind][NOTICE_##part] = text,
#define NEWS(kind, part, text) [MESSAGE_NEWS_##kind][NOTICE_##part] = text,
#define MESSAGE(purpose, part, text)
static const char *const notices[LOCALE_COUNT][MESSAGE_KIND_COUNT]
    [NOTICE_COUNT] = {
#include "domain/wording/all.def"
};
#undef COMMON
#undef COUNTED
#undef NEWS
#undef NOTICE
#undef MESSAGE

#define COMMON(part, text)
#define COUNTED(part, form, text) [COUNTED_##part][PLURAL_##form] = text,
#define NOTICE(kind, part, text)
#define NEWS(kind, part, text)
#define MESSAGE(purpose, part, text)
static const char *const counted[LOCALE_COUNT][COUNTED_COUNT][PLURAL_COUNT] = {
#include "domain/wording/all.def"
};
#undef COMMON
#undef COUNTED
#undef NEWS
#undef NOTICE
#undef MESSAGE

#define COUNTED(part, form, text)
#define NOTICE(kind, part, text)
#define NEWS(kind, part, text)
#define COMMON(part, text) [COMMON_##part] = text,
#define MESSAGE(purpose, part, text)
static const char *const commons[LOCALE_COUNT][COMMON_COUNT] = {
#include "domain/wording/all.def"
};
#undef COMMON
#undef COUNTED
#undef NEWS
#undef NOTICE
#undef MESSAGE

static const char *const locales[LOCALE_COUNT] = {
	[LOCALE_EN] = "en",
	[LOCALE_DE] = "de",
	[LOCALE_FR] = "fr",
	[LOCALE_ES] = "es",
	[LOCALE_IT] = "it",
	[LOCALE_PT] = "pt",
	[LOCALE_NL] = "nl",
	[LOCALE_PL] = "pl",
	[LOCALE_HI] = "hi",
	[LOCALE_JA] = "ja",
};

static const char *const facts[FACT_COUNT] = {
	[FACT_DEVICE] = "device",
	[FACT_PLACE] = "place",
	[FACT_AMOUNT] = "amount",
	[FACT_CURRENCY] = "currency",
	[FACT_PAYEE] = "payee",
	[FACT_CHANGE] = "change",
	[FACT_ORDER] = "order",
	[FACT_PARCELS] = "parcels",
};

const char *
wording_part(enum locale l, enum purpose p, enum wording_part part)
{
	assert(l < LOCALE_COUNT && p < PURPOSE_COUNT && part < PART_COUNT);
	return parts[l][p][part];
}

const char *
wording_notice(enum locale l, enum message_kind kind, enum wording_notice part)
{
	assert(l < LOCALE_COUNT && message_is_notice(kind) &&
	    part < NOTICE_COUNT);
	return notices[l][kind][part];
}

const char *
wording_common(enum locale l, enum wording_common part)
{
	assert(l < LOCALE_COUNT && part < COMMON_COUNT);
	return commons[l][part];
}

const char *
wording_counted(enum locale l, enum wording_counted part, uint64_t n)
{
	assert(l < LOCALE_COUNT && part < COUNTED_COUNT);
	return counted[l][part][plural_of(l, n)];
}

bool
locale_comma(enum locale l)
{
	return l != LOCALE_EN && l != LOCALE_HI && l != LOCALE_JA;
}

const char *
locale_language(enum locale l)
{
	static const char *const names[LOCALE_COUNT] = {
		[LOCALE_EN] = "en-US", [LOCALE_DE] = "de-DE",
		[LOCALE_FR] = "fr-FR", [LOCALE_ES] = "es-ES",
		[LOCALE_IT] = "it-IT", [LOCALE_PT] = "pt-BR",
		[LOCALE_NL] = "nl-NL", [LOCALE_PL] = "pl-PL",
		[LOCALE_HI] = "hi-IN", [LOCALE_JA] = "ja-JP",
	};

	assert(l < LOCALE_COUNT);
	return names[l];
}

const char *
locale_name(enum locale l)
{
	assert(l < LOCALE_COUNT);
	return locales[l];
}

enum locale
locale_best(struct str tag)
{
	char primary[2];
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_') {
		if (n == sizeof(primary)) {
			return LOCALE_EN;
		}
		primary[n] = (char)(tag.p[n] >= 'A' && tag.p[n] <= 'Z' ?
		    tag.p[n] - 'A' + 'a' : tag.p[n]);
		n++;
	}
	for (int l = 0; l < LOCALE_COUNT; l++) {
		if (str_equal((struct str){primary, n}, str_of(locales[l]))) {
			return (enum locale)l;
		}
	}
	return LOCALE_EN;
}

bool
fact_parse(struct str key, enum fact *ret_fact)
{
	for (int f = 0; f < FACT_COUNT; f++) {
		if (str_equal(key, str_of(facts[f]))) {
			*ret_fact = (enum fact)f;
			return true;
		}
	}
	return false;
}

const char *
fact_name(enum fact f)
{
	assert(f < FACT_COUNT);
	return facts[f];
}

bool
wording_requires(enum purpose p, enum fact f)
{
	/* S47; RTS 2018/389 article 5(1)(a). */
	return p == PURPOSE_TRANSACTION &&
	    (f == FACT_AMOUNT || f == FACT_PAYEE);
}

bool
wording_door(enum purpose p)
{
	return p == PURPOSE_DELIVERY || p == PURPOSE_RETURN_PICKUP;
}

/* A form that the language does not have must not be there either. */
static unsigned
counted_missing(enum locale l, struct buf *out)
{
	unsigned missing = 0;

	for (int part = 0; part < COUNTED_COUNT; part++) {
		for (int form = 0; form < PLURAL_COUNT; form++) {
			if (plural_used(l, (enum plural)form) !=
			    (counted[l][part][form] != NULL)) {
				buf_printf(out, "%s: counted %d form %d\n",
				    locale_name(l), part, form);
				missing++;
			}
		}
	}
	return missing;
}

unsigned
wording_parts_missing(enum locale l, struct buf *out)
{
	unsigned missing = counted_missing(l, out);

	for (int p = 0; p < PURPOSE_COUNT; p++) {
		for (int part = 0; part < PART_COUNT; part++) {
			if (parts[l][p][part] == NULL) {
				buf_printf(out, "%s: purpose %d part %d\n",
				    locale_name(l), p, part);
				missing++;
			}
		}
	}
	for (int k = MESSAGE_CODE + 1; k < MESSAGE_KIND_COUNT; k++) {
		for (int part = 0; part < NOTICE_COUNT; part++) {
			if (notices[l][k][part] == NULL) {
				buf_printf(out, "%s: notice %d part %d\n",
				    locale_name(l), k, part);
				missing++;
			}
		}
	}
	for (int part = 0; part < COMMON_COUNT; part++) {
		if (commons[l][part] == NULL) {
			buf_printf(out, "%s: common %d\n", locale_name(l),
			    part);
			missing++;
		}
	}
	return missing;
}
