#include "domain/scope.h"

static const struct { enum scope bit; const char *word; } words[] = {
	{SCOPE_CHALLENGES, "challenges"},
	{SCOPE_ACCOUNTS, "accounts"},
	{SCOPE_SHIPMENTS, "shipments"},
	{SCOPE_AGENTS, "agents"},
	{SCOPE_AUDIT, "audit"},
	{SCOPE_ADMIN, "admin"},
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static uint32_t
bit_of(struct str word)
{
	if (str_equal(word, STR("all"))) {
		return SCOPES_ALL;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if (str_equal(word, str_of(words[i].word))) {
			return (uint32_t)words[i].bit;
		}
	}
	return 0;
}

bool
scopes_parse(struct str s, uint32_t *ret_scopes)
{
	uint32_t scopes = 0;
	struct str word;

	while (str_split(&s, ',', &word)) {
		uint32_t bit = bit_of(str_trim(word));

		if (bit == 0) {
			return false;
		}
		scopes |= bit;
	}
	if (scopes == 0) {
		return false;
	}
	*ret_scopes = scopes;
	return true;
}

void
scopes_print(uint32_t scopes, struct buf *out)
{
	bool first = true;

	if (scopes == SCOPES_ALL) {
		buf_z(out, "all");
		return;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if ((scopes & (uint32_t)words[i].bit) != 0) {
			buf_z(out, first ? "" : ",");
			buf_z(out, words[i].word);
			first = false;
		}
	}
}
