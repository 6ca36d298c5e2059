#include "flow/admin.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "crypto/hmac.h"
#include "flow/audit.h"
#include "store/counters.h"

enum { KEY_BYTES = 32 };

bool
tenant_name_ok(struct str s)
{
	if (s.n < 1 || s.n > TENANT_NAME_MAX) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-')) {
			return false;
		}
	}
	return true;
}

enum err
tenant_new_prepare(struct tenant_new *t)
{
	return id_new(&t->flow->rng, flow_now(t->flow), &t->id);
}

enum err
tenant_new_run(struct tx *tx, void *tenant_new)
{
	const struct tenant_new *t = tenant_new;
	unix_ms now = flow_now(t->flow);
	struct tenant_row row = {t->id, t->name, t->brand, now};
	struct audit a;
	enum err e = tenant_row_insert(tx, &row);

	if (e == ERR_NONE) {
		e = audit_begin(&a, t->flow, AUDIT_TENANT_CREATED, &t->id,
		    now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_str(&a.json, "name", t->name);
	return audit_commit(&a, tx, t->flow);
}

enum err
key_new_prepare(struct key_new *k)
{
	uint8_t random[KEY_BYTES];
	struct buf text;
	enum err e = id_new(&k->flow->rng, flow_now(k->flow), &k->id);

	if (e == ERR_NONE) {
		e = rng_fill(&k->flow->rng, random, sizeof(random));
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, API_KEY_TEXT);
	buf_z(&text, "wwk_");
	crockford_encode(&text, random, sizeof(random));
	e = buf_err(&text);
	if (e == ERR_NONE &&
	    !str_copy(buf_view(&text), k->text, sizeof(k->text))) {
		e = ERR_LIMIT;
	}
	buf_done(&text);
	explicit_bzero(random, sizeof(random));
	return e;
}

enum err
key_new_run(struct tx *tx, void *key_new)
{
	const struct key_new *k = key_new;
	unix_ms now = flow_now(k->flow);
	struct api_key_row row = {
		.id = k->id,
		.tenant = k->tenant,
		.label = k->label,
		.scopes = k->scopes,
		.created_at = now,
	};
	struct str text = str_of(k->text);
	struct audit a;
	enum err e = sha256(&text, 1, row.hash);

	if (e == ERR_NONE) {
		e = api_key_row_insert(tx, &row);
	}
	if (e == ERR_NONE) {
		e = audit_begin(&a, k->flow, AUDIT_KEY_CREATED, &k->tenant,
		    now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "key", ID_API_KEY, &k->id);
	jsonw_member_i64(&a.json, "scopes", k->scopes);
	return audit_commit(&a, tx, k->flow);
}

enum err
key_revoke_run(struct tx *tx, void *key_revoke)
{
	const struct key_revoke *k = key_revoke;
	unix_ms now = flow_now(k->flow);
	struct audit a;
	enum err e = api_key_row_revoke(tx, &k->id, now);

	if (e == ERR_NONE) {
		e = audit_begin(&a, k->flow, AUDIT_KEY_REVOKED, NULL, now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "key", ID_API_KEY, &k->id);
	return audit_commit(&a, tx, k->flow);
}

static enum err
look(struct tx *tx, const struct subject_admin *s, enum counter_kind kind,
    const uint8_t subject[static SUBJECT_BYTES], struct counter_row *row,
    unsigned *ret_n)
{
	enum err e = counter_row_get(tx, &s->tenant->id, kind, subject, row);

	if (e == ERR_NONE) {
		*ret_n = counter_within(&row->state, flow_now(s->flow),
		    HOURS(24));
	}
	return e;
}

/* S15: wrong codes for payments are counted beside the others. */
static enum err
forgive_payer(struct tx *tx, const struct subject_admin *s,
    const uint8_t subject[static SUBJECT_BYTES])
{
	struct counter_row row;
	enum err e = counter_row_get(tx, &s->tenant->id, COUNTER_PAYER,
	    subject, &row);

	if (e != ERR_NONE || row.version == 0) {
		return e;
	}
	counter_clear(&row.state);
	return counter_row_put(tx, &row, flow_now(s->flow));
}

static enum err
forgive(struct tx *tx, const struct subject_admin *s,
    const uint8_t subject[static SUBJECT_BYTES], struct counter_row *failures)
{
	unix_ms now = flow_now(s->flow);
	struct audit a;
	enum err e;

	counter_clear(&failures->state);
	e = counter_row_put(tx, failures, now);
	if (e == ERR_NONE) {
		e = forgive_payer(tx, s, subject);
	}
	if (e == ERR_NONE) {
		e = audit_begin(&a, s->flow, AUDIT_SUBJECT_CLEARED,
		    &s->tenant->id, now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_key(&a.json, "subject");
	jsonw_hex(&a.json, subject, SUBJECT_BYTES);
	jsonw_member_i64(&a.json, "failures_in_a_row", s->streak);
	return audit_commit(&a, tx, s->flow);
}

enum err
subject_admin_run(struct tx *tx, void *subject_admin)
{
	struct subject_admin *s = subject_admin;
	uint8_t subject[SUBJECT_BYTES];
	struct counter_row failures, other;
	enum err e = recipient_subject(s->flow, &s->tenant->id,
	    &s->recipient, subject);

	if (e == ERR_NONE) {
		e = look(tx, s, COUNTER_CREATES, subject, &other,
		    &s->creates);
	}
	if (e == ERR_NONE) {
		e = look(tx, s, COUNTER_SENDS, subject, &other, &s->sends);
	}
	if (e == ERR_NONE) {
		e = look(tx, s, COUNTER_FAILURES, subject, &failures,
		    &s->failures);
	}
	if (e != ERR_NONE) {
		return e;
	}
	s->streak = failures.state.streak;
	s->throttle = counter_throttle(&failures.state, flow_now(s->flow),
	    &s->tenant->policy.throttle);
	return s->clear && failures.version != 0
	    ? forgive(tx, s, subject, &failures) : ERR_NONE;
}

/* What policy_each hands to the store and to the event. */
struct put {
	struct tx *tx;
	const struct id *tenant;
	enum err err;
};

static void
put_setting(void *ctx, const char *section, const char *key, int64_t value)
{
	struct put *p = ctx;
	char text[24];
	struct setting_row row = {
		.tenant = *p->tenant,
		.section = str_of(section),
		.key = str_of(key),
	};
	int n = snprintf(text, sizeof(text), "%lld", (long long)value);

	assert(n > 0 && (size_t)n < sizeof(text));
	row.value = str_of(text);
	if (p->err == ERR_NONE) {
		p->err = setting_row_put(p->tx, &row);
	}
}

static void
put_text(void *ctx, const char *section, const char *key, struct str value)
{
	struct put *p = ctx;
	struct setting_row row = {
		.tenant = *p->tenant,
		.section = str_of(section),
		.key = str_of(key),
		.value = value,
	};

	if (p->err == ERR_NONE && value.n > 0) {
		p->err = setting_row_put(p->tx, &row);
	}
}

enum err
policy_put_run(struct tx *tx, void *policy_put)
{
	const struct policy_put *p = policy_put;
	struct put put = {.tx = tx, .tenant = &p->tenant};
	struct audit a;
	enum err e = setting_row_clear(tx, &p->tenant);

	if (e != ERR_NONE) {
		return e;
	}
	policy_each(p->policy, put_setting, &put);
	policy_each_text(p->policy, put_text, &put);
	if (put.err != ERR_NONE) {
		return put.err;
	}
	e = audit_begin(&a, p->flow, AUDIT_POLICY_CHANGED, &p->tenant,
	    flow_now(p->flow));
	return e == ERR_NONE ? audit_commit(&a, tx, p->flow) : e;
}

enum err
store_event_run(struct tx *tx, void *store_event)
{
	const struct store_event *s = store_event;
	struct audit a;
	enum err e = audit_begin(&a, s->flow, s->restored
	    ? AUDIT_STORE_RESTORED : AUDIT_STORE_CREATED, NULL,
	    flow_now(s->flow));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_i64(&a.json, "epoch", s->flow->epoch);
	return audit_commit(&a, tx, s->flow);
}
