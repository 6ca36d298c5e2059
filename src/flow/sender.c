#include "flow/sender.h"

#include <assert.h>

#include "crypto/dkim_pair.h"
#include "flow/audit.h"
#include "store/senders.h"

enum { SEALED_MAX = DKIM_PAIR_PEM_MAX + KEYRING_SEAL_EXTRA };

static_assert(SEALED_MAX <= TENANT_KEY_SEALED, "a tenant_key holds it");

static struct cell
key_cell(const struct id *id)
{
	return (struct cell){"dkim_keys", "private_key", flow_id_bytes(id)};
}

void
dkim_new_init(struct dkim_new *k)
{
	*k = (struct dkim_new){0};
	buf_init(&k->public_key, DKIM_KEY_PUBLIC_MAX);
	buf_init(&k->private_key, SEALED_MAX);
}

void
dkim_new_done(struct dkim_new *k)
{
	buf_done(&k->public_key);
	buf_done(&k->private_key);
}

enum err
dkim_new_prepare(struct dkim_new *k)
{
	struct buf pem;
	struct cell cell;
	enum err e = id_new(&k->flow->rng, flow_now(k->flow), &k->id);

	buf_init(&pem, DKIM_PAIR_PEM_MAX);
	if (e == ERR_NONE) {
		e = k->algorithm == DKIM_KEY_RSA
		    ? dkim_pair_rsa(&pem, &k->public_key)
		    : dkim_pair_ed25519(&pem, &k->public_key);
	}
	if (e == ERR_NONE) {
		cell = key_cell(&k->id);
		e = keyring_seal(k->flow->ring, &k->flow->rng, &cell,
		    buf_view(&pem), &k->private_key);
	}
	buf_done(&pem);
	return e;
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct id *tenant, struct str domain, struct str selector)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_str(&a.json, "domain", domain);
	jsonw_member_str(&a.json, "selector", selector);
	return audit_commit(&a, tx, f);
}

static enum err
check_room(struct tx *tx, const struct id *tenant)
{
	unsigned active, all;
	enum err e = dkim_row_count(tx, tenant, &active, &all);

	if (e != ERR_NONE) {
		return e;
	}
	return active >= OUTGOING_KEYS || all >= SENDER_KEYS_MAX ? ERR_LIMIT
	    : ERR_NONE;
}

enum err
dkim_new_run(struct tx *tx, void *dkim_new)
{
	const struct dkim_new *k = dkim_new;
	const struct dkim_row row = {
		.id = k->id,
		.tenant = k->tenant,
		.domain = domain_name_str(&k->domain),
		.selector = k->selector,
		.algorithm = k->algorithm,
		.public_key = buf_view(&k->public_key),
		.private_key = buf_view(&k->private_key),
		.created_at = flow_now(k->flow),
	};
	enum err e = check_room(tx, &k->tenant);

	if (e == ERR_NONE) {
		e = dkim_row_insert(tx, &row);
	}
	return e != ERR_NONE ? e : record(tx, k->flow, AUDIT_DKIM_CREATED,
	    &k->tenant, row.domain, row.selector);
}

enum err
dkim_retire_run(struct tx *tx, void *dkim_retire)
{
	const struct dkim_retire *k = dkim_retire;
	struct str domain = domain_name_str(&k->domain);
	enum err e = dkim_row_retire(tx, &k->tenant, domain, k->selector,
	    flow_now(k->flow));

	return e != ERR_NONE ? e : record(tx, k->flow, AUDIT_DKIM_RETIRED,
	    &k->tenant, domain, k->selector);
}

/* The address is the merchant's own and no secret; it is not a customer's. */
static enum err
record_sender(struct tx *tx, const struct sender_put *s, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, s->flow, AUDIT_SENDER_CHANGED,
	    &s->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "channel", channel_name(s->channel));
	if (s->address.n > 0) {
		jsonw_member_str(&a.json, "sender",
		    s->channel != CHANNEL_EMAIL ? s->address
		    : str_slice(s->address, str_find(s->address, '@') + 1,
		    s->address.n));
	}
	return audit_commit(&a, tx, s->flow);
}

enum err
sender_put_run(struct tx *tx, void *sender_put)
{
	const struct sender_put *s = sender_put;
	unix_ms now = flow_now(s->flow);
	const struct sender_row row = {
		.tenant = s->tenant,
		.channel = s->channel,
		.address = s->address,
		.name = s->name,
		.changed_at = now,
	};
	enum err e;

	e = s->address.n > 0 ? sender_row_put(tx, &row)
	    : sender_row_delete(tx, &s->tenant, s->channel);
	return e == ERR_NONE ? record_sender(tx, s, now) : e;
}

enum err
senders_put_run(struct tx *tx, void *senders_put)
{
	struct senders_put *s = senders_put;
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < SENDER_CHANNELS; i++) {
		e = sender_put_run(tx, &s->each[i]);
		if (e == ERR_MISSING) {
			e = ERR_NONE;
		}
	}
	return e;
}

bool
sender_has_way(const struct flow *f, enum channel channel, struct str sender)
{
	bool found = f->n_ways == 0;

	for (unsigned i = 0; i < f->n_ways; i++) {
		const struct way *w = &f->ways[i];

		found = found || (w->channel == channel &&
		    sender_id_listed(str_of(w->senders), sender));
	}
	return found;
}

static bool
covers(const struct tenant_key *key, const struct email *address)
{
	return domain_name_covers(str_of(key->domain),
	    email_domain(address));
}

enum sender_proof
sender_proof(const struct tenant *t, const struct email *address)
{
	for (unsigned i = 0; i < t->n_keys; i++) {
		if (covers(&t->keys[i], address)) {
			return SENDER_SIGNED;
		}
	}
	return t->n_keys == 0 ? SENDER_UNSIGNED : SENDER_FOREIGN;
}

void
sender_keys_init(struct sender_keys *k)
{
	*k = (struct sender_keys){0};
	for (unsigned i = 0; i < OUTGOING_KEYS; i++) {
		buf_init(&k->pems[i], DKIM_PAIR_PEM_MAX);
	}
}

void
sender_keys_done(struct sender_keys *k)
{
	for (unsigned i = 0; i < OUTGOING_KEYS; i++) {
		buf_done(&k->pems[i]);
	}
	k->n = 0;
}

enum err
sender_keys_open(struct sender_keys *k, const struct flow *f,
    const struct tenant *t, const struct email *from)
{
	for (unsigned i = 0; i < t->n_keys && k->n < OUTGOING_KEYS; i++) {
		const struct tenant_key *key = &t->keys[i];
		struct cell cell = key_cell(&key->id);
		enum err e;

		if (!covers(key, from)) {
			continue;
		}
		e = keyring_unseal(f->ring, &cell, (struct str){
		    (const char *)key->sealed, key->n}, &k->pems[k->n]);
		if (e != ERR_NONE) {
			return e;
		}
		k->keys[k->n] = (struct dkim_key){
			.algorithm = key->algorithm,
			.domain = key->domain,
			.selector = key->selector,
			.pem = buf_c(&k->pems[k->n]),
		};
		k->n++;
	}
	return ERR_NONE;
}
