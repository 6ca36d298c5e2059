#include "flow/reset.h"

#include "domain/password.h"
#include "flow/tell.h"
#include "store/counters.h"

enum err
reset_run(struct tx *tx, void *reset)
{
	struct reset *r = reset;
	struct account a;
	struct account_way way;
	uint8_t subject[SUBJECT_BYTES];
	struct id id;
	bool found;
	enum err e = account_find(tx, &r->tenant->id, &r->who, r->arena, &id,
	    &found);

	r->issue = (struct issue){
		.flow = r->flow,
		.tenant = r->tenant,
		.arena = r->arena,
		.purpose = PURPOSE_PASSWORD_RESET,
		.counted = "reset",
		.network = r->client.network,
		.subject = subject,
		.approval = {.kind = APPROVAL_RESET},
	};
	if (e == ERR_NONE) {
		e = keyring_index(r->flow->ring, "reset",
		    flow_id_bytes(&r->tenant->id),
		    (struct str){(const char *)r->who.key, LOOKUP_BYTES},
		    subject);
	}
	if (e == ERR_NONE && found) {
		e = account_open(tx, r->flow, &r->tenant->id, &id, r->arena,
		    &a);
		found = e == ERR_NONE && account_pick(r->flow, &a, NULL,
		    &way);
		e = e == ERR_MISSING ? ERR_NONE : e;
	}
	if (e == ERR_NONE) {
		e = issue_code(tx, &r->issue, found ? &a : NULL);
	}
	/* That nothing reaches him now must not show who has an account. */
	if (e == ERR_NONE && r->issue.verdict == ISSUE_NO_WAY) {
		e = issue_code(tx, &r->issue, NULL);
	}
	return e;
}

static struct str
local_part(const struct account_contact *c)
{
	struct str s = recipient_str(&c->to);

	return str_slice(s, 0, str_find(s, '@'));
}

const char *
account_password_flaw(const struct tenant *tenant, const struct account *a,
    struct str password)
{
	struct str about[ACCOUNT_CONTACTS_MAX + 2];
	size_t n = 0;

	about[n++] = str_of(tenant->brand);
	about[n++] = a->name;
	for (unsigned i = 0; i < a->n; i++) {
		about[n++] = local_part(&a->contacts[i]);
	}
	return password_flaw(password, a->row.kind == ACCOUNT_OPERATOR
	    ? PASSWORD_CHARS_OPERATOR : PASSWORD_CHARS_MIN, about, n);
}

/* The streak of wrong passwords ends with the password. */
static enum err
forgive(struct tx *tx, const struct reset_complete *c,
    const struct account_row *row)
{
	const struct flow *f = c->check.flow;
	struct counter_row all;
	uint8_t person[SUBJECT_BYTES];
	enum err e = account_subject(f, &row->tenant, &row->id, "password",
	    person);

	if (e == ERR_NONE) {
		e = limited_counter(tx, &row->tenant, COUNTER_PASSWORD_ALL,
		    person, c->check.now, &all);
	}
	if (e != ERR_NONE || all.state.streak == 0) {
		return e;
	}
	counter_clear(&all.state);
	return counter_row_put(tx, &all, c->check.now);
}

static enum err
set_password(struct tx *tx, struct reset_complete *c, struct account *a)
{
	const struct flow *f = c->check.flow;
	enum err e;

	c->flaw = account_password_flaw(c->check.tenant, a, c->password);
	if (c->flaw != NULL) {
		return ERR_DENIED;
	}
	e = account_seal(f, "password", &a->row.id, c->hash, c->check.arena,
	    &a->row.password);
	if (e == ERR_NONE) {
		e = account_secured(tx, f, &a->row, NULL);
	}
	if (e == ERR_NONE) {
		e = forgive(tx, c, &a->row);
	}
	if (e == ERR_NONE) {
		e = account_changed(tx, f, &a->row, &c->check.id, "password");
	}
	if (e == ERR_NONE) {
		e = tell_changed(tx, f, a, a, c->check.now);
	}
	c->done = e == ERR_NONE;
	return e;
}

enum err
reset_complete_run(struct tx *tx, void *complete)
{
	struct reset_complete *c = complete;
	const struct tenant *t = c->check.tenant;
	struct approval_row waiting;
	struct account a;
	enum err e = approval_row_get(tx, &t->id, &c->check.id,
	    c->check.arena, &waiting);

	c->done = false;
	c->flaw = NULL;
	if (e == ERR_MISSING ||
	    (e == ERR_NONE && waiting.kind != APPROVAL_RESET)) {
		c->check.verdict = CHECK_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = check_run(tx, &c->check);
	}
	if (e != ERR_NONE || c->check.verdict != CHECK_APPROVED ||
	    !waiting.has_account) {
		return e;
	}
	e = approval_row_done(tx, &waiting.challenge, c->check.now);
	if (e == ERR_NONE) {
		e = account_open(tx, c->check.flow, &t->id, &waiting.account,
		    c->check.arena, &a);
	}
	if (e == ERR_MISSING || (e == ERR_NONE &&
	    a.row.generation != waiting.generation)) {
		return ERR_NONE;
	}
	return e == ERR_NONE ? set_password(tx, c, &a) : e;
}
