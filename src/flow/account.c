#include "flow/account.h"

#include <string.h>

#include "domain/ways.h"

static struct cell
account_cell(const char *column, const struct id *id)
{
	return (struct cell){"accounts", column, flow_id_bytes(id)};
}

static struct cell
contact_cell(const struct id *id)
{
	return (struct cell){"contacts", "address", flow_id_bytes(id)};
}

static enum err
seal(const struct flow *f, const struct cell *cell, struct str plain,
    struct arena *arena, struct str *ret_sealed)
{
	struct buf sealed;
	enum err e;

	if (plain.n == 0) {
		*ret_sealed = STR("");
		return ERR_NONE;
	}
	buf_init(&sealed, plain.n + KEYRING_SEAL_EXTRA);
	e = keyring_seal(f->ring, &f->rng, cell, plain, &sealed);
	if (e == ERR_NONE &&
	    !arena_str(arena, buf_view(&sealed), ret_sealed)) {
		e = ERR_NOMEM;
	}
	buf_done(&sealed);
	return e;
}

static enum err
unseal(const struct flow *f, const struct cell *cell, struct str sealed,
    struct arena *arena, struct str *ret_plain)
{
	struct buf plain;
	enum err e;

	if (sealed.n == 0) {
		*ret_plain = STR("");
		return ERR_NONE;
	}
	buf_init(&plain, ACCOUNT_CELL_MAX);
	e = keyring_unseal(f->ring, cell, sealed, &plain);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&plain), ret_plain)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	return e;
}

enum err
account_seal(const struct flow *f, const char *column, const struct id *id,
    struct str plain, struct arena *arena, struct str *ret_sealed)
{
	struct cell cell = account_cell(column, id);

	return plain.n > ACCOUNT_CELL_MAX ? ERR_LIMIT
	    : seal(f, &cell, plain, arena, ret_sealed);
}

enum err
account_unseal(const struct flow *f, const char *column, const struct id *id,
    struct str sealed, struct arena *arena, struct str *ret_plain)
{
	struct cell cell = account_cell(column, id);

	return unseal(f, &cell, sealed, arena, ret_plain);
}

/* The first channel that a contact serves. */
static enum channel
first_channel(enum contact_kind kind)
{
	return kind == CONTACT_EMAIL ? CHANNEL_EMAIL : CHANNEL_SMS;
}

static enum err
open_contact(const struct flow *f, const struct contact_row *row,
    struct arena *arena, struct account_contact *ret_contact)
{
	struct cell cell = contact_cell(&row->id);
	struct str address;
	enum err e = unseal(f, &cell, row->address, arena, &address);

	*ret_contact = (struct account_contact){
		.id = row->id,
		.kind = row->kind,
		.uses = row->uses,
		.registered = row->registered_at.v != 0,
		.verified = row->verified_at.v != 0,
		.created_at = row->created_at,
	};
	memcpy(ret_contact->lookup, row->lookup, LOOKUP_BYTES);
	if (e == ERR_NONE && !recipient_parse(first_channel(row->kind),
	    address, &ret_contact->to)) {
		e = ERR_CRYPTO;
	}
	return e;
}

static enum err
open_row(struct tx *tx, const struct flow *f, struct account *a,
    struct arena *arena)
{
	struct contact_row rows[ACCOUNT_CONTACTS_MAX];
	enum err e;

	a->n = 0;
	if (a->row.status != ACCOUNT_ACTIVE) {
		return ERR_MISSING;
	}
	e = account_unseal(f, "name", &a->row.id, a->row.name, arena,
	    &a->name);
	if (e == ERR_NONE) {
		e = contact_row_list(tx, &a->row.id, ACCOUNT_CONTACTS_MAX,
		    arena, rows, &a->n);
	}
	for (unsigned i = 0; e == ERR_NONE && i < a->n; i++) {
		e = open_contact(f, &rows[i], arena, &a->contacts[i]);
	}
	return e;
}

enum err
account_open(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *id, struct arena *arena, struct account *ret_account)
{
	enum err e = account_row_get(tx, tenant, id, arena,
	    &ret_account->row);

	return e == ERR_NONE ? open_row(tx, f, ret_account, arena) : e;
}

enum err
account_look(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *id, struct arena *arena, struct account *ret_account)
{
	enum err e = account_row_look(tx, tenant, id, arena,
	    &ret_account->row);

	return e == ERR_NONE ? open_row(tx, f, ret_account, arena) : e;
}

enum err
account_subject(const struct flow *f, const struct id *tenant,
    const struct id *account, const char *what,
    uint8_t ret_subject[static SUBJECT_BYTES])
{
	return keyring_index(f->ring, what, flow_id_bytes(tenant),
	    flow_id_bytes(account), ret_subject);
}

enum err
account_external(const struct flow *f, const struct id *tenant,
    struct str text, uint8_t ret_lookup[static LOOKUP_BYTES])
{
	return keyring_index(f->ring, "external", flow_id_bytes(tenant),
	    text, ret_lookup);
}

/* People type "+44 20 7946 0958"; E.164 has no blanks. */
static bool
phone_typed(struct str s, struct recipient *ret_to)
{
	char digits[E164_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ' ' || c == '-' || c == '(' || c == ')') {
			continue;
		}
		if (n == E164_MAX) {
			return false;
		}
		digits[n++] = c;
	}
	return recipient_parse(CHANNEL_SMS, (struct str){digits, n}, ret_to);
}

enum err
account_identifier_make(const struct flow *f, const struct id *tenant,
    struct str text, struct account_identifier *ret_identifier)
{
	struct account_identifier *who = ret_identifier;
	struct recipient to;
	enum err e;

	*who = (struct account_identifier){.text = str_trim(text)};
	e = account_external(f, tenant, who->text, who->external);
	memcpy(who->key, who->external, LOOKUP_BYTES);
	if (e == ERR_NONE &&
	    recipient_parse(CHANNEL_EMAIL, who->text, &to)) {
		who->is_email = true;
		e = recipient_subject(f, tenant, &to, who->email);
		memcpy(who->key, who->email, LOOKUP_BYTES);
	} else if (e == ERR_NONE && phone_typed(who->text, &to)) {
		who->is_phone = true;
		e = recipient_subject(f, tenant, &to, who->phone);
		memcpy(who->key, who->phone, LOOKUP_BYTES);
	}
	explicit_bzero(&to, sizeof(to));
	return e;
}

/* A number that a family shares names nobody. */
static enum err
find_phone(struct tx *tx, const struct id *tenant,
    const struct account_identifier *who, struct arena *arena,
    struct id *ret_id)
{
	struct contact_row rows[2];
	unsigned n = 0;
	enum err e = contact_row_find(tx, tenant, who->phone, 2, arena, rows,
	    &n);

	if (e != ERR_NONE) {
		return e;
	}
	if (n != 1) {
		return ERR_MISSING;
	}
	*ret_id = rows[0].account;
	return ERR_NONE;
}

enum err
account_find(struct tx *tx, const struct id *tenant,
    const struct account_identifier *who, struct arena *arena,
    struct id *ret_id, bool *ret_found)
{
	enum err e = account_name_get(tx, tenant, NAME_EXTERNAL,
	    who->external, ret_id);

	if (e == ERR_MISSING && who->is_email) {
		e = account_name_get(tx, tenant, NAME_EMAIL, who->email,
		    ret_id);
	} else if (e == ERR_MISSING && who->is_phone) {
		e = find_phone(tx, tenant, who, arena, ret_id);
	}
	if (e != ERR_NONE && e != ERR_MISSING) {
		return e;
	}
	*ret_found = e == ERR_NONE;
	return ERR_NONE;
}

bool
account_can(const struct flow *f, const struct account_contact *c,
    enum channel channel)
{
	struct recipient to = c->to;

	to.channel = channel;
	return c->registered && (c->uses & f->channels & 1U << channel) != 0 &&
	    recipient_rule(f, &to) == NUMBER_ALLOWED;
}

/* Of several, one that has given a code back, and then the newest. */
static bool
pick(const struct flow *f, const struct account *a, enum channel channel,
    struct account_way *ret_way)
{
	const struct account_contact *best = NULL;

	for (unsigned i = 0; i < a->n; i++) {
		const struct account_contact *c = &a->contacts[i];

		if (account_can(f, c, channel) &&
		    (best == NULL || c->verified || !best->verified)) {
			best = c;
		}
	}
	if (best == NULL) {
		return false;
	}
	ret_way->contact = best->id;
	ret_way->to = best->to;
	ret_way->to.channel = channel;
	return true;
}

bool
account_pick(const struct flow *f, const struct account *a,
    const enum channel *wanted, struct account_way *ret_way)
{
	static const enum channel order[] = {
		CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_VOICE,
	};
	enum channel c;

	if (wanted != NULL) {
		return pick(f, a, *wanted, ret_way);
	}
	for (unsigned i = 0; ways_at(a->row.channel, i, &c); i++) {
		if (pick(f, a, c, ret_way)) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (pick(f, a, order[i], ret_way)) {
			return true;
		}
	}
	return false;
}

int64_t
account_ways_left(const struct account *a, uint32_t contacts)
{
	uint32_t uses = UINT32_C(1) << CHANNEL_TOTP;
	int64_t ways = a->row.channel;

	for (unsigned i = 0; i < a->n; i++) {
		uses |= (contacts >> i & 1) != 0 ? a->contacts[i].uses : 0;
	}
	for (int c = 0; c < CHANNEL_COUNT; c++) {
		if ((uses & UINT32_C(1) << c) == 0) {
			ways = ways_without(ways, (enum channel)c);
		}
	}
	return ways;
}

const struct account_contact *
account_contact(const struct account *a, const struct id *id)
{
	for (unsigned i = 0; i < a->n; i++) {
		if (id_equal(&a->contacts[i].id, id)) {
			return &a->contacts[i];
		}
	}
	return NULL;
}

enum err
account_contact_row(const struct flow *f, const struct account_row *account,
    const struct recipient *to, unix_ms now, struct arena *arena,
    struct contact_row *ret_row)
{
	enum contact_kind kind = to->channel == CHANNEL_EMAIL
	    ? CONTACT_EMAIL : CONTACT_PHONE;
	struct contact_row row = {
		.tenant = account->tenant,
		.account = account->id,
		.kind = kind,
		.uses = contact_uses(kind),
		.created_at = now,
	};
	struct cell cell;
	enum err e = id_new(&f->rng, now, &row.id);

	if (e == ERR_NONE) {
		e = recipient_subject(f, &account->tenant, to, row.lookup);
	}
	cell = contact_cell(&row.id);
	if (e == ERR_NONE) {
		e = seal(f, &cell, recipient_str(to), arena, &row.address);
	}
	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}
