#include "api/account_json.h"

#include <string.h>

#include "domain/password.h"
#include "domain/ways.h"

enum { LOCALE_TEXT_MAX = 35, ZONE_MAX = 64 };

static bool
is_tag(struct str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(more, c) != NULL))) {
			return false;
		}
	}
	return true;
}

bool
read_name(struct jsonr_object *o, bool may_be_empty, struct str *ret)
{
	struct header_text text;
	enum flaw flaw;

	if (!jsonr_str(o, "name", 0, may_be_empty ? 0 : 1, HEADER_TEXT_MAX,
	    ret)) {
		return false;
	}
	flaw = ret->n == 0 ? FLAW_NONE : header_text_parse(*ret, &text);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(o, "name", flaw_reason(flaw));
	}
	return true;
}

bool
read_locale(struct jsonr_object *o, struct str *ret)
{
	if (!jsonr_str(o, "locale", 0, 2, LOCALE_TEXT_MAX, ret)) {
		return false;
	}
	if (!is_tag(*ret, "-_")) {
		jsonr_flaw(o, "locale", "is not a language tag");
	}
	return true;
}

bool
read_time_zone(struct jsonr_object *o, struct str *ret)
{
	if (!jsonr_str(o, "time_zone", 0, 1, ZONE_MAX, ret)) {
		return false;
	}
	if (!is_tag(*ret, "/_+-")) {
		jsonr_flaw(o, "time_zone", "is not a time zone's name");
	}
	return true;
}

bool
read_country(struct jsonr_object *o, struct str *ret)
{
	if (!jsonr_str(o, "country", 0, 2, 2, ret)) {
		return false;
	}
	for (size_t i = 0; i < ret->n; i++) {
		if (ret->p[i] < 'A' || ret->p[i] > 'Z') {
			jsonr_flaw(o, "country",
			    "must be two capital letters (ISO 3166)");
			break;
		}
	}
	return true;
}

bool
read_external(struct jsonr_object *o, bool may_be_empty, struct str *ret)
{
	struct header_text text;
	enum flaw flaw;

	if (!jsonr_str(o, "external_id", 0, may_be_empty ? 0 : 1,
	    ACCOUNT_EXTERNAL_MAX, ret)) {
		return false;
	}
	flaw = ret->n == 0 ? FLAW_NONE : header_text_parse(*ret, &text);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(o, "external_id", flaw_reason(flaw));
	}
	return true;
}

bool
read_email(struct jsonr_object *o, const char *name, unsigned flags,
    struct recipient *ret)
{
	struct str text;
	enum flaw flaw;

	if (!jsonr_str(o, name, flags, 0, EMAIL_MAX + 1, &text)) {
		return false;
	}
	ret->channel = CHANNEL_EMAIL;
	flaw = email_parse(text, &ret->email);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(o, name, flaw_reason(flaw));
	}
	return true;
}

bool
read_phone(struct jsonr_object *o, const char *name, unsigned flags,
    struct recipient *ret)
{
	struct str text;
	enum flaw flaw;

	if (!jsonr_str(o, name, flags, 0, E164_MAX + 1, &text)) {
		return false;
	}
	ret->channel = CHANNEL_SMS;
	flaw = e164_parse(text, &ret->phone);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(o, name, flaw_reason(flaw));
	}
	return true;
}

bool
read_new_password(struct jsonr_object *o, const char *name, unsigned flags,
    unsigned least, struct str *ret)
{
	const char *flaw;

	if (!jsonr_str(o, name, flags, 0, PASSWORD_BYTES_MAX, ret)) {
		return false;
	}
	flaw = password_flaw(*ret, least, NULL, 0);
	if (flaw != NULL) {
		jsonr_flaw(o, name, flaw);
	}
	return true;
}

/* "channels": the preferred, then the back-ups; none is "auto". */
static void
read_ways(struct jsonr_object *o, int64_t *ret)
{
	struct jsonr_array list;
	struct str word;
	int64_t ways = 0;
	enum channel c;

	if (!jsonr_array(o, "channels", 0, CHANNEL_COUNT, &list)) {
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		if (!jsonr_at_str(&list, i, 1, 16, &word)) {
			return;
		}
		if (!channel_parse(word, &c) || ways_have(ways, c)) {
			jsonr_flaw(o, "channels", "must be email, sms, voice "
			    "and totp in their order, none twice");
			return;
		}
		ways = ways_with(ways, c);
	}
	*ret = ways;
}

bool
read_preference(struct jsonr_object *o, int64_t *ret)
{
	enum channel c;
	struct str word;

	if (jsonr_has(o, "channels")) {
		if (jsonr_has(o, "channel")) {
			jsonr_flaw(o, NULL,
			    "may have one of channel and channels");
		}
		read_ways(o, ret);
		return true;
	}
	if (!jsonr_str(o, "channel", 0, 1, 16, &word)) {
		return false;
	}
	if (str_equal(word, STR("auto"))) {
		*ret = 0;
	} else if (channel_parse(word, &c)) {
		*ret = ways_with(0, c);
	} else {
		jsonr_flaw(o, "channel",
		    "must be email, sms, voice, totp or auto");
	}
	return true;
}

struct str
preference_text(struct arena *arena, int64_t ways)
{
	char text[WAYS_TEXT_MAX];
	struct str kept = STR("auto");
	struct buf out;

	buf_fixed(&out, text, sizeof(text));
	ways_print(ways, &out);
	return arena_str(arena, buf_view(&out), &kept) ? kept
	    : (struct str){NULL, 0};
}

/* The newest of a kind that codes go to; before there is one, any. */
static const struct account_contact *
newest(const struct account *a, enum contact_kind kind)
{
	const struct account_contact *found = NULL;

	for (unsigned i = 0; i < a->n; i++) {
		const struct account_contact *c = &a->contacts[i];

		if (c->kind == kind && (found == NULL || c->registered ||
		    !found->registered)) {
			found = c;
		}
	}
	return found;
}

static void
write_address(struct jsonw *w, const struct account *a,
    enum contact_kind kind, const char *name, const char *verified)
{
	const struct account_contact *c = newest(a, kind);

	if (c != NULL) {
		jsonw_member_str(w, name, recipient_str(&c->to));
		jsonw_member_bool(w, verified, c->verified);
	}
}

static void
write_text(struct jsonw *w, const char *name, struct str s)
{
	if (s.n > 0) {
		jsonw_member_str(w, name, s);
	}
}

void
preferences_write(struct jsonw *w, const struct account_row *row)
{
	enum channel c;

	jsonw_key(w, "preferences");
	jsonw_object(w);
	jsonw_member_bool(w, "two_step", row->two_step);
	jsonw_member_bool(w, "delivery_codes", row->delivery_codes);
	jsonw_member_z(w, "channel", ways_at(row->channel, 0, &c)
	    ? channel_name(c) : "auto");
	jsonw_key(w, "channels");
	jsonw_array(w);
	for (unsigned i = 0; ways_at(row->channel, i, &c); i++) {
		jsonw_z(w, channel_name(c));
	}
	jsonw_array_end(w);
	jsonw_member_str(w, "locale", row->locale.n > 0 ? row->locale
	    : STR("en"));
	jsonw_object_end(w);
}

static void
write_uses(struct jsonw *w, uint32_t uses)
{
	jsonw_key(w, "use");
	jsonw_array(w);
	for (int c = 0; c < CHANNEL_COUNT; c++) {
		if ((uses & 1U << c) != 0) {
			jsonw_z(w, channel_name((enum channel)c));
		}
	}
	jsonw_array_end(w);
}

static void
write_masked(struct jsonw *w, const struct recipient *to)
{
	char text[EMAIL_MAX + 16];
	struct buf mask;

	buf_fixed(&mask, text, sizeof(text));
	recipient_mask(to, &mask);
	jsonw_member_str(w, "to", buf_view(&mask));
	explicit_bzero(text, sizeof(text));
}

void
contact_write(struct jsonw *w, const struct account_contact *c)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_CONTACT, &c->id);
	jsonw_member_z(w, "kind", c->kind == CONTACT_EMAIL ? "email"
	    : "phone");
	write_masked(w, &c->to);
	write_uses(w, c->uses);
	jsonw_member_bool(w, "usable", c->registered);
	jsonw_member_bool(w, "verified", c->verified);
	jsonw_member_time(w, "created_at", c->created_at);
	jsonw_object_end(w);
}

void
account_write(struct jsonw *w, const struct show_account *s)
{
	const struct account_row *row = &s->account.row;

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_ACCOUNT, &row->id);
	jsonw_member_z(w, "kind", account_kind_name(row->kind));
	write_text(w, "external_id", s->external);
	write_text(w, "name", s->account.name);
	write_address(w, &s->account, CONTACT_EMAIL, "email",
	    "email_verified");
	write_address(w, &s->account, CONTACT_PHONE, "phone",
	    "phone_verified");
	write_text(w, "address", s->address);
	write_text(w, "locale", row->locale);
	write_text(w, "time_zone", row->time_zone);
	write_text(w, "country", row->country);
	jsonw_member_bool(w, "has_password", row->password.n > 0);
	preferences_write(w, row);
	jsonw_key(w, "contacts");
	jsonw_array(w);
	for (unsigned i = 0; i < s->account.n; i++) {
		contact_write(w, &s->account.contacts[i]);
	}
	jsonw_array_end(w);
	jsonw_member_time(w, "created_at", row->created_at);
	jsonw_object_end(w);
}

static void
write_way(struct jsonw *w, const struct account_contact *c,
    enum channel channel)
{
	jsonw_object(w);
	jsonw_member_z(w, "factor", channel_name(channel));
	jsonw_member_id(w, "id", ID_CONTACT, &c->id);
	write_masked(w, &c->to);
	jsonw_object_end(w);
}

/* One channel's: each contact that it reaches, or the authenticators. */
static void
write_ways_by(struct jsonw *w, const struct flow *f, const struct account *a,
    const struct factor_set *set, enum channel c)
{
	for (unsigned i = 0; i < a->n; i++) {
		if (account_can(f, &a->contacts[i], c)) {
			write_way(w, &a->contacts[i], c);
		}
	}
	if (c == CHANNEL_TOTP && set->totp) {
		jsonw_object(w);
		jsonw_member_z(w, "factor", factor_name(FACTOR_TOTP));
		jsonw_object_end(w);
	}
}

void
ways_write(struct jsonw *w, const struct flow *f, const struct account *a,
    const struct factor_set *set)
{
	const int64_t ways = a->row.channel;
	enum channel c;

	jsonw_key(w, "factors");
	jsonw_array(w);
	for (unsigned i = 0; ways_at(ways, i, &c); i++) {
		write_ways_by(w, f, a, set, c);
	}
	for (int rest = 0; rest < CHANNEL_COUNT; rest++) {
		if (!ways_have(ways, (enum channel)rest)) {
			write_ways_by(w, f, a, set, (enum channel)rest);
		}
	}
	if (set->recovery_left > 0) {
		jsonw_object(w);
		jsonw_member_z(w, "factor",
		    factor_name(FACTOR_RECOVERY_CODE));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void
write_authenticator(struct jsonw *w, const struct authenticator_row *row,
    struct str label)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_AUTHENTICATOR, &row->id);
	jsonw_member_str(w, "label", label);
	jsonw_member_time(w, "created_at", row->created_at);
	if (row->used_at.v != 0) {
		jsonw_member_time(w, "used_at", row->used_at);
	}
	jsonw_object_end(w);
}

void
factors_write(struct jsonw *w, const struct show_account *s)
{
	jsonw_key(w, "authenticators");
	jsonw_array(w);
	for (unsigned i = 0; i < s->factors.n; i++) {
		if (s->factors.row[i].confirmed_at.v != 0) {
			write_authenticator(w, &s->factors.row[i],
			    s->labels[i]);
		}
	}
	jsonw_array_end(w);
	jsonw_key(w, "recovery_codes");
	jsonw_object(w);
	jsonw_member_i64(w, "left", s->factors.recovery_left);
	jsonw_object_end(w);
}
