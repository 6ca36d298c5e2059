#include "app/ways.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "app/sandbox.h"
#include "channel/email.h"
#include "flow/road.h"

static enum smtp_tls
tls_of(int security)
{
	switch ((enum config_mail_security)security) {
	case CONFIG_MAIL_NONE:
		return SMTP_TLS_NONE;
	case CONFIG_MAIL_SMTPS:
		return SMTP_TLS_IMPLICIT;
	case CONFIG_MAIL_STARTTLS:
	default:
		return SMTP_TLS_STARTTLS;
	}
}

/* An empty setting is no setting. */
static const char *
or_null(const char *setting)
{
	return setting[0] != '\0' ? setting : NULL;
}

static enum err
read_mail_secrets(struct ways *s, struct buf *reason)
{
	const struct config *c = s->config;
	enum err e = ERR_NONE;

	if (email_parse(str_of(c->mail_from), &s->from) != FLAW_NONE) {
		buf_z(reason, "mail.from must be an e-mail address");
		return ERR_SYNTAX;
	}
	if (c->mail_bounces[0] != '\0' &&
	    email_parse(str_of(c->mail_bounces), &s->bounces) != FLAW_NONE) {
		buf_z(reason, "mail.bounces must be an e-mail address");
		return ERR_SYNTAX;
	}
	if (c->mail_password_file[0] != '\0') {
		e = config_secret_read(c->mail_password_file,
		    &s->mail_password);
		if (e != ERR_NONE) {
			buf_printf(reason, "mail.password_file: %s",
			    err_name(e));
		}
	}
	if (c->mail_helo[0] != '\0') {
		(void)!str_copy(str_of(c->mail_helo), s->helo,
		    sizeof(s->helo));
	} else if (gethostname(s->helo, sizeof(s->helo) - 1) != 0) {
		(void)!str_copy(STR("localhost"), s->helo, sizeof(s->helo));
	}
	return e;
}

static enum err
mail_carrier(struct ways *s, struct buf *reason, struct carrier *ret)
{
	const struct config *c = s->config;
	struct email_carrier_options o = {
		.limits = {
			.in_flight = (unsigned)c->mail_connections,
			.queued = 1024,
			.kept = (unsigned)c->mail_connections,
		},
		.clock = s->flow->clock,
	};
	enum err e = read_mail_secrets(s, reason);

	if (e != ERR_NONE) {
		return e;
	}
	o.peer = smtp_peer_default();
	o.bounces = s->bounces.n > 0 ? &s->bounces : NULL;
	o.peer.host = c->mail_host;
	o.peer.port = (uint16_t)c->mail_port;
	o.peer.tls = tls_of(c->mail_security);
	o.peer.ca_file = or_null(c->mail_ca_file);
	o.peer.helo = s->helo;
	o.peer.user = or_null(c->mail_user);
	o.peer.password = o.peer.user != NULL ? &s->mail_password : NULL;
	o.peer.connect = (duration_ms){c->mail_connect_timeout_ms};
	o.peer.whole = (duration_ms){c->mail_send_timeout_ms};
	e = email_carrier_new(&o, ret);
	if (e != ERR_NONE) {
		buf_printf(reason, "the mail server's settings: %s",
		    err_name(e));
	}
	return e;
}

/* Each way with its carrier, in the order in which they are chosen. */
struct carriers {
	struct carrier v[WAYS_MAX];
	unsigned n;
};

static void
add_way(struct ways *s, struct carriers *all, const struct way *way,
    struct carrier carrier)
{
	struct flow *flow = s->flow;

	assert(all->n < WAYS_MAX && flow->n_ways == all->n);
	flow->ways[flow->n_ways++] = *way;
	flow->channels |= 1U << way->channel;
	all->v[all->n++] = carrier;
}

/* Text messages and calls. */
static enum err
add_gateways(struct ways *s, struct carriers *all, struct buf *reason)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < s->gateways.all.n; i++) {
		const struct provider *p = &s->gateways.all.v[i];
		const struct way way = gateways_way(&s->gateways, p);
		struct carrier carrier;

		e = gateways_carrier(&s->gateways, p, s->flow->clock,
		    &carrier);
		if (e == ERR_NONE) {
			add_way(s, all, &way, carrier);
		} else {
			buf_printf(reason, "provider %s: %s", p->name,
			    err_name(e));
		}
	}
	return e;
}

static enum err
add_mail(struct ways *s, struct carriers *all, struct buf *reason)
{
	const struct way way = {
		.channel = CHANNEL_EMAIL, .name = "",
		.health = &s->mail_health,
	};
	struct carrier carrier;
	enum err e = mail_carrier(s, reason, &carrier);

	if (e == ERR_NONE) {
		add_way(s, all, &way, carrier);
	}
	return e;
}

/* Is way i the first of its channel? */
static bool
is_first(const struct flow *f, unsigned i)
{
	for (unsigned k = 0; k < i; k++) {
		if (f->ways[k].channel == f->ways[i].channel) {
			return false;
		}
	}
	return true;
}

/*
 * What waits for no provider in particular is the first one's of its channel.
 * What goes by a channel that has none any more is the first courier's, which
 * says that it cannot be sent.
 */
static struct message_lanes
lanes_of(const struct flow *f, unsigned i)
{
	const struct way *w = &f->ways[i];
	struct message_lanes at = {
		.channels = 1U << w->channel,
		.route = str_of(w->name),
		.route_only = w->name[0] != '\0' && !is_first(f, i),
	};

	if (i == 0) {
		at.channels |= MESSAGE_ALL_CHANNELS & ~f->channels;
	}
	return at;
}

/* A courier for each way, so that a peer that hangs holds up nobody else. */
static enum err
start_each(struct ways *s, struct carriers *all)
{
	struct flow *f = s->flow;
	enum err e = store_do(f->store, STORE_BACKGROUND, road_orphans_run, f);

	for (unsigned i = 0; i < all->n; i++) {
		const struct courier_options o = {
			.flow = f,
			.directory = s->directory,
			.carrier = all->v[i],
			.at = lanes_of(f, i),
			.way = &f->ways[i],
			.from = s->config->mail_host[0] == '\0' ? NULL
			    : &s->from,
		};

		e = e == ERR_NONE ? courier_start(&o, &s->couriers[i]) : e;
		if (e != ERR_NONE) {
			carrier_free(all->v[i]);
		}
	}
	return e;
}

/* One for every channel, and nothing leaves the machine. */
static enum err
start_sandbox_courier(struct ways *s)
{
	struct flow *f = s->flow;
	const struct courier_options o = {
		.flow = f,
		.directory = s->directory,
		.carrier = sandbox_api_carrier(s->sandbox),
		.at = {.channels = MESSAGE_ALL_CHANNELS},
	};
	enum err e;

	f->channels = 1U << CHANNEL_EMAIL | 1U << CHANNEL_SMS |
	    1U << CHANNEL_VOICE;
	e = store_do(f->store, STORE_BACKGROUND, road_orphans_run, f);
	if (e == ERR_NONE) {
		e = courier_start(&o, &s->couriers[0]);
	}
	if (e != ERR_NONE) {
		carrier_free(o.carrier);
		return e;
	}
	sandbox_api_courier(s->sandbox, s->couriers[0]);
	return ERR_NONE;
}

/* Without a channel nothing is taken that would have to be sent. */
enum err
ways_start(struct ways *s, struct buf *reason)
{
	struct carriers all = {0};
	enum err e = gateways_load(&s->gateways, s->config,
	    s->data, reason);

	if (e != ERR_NONE) {
		return e;
	}
	if (s->config->sandbox) {
		return start_sandbox_courier(s);
	}
	if (s->config->mail_host[0] != '\0') {
		e = add_mail(s, &all, reason);
	}
	if (e == ERR_NONE) {
		e = add_gateways(s, &all, reason);
	}
	if (e != ERR_NONE) {
		for (unsigned i = 0; i < all.n; i++) {
			carrier_free(all.v[i]);
		}
		return e;
	}
	return start_each(s, &all);
}

void
ways_wake(struct ways *s)
{
	for (int i = 0; i < WAYS_MAX; i++) {
		if (s->couriers[i] != NULL) {
			courier_wake(s->couriers[i]);
		}
	}
}

/* 0 closed, 1 open, 2 half open; and how often it opened. */
static void
write_circuits(struct ways *s, struct buf *out)
{
	const struct flow *f = s->flow;

	buf_z(out, "# TYPE watchword_circuit_state gauge\n"
	    "# TYPE watchword_circuit_opened_total counter\n");
	for (unsigned i = 0; i < f->n_ways; i++) {
		const struct way *w = &f->ways[i];
		char labels[96];

		snprintf(labels, sizeof(labels), "channel=\"%s\","
		    "provider=\"%s\"", channel_name(w->channel), w->name);
		buf_printf(out, "watchword_circuit_state{%s} %d\n"
		    "watchword_circuit_opened_total{%s} %llu\n", labels,
		    atomic_load(&w->health->state), labels,
		    (unsigned long long)atomic_load(&w->health->opened));
	}
}

void
ways_metrics(struct ways *s, struct buf *out)
{
	struct courier_counts n = {0};

	for (int i = 0; i < WAYS_MAX; i++) {
		if (s->couriers[i] != NULL) {
			struct courier_counts one =
			    courier_counts(s->couriers[i]);

			n.sent += one.sent;
			n.later += one.later;
			n.failed += one.failed;
		}
	}
	buf_printf(out, "# TYPE watchword_messages_total counter\n"
	    "watchword_messages_total{result=\"sent\"} %llu\n"
	    "watchword_messages_total{result=\"later\"} %llu\n"
	    "watchword_messages_total{result=\"failed\"} %llu\n",
	    (unsigned long long)n.sent, (unsigned long long)n.later,
	    (unsigned long long)n.failed);
	write_circuits(s, out);
}

void
ways_list(struct ways *s, struct buf *out)
{
	const struct flow *f = s->flow;
	unix_ms now = flow_now(f);

	for (unsigned i = 0; i < f->n_ways; i++) {
		const struct way *w = &f->ways[i];
		int state = atomic_load(&w->health->state);

		buf_printf(out, "%s%s%s %s", channel_name(w->channel),
		    w->name[0] != '\0' ? ":" : "", w->name,
		    breaker_state_name((enum breaker_state)state));
		if (state == BREAKER_OPEN) {
			duration_ms rest = unix_ms_since((unix_ms){
			    atomic_load(&w->health->ask_at)}, now);

			buf_printf(out, " asked again in %lld s",
			    (long long)(rest.v > 0 ? rest.v / 1000 : 0));
		}
		buf_char(out, '\n');
	}
}

void
ways_stop(struct ways *s)
{
	for (int i = 0; i < WAYS_MAX; i++) {
		courier_stop(s->couriers[i]);
	}
}

void
ways_free(struct ways *s)
{
	for (int i = 0; i < WAYS_MAX; i++) {
		courier_free(s->couriers[i]);
	}
	secret_wipe(&s->mail_password);
	gateways_wipe(&s->gateways);
}
