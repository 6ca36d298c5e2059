#include "flow/help.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"
#include "base/encode.h"
#include "flow/road.h"
#include "flow/tell.h"

/* A detail that begins with one of these, of a message that failed. */
struct because {
	const char *start;
	enum told told;
};

/*
 * SMTP's replies (RFC 5321 section 4.2.3) and enhanced status codes (RFC 3463)
 * as bounces have them; what gateways say of a call.
 */
static const struct because reasons[] = {
	{"smtp_550", TOLD_UNKNOWN},
	{"smtp_551", TOLD_UNKNOWN},
	{"smtp_553", TOLD_UNKNOWN},
	{"smtp_552", TOLD_FULL},
	{"bounce_5.1", TOLD_UNKNOWN},
	{"bounce_5.2.1", TOLD_UNKNOWN},
	{"bounce_5.2.2", TOLD_FULL},
	{"bounce_4.2.2", TOLD_FULL},
	{"bounce_4.4", TOLD_UNREACHABLE},
	{"bounce_5.4", TOLD_UNREACHABLE},
	{"no_answer", TOLD_NO_ANSWER},
	{"machine", TOLD_MACHINE},
	{"not_delivered", TOLD_UNREACHABLE},
};

static enum told
by_channel(enum channel c, enum told email)
{
	assert(c < CHANNEL_TOTP);
	return (enum told)((int)email + (c == CHANNEL_SMS ? 1 :
	    c == CHANNEL_VOICE ? 2 : 0));
}

static enum told
failure(const struct message_row *m)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (str_starts(m->detail, str_of(reasons[i].start))) {
			return m->channel == CHANNEL_VOICE &&
			    reasons[i].told == TOLD_UNREACHABLE
			    ? TOLD_NO_ANSWER : reasons[i].told;
		}
	}
	return TOLD_REFUSED;
}

enum told
help_told(const struct message_row *m)
{
	switch (m->state) {
	case MESSAGE_SENT:
		return by_channel(m->channel, TOLD_SENT_EMAIL);
	case MESSAGE_DELIVERED:
		return by_channel(m->channel, TOLD_DELIVERED_EMAIL);
	case MESSAGE_FAILED:
		return failure(m);
	case MESSAGE_EXPIRED:
		return TOLD_TOO_LATE;
	case MESSAGE_CANCELLED:
		return str_equal(m->detail, STR(ROAD_LEFT_LATE)) ||
		    str_equal(m->detail, STR(ROAD_LEFT_CIRCUIT))
		    ? TOLD_REROUTED : TOLD_CANCELLED;
	case MESSAGE_QUEUED:
	case MESSAGE_STATE_COUNT:
	default:
		return m->attempts == 0 ? TOLD_QUEUED : TOLD_RETRYING;
	}
}

struct list {
	struct help_next *next;
	unsigned n;
};

static void
add(struct list *l, enum told told, enum channel channel, int64_t seconds)
{
	assert(l->n < HELP_NEXT);
	l->next[l->n++] = (struct help_next){told, channel, seconds};
}

/* Whatever reaches a contact that the challenge has. */
static void
add_others(struct list *l, const struct flow *f,
    const struct challenge_row *row)
{
	struct recipient r;

	for (int i = CHANNEL_EMAIL; i < CHANNEL_TOTP; i++) {
		enum channel c = (enum channel)i;

		if (c != row->channel && (f->channels & 1U << c) != 0 &&
		    recipient_by(f, row, c, &r) == ERR_NONE) {
			add(l, by_channel(c, TOLD_BY_EMAIL), c, 0);
		}
	}
	explicit_bzero(&r, sizeof(r));
}

static void
add_again(struct list *l, const struct challenge_row *row, unix_ms now)
{
	if (row->state.sends_left == 0) {
		add(l, TOLD_NONE_LEFT, row->channel, 0);
	} else if (unix_ms_before(now, row->state.resend_at)) {
		add(l, TOLD_WAIT, row->channel,
		    (unix_ms_since(row->state.resend_at, now).v + 999) / 1000);
	} else {
		add(l, TOLD_RESEND, row->channel, 0);
	}
}

unsigned
help_next(const struct flow *f, const struct challenge_row *row,
    const struct message_row *m, unix_ms now,
    struct help_next next[static HELP_NEXT])
{
	struct list l = {next, 0};
	const enum told told = m != NULL ? help_told(m) : TOLD_QUEUED;
	const bool over = row->state.status != CHALLENGE_PENDING ||
	    !unix_ms_before(now, row->state.expires_at);

	if (row->state.status == CHALLENGE_APPROVED) {
		add(&l, TOLD_DONE, row->channel, 0);
		return l.n;
	}
	if (over) {
		add(&l, TOLD_NEW, row->channel, 0);
	}
	add(&l, TOLD_ADDRESS, row->channel, 0);
	if (!over && row->channel == CHANNEL_EMAIL && (told == TOLD_SENT_EMAIL ||
	    told == TOLD_DELIVERED_EMAIL)) {
		add(&l, TOLD_SPAM, row->channel, 0);
	}
	if (!over) {
		if (row->purpose == PURPOSE_DELIVERY) {
			add(&l, TOLD_TRACK, row->channel, 0);
		}
		add_again(&l, row, now);
		add_others(&l, f, row);
	}
	add(&l, TOLD_SUPPORT, row->channel, 0);
	return l.n;
}

enum err
help_masked(const struct flow *f, const struct challenge_row *row,
    const struct message_row *m, struct arena *arena, struct str *ret_mask)
{
	struct recipient r;
	struct buf text;
	enum err e = m->recipient.n > 0 ? tell_recipient(f, m, &r)
	    : recipient_by(f, row, m->channel, &r);

	if (e == ERR_MISSING) {
		*ret_mask = STR("•••");
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, EMAIL_MAX + 16);
	recipient_mask(&r, &text);
	e = buf_err(&text);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&text), ret_mask)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	explicit_bzero(&r, sizeof(r));
	return e;
}

/* Tokens. */

enum {
	TOKEN_TIME = 6,
	TOKEN_SAID = 2 * ID_BYTES + TOKEN_TIME,
	TOKEN_BYTES = TOKEN_SAID + KEYRING_INDEX
};

static const struct str token_prefix = STR_INIT("wwh_");

static enum err
token_bytes(const struct flow *f, const struct help_token *t,
    uint8_t dst[static TOKEN_BYTES])
{
	uint8_t *p = dst + 2 * ID_BYTES;

	memcpy(dst, t->tenant.b, ID_BYTES);
	memcpy(dst + ID_BYTES, t->challenge.b, ID_BYTES);
	for (int i = 0; i < TOKEN_TIME; i++) {
		p[i] = (uint8_t)(t->until.v >> (8 * (TOKEN_TIME - 1 - i)));
	}
	return keyring_index(f->ring, "help", flow_id_bytes(&t->tenant),
	    (struct str){(const char *)dst, TOKEN_SAID}, dst + TOKEN_SAID);
}

enum err
help_token_write(const struct flow *f, const struct help_token *t,
    struct buf *out)
{
	uint8_t bytes[TOKEN_BYTES];
	enum err e = token_bytes(f, t, bytes);

	if (e == ERR_NONE) {
		buf_str(out, token_prefix);
		base64url_encode(out, bytes, sizeof(bytes));
		e = buf_err(out);
	}
	return e;
}

enum err
help_token_read(const struct flow *f, struct str text, unix_ms now,
    struct help_token *ret_token)
{
	uint8_t bytes[TOKEN_BYTES], right[TOKEN_BYTES];
	struct help_token t = {.until = {0}};
	size_t n = 0;
	enum err e;

	if (!str_starts(text, token_prefix) || base64url_decode(
	    str_slice(text, token_prefix.n, text.n), bytes, sizeof(bytes),
	    &n) != ERR_NONE || n != sizeof(bytes)) {
		return ERR_MISSING;
	}
	memcpy(t.tenant.b, bytes, ID_BYTES);
	memcpy(t.challenge.b, bytes + ID_BYTES, ID_BYTES);
	for (int i = 0; i < TOKEN_TIME; i++) {
		t.until.v = t.until.v << 8 | bytes[2 * ID_BYTES + i];
	}
	e = token_bytes(f, &t, right);
	if (e != ERR_NONE) {
		return e;
	}
	if (!ct_equal(bytes, right, sizeof(right)) ||
	    !unix_ms_before(now, t.until)) {
		return ERR_MISSING;
	}
	*ret_token = t;
	return ERR_NONE;
}

/* Looking. */

enum err
look_one_run(struct tx *tx, void *look)
{
	struct look *l = look;
	enum err e;

	l->n = 0;
	l->messages = arena_get(l->arena, sizeof(*l->messages));
	if (l->messages == NULL) {
		return ERR_NOMEM;
	}
	e = message_row_get(tx, &l->id, l->arena, l->messages);
	if (e == ERR_NONE) {
		e = challenge_row_get(tx, &l->tenant->id,
		    &l->messages->challenge, l->arena, &l->row);
	}
	if (e == ERR_NONE) {
		l->n = 1;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
look_many_run(struct tx *tx, void *look)
{
	struct look *l = look;
	enum err e;

	assert(l->limit >= 1 && l->limit <= LOOK_MAX);
	l->n = 0;
	l->messages = arena_get(l->arena,
	    (l->limit + 1) * sizeof(*l->messages));
	if (l->messages == NULL) {
		return ERR_NOMEM;
	}
	e = message_row_of_subject(tx, &l->tenant->id, l->subject, &l->before,
	    l->limit + 1, l->arena, l->messages, &l->n);
	l->more = l->n > l->limit;
	if (l->more) {
		l->n = l->limit;
	}
	return e;
}
