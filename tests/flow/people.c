#include "people.h"

#include "store/contacts.h"

struct pair {
	struct account_row *row;
	struct contact_row *contact;
};

static enum err
insert_run(struct tx *tx, void *arg)
{
	struct pair *p = arg;
	enum err e = account_row_insert(tx, p->row);

	return e == ERR_NONE ? contact_row_insert(tx, p->contact) : e;
}

struct id
people_person(struct world *w)
{
	struct account_row row = {
		.tenant = w->tenant.id,
		.external = STR(""), .name = STR(""), .address = STR(""),
		.password = STR(""), .locale = STR("en"),
		.time_zone = STR(""), .country = STR(""),
		.created_at = world_now(w),
	};
	struct recipient to = {.channel = CHANNEL_EMAIL};
	struct pair pair = {&row, NULL};
	struct contact_row contact;

	OK(id_new(&w->flow.rng, world_now(w), &row.id));
	assert_int_equal(email_parse(STR("ada@example.com"), &to.email),
	    FLAW_NONE);
	OK(account_contact_row(&w->flow, &row, &to, world_now(w), w->arena,
	    &contact));
	contact.registered_at = world_now(w);
	pair.contact = &contact;
	world_do(w, insert_run, &pair);
	return row.id;
}

void
people_code(const struct app *app, unix_ms now, int64_t off,
    char code[static HOTP_CODE_SIZE])
{
	struct totp t = app->totp;

	t.hotp.secret = (struct str){(const char *)app->secret.b,
	    app->secret.n};
	OK(totp_code(&t, totp_step(&t, now) + off, code));
}

struct authenticator_new
people_begin(struct world *w, struct id account, enum hmac_hash hash,
    unsigned digits)
{
	struct authenticator_new n = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
		.label = STR("my phone"),
		.hash = hash,
		.digits = digits,
	};

	OK(authenticator_new_prepare(&n));
	world_do(w, authenticator_new_run, &n);
	return n;
}

enum authenticator_verdict
people_confirm(struct world *w, struct id account, struct id id,
    const char *code)
{
	struct authenticator_change c = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
		.id = id,
		.typed = str_of(code),
	};

	world_do(w, authenticator_confirm_run, &c);
	return c.verdict;
}

struct app
people_app(const struct authenticator_new *n)
{
	return (struct app){
		.id = n->id,
		.secret = n->uri.secret,
		.totp = {{n->uri.hash, n->uri.digits, {NULL, 0}},
		    n->uri.period_s},
	};
}

struct app
people_enrol(struct world *w, struct id account, enum hmac_hash hash,
    unsigned digits)
{
	struct authenticator_new n = people_begin(w, account, hash, digits);
	struct app app = people_app(&n);
	char code[HOTP_CODE_SIZE];

	assert_int_equal(n.verdict, AUTHENTICATOR_DONE);
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_confirm(w, account, n.id, code),
	    AUTHENTICATOR_DONE);
	return app;
}

static enum err
issue_run(struct tx *tx, void *arg)
{
	struct issue *i = arg;
	struct account a;
	enum err e = account_open(tx, i->flow, &i->tenant->id,
	    (const struct id *)(const void *)i->approval.body.p, i->arena,
	    &a);

	i->approval.body = (struct str){NULL, 0};
	return e == ERR_NONE ? issue_code(tx, i, &a) : e;
}

/* The account rides in approval.body until it is opened. */
struct issue
people_ask(struct world *w, struct id account, enum channel channel)
{
	struct issue i = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.purpose = PURPOSE_SIGN_IN,
		.channel = &channel,
		.approval = {.kind = APPROVAL_PROOF,
		    .body = {(const char *)&account, sizeof(account)}},
	};

	world_do(w, issue_run, &i);
	i.channel = NULL;
	return i;
}

struct id
people_challenge(struct world *w, struct id account)
{
	struct issue i = people_ask(w, account, CHANNEL_TOTP);

	assert_int_equal(i.verdict, ISSUE_DONE);
	assert_int_equal(i.start.row.channel, CHANNEL_TOTP);
	return i.start.row.id;
}

enum check_verdict
people_check(struct world *w, struct id account, const char *code)
{
	return world_check(w, people_challenge(w, account), code).verdict;
}

static enum err
erase_run(struct tx *tx, void *account)
{
	return factor_erase(tx, account);
}

void
people_erase(struct world *w, struct id account)
{
	world_do(w, erase_run, &account);
}
