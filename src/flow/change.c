#include "flow/change.h"

#include "flow/drop.h"
#include "flow/reset.h"

enum { WAITING_MAX = 8 };

/* S33: one waits at a time; the corrected one supersedes it. */
static enum err
supersede(struct tx *tx, const struct change *c)
{
	struct id ids[WAITING_MAX];
	unsigned n = 0;
	enum err e = approval_row_waiting(tx, &c->account, APPROVAL_CHANGE,
	    WAITING_MAX, ids, &n);

	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		e = challenge_drop(tx, c->flow, &c->tenant->id, &ids[i],
		    CHALLENGE_SUPERSEDE, c->arena);
	}
	return e;
}

static void
flaw(struct change *c, enum change_field field, const char *why)
{
	c->verdict = CHANGE_FLAWED;
	c->field = field;
	c->flaw = why;
}

/* What can be said only by who knows the account. */
static void
look_over(struct change *c, const struct account *a)
{
	const struct account_change *change = &c->change;
	struct id id;
	const char *why;

	if (change->v[CHANGE_PASSWORD].p != NULL) {
		why = account_password_flaw(c->tenant, a, c->password);
		if (why != NULL) {
			flaw(c, CHANGE_PASSWORD, why);
		}
	}
	if (change->v[CHANGE_REMOVE].p != NULL &&
	    (id_parse(ID_CONTACT, change->v[CHANGE_REMOVE], &id) != ERR_NONE
	    || account_contact(a, &id) == NULL)) {
		flaw(c, CHANGE_REMOVE, "is not a contact of this account");
	}
	if (change->v[CHANGE_TWO_STEP].p != NULL &&
	    account_always_two_step(a->row.kind) &&
	    str_equal(change->v[CHANGE_TWO_STEP], STR("off"))) {
		flaw(c, CHANGE_TWO_STEP,
		    "cannot be switched off for this kind of account");
	}
}

static enum err
issue(struct tx *tx, struct change *c, const struct account *a)
{
	enum locale l = locale_best(a->row.locale);
	const char *unfit;
	struct buf body;
	enum err e;

	buf_init(&body, ACCOUNT_CHANGE_MAX);
	account_change_encode(&c->change, &body);
	c->issue = (struct issue){
		.flow = c->flow,
		.tenant = c->tenant,
		.arena = c->arena,
		.purpose = PURPOSE_ACCOUNT_CHANGE,
		.network = c->client.network,
		.channel = c->channel,
		.approval = {
			.kind = APPROVAL_CHANGE, .body = buf_view(&body),
		},
	};
	unfit = binding_add(&c->issue.binding, STR("change"),
	    str_of(account_change_words(&c->change, l)));
	e = buf_err(&body);
	if (e == ERR_NONE && unfit != NULL) {
		e = ERR_RANGE;
	}
	if (e == ERR_NONE) {
		e = issue_code(tx, &c->issue, a);
	}
	c->issue.approval.body = STR("");
	buf_done(&body);
	return e;
}

static enum change_verdict
verdict_of(enum issue_verdict v)
{
	switch (v) {
	case ISSUE_DONE:
		return CHANGE_ISSUED;
	case ISSUE_LIMITED:
		return CHANGE_LIMITED;
	case ISSUE_NO_WAY:
	default:
		return CHANGE_NO_WAY;
	}
}

enum err
change_run(struct tx *tx, void *change)
{
	struct change *c = change;
	struct account a;
	enum err e = account_open(tx, c->flow, &c->tenant->id, &c->account,
	    c->arena, &a);

	c->verdict = CHANGE_ISSUED;
	if (e == ERR_MISSING) {
		c->verdict = CHANGE_UNKNOWN;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	look_over(c, &a);
	if (c->verdict == CHANGE_FLAWED) {
		return ERR_NONE;
	}
	e = supersede(tx, c);
	if (e == ERR_NONE) {
		e = issue(tx, c, &a);
	}
	c->verdict = verdict_of(c->issue.verdict);
	return e;
}

static enum channel
first_use(uint32_t uses)
{
	for (int c = 0; c < CHANNEL_COUNT; c++) {
		if ((uses & 1U << c) != 0) {
			return (enum channel)c;
		}
	}
	return CHANNEL_EMAIL;
}

static enum err
prove(struct tx *tx, struct add_contact *c, const struct account *a,
    const struct contact_row *row)
{
	const enum channel channel = first_use(c->uses);
	const struct account_contact contact = {
		.id = row->id, .kind = row->kind, .uses = row->uses,
		.to = c->to,
	};
	enum err e;

	c->issue = (struct issue){
		.flow = c->flow,
		.tenant = c->tenant,
		.arena = c->arena,
		.purpose = PURPOSE_CONTACT_VERIFICATION,
		.network = c->client.network,
		.channel = &channel,
		.contact = &contact,
		.approval = {.kind = APPROVAL_CONTACT},
	};
	e = issue_code(tx, &c->issue, a);
	c->issue.channel = NULL;
	c->issue.contact = NULL;
	c->verdict = verdict_of(c->issue.verdict);
	/* Without its code it would stay there for nothing. */
	if (e == ERR_NONE && c->verdict != CHANGE_ISSUED) {
		e = contact_row_delete(tx, &a->row.id, &row->id);
	}
	return e;
}

/* One that was never proved makes room. */
static enum err
make_room(struct tx *tx, const struct account *a)
{
	if (a->n < ACCOUNT_CONTACTS_MAX) {
		return ERR_NONE;
	}
	for (unsigned i = 0; i < a->n; i++) {
		if (!a->contacts[i].registered) {
			return contact_row_delete(tx, &a->row.id,
			    &a->contacts[i].id);
		}
	}
	return ERR_LIMIT;
}

enum err
add_contact_run(struct tx *tx, void *add_contact)
{
	struct add_contact *c = add_contact;
	struct contact_row row;
	struct account a;
	enum err e = account_open(tx, c->flow, &c->tenant->id, &c->account,
	    c->arena, &a);

	if (e == ERR_MISSING) {
		c->verdict = CHANGE_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = make_room(tx, &a);
	}
	if (e == ERR_LIMIT) {
		c->verdict = CHANGE_FLAWED;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = account_contact_row(c->flow, &a.row, &c->to,
		    flow_now(c->flow), c->arena, &row);
	}
	if (e != ERR_NONE) {
		return e;
	}
	row.uses = c->uses;
	c->contact = row.id;
	e = contact_row_insert(tx, &row);
	return e == ERR_NONE ? prove(tx, c, &a, &row) : e;
}
