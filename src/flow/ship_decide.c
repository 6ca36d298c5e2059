#include "flow/ship_decide.h"

#include "flow/private.h"
#include "store/accounts.h"
#include "store/calendars.h"

/* One sentence as a rule, or one for each condition of a rule. */
enum { REASONS_MAX = 65536 };

_Static_assert(SIGNALS_JSON_MAX <= PRIVATE_PART_MAX, "signals are one part");

static const struct id nobody;

static struct cell
signals_cell(const struct id *shipment)
{
	return (struct cell){"shipments", "signals", flow_id_bytes(shipment)};
}

/*
 * What the tenant knows of the region: of the part, or else of the country
 * (R4, R7).
 */
static enum err
look_at_region(struct tx *tx, const struct ship_decide *d,
    struct signals *signals)
{
	struct str region = d->row->region;
	struct calendar_row row;
	enum err e = calendar_row_get(tx, &d->tenant->id, region, d->arena,
	    &row);

	if (e == ERR_MISSING && region.n > 2) {
		e = calendar_row_get(tx, &d->tenant->id,
		    str_slice(region, 0, 2), d->arena, &row);
	}
	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		signals->region_off |= row.codes == REGION_CODES_OFF;
		signals->risky_place |= row.codes == REGION_CODES_RISKY;
	}
	return e;
}

/* The decision of these signals, kept; its reasons as the JSON they are shown in. */
static enum err
take(struct tx *tx, const struct ship_decide *d, const struct signals *signals)
{
	struct decide made = {
		.flow = d->flow, .tenant = d->tenant,
		.event = DECISION_DELIVERY, .signals = *signals,
		.has_account = !id_equal(&d->row->account, &nobody),
		.account = d->row->account,
	};
	struct buf text;
	struct jsonw w;
	enum err e = decide_run(tx, &made);

	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, REASONS_MAX);
	jsonw_init(&w, &text);
	decision_reasons(&made.decision, &d->tenant->policy, &w);
	e = buf_err(&text);
	if (e == ERR_NONE && !arena_str(d->arena, buf_view(&text),
	    &d->row->reason)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	d->row->code = made.decision.code;
	d->row->rule = made.decision.rule;
	return e;
}

static enum err
seal(const struct ship_decide *d, const struct signals *known)
{
	struct cell cell = signals_cell(&d->row->id);
	struct str part;
	struct buf text;
	struct jsonw w;
	enum err e;

	buf_init(&text, SIGNALS_JSON_MAX);
	jsonw_init(&w, &text);
	signals_write(known, &w);
	e = buf_err(&text);
	part = buf_view(&text);
	if (e == ERR_NONE) {
		e = private_seal(d->flow, d->arena, &cell, &part, 1,
		    &d->row->signals);
	}
	buf_done(&text);
	return e;
}

enum err
ship_decide(struct tx *tx, const struct ship_decide *d,
    const struct signals *known, bool opted_out)
{
	struct signals signals = *known;
	enum err e = look_at_region(tx, d, &signals);

	d->row->signals = STR("");
	if (e == ERR_NONE && !id_equal(&d->row->account, &nobody)) {
		e = seal(d, &signals);
	}
	signals.opted_out |= opted_out;
	return e == ERR_NONE ? take(tx, d, &signals) : e;
}

/* What was written here is read again; if not, the row is damaged. */
static void
ignore_flaw(void *ctx UNUSED, struct str member UNUSED,
    const char *reason UNUSED)
{
}

static struct decision
would(const struct ship_decide *d, const struct signals *known, bool opted_out)
{
	struct signals signals = *known;

	signals.opted_out = opted_out;
	return decision_make(DECISION_DELIVERY, &signals, &d->tenant->policy,
	    d->tenant->rules[RULES_ENFORCE]);
}

enum err
ship_decide_again(struct tx *tx, const struct ship_decide *d)
{
	struct cell cell = signals_cell(&d->row->id);
	struct account_row account;
	struct signals signals;
	struct decision now, other;
	struct str text;
	enum err e = ERR_MISSING;

	if (!id_equal(&d->row->account, &nobody)) {
		e = private_unseal(d->flow, d->arena, &cell, d->row->signals,
		    &text, 1);
	}
	if (e == ERR_NONE) {
		e = account_row_look(tx, &d->tenant->id, &d->row->account,
		    d->arena, &account);
	}
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (!signals_read(text, ignore_flaw, NULL, &signals)) {
		return ERR_STORE;
	}
	/* What the shop has said itself stays said. */
	if (account.status != ACCOUNT_ACTIVE || signals.opted_out) {
		return ERR_NONE;
	}
	now = would(d, &signals, !account.delivery_codes);
	other = would(d, &signals, account.delivery_codes);
	if (str_equal(now.rule, other.rule) || now.code == DECISION_DENY ||
	    str_equal(now.rule, d->row->rule)) {
		return ERR_NONE;
	}
	signals.opted_out = !account.delivery_codes;
	return take(tx, d, &signals);
}
