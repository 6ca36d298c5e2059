#include "flow/show.h"

#include "flow/check.h"
#include "flow/settle.h"

const char *
message_state_name(enum message_state s)
{
	static const char *const names[MESSAGE_STATE_COUNT] = {
		[MESSAGE_QUEUED] = "queued",
		[MESSAGE_SENT] = "sent",
		[MESSAGE_DELIVERED] = "delivered",
		[MESSAGE_FAILED] = "failed",
		[MESSAGE_EXPIRED] = "expired",
		[MESSAGE_CANCELLED] = "cancelled",
	};

	return names[s];
}

enum err
show_run(struct tx *tx, void *show)
{
	struct show *s = show;
	enum err e = challenge_row_get(tx, &s->tenant->id, &s->id, s->arena,
	    &s->row);

	unix_ms now = flow_now(s->flow);

	s->found = e == ERR_NONE && !check_is_foreign(s->session, &s->row);
	if (!s->found) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	/* What is said to be over must stay so, whatever the clock does (I5). */
	if (challenge_settle(s->flow, &s->row, now)) {
		e = challenge_settled(tx, s->flow, &s->row, now);
		if (e != ERR_NONE) {
			return e;
		}
	}
	return message_row_list(tx, &s->id, SHOW_MESSAGES, s->arena,
	    s->messages, &s->n);
}

/* Its pairs live as long as the arena. */
static enum err
open_binding(struct show *s)
{
	struct buf plain;
	struct str bytes;
	enum err e;

	s->binding.n = 0;
	if (s->row.binding.n == 0) {
		return ERR_NONE;
	}
	buf_init(&plain, BINDING_BYTES);
	e = binding_unseal(s->flow, &s->row, &plain, &s->binding);
	if (e == ERR_NONE && !arena_str(s->arena, buf_view(&plain), &bytes)) {
		e = ERR_NOMEM;
	}
	if (e == ERR_NONE && !binding_decode(bytes, &s->binding)) {
		e = ERR_CRYPTO;
	}
	buf_done(&plain);
	return e;
}

enum err
show_finish(struct show *s)
{
	struct str to;
	enum err e;

	if (!s->found) {
		return ERR_NONE;
	}
	e = recipient_masked(s->flow, &s->row, s->arena, &to);
	if (e == ERR_NONE) {
		s->view = view_of(&s->row, to);
	}
	return e == ERR_NONE && s->session != NULL ? open_binding(s) : e;
}
