#include "flow/factor.h"

#include <assert.h>
#include <string.h>

#include "base/secret.h"
#include "otp/code_input.h"

struct cell
factor_cell(const char *column, const struct id *id)
{
	return (struct cell){"authenticators", column, flow_id_bytes(id)};
}

static void
wipe(struct buf *b)
{
	buf_done(b);
}

/* The seed into a buf that wipes itself; sealed for this row alone (S62). */
static enum err
open_secret(const struct flow *f, const struct authenticator_row *row,
    struct buf *out)
{
	struct cell cell = factor_cell("secret", &row->id);

	return keyring_unseal(f->ring, &cell, row->secret, out);
}

static enum err
judge_totp(const struct hotp *h, struct authenticator_row *row,
    struct str code, unix_ms now, enum factor_verdict *ret_verdict)
{
	static const enum factor_verdict verdicts[] = {
		[TOTP_RIGHT] = FACTOR_RIGHT,
		[TOTP_REPLAYED] = FACTOR_REPLAYED,
		[TOTP_WRONG] = FACTOR_WRONG,
	};
	struct totp t = {.hotp = *h, .period_s = (unsigned)row->period_s};
	enum totp_verdict verdict;
	int64_t step;
	enum err e = totp_check(&t, code, now, TOTP_WINDOW, (int)row->drift,
	    row->moved, &verdict, &step);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_verdict = verdicts[verdict];
	if (verdict == TOTP_RIGHT) {
		row->moved = step;
		row->drift = totp_drift(&t, now, step);
	}
	return ERR_NONE;
}

/*
 * A code from further ahead than S64 allows is not accepted; but where it was
 * is kept, and when the next one of the token follows, the token is found
 * again (RFC 4226 section 7.4).  The first of the two is never accepted.
 */
static enum err
look_far(const struct hotp *h, struct authenticator_row *row, struct str code,
    bool *ret_found, uint64_t *ret_counter)
{
	uint64_t from = (uint64_t)row->moved + HOTP_AHEAD + 1;
	uint64_t at = 0;
	bool found = false;
	enum err e = hotp_check(h, code, from, HOTP_RESYNC - HOTP_AHEAD - 1,
	    &found, &at);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_found = found && row->found > 0 && at == (uint64_t)row->found;
	*ret_counter = at;
	row->found = found ? (int64_t)at + 1 : 0;
	return ERR_NONE;
}

static enum err
judge_hotp(const struct hotp *h, struct authenticator_row *row,
    struct str code, enum factor_verdict *ret_verdict)
{
	uint64_t at = 0, old = 0;
	bool found = false, replayed = false;
	enum err e = hotp_check(h, code, (uint64_t)row->moved, HOTP_AHEAD,
	    &found, &at);

	if (e == ERR_NONE && !found) {
		e = look_far(h, row, code, &found, &at);
	}
	if (e == ERR_NONE && !found && row->moved > 0) {
		e = hotp_check(h, code, (uint64_t)row->moved - 1, 0,
		    &replayed, &old);
	}
	if (e != ERR_NONE) {
		return e;
	}
	*ret_verdict = found ? FACTOR_RIGHT
	    : replayed ? FACTOR_REPLAYED : FACTOR_WRONG;
	if (found) {
		row->moved = (int64_t)at + 1;
		row->found = 0;
	}
	return ERR_NONE;
}

enum err
factor_judge(const struct flow *f, struct authenticator_row *row,
    struct str code, unix_ms now, enum factor_verdict *ret_verdict,
    bool *ret_changed)
{
	struct buf CLEANUP(wipe) secret = {0};
	const int64_t found = row->found;
	struct hotp h = {
		.hash = (enum hmac_hash)row->hash,
		.digits = (unsigned)row->digits,
	};
	enum err e;

	buf_init(&secret, SECRET_MAX);
	e = open_secret(f, row, &secret);
	if (e != ERR_NONE) {
		return e;
	}
	h.secret = buf_view(&secret);
	e = row->kind == AUTHENTICATOR_TOTP
	    ? judge_totp(&h, row, code, now, ret_verdict)
	    : judge_hotp(&h, row, code, ret_verdict);
	if (e == ERR_NONE) {
		*ret_changed = *ret_verdict == FACTOR_RIGHT ||
		    row->found != found;
	}
	return e;
}

/* One of several: what is right stays right, a replay beats a wrong one. */
static enum err
try_one(struct tx *tx, struct factor_try *t, struct authenticator_row *row)
{
	enum factor_verdict verdict = FACTOR_WRONG;
	bool changed = false;
	enum err e = factor_judge(t->flow, row, t->code, t->now, &verdict,
	    &changed);

	if (e != ERR_NONE) {
		return e;
	}
	if (verdict == FACTOR_RIGHT) {
		row->used_at = t->now;
		t->authenticator = row->id;
	}
	if (verdict < t->verdict) {
		t->verdict = verdict;
	}
	return changed ? authenticator_row_update(tx, row) : ERR_NONE;
}

enum err
factor_authenticators(struct tx *tx, struct factor_try *t)
{
	struct authenticator_row rows[AUTHENTICATORS_MAX];
	unsigned n = 0;
	enum err e = authenticator_row_list(tx, t->account,
	    AUTHENTICATORS_MAX, t->arena, rows, &n);

	t->verdict = FACTOR_WRONG;
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		/* S60; and one code burns one step of one authenticator. */
		if (rows[i].confirmed_at.v != 0 &&
		    (size_t)rows[i].digits == t->code.n &&
		    t->verdict != FACTOR_RIGHT) {
			e = try_one(tx, t, &rows[i]);
		}
	}
	return e;
}

bool
factor_digits(struct str typed, char ret_code[static HOTP_CODE_SIZE])
{
	char code[CODE_SIZE];

	for (unsigned n = HOTP_DIGITS_MIN; n <= HOTP_DIGITS_MAX; n++) {
		if (code_input_read(typed, n, code) == CODE_INPUT_OK) {
			memcpy(ret_code, code, n + 1);
			explicit_bzero(code, sizeof(code));
			return true;
		}
	}
	return false;
}

enum err
factor_list(struct tx *tx, const struct flow *f, const struct id *account,
    struct arena *arena, struct factor_set *ret_set)
{
	struct factor_set set = {0};
	unix_ms dead = unix_ms_sub(flow_now(f), AUTHENTICATOR_CONFIRM);
	struct recovery_row recovery;
	unsigned n = 0;
	enum err e = authenticator_row_list(tx, account, AUTHENTICATORS_MAX,
	    arena, set.row, &n);

	if (e == ERR_NONE) {
		e = recovery_row_get(tx, account, &recovery);
	}
	if (e != ERR_NONE) {
		return e;
	}
	for (unsigned i = 0; i < n; i++) {
		if (set.row[i].confirmed_at.v == 0 &&
		    set.row[i].created_at.v <= dead.v) {
			continue;
		}
		set.totp = set.totp || set.row[i].confirmed_at.v != 0;
		set.row[set.n++] = set.row[i];
	}
	for (unsigned i = 0; recovery.version > 0 && i < RECOVERY_COUNT; i++) {
		set.recovery_left += (recovery.used >> i & 1) == 0;
	}
	*ret_set = set;
	return ERR_NONE;
}

enum err
factor_label(const struct flow *f, const struct authenticator_row *row,
    struct arena *arena, struct str *ret_label)
{
	struct cell cell = factor_cell("label", &row->id);
	struct buf plain;
	enum err e;

	buf_init(&plain, AUTHENTICATOR_LABEL_MAX);
	e = keyring_unseal(f->ring, &cell, row->label, &plain);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&plain), ret_label)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	return e;
}

enum err
factor_erase(struct tx *tx, const struct id *account)
{
	enum err e = authenticator_row_delete_all(tx, account);

	return e == ERR_NONE ? recovery_row_delete(tx, account) : e;
}
