#include "base/id.h"

#include <assert.h>
#include <string.h>

#include "base/encode.h"

enum { TIME_BYTES = 6, SYMBOLS = (ID_BYTES * 8 + 4) / 5 };

static const struct str prefixes[ID_TYPE_COUNT] = {
	[ID_CHALLENGE] = STR_INIT("chl_"),
	[ID_TENANT] = STR_INIT("ten_"),
	[ID_API_KEY] = STR_INIT("key_"),
	[ID_MESSAGE] = STR_INIT("msg_"),
	[ID_EVENT] = STR_INIT("evt_"),
	[ID_RECEIPT] = STR_INIT("rct_"),
	[ID_REQUEST] = STR_INIT("req_"),
	[ID_ACCOUNT] = STR_INIT("acc_"),
	[ID_SHIPMENT] = STR_INIT("shp_"),
	[ID_DECISION] = STR_INIT("dcn_"),
	[ID_VISIT] = STR_INIT("vis_"),
	[ID_AGENT] = STR_INIT("agt_"),
	[ID_AGENT_DEVICE] = STR_INIT("agd_"),
	[ID_DELEGATE] = STR_INIT("dlg_"),
	[ID_OVERRIDE] = STR_INIT("ovr_"),
	[ID_CASE] = STR_INIT("cas_"),
	[ID_CONTACT] = STR_INIT("con_"),
	[ID_SESSION] = STR_INIT("ses_"),
	[ID_DEVICE] = STR_INIT("dev_"),
	[ID_SIGN_IN] = STR_INIT("sgn_"),
	[ID_RESET] = STR_INIT("rst_"),
	[ID_SIGN_UP] = STR_INIT("sup_"),
	[ID_AUTHENTICATOR] = STR_INIT("aut_"),
};

static void
put_time(struct id *id, unix_ms t)
{
	for (int i = 0; i < TIME_BYTES; i++) {
		id->b[i] = (uint8_t)((uint64_t)t.v >> (8 * (TIME_BYTES - 1 - i)));
	}
}

enum err
id_new(const struct rng *rng, unix_ms now, struct id *ret_id)
{
	struct id id;
	enum err e = rng_fill(rng, id.b + TIME_BYTES, ID_BYTES - TIME_BYTES);

	if (e != ERR_NONE) {
		return e;
	}
	put_time(&id, now);
	*ret_id = id;
	return ERR_NONE;
}

void
id_print(enum id_type type, const struct id *id, struct buf *out)
{
	assert(type < ID_TYPE_COUNT);
	buf_str(out, prefixes[type]);
	crockford_encode(out, id->b, ID_BYTES);
}

void
id_text(enum id_type type, const struct id *id, char dst[static ID_TEXT_MAX])
{
	static const char symbols[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint32_t acc = 0;
	unsigned have = 0;
	char *p = dst;

	assert(type < ID_TYPE_COUNT);
	memcpy(p, prefixes[type].p, prefixes[type].n);
	p += prefixes[type].n;
	for (size_t i = 0; i < ID_BYTES; i++) {
		acc = acc << 8 | id->b[i];
		have += 8;
		while (have >= 5) {
			have -= 5;
			*p++ = symbols[acc >> have & 31];
		}
	}
	if (have > 0) {
		*p++ = symbols[acc << (5 - have) & 31];
	}
	*p = '\0';
}

enum err
id_parse(enum id_type type, struct str s, struct id *ret_id)
{
	struct str prefix;
	char text[ID_TEXT_MAX];
	struct id id;
	size_t n;

	assert(type < ID_TYPE_COUNT);
	prefix = prefixes[type];
	if (s.n != prefix.n + SYMBOLS || !str_starts(s, prefix) ||
	    crockford_decode(str_slice(s, prefix.n, s.n), id.b, ID_BYTES, &n)
	    != ERR_NONE || n != ID_BYTES) {
		return ERR_SYNTAX;
	}
	id_text(type, &id, text);
	if (!str_equal(s, str_of(text))) {
		return ERR_SYNTAX;
	}
	*ret_id = id;
	return ERR_NONE;
}

unix_ms
id_time(const struct id *id)
{
	int64_t t = 0;

	for (int i = 0; i < TIME_BYTES; i++) {
		t = t << 8 | id->b[i];
	}
	return (unix_ms){t};
}

struct id
id_floor(unix_ms t)
{
	struct id id = {0};

	put_time(&id, t);
	return id;
}

bool
id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_BYTES) == 0;
}
