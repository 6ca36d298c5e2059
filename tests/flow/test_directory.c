/*
 * Tenants, keys and policies as an operator makes them, and as the directory
 * shows them; decisions and their events (S110, R6).
 */
#include "world.h"

#include "domain/scope.h"
#include "flow/admin.h"
#include "flow/decide.h"
#include "flow/directory.h"

static struct id
new_tenant(struct world *w, const char *name)
{
	struct tenant_new t = {.flow = &w->flow, .name = str_of(name),
	    .brand = STR("Ada's Books")};

	OK(tenant_new_prepare(&t));
	world_do(w, tenant_new_run, &t);
	return t.id;
}

static struct key_new
new_key(struct world *w, struct id tenant, uint32_t scopes)
{
	struct key_new k = {.flow = &w->flow, .tenant = tenant,
	    .scopes = scopes, .label = STR("till 4")};

	OK(key_new_prepare(&k));
	world_do(w, key_new_run, &k);
	return k;
}

static struct directory *
directory(struct world *w)
{
	struct directory *d = NULL;

	OK(directory_new(&w->flow, &d));
	return d;
}

static const struct tenant *
by_key(const struct directory_copy *c, struct str key, uint32_t *ret_scopes)
{
	const struct tenant *t = NULL;
	enum err e = directory_key(c, key, ret_scopes, &t);

	assert_true(e == ERR_MISSING ? t == NULL : e == ERR_NONE);
	return t;
}

static void
test_keys(void **state)
{
	struct world *w = *state;
	struct id zebra = new_tenant(w, "zebra"), apple = new_tenant(w,
	    "apple");
	struct key_new z = new_key(w, zebra, SCOPE_CHALLENGES | SCOPE_AUDIT);
	struct key_new a = new_key(w, apple, SCOPES_ALL);
	struct directory *d = directory(w);
	struct directory_copy *c = directory_hold(d);
	const struct tenant *t;
	uint32_t scopes = 0;
	char other[API_KEY_TEXT];

	t = by_key(c, str_of(z.text), &scopes);
	assert_non_null(t);
	assert_string_equal("zebra", t->name);
	assert_true(id_equal(&zebra, &t->id));
	assert_int_equal(SCOPE_CHALLENGES | SCOPE_AUDIT, scopes);
	t = by_key(c, str_of(a.text), &scopes);
	assert_string_equal("apple", t->name);
	assert_int_equal(SCOPES_ALL, scopes);
	memcpy(other, a.text, sizeof(other));
	other[20] = other[20] == 'x' ? 'y' : 'x';
	assert_null(by_key(c, str_of(other), &scopes));
	assert_null(by_key(c, STR(""), &scopes));
	assert_null(by_key(c, STR("wwk_"), &scopes));
	assert_ptr_equal(t, directory_name(c, STR("apple")));
	assert_ptr_equal(t, directory_id(c, &apple));
	assert_null(directory_name(c, STR("app")));
	assert_null(directory_id(c, &a.id));
	assert_int_equal(2, world_events(w, AUDIT_KEY_CREATED, NULL));
	directory_drop(c);
	directory_free(d);
}

static void
test_key_text(void **state)
{
	struct world *w = *state;
	struct key_new k = new_key(w, new_tenant(w, "shop"), SCOPES_ALL);
	static const struct sql find = {
		.name = "test_find_key",
		.text = "SELECT COUNT(*) FROM audit_events WHERE body LIKE "
		    "'%wwk_%'",
	};

	assert_int_equal(4 + 52, strlen(k.text));
	assert_memory_equal("wwk_", k.text, 4);
	assert_int_equal(0, world_count(w, &find, NULL, 0));
}

/* S110: dead after the next refresh; who holds the old copy may end. */
static void
test_revoked(void **state)
{
	struct world *w = *state;
	struct key_new k = new_key(w, new_tenant(w, "shop"), SCOPES_ALL);
	struct key_revoke r = {.flow = &w->flow, .id = k.id};
	struct directory *d = directory(w);
	struct directory_copy *old = directory_hold(d), *fresh;
	uint32_t scopes;

	world_do(w, key_revoke_run, &r);
	OK(directory_refresh(d));
	fresh = directory_hold(d);
	assert_ptr_not_equal(old, fresh);
	assert_null(by_key(fresh, str_of(k.text), &scopes));
	assert_non_null(by_key(old, str_of(k.text), &scopes));
	directory_drop(old);
	OK(directory_refresh(d));
	old = directory_hold(d);
	assert_ptr_equal(old, fresh);	/* nothing has changed */
	directory_drop(old);
	directory_drop(fresh);
	assert_int_equal(ERR_MISSING, store_do(w->flow.store, STORE_CREATE,
	    key_revoke_run, &r));
	assert_int_equal(1, world_events(w, AUDIT_KEY_REVOKED, NULL));
	directory_free(d);
}

static void
put_policy(struct world *w, struct id tenant, const struct policy *policy)
{
	struct policy_put p = {.flow = &w->flow, .tenant = tenant,
	    .policy = policy};

	world_do(w, policy_put_run, &p);
}

static struct policy
policy_seen(struct world *w, const char *name)
{
	struct directory *d = directory(w);
	struct directory_copy *c = directory_hold(d);
	struct policy p = directory_name(c, str_of(name))->policy;

	directory_drop(c);
	directory_free(d);
	return p;
}

static void
test_policy(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "shop");
	struct policy p = policy_default(), seen;

	(void)new_tenant(w, "other");
	p.purpose[PURPOSE_SIGN_IN].attempts = 3;
	p.sends[1].n = 7;
	put_policy(w, id, &p);
	seen = policy_seen(w, "shop");
	assert_int_equal(3, seen.purpose[PURPOSE_SIGN_IN].attempts);
	assert_int_equal(7, seen.sends[1].n);
	assert_int_equal(HOURS(1).v, seen.sends[1].window.v);
	assert_int_equal(5, seen.purpose[PURPOSE_PASSWORD_RESET].attempts);
	assert_int_equal(5, policy_seen(w, "other").
	    purpose[PURPOSE_SIGN_IN].attempts);
	assert_int_equal(1, world_events(w, AUDIT_POLICY_CHANGED, NULL));
	p = policy_default();
	put_policy(w, id, &p);
	assert_int_equal(10, policy_seen(w, "shop").sends[1].n);
}

/* What is not safe in the store is not used. */
static void
test_unsafe_policy(void **state)
{
	struct world *w = *state;
	struct id id = new_tenant(w, "shop");
	struct policy p = policy_default(), seen;

	p.purpose[PURPOSE_SIGN_IN].length = 4;		/* below the range */
	p.purpose[PURPOSE_SIGN_IN].attempts = 3;
	put_policy(w, id, &p);
	seen = policy_seen(w, "shop");
	assert_int_equal(6, seen.purpose[PURPOSE_SIGN_IN].length);
	assert_int_equal(3, seen.purpose[PURPOSE_SIGN_IN].attempts);
	p.purpose[PURPOSE_DELIVERY].length = 4;		/* and five tries */
	put_policy(w, id, &p);
	seen = policy_seen(w, "shop");
	assert_int_equal(6, seen.purpose[PURPOSE_DELIVERY].length);
	assert_int_equal(5, seen.purpose[PURPOSE_SIGN_IN].attempts);
}

static void
test_tenants(void **state)
{
	struct world *w = *state;
	struct tenant_new t = {.flow = &w->flow, .name = STR("shop"),
	    .brand = STR("x")};

	(void)new_tenant(w, "shop");
	OK(tenant_new_prepare(&t));
	assert_int_equal(ERR_EXISTS, store_do(w->flow.store, STORE_CREATE,
	    tenant_new_run, &t));
	assert_int_equal(1, world_events(w, AUDIT_TENANT_CREATED, NULL));
	assert_true(tenant_name_ok(STR("a-1")));
	assert_true(tenant_name_ok(STR("abcdefghijklmnopqrstuvwxyz012345")));
	assert_false(tenant_name_ok(STR("")));
	assert_false(tenant_name_ok(STR("Shop")));
	assert_false(tenant_name_ok(STR("a b")));
	assert_false(tenant_name_ok(STR("abcdefghijklmnopqrstuvwxyz0123456")));
}

static void
test_store_event(void **state)
{
	struct world *w = *state;
	struct store_event e = {.flow = &w->flow};

	world_do(w, store_event_run, &e);
	e.restored = true;
	world_do(w, store_event_run, &e);
	assert_int_equal(1, world_events(w, AUDIT_STORE_CREATED, NULL));
	assert_int_equal(1, world_events(w, AUDIT_STORE_RESTORED, NULL));
}

/* R6: the answer is kept with its rule. */
static void
test_decision(void **state)
{
	struct world *w = *state;
	struct decide d = {.flow = &w->flow, .tenant = &w->tenant,
	    .event = DECISION_SIGN_IN, .signals = {.new_device = true}};
	static const struct sql find = {
		.name = "test_find_decision",
		.text = "SELECT COUNT(*) FROM audit_events WHERE body LIKE "
		    "'%\"decision.made\"%\"about\":\"sign_in\","
		    "\"code\":\"required\",\"rule\":\"sign_in.new_device\"}'",
	};

	world_do(w, decide_run, &d);
	assert_int_equal(DECISION_REQUIRED, d.decision.code);
	assert_int_equal(1, world_count(w, &find, NULL, 0));
	assert_int_equal(1, world_events(w, AUDIT_DECISION_MADE, NULL));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_keys),
		WORLD_TEST(test_key_text),
		WORLD_TEST(test_revoked),
		WORLD_TEST(test_policy),
		WORLD_TEST(test_unsafe_policy),
		WORLD_TEST(test_tenants),
		WORLD_TEST(test_store_event),
		WORLD_TEST(test_decision),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
