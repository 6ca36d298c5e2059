/*
 * Reading a shipment, strictly: each flaw with its field.
 */
#include "api/shipment_json.h"

#include <assert.h>

#include "api/rules.h"
#include "domain/calendar.h"

enum { DEGREES = 16, LOCALE_MAX = 35, LINE_MAX = 120, LINES_MAX = 6, WORD_MAX = 32 };

/* A display_text in a member; false: absent, or a flaw. */
static bool
read_text(struct jsonr_object *o, const char *name, unsigned flags,
    struct str *ret_text)
{
	struct display_text text;
	enum flaw flaw;

	if (!jsonr_str(o, name, flags, 0, DISPLAY_TEXT_MAX + 1, ret_text)) {
		return false;
	}
	flaw = display_text_parse(*ret_text, &text);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(o, name, flaw_reason(flaw));
		return false;
	}
	return true;
}

static void
check_channel(struct jsonr_object *o, const struct flow *f,
    const struct recipient *r)
{
	enum number_rule rule;

	if ((f->channels & 1U << r->channel) == 0) {
		jsonr_flaw(o, r->channel == CHANNEL_EMAIL ? "email" : "phone",
		    "has no channel that is configured");
		return;
	}
	rule = recipient_rule(f, r);
	if (rule != NUMBER_ALLOWED) {
		jsonr_flaw(o, "phone", rule == NUMBER_PREMIUM
		    ? "premium_number: this range is never written to"
		    : "country_not_listed: no provider may write there");
	}
}

/* One of the two, as its parser wrote it. */
static bool
read_address(struct jsonr_object *o, const char *name, enum channel channel,
    struct recipient *ret_recipient, struct str *ret_text)
{
	struct str text;

	*ret_text = STR("");
	if (!jsonr_str(o, name, 0, 0, EMAIL_MAX + 1, &text)) {
		return false;
	}
	if (!recipient_parse(channel, text, ret_recipient)) {
		jsonr_flaw(o, name, channel == CHANNEL_EMAIL
		    ? "is not an e-mail address"
		    : "is not a telephone number like +4930123456");
		return false;
	}
	*ret_text = text;
	return true;
}

void
shipment_read_contact(struct jsonr_object *o, const struct flow *f,
    struct recipient *ret_recipient)
{
	struct str text;
	bool email = jsonr_has(o, "email");

	if (email == jsonr_has(o, "phone")) {
		jsonr_flaw(o, NULL, "must have one of email and phone");
	}
	if (email ? read_address(o, "email", CHANNEL_EMAIL, ret_recipient,
	    &text) : read_address(o, "phone", CHANNEL_SMS, ret_recipient,
	    &text)) {
		check_channel(o, f, ret_recipient);
	}
}

/* False: the shop leaves it open, or there is a flaw. */
static bool
read_channel(struct jsonr_object *root, enum channel *ret_channel)
{
	struct str word;

	if (!jsonr_str(root, "channel", 0, 1, 16, &word) ||
	    str_equal(word, STR("auto"))) {
		return false;
	}
	if (!channel_parse(word, ret_channel) ||
	    *ret_channel == CHANNEL_TOTP) {
		jsonr_flaw(root, "channel",
		    "must be email, sms, voice or auto");
		return false;
	}
	return true;
}

/* R17 to R19: e-mail where there is one, unless the shop says otherwise. */
static void
choose(struct jsonr_object *root, struct jsonr_object *to,
    const struct flow *f, const struct recipient both[static 2],
    struct ship_request *r)
{
	enum channel channel = r->email.n > 0 ? CHANNEL_EMAIL : CHANNEL_SMS;
	enum channel wanted;

	if (read_channel(root, &wanted)) {
		channel = wanted;
	}
	if ((channel == CHANNEL_EMAIL ? r->email.n : r->phone.n) == 0) {
		jsonr_flaw(to, NULL, "must have what the channel writes to: "
		    "email or phone");
		return;
	}
	r->recipient = both[channel == CHANNEL_EMAIL ? 0 : 1];
	r->recipient.channel = channel;
	check_channel(to, f, &r->recipient);
}

static void
read_recipient(struct jsonr_object *o, const struct flow *f,
    struct ship_request *r)
{
	struct recipient both[2] = {0};
	struct jsonr_object to;

	if (!jsonr_object(o, "recipient", JSONR_REQUIRED, &to)) {
		return;
	}
	(void)read_text(&to, "name", JSONR_REQUIRED, &r->name);
	(void)read_address(&to, "email", CHANNEL_EMAIL, &both[0], &r->email);
	(void)read_address(&to, "phone", CHANNEL_SMS, &both[1], &r->phone);
	choose(o, &to, f, both, r);
	jsonr_close(&to);
}

/* The account says the rest, when the shipment is made. */
static void
read_account(struct jsonr_object *o, struct ship_request *r)
{
	static const struct id none;
	struct jsonr_object to;
	struct str text;

	if (!jsonr_str(o, "account", JSONR_REQUIRED, 0, ID_TEXT_MAX, &text) ||
	    id_parse(ID_ACCOUNT, text, &r->account) != ERR_NONE) {
		jsonr_flaw(o, "account", "is not an identifier");
	} else if (id_equal(&r->account, &none)) {
		jsonr_flaw(o, "account", "is not known, or was erased");
	}
	if (jsonr_has(o, "recipient")) {
		(void)!jsonr_object(o, "recipient", 0, &to);
		jsonr_flaw(o, "recipient",
		    "must not be there where there is an account");
	}
	r->wants_channel = read_channel(o, &r->channel);
}

/* One to six lines, kept with newlines between them. */
static void
read_lines(struct jsonr_object *o, struct ship_request *r)
{
	struct jsonr_array lines;
	struct buf all;
	char text[SHIP_LINES_MAX];

	buf_fixed(&all, text, sizeof(text));
	if (!jsonr_array(o, "lines", JSONR_REQUIRED, LINES_MAX, &lines)) {
		return;
	}
	for (size_t i = 0; i < lines.n; i++) {
		struct header_text line;
		struct str s;

		if (!jsonr_at_str(&lines, i, 1, LINE_MAX, &s)) {
			continue;
		}
		if (header_text_parse(s, &line) != FLAW_NONE) {
			jsonr_flaw(o, "lines", "has a line that is not plain "
			    "text");
		}
		buf_put(&all, "\n", i > 0 ? 1 : 0);
		buf_str(&all, s);
	}
	if (lines.n == 0) {
		jsonr_flaw(o, "lines", "must have one line at least");
	}
	if (buf_err(&all) != ERR_NONE || !arena_str(o->r->arena,
	    buf_view(&all), &r->lines)) {
		jsonr_flaw(o, "lines", "are too long together");
	}
}

static bool
all_capitals(struct str s, size_t n)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 'A' || s.p[i] > 'Z') {
			return false;
		}
	}
	return s.n == n;
}

/* The region is the country, where the shop does not say more. */
static void
read_region(struct jsonr_object *o, struct ship_request *r)
{
	char small[3] = "";

	if (jsonr_str(o, "region", 0, 2, REGION_MAX, &r->region)) {
		if (!region_ok(r->region)) {
			jsonr_flaw(o, "region", "must be like gb or gb-sct");
		}
		return;
	}
	if (r->country.n == 2) {
		small[0] = (char)(r->country.p[0] - 'A' + 'a');
		small[1] = (char)(r->country.p[1] - 'A' + 'a');
	}
	if (!arena_str(o->r->arena, str_of(small), &r->region)) {
		jsonr_flaw(o, "region", "does not fit");
	}
}

void
shipment_read_degrees(struct jsonr_object *o, const char *name, int64_t max,
    int64_t *ret_e5)
{
	struct str text;

	if (jsonr_str(o, name, JSONR_REQUIRED, 1, DEGREES, &text) &&
	    !spot_degrees(text, max, ret_e5)) {
		jsonr_flaw(o, name, "must be degrees like \"52.52001\"");
	}
}

static void
read_geo(struct jsonr_object *place, struct spot *ret_spot)
{
	struct jsonr_object geo;

	if (!jsonr_object(place, "geo", 0, &geo)) {
		return;
	}
	ret_spot->given = true;
	shipment_read_degrees(&geo, "lat", SPOT_LAT_MAX, &ret_spot->lat_e5);
	shipment_read_degrees(&geo, "lon", SPOT_LON_MAX, &ret_spot->lon_e5);
	jsonr_close(&geo);
}

static void
read_place(struct jsonr_object *o, struct ship_request *r)
{
	struct header_text text;
	struct jsonr_object place;

	r->postcode = STR("");
	if (!jsonr_object(o, "address", JSONR_REQUIRED, &place)) {
		return;
	}
	read_lines(&place, r);
	if (jsonr_str(&place, "postcode", 0, 1, SHIP_POSTCODE_MAX,
	    &r->postcode) && header_text_parse(r->postcode, &text) !=
	    FLAW_NONE) {
		jsonr_flaw(&place, "postcode", "is not plain text");
	}
	if (jsonr_str(&place, "country", JSONR_REQUIRED, 0, 8,
	    &r->country) && !all_capitals(r->country, 2)) {
		jsonr_flaw(&place, "country", "must be two capitals like GB");
		r->country = STR("");
	}
	read_region(&place, r);
	(void)!signal_word(&r->signals, SIGNAL_country, r->country);
	(void)!signal_word(&r->signals, SIGNAL_region, r->region);
	if (jsonr_str(&place, "time_zone", JSONR_REQUIRED, 0,
	    ZONE_NAME_MAX + 1, &r->time_zone) && !zone_name_ok(r->time_zone)) {
		jsonr_flaw(&place, "time_zone",
		    "must be a name like Europe/London");
	}
	read_geo(&place, &r->spot);
	jsonr_close(&place);
}

static void
read_value(struct jsonr_object *o, struct ship_request *r)
{
	struct jsonr_object value;
	struct str amount, currency;

	if (!jsonr_object(o, "value", JSONR_REQUIRED, &value)) {
		return;
	}
	if (jsonr_str(&value, "amount", JSONR_REQUIRED, 0, 20, &amount) &&
	    !money_parse(amount, &r->signals.amount)) {
		jsonr_flaw(&value, "amount", "must be like \"129.00\"");
	}
	r->signals.has_amount = true;
	if (jsonr_str(&value, "currency", JSONR_REQUIRED, 0, 8,
	    &currency) && (!all_capitals(currency, 3) ||
	    !signal_word(&r->signals, SIGNAL_currency, currency))) {
		jsonr_flaw(&value, "currency", "must be like EUR");
	}
	jsonr_close(&value);
}

/* R5: a parcel that would be left somewhere needs a code. */
static void
read_method(struct jsonr_object *o, struct ship_request *r)
{
	struct str method;

	if (!jsonr_str(o, "method", 0, 1, WORD_MAX, &method)) {
		method = STR("standard");
	}
	if (!signal_name_valid(method) ||
	    !signal_word(&r->signals, SIGNAL_method, method)) {
		jsonr_flaw(o, "method", "must be of a-z, 0-9 and _");
	}
	r->signals.unattended |= str_equal(method, STR("unattended"));
}

static void
read_parcel(struct jsonr_object *p, struct ship_request *r, size_t i)
{
	struct ship_parcel *to = &r->parcels[i];
	struct header_text text;

	to->what = STR("");
	if (jsonr_str(p, "tracking", JSONR_REQUIRED, 0, TRACKING_MAX + 1,
	    &to->tracking) && !tracking_ok(to->tracking)) {
		jsonr_flaw(p, "tracking",
		    "must be 1 to 32 letters, digits and hyphens");
	}
	for (size_t k = 0; k < i; k++) {
		if (str_equal(to->tracking, r->parcels[k].tracking)) {
			jsonr_flaw(p, "tracking", "is given twice");
		}
	}
	if (jsonr_str(p, "what", 0, 0, SHIP_WHAT_MAX, &to->what) &&
	    to->what.n > 0 && header_text_parse(to->what, &text) !=
	    FLAW_NONE) {
		jsonr_flaw(p, "what", "is not plain text");
	}
}

static void
read_parcels(struct jsonr_object *o, struct ship_request *r)
{
	struct jsonr_array parcels;

	if (!jsonr_array(o, "parcels", JSONR_REQUIRED, PARCELS_MAX,
	    &parcels)) {
		return;
	}
	if (parcels.n == 0) {
		jsonr_flaw(o, "parcels", "must have one parcel at least");
	}
	for (size_t i = 0; i < parcels.n; i++) {
		struct jsonr_object p;

		if (jsonr_at_object(&parcels, i, &p)) {
			read_parcel(&p, r, i);
			jsonr_close(&p);
		}
	}
	r->n = (unsigned)parcels.n;
}

static void
read_locale(struct jsonr_object *o, struct ship_request *r)
{
	if (!jsonr_str(o, "locale", 0, 2, LOCALE_MAX, &r->locale)) {
		/* Of an account: the language of its own. */
		r->locale = jsonr_has(o, "account") ? STR("") : STR("en");
		return;
	}
	for (size_t i = 0; i < r->locale.n; i++) {
		char c = r->locale.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '_')) {
			jsonr_flaw(o, "locale", "is not a language tag");
			return;
		}
	}
}

void
shipment_read(struct jsonr_object *o, const struct flow *f,
    struct ship_request *ret_request)
{
	struct ship_request *r = ret_request;
	struct str text;

	*r = (struct ship_request){0};
	(void)read_text(o, "order", JSONR_REQUIRED, &r->reference);
	if (jsonr_has(o, "account")) {
		read_account(o, r);
	} else {
		read_recipient(o, f, r);
	}
	read_locale(o, r);
	/* First what the shop says of its own, then what the shipment is. */
	api_read_signals(o, o->r->arena, &r->signals);
	read_place(o, r);
	read_value(o, r);
	read_method(o, r);
	if (jsonr_str(o, "promised_on", JSONR_REQUIRED, 0, DAY_TEXT, &text) &&
	    !day_parse(text, &r->promised_on)) {
		jsonr_flaw(o, "promised_on", "must be a date like 2026-11-22");
	}
	read_parcels(o, r);
}

void
shipment_read_dispatch(struct jsonr_object *o, struct dispatch *d)
{
	struct str agent;

	if (jsonr_str(o, "agent", JSONR_REQUIRED, 0, ID_TEXT_MAX, &agent) &&
	    id_parse(ID_AGENT, agent, &d->agent) != ERR_NONE) {
		jsonr_flaw(o, "agent", "is not an identifier");
	}
	(void)jsonr_i64(o, "stop", 0, 0, STOPS_MAX, &d->stop);
}

const struct shipment_refusal *
shipment_refusal(enum ship_verdict verdict)
{
	static const struct shipment_refusal refusals[] = {
		[SHIP_DENIED] = {"signals.blocked",
		    "asks for this shipment to be refused"},
		[SHIP_NO_ACCOUNT] = {"account",
		    "is not known, or was erased"},
		[SHIP_NO_CONTACT] = {"account", "has no registered contact "
		    "that a code can go to that way"},
		[SHIP_NO_ZONE] = {"address.time_zone",
		    "is not the name of a time zone"},
		[SHIP_DAY] = {"promised_on", "must be from today to 400 days "
		    "ahead, at the address"},
	};

	assert(verdict != SHIP_CREATED);
	return &refusals[verdict];
}
