#include "flow/sign_in.h"

#include <string.h>

#include "domain/payer.h"
#include "flow/audit.h"
#include "flow/device.h"
#include "flow/places.h"
#include "store/counters.h"

enum err
sign_in_prepare(struct sign_in *s)
{
	enum err e = token_new(s->flow, TOKEN_SESSION, &s->token);

	return e == ERR_NONE ? id_new(&s->flow->rng, flow_now(s->flow),
	    &s->id) : e;
}

/*
 * Under which keys tries are counted: the person's, and the person's at this
 * place.  An identifier that nobody has is a person of its own.
 */
static enum err
make_keys(struct sign_in *s, const struct id *device)
{
	struct str who = s->found ? flow_id_bytes(&s->account)
	    : (struct str){(const char *)s->who.key, LOOKUP_BYTES};
	struct str tenant = flow_id_bytes(&s->tenant->id);
	char bytes[2 * ID_BYTES + 32];
	struct buf place;
	enum err e = keyring_index(s->flow->ring, "password", tenant, who,
	    s->person);

	buf_fixed(&place, bytes, sizeof(bytes));
	buf_str(&place, who);
	buf_str(&place, device != NULL ? flow_id_bytes(device)
	    : s->client.network);
	if (e == ERR_NONE) {
		e = buf_err(&place);
	}
	return e == ERR_NONE ? keyring_index(s->flow->ring, "password place",
	    tenant, buf_view(&place), s->place) : e;
}

static enum err
record(struct tx *tx, const struct sign_in *s, enum audit_event event,
    const char *rule, int64_t streak)
{
	struct audit a;
	enum err e = audit_begin(&a, s->flow, event, &s->tenant->id,
	    flow_now(s->flow));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_key(&a.json, "subject");
	jsonw_hex(&a.json, s->person, SUBJECT_BYTES);
	if (rule != NULL) {
		jsonw_member_z(&a.json, "rule", rule);
	} else {
		jsonw_member_i64(&a.json, "failures_in_a_row", streak);
	}
	return audit_commit(&a, tx, s->flow);
}

static enum err
find(struct tx *tx, struct sign_in *s, struct account_row *ret_row)
{
	enum err e = account_find(tx, &s->tenant->id, &s->who, s->arena,
	    &s->account, &s->found);

	if (e != ERR_NONE || !s->found) {
		return e;
	}
	e = account_row_look(tx, &s->tenant->id, &s->account, s->arena,
	    ret_row);
	if (e == ERR_MISSING ||
	    (e == ERR_NONE && ret_row->status != ACCOUNT_ACTIVE)) {
		s->found = false;
		return ERR_NONE;
	}
	return e;
}

/* Must this place wait, or the network address, whoever is meant? */
static enum err
look_at_limits(struct tx *tx, struct sign_in *s, struct counter_row *place)
{
	const struct policy *p = &s->tenant->policy;
	unix_ms now = flow_now(s->flow);
	struct counter_row address;
	uint8_t key[KEYRING_INDEX];
	enum err e = limited_counter(tx, &s->tenant->id, COUNTER_PASSWORD,
	    s->place, now, place);

	if (e != ERR_NONE) {
		return e;
	}
	s->limited = limited_throttle(place, now, p);
	if (s->limited.wait.v > 0 || s->client.network.n == 0) {
		return ERR_NONE;
	}
	e = keyring_index(s->flow->ring, "network",
	    flow_id_bytes(&s->tenant->id), s->client.network, key);
	if (e == ERR_NONE) {
		e = limited_counter(tx, &s->tenant->id,
		    COUNTER_ADDRESS_FAILURES, key, now, &address);
	}
	if (e == ERR_NONE) {
		s->limited = limited_by("address", counter_wait(
		    &address.state, now, &p->address_failures, 1),
		    &p->address_failures);
	}
	return e;
}

/*
 * Operators reach what is the tenant's: ten tries in a row, from wherever, and
 * for half an hour none is looked at; then again, and for twice as long (PCI
 * DSS 8.3.4).  Counted before the password is looked at, and answered as a
 * wrong one is, so nobody learns whose account is of this kind.
 */
static const struct payer_policy operator_lock = {
	.failures = 10, .block = 30 * 60,
};

static enum err
spend_operator(struct tx *tx, struct sign_in *s)
{
	unix_ms now = flow_now(s->flow);
	struct counter_row all;
	enum err e = limited_counter(tx, &s->tenant->id, COUNTER_PASSWORD_ALL,
	    s->person, now, &all);

	if (e != ERR_NONE) {
		return e;
	}
	s->counted = true;
	s->locked = payer_wait(&operator_lock, &all.state, now).v > 0;
	if (s->locked) {
		return record(tx, s, AUDIT_SIGN_IN_REFUSED, "operator", 0);
	}
	counter_add(&all.state, now);
	return counter_row_put(tx, &all, now);
}

/* The password hash, and the try that looking at it will cost. */
static enum err
spend(struct tx *tx, struct sign_in *s, const struct account_row *row,
    struct counter_row *place)
{
	unix_ms now = flow_now(s->flow);

	s->hash = STR("");
	s->generation = 0;
	s->counted = s->locked = false;
	counter_add(&place->state, now);
	if (s->found && row->kind == ACCOUNT_OPERATOR) {
		enum err e = spend_operator(tx, s);

		if (e != ERR_NONE) {
			return e;
		}
	}
	if (s->found && !s->locked) {
		enum err e = account_unseal(s->flow, "password", &row->id,
		    row->password, s->arena, &s->hash);

		if (e != ERR_NONE) {
			return e;
		}
		s->generation = row->generation;
	}
	return counter_row_put(tx, place, now);
}

enum err
sign_in_look_run(struct tx *tx, void *sign_in)
{
	struct sign_in *s = sign_in;
	struct account_row row = {0};
	struct counter_row place;
	struct id device;
	bool known = false;
	enum err e = find(tx, s, &row);

	s->verdict = SIGN_IN_REFUSED;
	if (e == ERR_NONE && s->found && s->client.has_device) {
		e = device_known(tx, s->flow, &row, s->client.device,
		    s->arena, &device, &known);
	}
	if (e == ERR_NONE) {
		e = make_keys(s, known ? &device : NULL);
	}
	if (e == ERR_NONE) {
		e = look_at_limits(tx, s, &place);
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (s->limited.wait.v > 0) {
		s->verdict = SIGN_IN_LIMITED;
		return record(tx, s, AUDIT_SIGN_IN_REFUSED, s->limited.rule,
		    0);
	}
	return spend(tx, s, &row, &place);
}

/* What look has spent stays spent; the others hear of it here. */
static enum err
wrong(struct tx *tx, struct sign_in *s)
{
	unix_ms now = flow_now(s->flow);
	struct counter_row all, address;
	uint8_t key[KEYRING_INDEX];
	enum err e = limited_counter(tx, &s->tenant->id,
	    COUNTER_PASSWORD_ALL, s->person, now, &all);

	s->verdict = SIGN_IN_REFUSED;
	s->reason = "The identifier or the password is wrong.";
	if (e == ERR_NONE && !s->counted) {
		counter_add(&all.state, now);
		e = counter_row_put(tx, &all, now);
	}
	if (e == ERR_NONE && s->client.network.n > 0) {
		e = keyring_index(s->flow->ring, "network",
		    flow_id_bytes(&s->tenant->id), s->client.network, key);
		if (e == ERR_NONE) {
			e = limited_counter(tx, &s->tenant->id,
			    COUNTER_ADDRESS_FAILURES, key, now, &address);
		}
		if (e == ERR_NONE) {
			counter_add(&address.state, now);
			e = counter_row_put(tx, &address, now);
		}
	}
	return e == ERR_NONE ? record(tx, s, AUDIT_PASSWORD_WRONG, NULL,
	    all.state.streak) : e;
}

static enum err
clear(struct tx *tx, const struct flow *f, const struct id *tenant,
    enum counter_kind kind, const uint8_t key[static SUBJECT_BYTES])
{
	unix_ms now = flow_now(f);
	struct counter_row row;
	enum err e = limited_counter(tx, tenant, kind, key, now, &row);

	if (e != ERR_NONE || row.state.streak == 0) {
		return e;
	}
	counter_clear(&row.state);
	return counter_row_put(tx, &row, now);
}

static enum err
read_signals(struct tx *tx, struct sign_in *s, struct signals *ret_signals)
{
	const struct account_row *row = &s->person_found.row;
	unix_ms now = flow_now(s->flow);
	struct signals g = {0};
	struct counter_row all;
	struct id device;
	enum err e = limited_counter(tx, &s->tenant->id,
	    COUNTER_PASSWORD_ALL, s->person, now, &all);

	if (e == ERR_NONE && s->client.has_device) {
		e = device_known(tx, s->flow, row, s->client.device,
		    s->arena, &device, &g.known_device);
	}
	g.new_device = !g.known_device;
	g.trusted_device = g.known_device;
	g.two_step = row->two_step || account_always_two_step(row->kind);
	g.recent_change = row->secured_at.v != 0 && unix_ms_before(now,
	    unix_ms_add(row->secured_at, RECENT_CHANGE));
	g.has_account_age_s = true;
	g.account_age_s = unix_ms_since(now, row->created_at).v / 1000;
	if (row->secured_at.v != 0) {
		g.has_contact_age_s = true;
		g.contact_age_s = unix_ms_since(now, row->secured_at).v / 1000;
	}
	if (e == ERR_NONE && !signal_word(&g, SIGNAL_kind,
	    str_of(account_kind_name(row->kind)))) {
		e = ERR_RANGE;
	}
	if (e == ERR_NONE) {
		g.failures = all.state.streak;
		*ret_signals = g;
	}
	return e;
}

static enum err
decide(struct tx *tx, struct sign_in *s)
{
	enum err e;

	s->reason = NULL;
	s->decide = (struct decide){
		.flow = s->flow,
		.tenant = s->tenant,
		.event = DECISION_SIGN_IN,
		.has_account = true,
		.account = s->account,
	};
	e = read_signals(tx, s, &s->decide.signals);
	if (e == ERR_NONE) {
		/* R50, R54 */
		e = places_ask(tx, s->flow, &s->account, s->client.place,
		    flow_now(s->flow), &s->decide.signals);
	}
	return e == ERR_NONE ? decide_run(tx, &s->decide) : e;
}

static enum err
open_session(struct tx *tx, struct sign_in *s)
{
	const struct session_start start = {
		.token = &s->token, .host = s->client.host,
		.label = s->client.label,
	};
	enum err e = ERR_NONE;

	s->verdict = SIGN_IN_DONE;
	if (s->replaces != NULL) {
		e = session_end(tx, s->flow, s->replaces);
	}
	if (e == ERR_NONE) {
		e = places_remember(tx, s->flow, &s->tenant->id, &s->account,
		    s->client.place, flow_now(s->flow));
	}
	return e == ERR_NONE ? session_open(tx, s->flow,
	    &s->person_found.row, &start, &s->session) : e;
}

/* R58: only now, after the right password, a code goes out. */
static enum err
send_code(struct tx *tx, struct sign_in *s)
{
	const char *unfit;
	enum err e;

	s->issue = (struct issue){
		.flow = s->flow,
		.tenant = s->tenant,
		.arena = s->arena,
		.purpose = PURPOSE_SIGN_IN,
		.network = s->client.network,
		.approval = {
			.kind = APPROVAL_SIGN_IN, .body = s->client.label,
		},
	};
	if (s->client.label.n > 0) {
		unfit = binding_add(&s->issue.binding, STR("device"),
		    s->client.label);
		(void)unfit;
	}
	e = issue_code(tx, &s->issue, &s->person_found);
	if (e == ERR_NONE) {
		e = factor_list(tx, s->flow, &s->account, s->arena,
		    &s->factors);
	}
	if (e != ERR_NONE) {
		return e;
	}
	switch (s->issue.verdict) {
	case ISSUE_DONE:
		s->verdict = SIGN_IN_CODE;
		s->id = s->issue.start.row.id;
		return ERR_NONE;
	case ISSUE_LIMITED:
		s->verdict = SIGN_IN_LIMITED;
		s->limited = s->issue.limited;
		return ERR_NONE;
	case ISSUE_NO_WAY:
	default:
		s->verdict = SIGN_IN_REFUSED;
		s->reason = "A code is needed, and no contact can get one.";
		return ERR_NONE;
	}
}

static enum err
right(struct tx *tx, struct sign_in *s)
{
	enum err e = clear(tx, s->flow, &s->tenant->id, COUNTER_PASSWORD,
	    s->place);

	if (e == ERR_NONE && s->stronger.n > 0) {
		e = account_seal(s->flow, "password",
		    &s->person_found.row.id, s->stronger, s->arena,
		    &s->person_found.row.password);
		if (e == ERR_NONE) {
			e = account_row_update(tx, &s->person_found.row);
		}
	}
	if (e == ERR_NONE) {
		e = decide(tx, s);
	}
	if (e != ERR_NONE) {
		return e;
	}
	switch (s->decide.decision.code) {
	case DECISION_NOT_REQUIRED:
		return open_session(tx, s);
	case DECISION_REQUIRED:
		return send_code(tx, s);
	case DECISION_DENY:
	default:
		s->verdict = SIGN_IN_REFUSED;
		return record(tx, s, AUDIT_SIGN_IN_REFUSED, "policy", 0);
	}
}

enum err
sign_in_decide_run(struct tx *tx, void *sign_in)
{
	struct sign_in *s = sign_in;
	enum err e;

	if (!s->right) {
		return wrong(tx, s);
	}
	e = account_open(tx, s->flow, &s->tenant->id, &s->account, s->arena,
	    &s->person_found);
	if (e == ERR_MISSING || (e == ERR_NONE &&
	    s->person_found.row.generation != s->generation)) {
		/* The password was changed while this one was looked at. */
		return wrong(tx, s);
	}
	return e == ERR_NONE ? right(tx, s) : e;
}

enum err
sign_in_complete_prepare(struct sign_in_complete *c)
{
	enum err e = token_new(c->check.flow, TOKEN_SESSION, &c->token);

	return e == ERR_NONE ? token_new(c->check.flow, TOKEN_DEVICE,
	    &c->device) : e;
}

static enum err
enter(struct tx *tx, struct sign_in_complete *c,
    const struct approval_row *waiting, const struct account *a)
{
	const struct flow *f = c->check.flow;
	const struct session_start start = {
		.token = &c->token, .host = c->client.host, .proved = true,
		.label = c->client.label,
	};
	uint8_t person[SUBJECT_BYTES];
	struct str label;
	enum err e = account_subject(f, &a->row.tenant, &a->row.id,
	    "password", person);

	if (e == ERR_NONE) {
		e = clear(tx, f, &a->row.tenant, COUNTER_PASSWORD_ALL,
		    person);
	}
	if (e == ERR_NONE && c->replaces != NULL) {
		e = session_end(tx, f, c->replaces);
	}
	if (e == ERR_NONE) {
		e = places_remember(tx, f, &a->row.tenant, &a->row.id,
		    c->client.place, flow_now(f));
	}
	if (e == ERR_NONE) {
		e = session_open(tx, f, &a->row, &start, &c->session);
	}
	if (e == ERR_NONE && c->remember) {
		e = approval_body(f, waiting, c->check.arena, &label);
		if (e == ERR_NONE) {
			e = device_trust(tx, f, &a->row, label, &c->device);
		}
	}
	c->signed_in = e == ERR_NONE;
	return e;
}

enum err
sign_in_complete_run(struct tx *tx, void *complete)
{
	struct sign_in_complete *c = complete;
	const struct tenant *t = c->check.tenant;
	struct approval_row waiting;
	struct account a;
	enum err e = approval_row_get(tx, &t->id, &c->check.id,
	    c->check.arena, &waiting);

	c->signed_in = false;
	if (e == ERR_MISSING ||
	    (e == ERR_NONE && waiting.kind != APPROVAL_SIGN_IN)) {
		c->check.verdict = CHECK_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = check_run(tx, &c->check);
	}
	if (e != ERR_NONE || c->check.verdict != CHECK_APPROVED) {
		return e;
	}
	e = account_open(tx, c->check.flow, &t->id, &waiting.account,
	    c->check.arena, &a);
	if (e == ERR_NONE) {
		e = approval_row_done(tx, &waiting.challenge, c->check.now);
	}
	if (e == ERR_MISSING || (e == ERR_NONE &&
	    a.row.generation != waiting.generation)) {
		return ERR_NONE;	/* the password was good for before */
	}
	return e == ERR_NONE ? enter(tx, c, &waiting, &a) : e;
}
