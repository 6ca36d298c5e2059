/*
 * Senders and the keys that prove them (R76, R77, S86).
 */
#include "world.h"

#include "flow/admin.h"
#include "flow/brand.h"
#include "flow/directory.h"
#include "flow/sender.h"
#include "store/senders.h"

static struct id
new_tenant(struct world *w, const char *name)
{
	struct tenant_new t = {.flow = &w->flow, .name = str_of(name),
	    .brand = STR("Ada's Books")};

	OK(tenant_new_prepare(&t));
	world_do(w, tenant_new_run, &t);
	return t.id;
}

static enum err
new_key(struct world *w, struct id tenant, const char *domain,
    const char *selector)
{
	struct dkim_new k;
	enum err e;

	dkim_new_init(&k);
	k.flow = &w->flow;
	k.tenant = tenant;
	k.selector = str_of(selector);
	k.algorithm = DKIM_KEY_ED25519;
	assert_int_equal(domain_name_parse(str_of(domain), &k.domain),
	    FLAW_NONE);
	OK(dkim_new_prepare(&k));
	e = store_do(w->flow.store, STORE_BACKGROUND, dkim_new_run, &k);
	dkim_new_done(&k);
	return e;
}

static enum err
retire(struct world *w, struct id tenant, const char *domain,
    const char *selector)
{
	struct dkim_retire k = {.flow = &w->flow, .tenant = tenant,
	    .selector = str_of(selector)};

	assert_int_equal(domain_name_parse(str_of(domain), &k.domain),
	    FLAW_NONE);
	return store_do(w->flow.store, STORE_BACKGROUND, dkim_retire_run,
	    &k);
}

static struct email
email(const char *z)
{
	struct email e;

	assert_int_equal(email_parse(str_of(z), &e), FLAW_NONE);
	return e;
}

static enum err
put(struct world *w, struct id tenant, const struct email *address,
    const char *name)
{
	struct sender_put s = {.flow = &w->flow, .tenant = tenant,
	    .channel = CHANNEL_EMAIL, .address = address != NULL
	    ? email_str(address) : STR(""), .name = str_of(name)};

	return store_do(w->flow.store, STORE_BACKGROUND, sender_put_run, &s);
}

/* The directory as it is now; dropped by the next call. */
static const struct tenant *
tenant(struct world *w, const char *name)
{
	static struct directory *d;
	static struct directory_copy *c;

	if (d != NULL) {
		directory_drop(c);
		directory_free(d);
		d = NULL;
	}
	if (name == NULL) {
		return NULL;
	}
	OK(directory_new(&w->flow, &d));
	c = directory_hold(d);
	return directory_name(c, str_of(name));
}

static void
test_sender(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "books");
	struct email from = email("code@mail.books.example");
	const struct tenant *t = tenant(w, "books");

	assert_false(t->has_sender);
	assert_int_equal(ERR_MISSING, put(w, id, NULL, ""));
	OK(put(w, id, &from, "Books & Co"));
	t = tenant(w, "books");
	assert_true(t->has_sender);
	assert_string_equal(t->sender.z, from.z);
	assert_string_equal(t->sender_name.z, "Books & Co");
	OK(put(w, id, &from, ""));
	assert_int_equal(tenant(w, "books")->sender_name.n, 0);
	OK(put(w, id, NULL, ""));
	assert_false(tenant(w, "books")->has_sender);
	assert_int_equal(3, world_events(w, AUDIT_SENDER_CHANGED, NULL));
	(void)tenant(w, NULL);
}

static void
put_all(struct world *w, struct id tenant, const char *address,
    const char *sms, const char *voice)
{
	const char *const senders[] = {address, sms, voice};
	static const enum channel channels[] = {
		CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_VOICE,
	};
	struct senders_put s = {0};

	for (unsigned i = 0; i < SENDER_CHANNELS; i++) {
		s.each[i] = (struct sender_put){.flow = &w->flow,
		    .tenant = tenant, .channel = channels[i],
		    .address = str_of(senders[i])};
	}
	world_do(w, senders_put_run, &s);
}

/* As a whole, and again with the same outcome. */
static void
test_senders(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "books");
	const struct tenant *t;

	put_all(w, id, "code@books.example", "Books", "+442079460000");
	t = tenant(w, "books");
	assert_true(t->has_sender);
	assert_string_equal("Books", t->sms_sender.z);
	assert_string_equal("+442079460000", t->voice_sender.z);
	put_all(w, id, "", "12345", "");
	put_all(w, id, "", "12345", "");
	t = tenant(w, "books");
	assert_false(t->has_sender);
	assert_string_equal("12345", t->sms_sender.z);
	assert_int_equal(0, t->voice_sender.n);
	/* What was taken away twice is in the log once. */
	assert_int_equal(3 + 3 + 1, world_events(w, AUDIT_SENDER_CHANGED,
	    NULL));
	(void)tenant(w, NULL);
}

/* Only what a provider is there for; in a sandbox everything. */
static void
test_ways(void **state)
{
	struct world *w = *state;
	struct flow f = w->flow;

	f.n_ways = 0;
	assert_true(sender_has_way(&f, CHANNEL_SMS, STR("Books")));
	f.n_ways = 2;
	f.ways[0] = (struct way){.channel = CHANNEL_SMS, .name = "a"};
	f.ways[1] = (struct way){.channel = CHANNEL_SMS, .name = "b",
	    .senders = "Books, 12345"};
	assert_true(sender_has_way(&f, CHANNEL_SMS, STR("Books")));
	assert_true(sender_has_way(&f, CHANNEL_SMS, STR("12345")));
	assert_false(sender_has_way(&f, CHANNEL_SMS, STR("Toys")));
	assert_false(sender_has_way(&f, CHANNEL_VOICE, STR("Books")));
}

static void
put_brand(struct world *w, struct id tenant, const char *name)
{
	struct brand_put b = {.flow = &w->flow, .tenant = tenant,
	    .name = str_of(name)};

	world_do(w, brand_put_run, &b);
}

static struct display_text
name_of(const char *z)
{
	struct display_text name;

	assert_int_equal(shop_name_parse(str_of(z), &name), FLAW_NONE);
	return name;
}

static void
test_brand(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "books");
	int64_t before = world_events(w, AUDIT_BRAND_CHANGED, NULL);

	put_brand(w, id, "B\xc3\xbc" "cher & Co");
	assert_string_equal(tenant(w, "books")->brand,
	    "B\xc3\xbc" "cher & Co");
	assert_int_equal(before + 1, world_events(w, AUDIT_BRAND_CHANGED,
	    NULL));
	(void)tenant(w, NULL);
}

/* S89: other tenants' brands, names and senders; one's own is free. */
static void
test_brand_taken(void **state)
{
	static const char *const taken[] = {"BOOKS & CO", "Boooks", "B00KS",
	    "PageTurner", "P\xc3\xa0geTumer", "T0YS"};
	struct world *w = *state;
	struct id id = new_tenant(w, "books"), toys = new_tenant(w, "toys");
	struct email from = email("code@mail.books.example");
	struct directory *d;
	struct directory_copy *c;

	put_brand(w, toys, "Bo0oks");
	put_all(w, toys, "", "TOYS", "+442079460000");
	put_brand(w, id, "Books & Co");
	OK(put(w, id, &from, "PageTurner"));
	OK(directory_new(&w->flow, &d));
	c = directory_hold(d);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		const struct tenant *mine = directory_name(c, STR("books"));
		const struct tenant *other = directory_name(c, STR("toys"));
		bool b = brand_taken(c, mine, str_of(taken[i]));
		bool t = brand_taken(c, other, str_of(taken[i]));

		/* Each of them is somebody's, and its owner may have it. */
		if (strcmp(taken[i], "B00KS") != 0) {
			assert_true(b != t);
		} else {
			assert_false(b || t);
		}
	}
	assert_false(brand_taken(c, directory_name(c, STR("books")),
	    STR("+442079460000")));
	directory_drop(c);
	directory_free(d);
}

/* R67 to R75, S92: what it would do to the messages. */
static void
test_brand_fits(void **state)
{
	static const struct wording_own own = {PURPOSE_SIGN_IN, LOCALE_EN,
	    OWN_SMS, "{brand}: {code} signs you in. Never share it with "
	    "anyone at all, not even with {brand}, who never ask for it, on "
	    "no telephone and nowhere else."};
	struct tenant t = {.brand = "Books"};
	struct display_text name = name_of("Bookshop");

	(void)state;
	OK(brand_fit(&t, &name));
	t.own = &own;
	t.n_own = 1;
	OK(brand_fit(&t, &name));
	name = name_of("The Bookshop Around The Corner");
	assert_int_equal(ERR_DENIED, brand_fit(&t, &name));
	t.n_own = 0;
	OK(brand_fit(&t, &name));
	/* Forty signs of another alphabet: 70 are all there are. */
	name = name_of("\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97"
	    "\xe6\x9b\xb8\xe5\xba\x97\xe6\x9b\xb8\xe5\xba\x97");
	assert_int_equal(ERR_LIMIT, brand_fit(&t, &name));
}

/* R77: the key's domain is the sender's or a parent of it. */
static void
test_proof(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "books");
	struct email in = email("code@mail.books.example");
	struct email same = email("code@books.example");
	struct email out = email("code@mybooks.example");
	const struct tenant *t = tenant(w, "books");

	assert_int_equal(SENDER_UNSIGNED, sender_proof(t, &in));
	OK(new_key(w, id, "books.example", "s1"));
	t = tenant(w, "books");
	assert_int_equal(SENDER_SIGNED, sender_proof(t, &in));
	assert_int_equal(SENDER_SIGNED, sender_proof(t, &same));
	assert_int_equal(SENDER_FOREIGN, sender_proof(t, &out));
	(void)tenant(w, NULL);
}

static unsigned
opened(struct world *w, const struct tenant *t, const char *from,
    char ret_selectors[64])
{
	struct sender_keys k;
	struct email address = email(from);
	unsigned n;

	sender_keys_init(&k);
	OK(sender_keys_open(&k, &w->flow, t, &address));
	n = k.n;
	ret_selectors[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		assert_true(str_starts(str_of(k.keys[i].pem),
		    STR("-----BEGIN PRIVATE KEY-----\n")));
		snprintf(ret_selectors + strlen(ret_selectors), 16, "%s ",
		    k.keys[i].selector);
	}
	sender_keys_done(&k);
	return n;
}

/* Old and new sign side by side, until the old one is retired. */
static void
test_rotation(void **state)
{
	struct world *w = *state;
	struct id books = new_tenant(w, "books"), toys = new_tenant(w, "toys");
	char selectors[64];

	OK(new_key(w, toys, "toys.example", "s1"));
	OK(new_key(w, books, "books.example", "s1"));
	world_advance(w, HOURS(24));
	OK(new_key(w, books, "books.example", "s2"));
	assert_int_equal(2, opened(w, tenant(w, "books"),
	    "code@books.example", selectors));
	assert_string_equal("s1 s2 ", selectors);
	assert_int_equal(0, opened(w, tenant(w, "books"),
	    "code@toys.example", selectors));
	assert_int_equal(1, opened(w, tenant(w, "toys"), "code@toys.example",
	    selectors));
	assert_int_equal(ERR_MISSING, retire(w, toys, "books.example", "s1"));
	OK(retire(w, books, "books.example", "s1"));
	assert_int_equal(1, opened(w, tenant(w, "books"),
	    "code@books.example", selectors));
	assert_string_equal("s2 ", selectors);
	/* Nobody signs under that name again. */
	assert_int_equal(ERR_EXISTS, new_key(w, toys, "books.example", "s1"));
	assert_int_equal(3, world_events(w, AUDIT_DKIM_CREATED, NULL));
	assert_int_equal(1, world_events(w, AUDIT_DKIM_RETIRED, NULL));
	(void)tenant(w, NULL);
}

static void
test_four_sign(void **state)
{
	static const char *const selectors[] = {"a", "b", "c", "d"};
	struct world *w = *state;
	struct id books = new_tenant(w, "books");

	for (unsigned i = 0; i < OUTGOING_KEYS; i++) {
		OK(new_key(w, books, "books.example", selectors[i]));
	}
	assert_int_equal(ERR_LIMIT, new_key(w, books, "books.example", "e"));
	OK(retire(w, books, "books.example", "b"));
	OK(new_key(w, books, "books.example", "e"));
}

struct steal {
	struct id tenant;
	struct arena *arena;
	struct dkim_row rows[2];
	unsigned n;
};

static enum err
steal_run(struct tx *tx, void *arg)
{
	struct steal *s = arg;

	return dkim_row_list(tx, &s->tenant, s->arena, 2, s->rows, &s->n);
}

/* S123: a stolen database holds no key, and one moved to another row opens
 * nothing. */
static void
test_sealed(void **state)
{
	struct world *w = *state;
	struct steal s = {.tenant = new_tenant(w, "books"),
	    .arena = w->arena};
	struct tenant_key key = {.domain = "books.example"};
	struct tenant t = {.keys = &key, .n_keys = 1};
	struct email from = email("code@books.example");
	struct sender_keys k;

	OK(new_key(w, s.tenant, "books.example", "s1"));
	world_read(w, steal_run, &s);
	assert_int_equal(1, s.n);
	assert_true(s.rows[0].private_key.n > 64);
	assert_null(memmem(s.rows[0].private_key.p, s.rows[0].private_key.n,
	    "PRIVATE", 7));
	key.n = s.rows[0].private_key.n;
	memcpy(key.sealed, s.rows[0].private_key.p, key.n);
	sender_keys_init(&k);
	assert_int_equal(ERR_CRYPTO, sender_keys_open(&k, &w->flow, &t,
	    &from));
	assert_int_equal(0, k.n);
	key.id = s.rows[0].id;
	OK(sender_keys_open(&k, &w->flow, &t, &from));
	assert_int_equal(1, k.n);
	sender_keys_done(&k);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_sender),
		WORLD_TEST(test_senders),
		WORLD_TEST(test_ways),
		WORLD_TEST(test_brand),
		WORLD_TEST(test_brand_taken),
		WORLD_TEST(test_brand_fits),
		WORLD_TEST(test_proof),
		WORLD_TEST(test_rotation),
		WORLD_TEST(test_four_sign),
		WORLD_TEST(test_sealed),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
