#include "api/help_json.h"

enum { SAID_MAX = 1024 };

enum locale
audience_locale(const struct http_exchange *x, struct str fallback)
{
	struct str asked;

	return locale_best(http_query(x, "locale", &asked) ? asked : fallback);
}

static void
say(struct jsonw *w, const char *key, enum told told, int64_t seconds,
    const struct audience *a)
{
	const struct told_values values = {a->to, a->brand, seconds};
	struct buf said;

	buf_init(&said, SAID_MAX);
	told_write(told, a->locale, &values, &said);
	jsonw_member_str(w, key, buf_view(&said));
	buf_done(&said);
}

void
message_write(struct jsonw *w, const struct message_row *m,
    const struct audience *a)
{
	const enum told told = help_told(m);

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_MESSAGE, &m->id);
	jsonw_member_id(w, "challenge", ID_CHALLENGE, &m->challenge);
	jsonw_member_z(w, "kind", message_kind_name(m->kind));
	jsonw_member_z(w, "channel", channel_name(m->channel));
	jsonw_member_str(w, "to", a->to);
	jsonw_member_z(w, "state", message_state_name(m->state));
	jsonw_member_i64(w, "attempts", m->attempts);
	jsonw_member_time(w, "created_at", m->created_at);
	if (m->sent_at.v != 0) {
		jsonw_member_time(w, "sent_at", m->sent_at);
	}
	if (m->detail.n != 0) {
		jsonw_member_str(w, "detail", m->detail);
	}
	jsonw_member_z(w, "outcome", told_name(told));
	say(w, "said", told, 0, a);
	jsonw_object_end(w);
}

enum err
messages_write(struct jsonw *w, const struct show *s, struct audience a)
{
	enum err e = ERR_NONE;

	jsonw_key(w, "messages");
	jsonw_array(w);
	for (unsigned i = 0; e == ERR_NONE && i < s->n; i++) {
		e = help_masked(s->flow, &s->row, &s->messages[i], s->arena,
		    &a.to);
		message_write(w, &s->messages[i], &a);
	}
	jsonw_array_end(w);
	return e;
}

static bool
is_other_channel(enum told told)
{
	return told == TOLD_BY_EMAIL || told == TOLD_BY_SMS ||
	    told == TOLD_BY_VOICE;
}

void
next_write(struct jsonw *w, const struct flow *f,
    const struct challenge_row *row, const struct message_row *m,
    unix_ms now, const struct audience *a)
{
	struct help_next next[HELP_NEXT];
	unsigned n = help_next(f, row, m, now, next);

	jsonw_member_z(w, "locale", locale_name(a->locale));
	jsonw_key(w, "next");
	jsonw_array(w);
	for (unsigned i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_member_z(w, "do", told_name(next[i].told));
		if (is_other_channel(next[i].told)) {
			jsonw_member_z(w, "channel",
			    channel_name(next[i].channel));
		}
		if (next[i].told == TOLD_WAIT) {
			jsonw_member_time(w, "at", row->state.resend_at);
		}
		say(w, "say", next[i].told, next[i].seconds, a);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

const struct message_row *
newest_code(const struct message_row *rows, unsigned n)
{
	while (n > 0) {
		if (rows[--n].kind == MESSAGE_CODE) {
			return &rows[n];
		}
	}
	return NULL;
}
