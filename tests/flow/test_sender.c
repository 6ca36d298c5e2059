/*
 * Senders and the keys that prove them (R76, R77, S86).
 */
#include "world.h"

#include "flow/admin.h"
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
	    .address = address, .name = str_of(name)};

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
		WORLD_TEST(test_proof),
		WORLD_TEST(test_rotation),
		WORLD_TEST(test_four_sign),
		WORLD_TEST(test_sealed),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
