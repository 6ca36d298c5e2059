#include "api/challenge_json.h"

#include "base/ip.h"
#include "domain/wording.h"

enum {
	LOCALE_MAX = 35,	/* RFC 5646 section 4.4.1 */
	AGENT_MAX = 512,
	IP_MAX = 45
};

/* Three ways to say who; two decide the channel, which may say it again. */
static void
read_to(struct jsonr_object *o, struct start_request *r, bool *ret_phone)
{
	struct jsonr_object to;
	struct str email, phone, account;
	enum flaw flaw = FLAW_NONE;

	*ret_phone = false;
	if (!jsonr_object(o, "to", JSONR_REQUIRED, &to)) {
		return;
	}
	*ret_phone = jsonr_has(&to, "phone");
	r->to_account = jsonr_str(&to, "account", 0, 0, ID_TEXT_MAX,
	    &account);
	if (jsonr_has(&to, "email") + jsonr_has(&to, "phone") +
	    jsonr_has(&to, "account") != 1) {
		jsonr_flaw(&to, NULL,
		    "must have one of email, phone and account");
	} else if (r->to_account &&
	    id_parse(ID_ACCOUNT, account, &r->account_id) != ERR_NONE) {
		jsonr_flaw(&to, "account", "is not an account's identifier");
	}
	if (jsonr_str(&to, "email", 0, 0, EMAIL_MAX + 1, &email) &&
	    !*ret_phone) {
		flaw = email_parse(email, &r->recipient.email);
	}
	if (jsonr_str(&to, "phone", 0, 0, E164_MAX + 1, &phone)) {
		flaw = e164_parse(phone, &r->recipient.phone);
	}
	if (flaw != FLAW_NONE) {
		jsonr_flaw(&to, *ret_phone ? "phone" : "email",
		    flaw_reason(flaw));
	}
	jsonr_close(&to);
}

/* The other kind of contact, which a step of the plan may need. */
static void
read_fallback(struct jsonr_object *o, bool phone, struct start_request *r)
{
	struct jsonr_object to;
	struct str text;
	enum flaw flaw = FLAW_NONE;
	const char *name = phone ? "email" : "phone";

	if (!jsonr_object(o, "fallback", 0, &to)) {
		return;
	}
	if (jsonr_str(&to, name, JSONR_REQUIRED, 0, phone ? EMAIL_MAX + 1
	    : E164_MAX + 1, &text)) {
		r->has_fallback = true;
		r->fallback.channel = phone ? CHANNEL_EMAIL : CHANNEL_SMS;
		flaw = phone ? email_parse(text, &r->fallback.email)
		    : e164_parse(text, &r->fallback.phone);
	}
	if (flaw != FLAW_NONE) {
		jsonr_flaw(&to, name, flaw_reason(flaw));
	}
	jsonr_close(&to);
}

static void
read_channel(struct jsonr_object *o, bool phone, struct start_request *r)
{
	struct str word;
	enum channel channel;

	r->recipient.channel = phone ? CHANNEL_SMS : CHANNEL_EMAIL;
	r->any_channel = !jsonr_str(o, "channel", 0, 1, 16, &word) ||
	    str_equal(word, STR("auto"));
	if (r->any_channel) {
		return;
	}
	if (!channel_parse(word, &channel)) {
		jsonr_flaw(o, "channel",
		    "must be email, sms, voice, totp or auto");
	} else if (r->to_account) {
		r->has_channel = true;
		r->recipient.channel = channel;
	} else if (channel == CHANNEL_TOTP) {
		jsonr_flaw(o, "channel", "totp needs an account");
	} else if ((channel != CHANNEL_EMAIL) != phone) {
		jsonr_flaw(o, "channel", phone
		    ? "must be sms or voice for a phone"
		    : "must be email for an e-mail address");
	} else {
		r->recipient.channel = channel;
	}
}

static void
read_purpose(struct jsonr_object *o, struct start_request *r)
{
	struct str word;

	if (jsonr_str(o, "purpose", JSONR_REQUIRED, 1, 32, &word) &&
	    !purpose_parse(word, &r->purpose)) {
		jsonr_flaw(o, "purpose", "must be sign_in, account_change, "
		    "password_reset, transaction, contact_verification, "
		    "delivery or return_pickup");
	}
}

bool
binding_read(struct jsonr_object *o, struct binding *ret_binding)
{
	const struct jsonr_limits max = {
		BINDING_PAIRS, BINDING_KEY_MAX, BINDING_VALUE_MAX,
	};
	struct jsonr_pair *pairs;
	size_t n;

	*ret_binding = (struct binding){0};
	if (!jsonr_pairs(o, "binding", 0, max, &pairs, &n)) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *reason = binding_add(ret_binding, pairs[i].name,
		    pairs[i].value);

		if (reason != NULL) {
			jsonr_flaw_in(o, "binding", pairs[i].name, reason);
		}
	}
	return true;
}

/* S47: what a message must show has to be there. */
static void
require_facts(struct jsonr_object *o, const struct start_request *r)
{
	for (int f = 0; f < FACT_COUNT; f++) {
		struct str name = str_of(fact_name((enum fact)f));

		if (wording_requires(r->purpose, (enum fact)f) &&
		    binding_get(&r->binding, name).p == NULL) {
			jsonr_flaw_in(o, "binding", name,
			    "is required for this purpose");
		}
	}
}

static void
read_context(struct jsonr_object *o, struct start_request *r,
    struct arena *arena)
{
	struct jsonr_object context;
	struct str ip, agent, key;
	struct ip address;

	if (!jsonr_object(o, "context", 0, &context)) {
		return;
	}
	(void)jsonr_str(&context, "user_agent", 0, 0, AGENT_MAX, &agent);
	if (jsonr_str(&context, "ip", 0, 1, IP_MAX, &ip)) {
		if (!ip_parse(ip, &address)) {
			jsonr_flaw(&context, "ip", "is not an IP address");
		} else {
			struct ip limit = ip_key(&address);

			if (arena_str(arena, (struct str){
			    (const char *)limit.b, sizeof(limit.b)}, &key)) {
				r->network = key;
			}
		}
	}
	jsonr_close(&context);
}

static void
read_locale(struct jsonr_object *o, struct start_request *r)
{
	if (!jsonr_str(o, "locale", 0, 2, LOCALE_MAX, &r->locale)) {
		r->locale = r->to_account ? STR("") : STR("en");
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

static void
read_numbers(struct jsonr_object *o, const struct tenant *tenant,
    struct start_request *r)
{
	struct policy_range ttl = policy_ttl_range(r->purpose,
	    r->recipient.channel);
	struct policy_range length = policy_length_range(&tenant->policy,
	    r->purpose);

	(void)jsonr_i64(o, "ttl_s", 0, ttl.min, ttl.max, &r->ttl_s);
	(void)jsonr_i64(o, "length", 0, length.min, length.max, &r->length);
}

bool
start_read(struct jsonr_object *o, const struct tenant *tenant,
    uint32_t channels, struct start_request *ret_request)
{
	struct start_request *r = ret_request;
	bool phone;

	*r = (struct start_request){0};
	read_purpose(o, r);
	read_to(o, r, &phone);
	read_fallback(o, phone, r);
	read_channel(o, phone, r);
	(void)binding_read(o, &r->binding);
	require_facts(o, r);
	read_locale(o, r);
	read_context(o, r, o->r->arena);
	read_numbers(o, tenant, r);
	/* A code that its owner makes needs no provider. */
	return r->any_channel || (r->to_account &&
	    r->recipient.channel == CHANNEL_TOTP) ||
	    (channels & 1U << r->recipient.channel) != 0 ||
	    (r->to_account && !r->has_channel);
}

void
view_write(struct jsonw *w, const struct challenge_view *v)
{
	jsonw_member_id(w, "id", ID_CHALLENGE, &v->id);
	jsonw_member_z(w, "status", challenge_status_name(v->status));
	jsonw_member_z(w, "purpose", purpose_name(v->purpose));
	jsonw_member_z(w, "channel", channel_name(v->channel));
	jsonw_member_str(w, "to", v->to);
	jsonw_member_time(w, "expires_at", v->expires_at);
	jsonw_member_i64(w, "attempts_left", v->attempts_left);
	jsonw_member_i64(w, "sends_left", v->sends_left);
	jsonw_member_time(w, "resend_at", v->resend_at);
	jsonw_member_time(w, "created_at", v->created_at);
}
