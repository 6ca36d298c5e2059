#include "domain/policy.h"

#include <assert.h>
#include <stddef.h>

#include "base/parse.h"
#include "domain/number.h"

/* One row of policy.def; every setting is an int64_t inside struct policy. */
struct setting {
	int purpose;		/* or LIMITS, GUARD */
	const char *key;
	size_t offset;
	int64_t initial, min, max;
};

enum { LIMITS = -1, GUARD = -2 };

static const struct setting settings[] = {
#define PURPOSE_SETTING(p, key, field, unit, initial, min, max) \
	{ PURPOSE_##p, key, offsetof(struct policy, \
	    purpose[PURPOSE_##p].field), initial, min, max },
#define LIMIT_SETTING(key, field, unit, initial, min, max) \
	{ LIMITS, key, offsetof(struct policy, field), initial, min, max },
#define GUARD_SETTING(key, field, unit, initial, min, max) \
	{ GUARD, key, offsetof(struct policy, field), initial, min, max },
#include "domain/policy.def"
#undef PURPOSE_SETTING
#undef LIMIT_SETTING
#undef GUARD_SETTING
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const char *
section_name(const struct setting *s)
{
	return s->purpose == LIMITS ? "limits" : s->purpose == GUARD ? "guard"
	    : purpose_name((enum purpose)s->purpose);
}

static int64_t *
field_of(struct policy *p, const struct setting *s)
{
	return (int64_t *)(void *)((char *)p + s->offset);
}

static int64_t
value_of(const struct policy *p, const struct setting *s)
{
	return *(const int64_t *)(const void *)((const char *)p + s->offset);
}

struct policy
policy_default(void)
{
	struct policy p = {
		.sends = {
			{.window = MINUTES(10)},
			{.window = HOURS(1)},
			{.window = HOURS(24)},
		},
		.creates = {.window = HOURS(1)},
		.address_creates = {.window = HOURS(1)},
		.address_failures = {.window = HOURS(1)},
		.agent_failures = {.window = HOURS(24)},
	};

	for (size_t i = 0; i < SETTINGS; i++) {
		*field_of(&p, &settings[i]) = settings[i].initial;
	}
	return p;
}

static const struct setting *
find(struct str section, struct str key)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (str_equal(section, str_of(section_name(&settings[i]))) &&
		    str_equal(key, str_of(settings[i].key))) {
			return &settings[i];
		}
	}
	return NULL;
}

static bool
set_plan(struct policy *p, enum purpose purpose, struct str value,
    struct buf *reason)
{
	buf_printf(reason, "%s.plan ", purpose_name(purpose));
	return plan_parse(value, &p->plan[purpose], reason);
}

static bool
set_countries(struct policy *p, struct str value, struct buf *reason)
{
	buf_z(reason, "guard.countries ");
	if (value.n > POLICY_COUNTRIES_MAX) {
		buf_printf(reason, "must not be longer than %d bytes",
		    POLICY_COUNTRIES_MAX);
		return false;
	}
	return number_list_check(value, reason) &&
	    str_copy(value, p->guard.countries, sizeof(p->guard.countries));
}

static bool
set_host(struct policy *p, struct str value, struct buf *reason)
{
	struct domain_name host;
	enum flaw flaw = value.n == 0 ? FLAW_NONE
	    : domain_name_parse(value, &host);

	buf_z(reason, "sms.host ");
	if (flaw != FLAW_NONE) {
		buf_z(reason, flaw == FLAW_DOMAIN
		    ? "must be a host's name like shop.example"
		    : flaw_reason(flaw));
		return false;
	}
	return str_copy(value.n == 0 ? value : domain_name_str(&host),
	    p->sms.host, sizeof(p->sms.host));
}

/* RFC 4648 section 4: 11 of the characters of base64. */
static bool
set_app_hash(struct policy *p, struct str value, struct buf *reason)
{
	bool good = value.n == 0 || value.n == POLICY_APP_HASH;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		good = good && ((c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '+' || c == '/');
	}
	buf_printf(reason, "sms.app_hash must be %d of a-z, A-Z, 0-9, + and /",
	    POLICY_APP_HASH);
	return good &&
	    str_copy(value, p->sms.app_hash, sizeof(p->sms.app_hash));
}

/* False: it is not one of the settings that are texts. */
static bool
set_text(struct policy *p, struct str section, struct str key,
    struct str value, struct buf *reason, bool *ret_good)
{
	enum purpose purpose;
	size_t before = reason->n;

	if (str_equal(key, STR("plan")) && purpose_parse(section, &purpose)) {
		*ret_good = set_plan(p, purpose, value, reason);
	} else if (str_equal(key, STR("countries")) &&
	    str_equal(section, STR("guard"))) {
		*ret_good = set_countries(p, value, reason);
	} else if (str_equal(section, STR("sms")) &&
	    str_equal(key, STR("host"))) {
		*ret_good = set_host(p, value, reason);
	} else if (str_equal(section, STR("sms")) &&
	    str_equal(key, STR("app_hash"))) {
		*ret_good = set_app_hash(p, value, reason);
	} else {
		return false;
	}
	if (*ret_good) {
		buf_cut(reason, before);
	}
	return true;
}

bool
policy_set(struct policy *p, struct str section, struct str key,
    struct str value, struct buf *reason)
{
	const struct setting *s = find(section, key);
	bool good;
	int64_t v;

	if (set_text(p, section, key, value, reason, &good)) {
		return good;
	}
	if (s == NULL) {
		buf_printf(reason, "there is no setting %.*s.%.*s",
		    STR_ARG(section), STR_ARG(key));
		return false;
	}
	if (!parse_i64(value, &v)) {
		buf_printf(reason, "%s.%s must be a whole number",
		    section_name(s), s->key);
		return false;
	}
	if (v < s->min || v > s->max) {
		buf_printf(reason, "%s.%s must be from %lld to %lld",
		    section_name(s), s->key, (long long)s->min,
		    (long long)s->max);
		return false;
	}
	*field_of(p, s) = v;
	return true;
}

int64_t
policy_odds(int64_t length, int64_t attempts)
{
	int64_t codes = 1;

	assert(length > 0 && length <= 10 && attempts > 0);
	for (int64_t i = 0; i < length; i++) {
		codes *= 10;
	}
	return codes / attempts;
}

/*
 * The worst odds of one challenge that are accepted: six digits and ten tries
 * for an account; four digits and three tries at a door, where the guesser
 * stands in person.
 */
static int64_t
odds_floor(enum purpose purpose)
{
	return purpose == PURPOSE_DELIVERY || purpose == PURPOSE_RETURN_PICKUP
	    ? 3333 : 100000;
}

static bool
check_odds(const struct policy *p, enum purpose purpose, policy_unsafe_fn *fn,
    void *ctx)
{
	const struct purpose_policy *q = &p->purpose[purpose];
	int64_t odds = policy_odds(q->length, q->attempts);
	struct buf CLEANUP(buf_done) reason = {0};

	if (odds >= odds_floor(purpose)) {
		return true;
	}
	buf_init(&reason, 256);
	buf_printf(&reason, "%lld digits with %lld tries would "
	    "be guessed once in %lld challenges; at least %lld is asked",
	    (long long)q->length, (long long)q->attempts, (long long)odds,
	    (long long)odds_floor(purpose));
	fn(ctx, purpose_name(purpose), "attempts", buf_c(&reason));
	return false;
}

bool
policy_check(const struct policy *p, policy_unsafe_fn *fn, void *ctx)
{
	bool safe = true;

	for (int i = 0; i < PURPOSE_COUNT; i++) {
		safe = check_odds(p, (enum purpose)i, fn, ctx) && safe;
	}
	if (p->throttle.soft_stop > p->throttle.hard_stop) {
		fn(ctx, "limits", "failures_per_day", "failures_per_day must "
		    "not be above failures_in_a_row");
		safe = false;
	}
	return safe;
}

/* Line breaks between, not behind. */
static void
add_line(void *ctx, const char *section, const char *key UNUSED,
    const char *reason)
{
	struct buf *out = ctx;

	buf_printf(out, "%s%s: %s", out->n > 0 ? "\n" : "", section, reason);
}

bool
policy_valid(const struct policy *p, struct buf *reason)
{
	return policy_check(p, add_line, reason);
}

duration_ms
policy_ttl(const struct policy *p, enum purpose purpose, enum channel channel)
{
	const struct purpose_policy *q = &p->purpose[purpose];

	return SECONDS(channel == CHANNEL_EMAIL ? q->ttl_email : q->ttl);
}

struct policy_range
policy_ttl_range(enum purpose purpose, enum channel channel)
{
	const struct setting *s = find(str_of(purpose_name(purpose)),
	    channel == CHANNEL_EMAIL ? STR("ttl_email_s") : STR("ttl_s"));

	assert(s != NULL);
	return (struct policy_range){s->min, s->max};
}

struct policy_range
policy_length_range(const struct policy *p, enum purpose purpose)
{
	const struct setting *s = find(str_of(purpose_name(purpose)),
	    STR("length"));

	assert(s != NULL);
	return (struct policy_range){p->purpose[purpose].length, s->max};
}

static void
report_plans(const struct policy *p, struct buf *out)
{
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		if (p->plan[i].n > 0) {
			buf_printf(out, "%-21s goes ",
			    purpose_name((enum purpose)i));
			plan_print(&p->plan[i], out);
			buf_char(out, '\n');
		}
	}
}

void
policy_report(const struct policy *p, struct buf *out)
{
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_policy *q = &p->purpose[i];

		buf_printf(out, "%-21s %2lld digits, %2lld tries: one "
		    "challenge is guessed once in %lld; one subject once in "
		    "%lld days of %lld failures each\n",
		    purpose_name((enum purpose)i), (long long)q->length,
		    (long long)q->attempts,
		    (long long)policy_odds(q->length, q->attempts),
		    (long long)policy_odds(q->length, p->throttle.soft_stop),
		    (long long)p->throttle.soft_stop);
	}
	report_plans(p, out);
}

void
policy_each(const struct policy *p, policy_each_fn *fn, void *ctx)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		fn(ctx, section_name(&settings[i]), settings[i].key,
		    value_of(p, &settings[i]));
	}
}

void
policy_each_text(const struct policy *p, policy_each_text_fn *fn, void *ctx)
{
	char text[PLAN_TEXT_MAX + 1];

	for (int i = 0; i < PURPOSE_COUNT; i++) {
		struct buf b;

		buf_fixed(&b, text, sizeof(text));
		plan_print(&p->plan[i], &b);
		fn(ctx, purpose_name((enum purpose)i), "plan", buf_view(&b));
	}
	fn(ctx, "guard", "countries", str_of(p->guard.countries));
	fn(ctx, "sms", "host", str_of(p->sms.host));
	fn(ctx, "sms", "app_hash", str_of(p->sms.app_hash));
}
