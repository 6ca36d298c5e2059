/*
 * Contract of the other rows: messages, audit, answers kept, tenants.  On both
 * engines.
 */
#include "body.h"

#include <string.h>

#include "store/audit.h"
#include "store/authenticators.h"
#include "store/devices.h"
#include "store/idempotency.h"
#include "store/tenants.h"

static const struct message_lanes everything = {
	.channels = MESSAGE_ALL_CHANNELS,
};

static enum err
lease(struct tx *tx, unix_ms now, unix_ms until, unsigned max,
    struct message_row *rows, unsigned *n)
{
	const struct message_lease l = {
		.at.channels = MESSAGE_ALL_CHANNELS, .now = now, .until = until,
		.max = max,
	};

	return message_row_lease(tx, &l, arena, rows, n);
}

/* Each courier has its channels: one that hangs holds up nobody else's. */
static enum err
message_channels(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct message_row sms = sample_message(tenant, tenant, at(1));
	struct message_row mail = sample_message(tenant, tenant, at(2));
	const struct message_lanes by_sms = {.channels = 1U << CHANNEL_SMS};
	struct message_lease l = {
		.at.channels = 1U << CHANNEL_EMAIL, .now = at(9), .until = at(99),
		.max = 4,
	};
	struct message_row rows[4];
	unsigned n = 0;
	unix_ms due;

	sms.channel = CHANNEL_SMS;
	OK(message_row_insert(tx, &sms));
	OK(message_row_next_due(tx, &l.at, &due));
	assert(due.v == UNIX_MS_MAX);
	OK(message_row_insert(tx, &mail));
	OK(message_row_lease(tx, &l, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &mail.id));
	OK(message_row_next_due(tx, &by_sms, &due));
	assert(due.v == sms.due_at.v);
	l.at.channels = MESSAGE_ALL_CHANNELS;
	OK(message_row_lease(tx, &l, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &sms.id));
	return ERR_NONE;
}

/* What a receipt looks for. */
static enum err
message_reference(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct message_row a = sample_message(tenant, tenant, at(1)), found;

	OK(message_row_insert(tx, &a));
	REFUSED(ERR_MISSING, message_row_find(tx, STR(""), STR(""), arena,
	    &found));
	a.provider = STR("kannel");
	a.reference = STR("x-1");
	OK(message_row_update(tx, &a));
	OK(message_row_find(tx, STR("kannel"), STR("x-1"), arena, &found));
	assert(id_equal(&found.id, &a.id) && found.version == a.version);
	assert(str_equal(found.provider, a.provider));
	assert(str_equal(found.reference, a.reference));
	REFUSED(ERR_MISSING, message_row_find(tx, STR("twilio"), STR("x-1"),
	    arena, &found));
	return ERR_NONE;
}

static enum err
message_rows(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	const struct id challenge = fresh_id(at(0));
	struct message_row a = sample_message(tenant, challenge, at(0));
	struct message_row b = sample_message(tenant, challenge, at(1));
	struct message_row rows[4], stale;
	unsigned n = 9;
	unix_ms due;

	OK(message_row_next_due(tx, &everything, &due));
	assert(due.v == UNIX_MS_MAX);
	b.due_at = at(50);
	OK(message_row_insert(tx, &b));
	OK(message_row_insert(tx, &a));
	REFUSED(ERR_EXISTS, message_row_insert(tx, &a));
	OK(message_row_next_due(tx, &everything, &due));
	assert(due.v == NOW);

	OK(lease(tx, at(-1), at(99), 4, rows, &n));
	assert(n == 0);
	OK(lease(tx, at(10), at(99), 4, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &a.id));
	assert(rows[0].due_at.v == NOW + 99 && rows[0].version == 2);
	assert(rows[0].generation == 2 && rows[0].channel == CHANNEL_EMAIL);
	assert(rows[0].attempts == 1 && str_equal(rows[0].detail, a.detail));
	OK(lease(tx, at(10), at(99), 4, rows + 1, &n));
	assert(n == 0);		/* leased already */
	OK(message_row_next_due(tx, &everything, &due));
	assert(due.v == NOW + 50);

	stale = rows[0];
	rows[0].state = MESSAGE_SENT;
	rows[0].attempts = 2;
	rows[0].sent_at = at(12);
	rows[0].detail = STR("");
	OK(message_row_update(tx, &rows[0]));
	REFUSED(ERR_CONFLICT, message_row_update(tx, &stale));

	OK(message_row_cancel(tx, &challenge));
	OK(message_row_list(tx, &challenge, 4, arena, rows, &n));
	assert(n == 2 && id_equal(&rows[0].id, &a.id));
	assert(rows[0].state == MESSAGE_SENT && rows[0].sent_at.v == NOW + 12);
	assert(rows[0].attempts == 2 && rows[0].detail.n == 0);
	assert(rows[1].state == MESSAGE_CANCELLED && rows[1].version == 2);
	OK(message_row_next_due(tx, &everything, &due));
	assert(due.v == UNIX_MS_MAX);
	return ERR_NONE;
}

/* The oldest first, and no more than asked for. */
static enum err
message_lease_max(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct message_row rows[4];
	unsigned n = 0;

	for (int i = 4; i > 0; i--) {
		struct message_row m = sample_message(tenant, tenant, at(i));

		OK(message_row_insert(tx, &m));
	}
	OK(lease(tx, at(9), at(99), 3, rows, &n));
	assert(n == 3);
	for (int i = 0; i < 3; i++) {
		assert(rows[i].created_at.v == NOW + i + 1);
	}
	return ERR_NONE;
}

static enum err
audit_rows(struct tx *tx, void *arg UNUSED)
{
	struct audit_event_row later = {
		.id = fresh_id(at(2)), .body = STR("{\"n\":2}"), .key = 3,
	};
	struct audit_event_row sooner = {
		.id = fresh_id(at(1)), .body = STR("{\"n\":\"\xc3\xa9\"}"),
		.key = 4000000000u, .mac = {1, 2, 3},
	};
	const struct id first = {{0}};
	struct audit_event_row rows[3];
	unsigned n = 0;

	OK(audit_event_insert(tx, &later));
	OK(audit_event_insert(tx, &sooner));
	OK(audit_event_list(tx, &first, 1, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &sooner.id));
	assert(str_equal(rows[0].body, sooner.body) &&
	    rows[0].key == sooner.key &&
	    memcmp(rows[0].mac, sooner.mac, AUDIT_MAC) == 0);
	OK(audit_event_list(tx, &sooner.id, 3, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &later.id));
	OK(audit_event_delete(tx, &sooner.id, 1));
	REFUSED(ERR_CONFLICT, audit_event_delete(tx, &sooner.id, 1));
	OK(audit_event_list(tx, &first, 3, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &later.id));
	return ERR_NONE;
}

static enum err
audit_segments(struct tx *tx, void *arg UNUSED)
{
	struct audit_segment_row one = {
		.n = 1, .events = 2, .sealed_at = at(0),
		.body = STR("{}\n{}\n"), .before = {9}, .hash = {8},
		.key = 5, .signature = {7},
	};
	struct audit_segment_row two = {.n = 2, .before = {8}, .body = STR("")};
	struct audit_segment_row got;

	REFUSED(ERR_MISSING, audit_segment_last(tx, arena, &got));
	OK(audit_segment_insert(tx, &one));
	REFUSED(ERR_CONFLICT, audit_segment_insert(tx, &one));
	OK(audit_segment_insert(tx, &two));
	OK(audit_segment_last(tx, arena, &got));
	assert(got.n == 2 && got.before[0] == 8 && got.body.n == 0);
	OK(audit_segment_get(tx, 1, arena, &got));
	assert(got.events == 2 && got.sealed_at.v == NOW && got.key == 5);
	assert(str_equal(got.body, one.body) && got.hash[0] == 8);
	assert(got.before[0] == 9 && got.signature[0] == 7);
	REFUSED(ERR_MISSING, audit_segment_get(tx, 3, arena, &got));
	return ERR_NONE;
}

static enum err
idempotency_rows(struct tx *tx, void *arg UNUSED)
{
	struct idempotency_row row = {
		.tenant = fresh_id(at(0)), .key = {1}, .request = {2},
		.status = 201, .answer = STR("\0sealed"), .created_at = at(0),
	};
	struct idempotency_row got;
	unsigned n = 0;

	REFUSED(ERR_MISSING, idempotency_row_get(tx, &row.tenant, row.key,
	    arena, &got));
	OK(idempotency_row_insert(tx, &row));
	REFUSED(ERR_CONFLICT, idempotency_row_insert(tx, &row));
	OK(idempotency_row_get(tx, &row.tenant, row.key, arena, &got));
	assert(got.status == 201 && got.request[0] == 2);
	assert(str_equal(got.answer, row.answer) && got.created_at.v == NOW);
	OK(idempotency_row_delete(tx, &row.tenant, row.key));
	REFUSED(ERR_CONFLICT,
	    idempotency_row_delete(tx, &row.tenant, row.key));
	OK(idempotency_row_insert(tx, &row));
	OK(idempotency_row_purge(tx, at(0), 9, &n));
	assert(n == 0);
	OK(idempotency_row_purge(tx, at(1), 9, &n));
	assert(n == 1);
	return ERR_NONE;
}

static enum err
tenant_rows(struct tx *tx, void *arg UNUSED)
{
	struct tenant_row tenant = {
		.id = fresh_id(at(0)), .name = STR("shop"),
		.brand = STR("Shop \xe2\x82\xac"), .created_at = at(0),
	};
	struct api_key_row key = {
		.id = fresh_id(at(1)), .tenant = tenant.id, .hash = {5},
		.label = STR("till"), .scopes = 0x80000001u,
		.created_at = at(1),
	};
	struct setting_row setting = {
		.tenant = tenant.id, .section = STR("limits"),
		.key = STR("creates"), .value = STR("10/3600"),
	};
	struct installation_row before, after;
	struct tenant_row tenants[2];
	struct api_key_row keys[2];
	struct setting_row settings[2];
	unsigned n = 0;

	OK(installation_get(tx, &before));
	OK(tenant_row_insert(tx, &tenant));
	OK(api_key_row_insert(tx, &key));
	OK(setting_row_put(tx, &setting));
	setting.value = STR("20/3600");
	OK(setting_row_put(tx, &setting));
	OK(installation_get(tx, &after));
	assert(after.revision == before.revision + 4);

	tenant.id = fresh_id(at(3));
	REFUSED(ERR_EXISTS, tenant_row_insert(tx, &tenant));
	OK(tenant_row_list(tx, arena, 2, tenants, &n));
	assert(n == 1 && str_equal(tenants[0].name, tenant.name));
	assert(str_equal(tenants[0].brand, tenant.brand));
	OK(api_key_row_list(tx, arena, 2, keys, &n));
	assert(n == 1 && keys[0].scopes == key.scopes);
	assert(keys[0].hash[0] == 5 && keys[0].revoked_at.v == 0);
	assert(str_equal(keys[0].label, key.label));
	OK(setting_row_list(tx, arena, 2, settings, &n));
	assert(n == 1 && str_equal(settings[0].value, setting.value));
	assert(str_equal(settings[0].section, setting.section));

	OK(api_key_row_revoke(tx, &key.id, at(7)));
	REFUSED(ERR_MISSING, api_key_row_revoke(tx, &key.id, at(8)));
	OK(api_key_row_list(tx, arena, 2, keys, &n));
	assert(keys[0].revoked_at.v == NOW + 7);
	OK(setting_row_clear(tx, &setting.tenant));
	OK(setting_row_list(tx, arena, 2, settings, &n));
	assert(n == 0);
	return ERR_NONE;
}

static enum err
tenant_limit(struct tx *tx, void *arg UNUSED)
{
	struct tenant_row rows[1];
	unsigned n = 7;

	for (int i = 0; i < 2; i++) {
		struct tenant_row row = {
			.id = fresh_id(at(i)),
			.name = i == 0 ? STR("a") : STR("b"),
			.brand = STR("x"), .created_at = at(i),
		};

		OK(tenant_row_insert(tx, &row));
	}
	REFUSED(ERR_LIMIT, tenant_row_list(tx, arena, 1, rows, &n));
	assert(n == 7);
	return ERR_NONE;
}

/*
 * S136: challenges of before are then dead, and what may have been ended or
 * used up since the backup is gone.
 */
static enum err
new_epoch(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0)), account = fresh_id(at(1));
	struct installation_row row;
	struct session_row session = {
		.id = fresh_id(at(2)), .tenant = tenant, .account = account,
		.host = STR(""), .created_at = at(2), .expires_at = at(9),
	};
	struct device_row device = {
		.id = fresh_id(at(3)), .tenant = tenant, .account = account,
		.label = STR(""), .created_at = at(3), .expires_at = at(9),
	};
	struct recovery_row recovery = {
		.account = account, .tenant = tenant, .created_at = at(4),
	};
	uint32_t epoch = 0;

	OK(session_row_insert(tx, &session));
	OK(device_row_insert(tx, &device));
	OK(recovery_row_put(tx, &recovery));
	OK(recovery_row_get(tx, &account, &recovery));
	assert(recovery.version > 0);
	OK(installation_get(tx, &row));
	assert(row.epoch == 1 && row.schema >= 1 && row.created_at.v > 0);
	OK(installation_new_epoch(tx, &epoch));
	assert(epoch == 2);
	OK(installation_get(tx, &row));
	assert(row.epoch == 2);
	REFUSED(ERR_MISSING, session_row_get(tx, &tenant, session.hash, arena,
	    &session));
	REFUSED(ERR_MISSING, device_row_find(tx, &account, device.hash, arena,
	    &device));
	OK(recovery_row_get(tx, &account, &recovery));
	assert(recovery.version == 0);
	return ERR_NONE;
}

BODY_TEST(message_rows)
BODY_TEST(message_channels)
BODY_TEST(message_reference)
BODY_TEST(message_lease_max)
BODY_TEST(audit_rows)
BODY_TEST(audit_segments)
BODY_TEST(idempotency_rows)
BODY_TEST(tenant_rows)
BODY_TEST(tenant_limit)
BODY_TEST(new_epoch)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(message_rows),
		ENTRY(message_channels),
		ENTRY(message_reference),
		ENTRY(message_lease_max),
		ENTRY(audit_rows),
		ENTRY(audit_segments),
		ENTRY(idempotency_rows),
		ENTRY(tenant_rows),
		ENTRY(tenant_limit),
		ENTRY(new_epoch),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
