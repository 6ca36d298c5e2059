#include "domain/provider.h"

#include <string.h>

#include "base/json_find.h"
#include "base/parse.h"
#include "domain/template.h"

static const struct { struct str key; const char *initial; } keys[] = {
#define PROVIDER(name, value, about) {STR_INIT(#name), value},
#include "domain/provider.def"
#undef PROVIDER
};

bool
provider_init(struct provider *p, struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-') {
			return false;
		}
	}
	if (name.n == 0 || name.n > PROVIDER_NAME_MAX) {
		return false;
	}
	*p = (struct provider){0};
	for (int k = 0; k < PROVIDER_KEY_COUNT; k++) {
		if (!str_copy(str_of(keys[k].initial), p->setting[k],
		    sizeof(p->setting[k]))) {
			return false;
		}
	}
	return str_copy(name, p->name, sizeof(p->name));
}

/* Names that can stand in a header and in a form. */
static bool
is_field_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '_' && c != '-' &&
		    c != '.') {
			return false;
		}
	}
	return s.n >= 1 && s.n <= PROVIDER_FIELD_NAME_MAX;
}

/* A name again takes the place of the one before. */
static bool
set_field(struct provider_fields *all, struct str name, struct str value,
    struct buf *reason)
{
	struct provider_field *f = &all->v[all->n];

	for (unsigned i = 0; i < all->n; i++) {
		if (str_equal(str_of(all->v[i].name), name)) {
			f = &all->v[i];
		}
	}
	if (!is_field_name(name)) {
		buf_z(reason, "a name has letters, digits and - _ . only");
		return false;
	}
	if (f == &all->v[all->n] && all->n == PROVIDER_FIELDS_MAX) {
		buf_printf(reason, "there are more than %d of these",
		    PROVIDER_FIELDS_MAX);
		return false;
	}
	if (!str_copy(value, f->value, sizeof(f->value))) {
		buf_printf(reason, "must not be longer than %d bytes",
		    PROVIDER_VALUE_MAX);
		return false;
	}
	all->n += f == &all->v[all->n];
	return str_copy(name, f->name, sizeof(f->name));
}

bool
provider_set(struct provider *p, struct str key, struct str value,
    struct buf *reason)
{
	static const struct str header = STR_INIT("header.");
	static const struct str field = STR_INIT("field.");

	if (str_starts(key, header)) {
		return set_field(&p->headers, str_slice(key, header.n, key.n),
		    value, reason);
	}
	if (str_starts(key, field)) {
		return set_field(&p->fields, str_slice(key, field.n, key.n),
		    value, reason);
	}
	for (int k = 0; k < PROVIDER_KEY_COUNT; k++) {
		if (!str_equal(key, keys[k].key)) {
			continue;
		}
		if (!str_copy(value, p->setting[k], sizeof(p->setting[k]))) {
			buf_printf(reason, "%.*s must not be longer than %d "
			    "bytes", STR_ARG(key), PROVIDER_VALUE_MAX);
			return false;
		}
		return true;
	}
	buf_printf(reason, "there is no setting %.*s", STR_ARG(key));
	return false;
}

struct str
provider_get(const struct provider *p, enum provider_key key)
{
	return str_of(p->setting[key]);
}

const char *
provider_get_z(const struct provider *p, enum provider_key key)
{
	return p->setting[key][0] == '\0' ? NULL : p->setting[key];
}

enum channel
provider_channel(const struct provider *p)
{
	return str_equal(provider_get(p, PROVIDER_channel), STR("voice")) ?
	    CHANNEL_VOICE : CHANNEL_SMS;
}

static bool
fields_use(const struct provider_fields *all, enum template_word word)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (template_uses(str_of(all->v[i].value), word)) {
			return true;
		}
	}
	return false;
}

bool
provider_uses(const struct provider *p, int word)
{
	enum template_word w = (enum template_word)word;

	return template_uses(provider_get(p, PROVIDER_url), w) ||
	    template_uses(provider_get(p, PROVIDER_body), w) ||
	    template_uses(provider_get(p, PROVIDER_speech), w) ||
	    template_uses(provider_get(p, PROVIDER_call_say), w) ||
	    fields_use(&p->headers, w) || fields_use(&p->fields, w);
}

void
provider_address(const struct provider *p, const char *what,
    struct str token, struct buf *out)
{
	struct str base = provider_get(p, PROVIDER_receipts_url);

	if (base.n == 0) {
		return;
	}
	if (base.p[base.n - 1] == '/') {
		base.n--;
	}
	buf_str(out, base);
	buf_printf(out, "/v1/providers/%s/%s?", p->name, what);
	if (provider_get(p, PROVIDER_receipts_header).n > 0) {
		buf_z(out, "v=1");
	} else {
		buf_z(out, "token=");
		template_escape(token, TEMPLATE_URL, out);
	}
}

const struct provider *
provider_find(const struct providers *all, struct str name)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (str_equal(str_of(all->v[i].name), name)) {
			return &all->v[i];
		}
	}
	return NULL;
}

const struct provider *
provider_for(const struct providers *all, enum channel channel)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (provider_channel(&all->v[i]) == channel) {
			return &all->v[i];
		}
	}
	return NULL;
}

static bool
parse_range(struct str s, uint64_t *ret_low, uint64_t *ret_high)
{
	size_t dash = str_find(s, '-');

	if (!parse_u64(str_slice(s, 0, dash), ret_low)) {
		return false;
	}
	*ret_high = *ret_low;
	return dash == s.n ||
	    parse_u64(str_slice(s, dash + 1, s.n), ret_high);
}

bool
provider_lists_status(struct str list, int status)
{
	struct str part;
	uint64_t low, high;

	while (str_split(&list, ' ', &part)) {
		if (parse_range(part, &low, &high) &&
		    low <= (uint64_t)status && (uint64_t)status <= high) {
			return true;
		}
	}
	return false;
}

bool
provider_lists_word(struct str list, struct str word)
{
	struct str part;

	while (str_split(&list, ' ', &part)) {
		if (part.n > 0 && str_equal(part, word)) {
			return true;
		}
	}
	return false;
}

static size_t
find_text(struct str s, struct str wanted, size_t from)
{
	for (size_t i = from; i + wanted.n <= s.n; i++) {
		if (str_starts(str_slice(s, i, s.n), wanted)) {
			return i;
		}
	}
	return s.n + 1;
}

static bool
read_text(struct str pattern, struct str body, struct buf *out)
{
	size_t star = str_find(pattern, '*');
	struct str before = str_slice(pattern, 0, star);
	struct str after = str_slice(pattern, star + 1, pattern.n);
	size_t from = find_text(body, before, 0), to;

	if (from > body.n) {
		return false;
	}
	from += before.n;
	to = after.n == 0 ? body.n : find_text(body, after, from);
	if (to > body.n) {
		return false;
	}
	buf_str(out, str_trim(str_slice(body, from, to)));
	return true;
}

static bool
is_short_and_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~') {
			return false;
		}
	}
	return s.n >= 1 && s.n <= PROVIDER_READ_MAX;
}

bool
provider_read(struct str how, struct str body, struct buf *out)
{
	size_t before = out->n;
	bool found = false;

	if (str_starts(how, STR("json:"))) {
		found = json_find(body, str_slice(how, 5, how.n), out);
	} else if (str_starts(how, STR("text:"))) {
		found = read_text(str_slice(how, 5, how.n), body, out);
	}
	if (found && buf_err(out) == ERR_NONE && is_short_and_printable(
	    str_slice(buf_view(out), before, out->n))) {
		return true;
	}
	buf_cut(out, before);
	return false;
}
