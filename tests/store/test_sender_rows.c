/*
 * Contract of the rows of senders and DKIM keys.  On both engines.
 */
#include "body.h"

#include "store/senders.h"
#include "store/tenants.h"

static struct id
make_tenant(struct tx *tx, struct str name)
{
	struct tenant_row row = {
		.id = fresh_id(at(0)), .name = name, .brand = name,
		.created_at = at(0),
	};

	OK(tenant_row_insert(tx, &row));
	return row.id;
}

static int64_t
revision(struct tx *tx)
{
	struct installation_row row;

	OK(installation_get(tx, &row));
	return row.revision;
}

static enum err
sender_rows(struct tx *tx, void *arg UNUSED)
{
	struct sender_row rows[2], row = {
		.tenant = make_tenant(tx, STR("a")), .channel = CHANNEL_EMAIL,
		.address = STR("code@shop.example"), .name = STR("M\xc3\xbc"),
		.changed_at = at(1),
	};
	int64_t before = revision(tx);
	unsigned n = 7;

	OK(sender_row_list(tx, arena, 2, rows, &n));
	assert(n == 0);
	REFUSED(ERR_MISSING, sender_row_delete(tx, &row.tenant,
	    CHANNEL_EMAIL));
	OK(sender_row_put(tx, &row));
	assert(revision(tx) == before + 1);
	row.name = STR("");
	row.changed_at = at(2);
	OK(sender_row_put(tx, &row));
	OK(sender_row_list(tx, arena, 2, rows, &n));
	assert(n == 1 && id_equal(&rows[0].tenant, &row.tenant));
	assert(rows[0].channel == CHANNEL_EMAIL && rows[0].name.n == 0);
	assert(str_equal(rows[0].address, row.address));
	assert(rows[0].changed_at.v == NOW + 2);
	row.tenant = make_tenant(tx, STR("b"));
	OK(sender_row_put(tx, &row));
	n = 7;
	REFUSED(ERR_LIMIT, sender_row_list(tx, arena, 1, rows, &n));
	assert(n == 7);
	before = revision(tx);
	OK(sender_row_delete(tx, &row.tenant, CHANNEL_EMAIL));
	assert(revision(tx) == before + 1);
	OK(sender_row_list(tx, arena, 2, rows, &n));
	assert(n == 1);
	return ERR_NONE;
}

static enum err
dkim_rows(struct tx *tx, void *arg UNUSED)
{
	const struct id other = make_tenant(tx, STR("b"));
	struct dkim_row rows[3], key = {
		.id = fresh_id(at(0)), .tenant = make_tenant(tx, STR("a")),
		.domain = STR("shop.example"), .selector = STR("s1"),
		.algorithm = DKIM_KEY_ED25519, .public_key = STR("AbC="),
		.private_key = STR("sealed \0 pem"), .created_at = at(3),
	};
	struct dkim_row again = key;
	int64_t before = revision(tx);
	unsigned n = 7, active = 9, all = 9;

	OK(dkim_row_insert(tx, &key));
	assert(revision(tx) == before + 1);
	/* A name in the DNS is one tenant's, and used once. */
	again.id = fresh_id(at(1));
	again.tenant = other;
	REFUSED(ERR_EXISTS, dkim_row_insert(tx, &again));
	again.selector = STR("s2");
	OK(dkim_row_insert(tx, &again));

	OK(dkim_row_active(tx, arena, 3, rows, &n));
	assert(n == 2 && id_equal(&rows[0].id, &key.id));
	assert(rows[0].algorithm == DKIM_KEY_ED25519);
	assert(str_equal(rows[0].domain, key.domain));
	assert(str_equal(rows[0].selector, key.selector));
	assert(str_equal(rows[0].public_key, key.public_key));
	assert(str_equal(rows[0].private_key, key.private_key));
	assert(rows[0].created_at.v == NOW + 3 && rows[0].retired_at.v == 0);
	REFUSED(ERR_LIMIT, dkim_row_active(tx, arena, 1, rows, &n));

	REFUSED(ERR_MISSING, dkim_row_retire(tx, &other, key.domain,
	    key.selector, at(9)));
	before = revision(tx);
	OK(dkim_row_retire(tx, &key.tenant, key.domain, key.selector, at(9)));
	assert(revision(tx) == before + 1);
	REFUSED(ERR_MISSING, dkim_row_retire(tx, &key.tenant, key.domain,
	    key.selector, at(10)));
	OK(dkim_row_active(tx, arena, 3, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &again.id));
	/* The public half stays, the private one is gone. */
	OK(dkim_row_count(tx, &key.tenant, &active, &all));
	assert(active == 0 && all == 1);
	OK(dkim_row_count(tx, &other, &active, &all));
	assert(active == 1 && all == 1);
	OK(dkim_row_list(tx, &key.tenant, arena, 3, rows, &n));
	assert(n == 1 && rows[0].retired_at.v == NOW + 9);
	assert(str_equal(rows[0].public_key, key.public_key));
	assert(rows[0].private_key.n == 0);
	again = key;
	again.id = fresh_id(at(2));
	REFUSED(ERR_EXISTS, dkim_row_insert(tx, &again));
	return ERR_NONE;
}

BODY_TEST(sender_rows)
BODY_TEST(dkim_rows)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(sender_rows),
		ENTRY(dkim_rows),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
