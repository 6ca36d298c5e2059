#include "flow/directory.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ct.h"
#include "crypto/hmac.h"
#include "store/decisions.h"
#include "store/senders.h"
#include "store/templates.h"
#include "store/tenants.h"

enum {
	SETTINGS_MAX = 65536,
	RULE_SETS_MAX = 2 * DIRECTORY_TENANTS_MAX,
	TEMPLATES_MAX = 16384,
	SENDERS_MAX = 3 * DIRECTORY_TENANTS_MAX,	/* a channel each */
	TEXTS_MAX = 32 << 20,
	ARENA_MAX = 64 << 20
};

struct api_key {
	uint8_t hash[API_KEY_HASH];
	uint32_t scopes;
	const struct tenant *tenant;
};

struct directory_copy {
	atomic_uint holders;
	int64_t revision;
	struct tenant *tenants;		/* by name */
	size_t n_tenants;
	struct api_key *keys;		/* by hash */
	size_t n_keys;
	struct tenant_key *dkim;	/* one tenant's lie together */
	size_t n_dkim;
	struct rule_book **books;
	size_t n_books;
	struct wording_own *own;	/* one tenant's lie together */
	size_t n_own;
	struct arena *texts;		/* of own */
};

struct directory {
	const struct flow *flow;
	pthread_mutex_t lock;		/* guards now */
	struct directory_copy *now;
};

static void
copy_free(struct directory_copy *c)
{
	free(c->tenants);
	free(c->keys);
	free(c->dkim);
	for (size_t i = 0; i < c->n_books; i++) {
		free(c->books[i]);
	}
	free(c->books);
	free(c->own);
	arena_free(c->texts);
	free(c);
}

struct directory_copy *
directory_hold(struct directory *d)
{
	struct directory_copy *c;

	pthread_mutex_lock(&d->lock);
	c = d->now;
	atomic_fetch_add(&c->holders, 1);
	pthread_mutex_unlock(&d->lock);
	return c;
}

void
directory_drop(struct directory_copy *c)
{
	if (c != NULL && atomic_fetch_sub(&c->holders, 1) == 1) {
		copy_free(c);
	}
}

/* What one read transaction brings. */
struct load {
	struct arena *arena;
	struct installation_row installation;
	struct tenant_row *tenants;
	struct api_key_row *keys;
	struct setting_row *settings;
	struct sender_row *senders;
	struct dkim_row *dkim;
	struct rules_row *rules;
	struct template_row *templates;
	unsigned n_templates;
	struct arena *texts;
	unsigned n_tenants, n_keys, n_settings, n_senders, n_dkim, n_rules;
};

static enum err
load_run(struct tx *tx, void *arg)
{
	struct load *l = arg;
	enum err e = installation_get(tx, &l->installation);

	if (e == ERR_NONE) {
		e = tenant_row_list(tx, l->arena, DIRECTORY_TENANTS_MAX,
		    l->tenants, &l->n_tenants);
	}
	if (e == ERR_NONE) {
		e = api_key_row_list(tx, l->arena, DIRECTORY_KEYS_MAX,
		    l->keys, &l->n_keys);
	}
	if (e == ERR_NONE) {
		e = setting_row_list(tx, l->arena, SETTINGS_MAX, l->settings,
		    &l->n_settings);
	}
	if (e == ERR_NONE) {
		e = sender_row_list(tx, l->arena, SENDERS_MAX, l->senders,
		    &l->n_senders);
	}
	if (e == ERR_NONE) {
		e = dkim_row_active(tx, l->arena, DIRECTORY_DKIM_MAX, l->dkim,
		    &l->n_dkim);
	}
	if (e == ERR_NONE) {
		e = rules_row_list(tx, l->arena, RULE_SETS_MAX, l->rules,
		    &l->n_rules);
	}
	if (e == ERR_NONE) {
		e = template_row_list(tx, l->texts, TEMPLATES_MAX,
		    l->templates, &l->n_templates);
	}
	return e;
}

static int
compare_tenants(const void *a, const void *b)
{
	const struct tenant *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
compare_keys(const void *a, const void *b)
{
	const struct api_key *x = a, *y = b;

	return memcmp(x->hash, y->hash, API_KEY_HASH);
}

/* By tenant, and of one tenant in the order in which they were made. */
static int
compare_dkim(const void *a, const void *b)
{
	const struct dkim_row *x = a, *y = b;
	int order = memcmp(x->tenant.b, y->tenant.b, ID_BYTES);

	return order != 0 ? order : memcmp(x->id.b, y->id.b, ID_BYTES);
}

static struct tenant *
by_id(const struct directory_copy *c, const struct id *id)
{
	for (size_t i = 0; i < c->n_tenants; i++) {
		if (id_equal(&c->tenants[i].id, id)) {
			return &c->tenants[i];
		}
	}
	return NULL;
}

/*
 * Settings are checked before they are stored.  One that this program finds
 * unsafe all the same (an older program stored it) is not used: the default
 * stands, which is safe.
 */
static void
apply_settings(struct directory_copy *c, const struct load *l)
{
	struct buf reason;

	buf_init(&reason, 512);
	for (unsigned i = 0; i < l->n_settings; i++) {
		const struct setting_row *s = &l->settings[i];
		struct tenant *t = by_id(c, &s->tenant);

		if (t != NULL) {
			(void)!policy_set(&t->policy, s->section, s->key,
			    s->value, &reason);
		}
		buf_clear(&reason);
	}
	for (size_t i = 0; i < c->n_tenants; i++) {
		if (!policy_valid(&c->tenants[i].policy, &reason)) {
			c->tenants[i].policy = policy_default();
		}
		buf_clear(&reason);
	}
	buf_done(&reason);
}

static enum err
fill_tenants(struct directory_copy *c, const struct load *l)
{
	for (unsigned i = 0; i < l->n_tenants; i++) {
		struct tenant *t = &c->tenants[c->n_tenants];

		t->id = l->tenants[i].id;
		t->policy = policy_default();
		if (!str_copy(l->tenants[i].name, t->name, sizeof(t->name)) ||
		    !str_copy(l->tenants[i].brand, t->brand,
		    sizeof(t->brand))) {
			return ERR_STORE;
		}
		c->n_tenants++;
	}
	qsort(c->tenants, c->n_tenants, sizeof(*c->tenants), compare_tenants);
	return ERR_NONE;
}

static void
fill_keys(struct directory_copy *c, const struct load *l)
{
	for (unsigned i = 0; i < l->n_keys; i++) {
		const struct api_key_row *row = &l->keys[i];
		struct api_key *key = &c->keys[c->n_keys];

		key->tenant = by_id(c, &row->tenant);
		if (row->revoked_at.v != 0 || key->tenant == NULL) {
			continue;
		}
		key->scopes = row->scopes;
		memcpy(key->hash, row->hash, API_KEY_HASH);
		c->n_keys++;
	}
	qsort(c->keys, c->n_keys, sizeof(*c->keys), compare_keys);
}

static void
fill_mail_sender(struct tenant *t, const struct sender_row *row)
{
	if (email_parse(row->address, &t->sender) != FLAW_NONE) {
		return;
	}
	t->has_sender = true;
	if (display_text_parse(row->name, &t->sender_name) != FLAW_NONE) {
		t->sender_name.n = 0;
	}
}

/* As settings: what this program would not have stored is not used. */
static void
fill_senders(struct directory_copy *c, const struct load *l)
{
	for (unsigned i = 0; i < l->n_senders; i++) {
		const struct sender_row *row = &l->senders[i];
		struct tenant *t = by_id(c, &row->tenant);

		if (t == NULL) {
			continue;
		}
		if (row->channel == CHANNEL_EMAIL) {
			fill_mail_sender(t, row);
		} else {
			(void)!sender_id_parse(row->address, row->channel,
			    row->channel == CHANNEL_SMS ? &t->sms_sender
			    : &t->voice_sender);
		}
	}
}

static enum err
fill_dkim(struct directory_copy *c, struct load *l)
{
	qsort(l->dkim, l->n_dkim, sizeof(*l->dkim), compare_dkim);
	for (unsigned i = 0; i < l->n_dkim; i++) {
		const struct dkim_row *row = &l->dkim[i];
		struct tenant *t = by_id(c, &row->tenant);
		struct tenant_key *key = &c->dkim[c->n_dkim];

		if (t == NULL) {
			continue;
		}
		if (row->private_key.n > sizeof(key->sealed) ||
		    !str_copy(row->domain, key->domain,
		    sizeof(key->domain)) ||
		    !str_copy(row->selector, key->selector,
		    sizeof(key->selector)) ||
		    !str_copy(row->public_key, key->public_key,
		    sizeof(key->public_key))) {
			return ERR_STORE;
		}
		key->id = row->id;
		key->algorithm = row->algorithm;
		key->n = row->private_key.n;
		memcpy(key->sealed, row->private_key.p, key->n);
		if (t->n_keys++ == 0) {
			t->keys = key;
		}
		c->n_dkim++;
	}
	return ERR_NONE;
}

/* They come in the order of their tenants. */
static void
fill_templates(struct directory_copy *c, struct load *l)
{
	c->texts = l->texts;
	l->texts = NULL;
	for (unsigned i = 0; i < l->n_templates; i++) {
		const struct template_row *row = &l->templates[i];
		struct tenant *t = by_id(c, &row->tenant);

		/* What this program could not fill in is not used. */
		if (t == NULL || own_flaw(&row->own) != NULL) {
			continue;
		}
		c->own[c->n_own] = row->own;
		if (t->n_own++ == 0) {
			t->own = &c->own[c->n_own];
		}
		c->n_own++;
	}
}

static void
ignore_flaw(void *ctx UNUSED, unsigned line UNUSED, struct str place UNUSED,
    const char *reason UNUSED)
{
}

/*
 * Rules are read before they are stored.  Those that this program cannot read
 * all the same are not passed over, which might leave a code out: the tenant
 * asks for one everywhere until they are put again.
 */
static const struct rule unreadable = {
	STR_INIT("rules.unreadable"),
	STR_INIT("The rules of this shop cannot be read."),
	UINT32_MAX, DECISION_REQUIRED, NULL, 0, NULL, 0,
};
static const struct rule_set unreadable_set = {&unreadable, 1};

static enum err
fill_rules(struct directory_copy *c, const struct load *l)
{
	for (unsigned i = 0; i < l->n_rules; i++) {
		const struct rules_row *row = &l->rules[i];
		struct tenant *t = by_id(c, &row->tenant);
		struct rule_book *book = malloc(sizeof(*book));

		if (book == NULL) {
			return ERR_NOMEM;
		}
		c->books[c->n_books++] = book;
		if (t != NULL) {
			t->rules[row->mode] = rules_read(row->body,
			    ignore_flaw, NULL, book) ? &book->set
			    : &unreadable_set;
		}
	}
	return ERR_NONE;
}

static enum err
copy_make(struct load *l, struct directory_copy **ret_copy)
{
	struct directory_copy *c = calloc(1, sizeof(*c));
	enum err e;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	atomic_init(&c->holders, 1);
	c->revision = l->installation.revision;
	c->tenants = calloc(l->n_tenants + 1, sizeof(*c->tenants));
	c->keys = calloc(l->n_keys + 1, sizeof(*c->keys));
	c->dkim = calloc(l->n_dkim + 1, sizeof(*c->dkim));
	c->books = calloc(l->n_rules + 1, sizeof(struct rule_book *));
	c->own = calloc(l->n_templates + 1, sizeof(*c->own));
	e = c->tenants == NULL || c->keys == NULL || c->dkim == NULL ||
	    c->books == NULL || c->own == NULL ? ERR_NOMEM : fill_tenants(c, l);
	if (e == ERR_NONE) {
		e = fill_dkim(c, l);
	}
	if (e == ERR_NONE) {
		e = fill_rules(c, l);
	}
	if (e != ERR_NONE) {
		copy_free(c);
		return e;
	}
	fill_keys(c, l);
	apply_settings(c, l);
	fill_senders(c, l);
	fill_templates(c, l);
	*ret_copy = c;
	return ERR_NONE;
}

static enum err
load(const struct flow *flow, struct directory_copy **ret_copy)
{
	struct load l = {.arena = arena_new(ARENA_MAX)};
	enum err e = ERR_NOMEM;

	l.tenants = calloc(DIRECTORY_TENANTS_MAX, sizeof(*l.tenants));
	l.keys = calloc(DIRECTORY_KEYS_MAX, sizeof(*l.keys));
	l.settings = calloc(SETTINGS_MAX, sizeof(*l.settings));
	l.senders = calloc(SENDERS_MAX, sizeof(*l.senders));
	l.dkim = calloc(DIRECTORY_DKIM_MAX, sizeof(*l.dkim));
	l.rules = calloc(RULE_SETS_MAX, sizeof(*l.rules));
	l.templates = calloc(TEMPLATES_MAX, sizeof(*l.templates));
	l.texts = arena_new(TEXTS_MAX);
	if (l.arena != NULL && l.tenants != NULL && l.keys != NULL &&
	    l.settings != NULL && l.senders != NULL && l.dkim != NULL &&
	    l.rules != NULL && l.templates != NULL && l.texts != NULL) {
		e = store_read(flow->store, load_run, &l);
	}
	if (e == ERR_NONE) {
		e = copy_make(&l, ret_copy);
	}
	free(l.tenants);
	free(l.keys);
	free(l.settings);
	free(l.senders);
	free(l.dkim);
	free(l.rules);
	free(l.templates);
	arena_free(l.texts);
	arena_free(l.arena);
	return e;
}

enum err
directory_new(const struct flow *flow, struct directory **ret_dir)
{
	struct directory *d = calloc(1, sizeof(*d));
	enum err e;

	if (d == NULL) {
		return ERR_NOMEM;
	}
	d->flow = flow;
	e = load(flow, &d->now);
	if (e != ERR_NONE) {
		free(d);
		return e;
	}
	pthread_mutex_init(&d->lock, NULL);
	*ret_dir = d;
	return ERR_NONE;
}

void
directory_free(struct directory *d)
{
	if (d == NULL) {
		return;
	}
	directory_drop(d->now);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

static enum err
revision_run(struct tx *tx, void *arg)
{
	return installation_get(tx, arg);
}

enum err
directory_refresh(struct directory *d)
{
	struct installation_row row;
	struct directory_copy *old, *fresh;
	enum err e = store_read(d->flow->store, revision_run, &row);

	/* Only the caller of refresh replaces d->now: it may read it here. */
	if (e != ERR_NONE || row.revision == d->now->revision) {
		return e;
	}
	e = load(d->flow, &fresh);
	if (e != ERR_NONE) {
		return e;
	}
	pthread_mutex_lock(&d->lock);
	old = d->now;
	d->now = fresh;
	pthread_mutex_unlock(&d->lock);
	directory_drop(old);
	return ERR_NONE;
}

enum err
directory_key(const struct directory_copy *c, struct str api_key,
    uint32_t *ret_scopes, const struct tenant **ret_tenant)
{
	struct api_key wanted = {0};
	const struct api_key *found;
	enum err e = sha256(&api_key, 1, wanted.hash);

	if (e != ERR_NONE) {
		return e;
	}
	if (c->n_keys == 0) {
		return ERR_MISSING;
	}
	/* What the search's time tells is about a hash, not about the key. */
	found = bsearch(&wanted, c->keys, c->n_keys, sizeof(wanted),
	    compare_keys);
	if (found == NULL ||
	    !ct_equal(found->hash, wanted.hash, API_KEY_HASH)) {
		return ERR_MISSING;
	}
	*ret_scopes = found->scopes;
	*ret_tenant = found->tenant;
	return ERR_NONE;
}

const struct tenant *
directory_name(const struct directory_copy *c, struct str name)
{
	for (size_t i = 0; i < c->n_tenants; i++) {
		if (str_equal(name, str_of(c->tenants[i].name))) {
			return &c->tenants[i];
		}
	}
	return NULL;
}

const struct tenant *
directory_id(const struct directory_copy *c, const struct id *id)
{
	return by_id(c, id);
}

void
directory_each(const struct directory_copy *c, directory_fn *fn, void *ctx)
{
	for (size_t i = 0; i < c->n_tenants; i++) {
		fn(ctx, &c->tenants[i]);
	}
}
