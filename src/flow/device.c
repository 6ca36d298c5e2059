#include "flow/device.h"

#include <string.h>

#include "flow/audit.h"

static struct cell
label_cell(const struct id *device)
{
	return (struct cell){"devices", "label", flow_id_bytes(device)};
}

static enum err
seal_label(const struct flow *f, struct str label, struct device_row *row,
    struct buf *sealed)
{
	struct cell cell = label_cell(&row->id);
	enum err e;

	row->label = STR("");
	if (label.n == 0) {
		return ERR_NONE;
	}
	e = keyring_seal(f->ring, &f->rng, &cell, label, sealed);
	row->label = buf_view(sealed);
	return e;
}

static enum err
record(struct tx *tx, const struct flow *f, const struct device_row *row)
{
	struct audit a;
	enum err e = audit_begin(&a, f, AUDIT_DEVICE_TRUSTED, &row->tenant,
	    row->created_at);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &row->account);
	jsonw_member_id(&a.json, "device", ID_DEVICE, &row->id);
	return audit_commit(&a, tx, f);
}

enum err
device_trust(struct tx *tx, const struct flow *f,
    const struct account_row *account, struct str label,
    const struct token *token)
{
	unix_ms now = flow_now(f);
	struct device_row row = {
		.tenant = account->tenant,
		.account = account->id,
		.generation = account->generation,
		.created_at = now,
		.seen_at = now,
		.expires_at = unix_ms_add(now, DEVICE_LIFE),
	};
	struct buf sealed;
	enum err e = id_new(&f->rng, now, &row.id);

	memcpy(row.hash, token->hash, TOKEN_HASH);
	buf_init(&sealed, DISPLAY_TEXT_MAX + KEYRING_SEAL_EXTRA);
	if (e == ERR_NONE) {
		e = seal_label(f, label, &row, &sealed);
	}
	if (e == ERR_NONE) {
		e = device_row_insert(tx, &row);
	}
	buf_done(&sealed);
	if (e == ERR_NONE) {
		e = device_row_crowd(tx, &account->id, ACCOUNT_DEVICES_MAX);
	}
	return e == ERR_NONE ? record(tx, f, &row) : e;
}

enum err
device_known(struct tx *tx, const struct flow *f,
    const struct account_row *account, const uint8_t hash[static TOKEN_HASH],
    struct arena *arena, struct id *ret_id, bool *ret_known)
{
	unix_ms now = flow_now(f);
	struct device_row row;
	enum err e = device_row_find(tx, &account->id, hash, arena, &row);

	*ret_known = false;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (row.generation != account->generation ||
	    !unix_ms_before(now, row.expires_at) ||
	    unix_ms_before(unix_ms_add(now, MINUTES(1)), row.created_at)) {
		return ERR_NONE;
	}
	*ret_id = row.id;
	*ret_known = true;
	return device_row_seen(tx, &row.id, now);
}

enum err
device_label(const struct flow *f, const struct device_row *row,
    struct arena *arena, struct str *ret_label)
{
	struct cell cell = label_cell(&row->id);
	struct buf plain;
	enum err e;

	if (row->label.n == 0) {
		*ret_label = STR("");
		return ERR_NONE;
	}
	buf_init(&plain, DISPLAY_TEXT_MAX);
	e = keyring_unseal(f->ring, &cell, row->label, &plain);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&plain), ret_label)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	return e;
}
