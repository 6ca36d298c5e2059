#include "channel/email.h"

#include <assert.h>
#include <stdlib.h>

#include "channel/dkim.h"
#include "channel/mime.h"

static_assert(OUTGOING_TAG == MIME_TAG, "the tag is passed on as it is");

struct email_carrier {
	struct multi *multi;
	struct smtp_peer peer;
	struct clock clock;
	struct email bounces;
	bool has_bounces;
};

struct pending {
	sent_done *done;
	void *arg;
};

static void
email_done(void *arg, const struct smtp_outcome *outcome)
{
	static const enum sent_result results[] = {
		[SMTP_ACCEPTED] = SENT_ACCEPTED,
		[SMTP_TEMPORARY] = SENT_TEMPORARY,
		[SMTP_PERMANENT] = SENT_PERMANENT,
	};
	struct pending p = *(struct pending *)arg;
	struct sent sent = {
		.result = results[outcome->result],
		.reason = outcome->reason, .detail = outcome->reply,
	};

	free(arg);
	p.done(p.arg, &sent);
}

/* What a key made stands in front of what it signed. */
static enum err
put_signatures(const struct outgoing *m, struct str message, unix_ms now,
    struct buf *out)
{
	for (unsigned i = 0; i < m->n_keys; i++) {
		enum err e = dkim_sign(&m->keys[i], message, now, out);

		if (e != ERR_NONE) {
			return e;
		}
	}
	return ERR_NONE;
}

static enum err
build(const struct outgoing *m, unix_ms now,
    struct buf *out)
{
	struct buf message;
	enum err e;
	struct mime mime = {
		.from = m->from, .from_name = m->from_name, .to = m->to_email,
		.subject = &m->wording->subject,
		.text = buf_view(&m->wording->text),
		.html = buf_view(&m->wording->html),
		.date = m->created_at, .id = &m->id,
	};

	memcpy(mime.tag, m->tag, sizeof(mime.tag));
	buf_init(&message, MIME_MAX);
	mime_build(&mime, &message);
	e = buf_err(&message);
	if (e == ERR_NONE) {
		e = put_signatures(m, buf_view(&message), now, out);
	}
	if (e == ERR_NONE) {
		buf_str(out, buf_view(&message));
		e = buf_err(out);
	}
	buf_done(&message);
	return e;
}

static enum err
email_submit(void *ctx, const struct outgoing *m, unix_ms now,
    sent_done *done, void *arg)
{
	struct email_carrier *c = ctx;
	struct pending *pending;
	struct buf message;
	mono_ms deadline = mono_ms_add(clock_mono(&c->clock),
	    unix_ms_since(m->expires_at, now));
	enum err err;

	if (m->channel != CHANNEL_EMAIL || m->to_email == NULL ||
	    m->from == NULL || m->from_name == NULL ||
	    m->wording->text.n == 0 || m->n_keys > OUTGOING_KEYS) {
		return ERR_RANGE;
	}
	if (multi_room(c->multi) == 0) {
		return ERR_BUSY;
	}
	pending = malloc(sizeof(*pending));
	if (pending == NULL) {
		return ERR_NOMEM;
	}
	*pending = (struct pending){done, arg};
	buf_init(&message, MIME_MAX + OUTGOING_KEYS * DKIM_HEADER_MAX);
	err = build(m, now, &message);
	if (err == ERR_NONE) {
		err = smtp_send(c->multi, &c->peer,
		    email_str(c->has_bounces ? &c->bounces : m->from),
		    email_str(m->to_email), buf_view(&message), deadline,
		    email_done, pending);
	}
	buf_done(&message);
	if (err != ERR_NONE) {
		free(pending);
	}
	return err == ERR_LIMIT || err == ERR_SYNTAX ? ERR_RANGE : err;
}

static enum err
email_run(void *ctx, unix_ms now, duration_ms timeout)
{
	struct email_carrier *c = ctx;

	(void)now;
	return multi_run_once(c->multi, timeout);
}

static unsigned
email_pending(const void *ctx)
{
	const struct email_carrier *c = ctx;

	return multi_pending(c->multi);
}

static void
email_wakeup(void *ctx)
{
	struct email_carrier *c = ctx;

	multi_wakeup(c->multi);
}

static void
email_free(void *ctx)
{
	struct email_carrier *c = ctx;

	multi_free(c->multi);
	free(c);
}

static const struct channel_ops email_ops = {
	.name = "email",
	.submit = email_submit,
	.run = email_run,
	.pending = email_pending,
	.wakeup = email_wakeup,
	.free = email_free,
};

enum err
email_carrier_new(const struct email_carrier_options *o,
    struct carrier *ret_carrier)
{
	enum err err = smtp_peer_check(&o->peer);
	struct email_carrier *c;

	if (err != ERR_NONE) {
		return err;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return ERR_NOMEM;
	}
	c->peer = o->peer;
	c->clock = o->clock;
	if (o->bounces != NULL) {
		c->bounces = *o->bounces;
		c->has_bounces = true;
	}
	err = multi_new(&o->limits, o->clock, &c->multi);
	if (err != ERR_NONE) {
		free(c);
		return err;
	}
	*ret_carrier = (struct carrier){&email_ops, c};
	return ERR_NONE;
}
