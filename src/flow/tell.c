#include "flow/tell.h"

static struct cell
recipient_cell_of(const struct id *message)
{
	return (struct cell){"messages", "recipient", flow_id_bytes(message)};
}

enum { ARENA_MAX = 65536, CELL_MAX = EMAIL_MAX + 512 };

enum err
tell_letter(struct tx *tx, const struct flow *f,
    const struct tell_letter *letter, unix_ms now, struct id *ret_id)
{
	struct message_row m = {
		.tenant = *letter->tenant,
		.kind = letter->kind,
		.failures = letter->failures,
		.channel = letter->to->channel,
		.state = MESSAGE_QUEUED,
		.created_at = now,
		.due_at = now,
		.expires_at = unix_ms_add(now, NOTICE_LIFE),
		.detail = STR(""),
		.locale = letter->locale,
	};
	struct cell cell;
	struct buf plain, sealed;
	enum err e = id_new(&f->rng, now, &m.id);

	/* It belongs to no challenge; this one purges it in its time. */
	m.challenge = m.id;
	cell = recipient_cell_of(&m.id);
	buf_init(&plain, CELL_MAX);
	buf_init(&sealed, CELL_MAX + KEYRING_SEAL_EXTRA);
	/* No address has a line feed. */
	buf_str(&plain, recipient_str(letter->to));
	buf_char(&plain, '\n');
	buf_str(&plain, letter->lines);
	if (e == ERR_NONE) {
		e = buf_err(&plain);
	}
	if (e == ERR_NONE) {
		e = keyring_seal(f->ring, &f->rng, &cell, buf_view(&plain),
		    &sealed);
	}
	if (e == ERR_NONE) {
		m.recipient = buf_view(&sealed);
		e = message_row_insert(tx, &m);
	}
	buf_done(&plain);
	buf_done(&sealed);
	if (e == ERR_NONE) {
		tx_messages(tx);
		*ret_id = m.id;
	}
	return e;
}

static enum err
queue(struct tx *tx, const struct flow *f, const struct account_row *account,
    const struct recipient *to, const struct tell_what *what, unix_ms now,
    struct id *ret_id)
{
	const struct tell_letter letter = {
		.tenant = &account->tenant,
		.to = to,
		.locale = account->locale,
		.kind = what->kind,
		.failures = what->failures,
	};

	return tell_letter(tx, f, &letter, now, ret_id);
}

/* By the quietest way that reaches it; a call in the night helps nobody. */
static enum err
tell(struct tx *tx, const struct flow *f, const struct account_row *account,
    const struct account_contact *c, unix_ms now)
{
	const struct tell_what what = {.kind = MESSAGE_NOTICE_CHANGED};
	struct recipient to = c->to;
	struct id id;

	to.channel = c->kind == CONTACT_EMAIL ? CHANNEL_EMAIL : CHANNEL_SMS;
	return account_can(f, c, to.channel)
	    ? queue(tx, f, account, &to, &what, now, &id) : ERR_NONE;
}

enum err
tell_owner(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, const struct tell_what *what, unix_ms now,
    struct id *ret_message, bool *ret_told)
{
	static const enum channel quiet[] = {CHANNEL_EMAIL, CHANNEL_SMS};
	struct arena *arena = arena_new(ARENA_MAX);
	struct account_way way;
	struct account a;
	enum err e;

	*ret_told = false;
	if (arena == NULL) {
		return ERR_NOMEM;
	}
	e = account_look(tx, f, tenant, account, arena, &a);
	for (size_t i = 0; e == ERR_NONE && !*ret_told && i < 2; i++) {
		if (account_pick(f, &a, &quiet[i], &way)) {
			e = queue(tx, f, &a.row, &way.to, what, now,
			    ret_message);
			*ret_told = true;
		}
	}
	arena_free(arena);
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
tell_changed(struct tx *tx, const struct flow *f,
    const struct account *before, const struct account *after, unix_ms now)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < after->n; i++) {
		e = tell(tx, f, &after->row, &after->contacts[i], now);
	}
	for (unsigned i = 0; e == ERR_NONE && i < before->n; i++) {
		if (account_contact(after, &before->contacts[i].id) == NULL) {
			e = tell(tx, f, &before->row, &before->contacts[i],
			    now);
		}
	}
	return e;
}

/* The address, and behind its line feed the lines. */
static enum err
open_letter(const struct flow *f, const struct message_row *m,
    struct buf *plain, struct str *ret_address, struct str *ret_lines)
{
	struct cell cell = recipient_cell_of(&m->id);
	enum err e;

	buf_init(plain, CELL_MAX);
	e = keyring_unseal(f->ring, &cell, m->recipient, plain);
	if (e == ERR_NONE) {
		*ret_lines = buf_view(plain);
		(void)str_split(ret_lines, '\n', ret_address);
	}
	return e;
}

enum err
tell_lines(const struct flow *f, const struct message_row *m,
    struct buf *out)
{
	struct str address, lines;
	struct buf plain;
	enum err e = open_letter(f, m, &plain, &address, &lines);

	if (e == ERR_NONE) {
		buf_str(out, lines);
		e = buf_err(out);
	}
	buf_done(&plain);
	return e;
}

enum err
tell_recipient(const struct flow *f, const struct message_row *m,
    struct recipient *ret_recipient)
{
	struct str address, lines;
	struct buf plain;
	enum err e = open_letter(f, m, &plain, &address, &lines);

	if (e == ERR_NONE && !recipient_parse(m->channel, address,
	    ret_recipient)) {
		e = ERR_CRYPTO;
	}
	buf_done(&plain);
	return e;
}
