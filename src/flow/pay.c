#include "flow/pay.h"

#include "flow/device.h"
#include "flow/payer.h"
#include "flow/places.h"
#include "store/counters.h"

/* The person's payments to this payee; the name in lower case. */
static enum err
payee_counter(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, struct str payee, unix_ms now,
    struct counter_row *ret_row)
{
	char bytes[ID_BYTES + DISPLAY_TEXT_MAX + 1];
	uint8_t key[SUBJECT_BYTES];
	struct buf text;
	enum err e;

	buf_fixed(&text, bytes, sizeof(bytes));
	buf_str(&text, flow_id_bytes(account));
	for (size_t i = 0; i < payee.n; i++) {
		char c = payee.p[i];

		buf_char(&text, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a')
		    : c);
	}
	e = buf_err(&text);
	if (e == ERR_NONE) {
		e = keyring_index(f->ring, "payee", flow_id_bytes(tenant),
		    buf_view(&text), key);
	}
	return e == ERR_NONE ? limited_counter(tx, tenant, COUNTER_PAYEE,
	    key, now, ret_row) : e;
}

enum err
payee_paid(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, struct str payee, unix_ms now)
{
	struct counter_row row;
	enum err e = payee_counter(tx, f, tenant, account, payee, now, &row);

	if (e != ERR_NONE) {
		return e;
	}
	counter_add(&row.state, now);
	return counter_row_put(tx, &row, now);
}

/* What the shop says, and what is known here beside it. */
static enum err
add_signals(struct tx *tx, const struct pay *p, const struct account *a,
    struct signals *g)
{
	unix_ms now = flow_now(p->flow);
	struct counter_row paid;
	struct id device;
	bool known = false;
	enum err e = ERR_NONE;

	*g = p->signals;
	if (!p->says_payee) {
		e = payee_counter(tx, p->flow, &p->tenant->id, &p->account,
		    p->payee, now, &paid);
		g->new_payee = e == ERR_NONE && paid.state.n == 0;
	}
	if (e == ERR_NONE && p->client.has_device) {
		e = device_known(tx, p->flow, &a->row, p->client.device,
		    p->arena, &device, &known);
		g->known_device |= known;
		g->new_device |= !known;
	}
	if (e == ERR_NONE) {
		/* R50, R54; where he was signed in is where he is known. */
		e = places_ask(tx, p->flow, &p->account, p->client.place, now,
		    g);
	}
	g->recent_change |= a->row.secured_at.v != 0 && unix_ms_before(now,
	    unix_ms_add(a->row.secured_at, RECENT_CHANGE));
	return e;
}

static enum err
decide(struct tx *tx, struct pay *p, const struct account *a)
{
	enum err e;

	p->decide = (struct decide){
		.flow = p->flow,
		.tenant = p->tenant,
		.event = DECISION_TRANSACTION,
		.has_account = true,
		.account = p->account,
	};
	e = add_signals(tx, p, a, &p->decide.signals);
	return e == ERR_NONE ? decide_run(tx, &p->decide) : e;
}

static enum err
send_code(struct tx *tx, struct pay *p, const struct account *a)
{
	enum err e;

	p->issue = (struct issue){
		.flow = p->flow,
		.tenant = p->tenant,
		.arena = p->arena,
		.purpose = PURPOSE_TRANSACTION,
		.counted = "transaction",
		.binding = p->binding,
		.network = p->client.network,
		.channel = p->channel,
		.approval = {.kind = APPROVAL_PROOF, .body = p->payee},
	};
	e = issue_code(tx, &p->issue, a);
	if (e == ERR_NONE && p->issue.verdict != ISSUE_DONE) {
		p->verdict = p->issue.verdict == ISSUE_LIMITED ? PAY_LIMITED
		    : PAY_NO_WAY;
	}
	return e;
}

/*
 * S15: while a payer is blocked nothing is decided for him, either: or a
 * payment that needs no code would be the way around the block.
 */
static enum err
look_at_block(struct tx *tx, struct pay *p)
{
	struct counter_row failures;
	enum err e;

	if (!payer_applies(p->tenant, PURPOSE_TRANSACTION)) {
		return ERR_NONE;
	}
	e = payer_counter_of(tx, p->flow, &p->tenant->id, &p->account,
	    flow_now(p->flow), &failures);
	if (e != ERR_NONE) {
		return e;
	}
	p->issue.limited = payer_limited(&p->tenant->policy.payer, &failures,
	    flow_now(p->flow));
	if (p->issue.limited.wait.v > 0) {
		p->verdict = PAY_LIMITED;
	}
	return ERR_NONE;
}

enum err
pay_run(struct tx *tx, void *pay)
{
	struct pay *p = pay;
	struct account a;
	enum err e = account_open(tx, p->flow, &p->tenant->id, &p->account,
	    p->arena, &a);

	p->verdict = PAY_DECIDED;
	if (e == ERR_MISSING) {
		p->verdict = PAY_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = look_at_block(tx, p);
	}
	if (e == ERR_NONE && p->verdict == PAY_DECIDED) {
		e = decide(tx, p, &a);
	}
	if (e != ERR_NONE || p->verdict != PAY_DECIDED) {
		return e;
	}
	if (p->decide.decision.code == DECISION_REQUIRED) {
		return send_code(tx, p, &a);
	}
	return p->decide.decision.code == DECISION_NOT_REQUIRED
	    ? payee_paid(tx, p->flow, &p->tenant->id, &p->account, p->payee,
	    flow_now(p->flow)) : ERR_NONE;
}
