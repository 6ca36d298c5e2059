/*
 * /v1/agent/pair and /v1/agent/sign_in: a device gets its key known, and
 * proves by it who it is.
 */
#include <string.h>

#include "api/agent_call.h"
#include "base/encode.h"
#include "flow/agent.h"

enum { ANSWER_MAX = 16384, COORDINATE = 32 };

struct pair_call {
	struct call call;
	struct pair pair;
};

struct sign_in_call {
	struct call call;
	struct agent_sign_in sign_in;
};

static bool
read_bytes(struct jsonr_object *o, const char *name, size_t n, uint8_t *dst)
{
	struct str text;
	size_t got;

	if (!jsonr_str(o, name, JSONR_REQUIRED, 0, 128, &text)) {
		return false;
	}
	if (base64url_decode(text, dst, n, &got) != ERR_NONE || got != n) {
		jsonr_flaw(o, name, "is not base64url of the right length");
		return false;
	}
	return true;
}

/* A public key as WebCrypto exports it (RFC 7517). */
static void
read_key(struct jsonr_object *o, struct pair *p)
{
	struct jsonr_object jwk;
	struct str type, curve, ignored;

	if (!jsonr_object(o, "device_key", JSONR_REQUIRED, &jwk)) {
		return;
	}
	type = curve = STR("");
	(void)jsonr_str(&jwk, "kty", JSONR_REQUIRED, 1, 8, &type);
	(void)jsonr_str(&jwk, "crv", JSONR_REQUIRED, 1, 16, &curve);
	(void)jsonr_any(&jwk, "key_ops", 0, 64, &ignored);
	(void)jsonr_any(&jwk, "ext", 0, 8, &ignored);
	(void)jsonr_str(&jwk, "alg", 0, 1, 16, &ignored);
	if (str_equal(type, STR("EC")) && str_equal(curve, STR("P-256"))) {
		p->key_type = DEVICE_KEY_P256;
		p->key[0] = 4;
		p->key_n = 1 + 2 * COORDINATE;
		(void)read_bytes(&jwk, "x", COORDINATE, p->key + 1);
		(void)read_bytes(&jwk, "y", COORDINATE,
		    p->key + 1 + COORDINATE);
	} else if (str_equal(type, STR("OKP")) &&
	    str_equal(curve, STR("Ed25519"))) {
		p->key_type = DEVICE_KEY_ED25519;
		p->key_n = COORDINATE;
		(void)read_bytes(&jwk, "x", COORDINATE, p->key);
	} else {
		jsonr_flaw(&jwk, "crv", "must be P-256 or Ed25519");
	}
	jsonr_close(&jwk);
}

struct signed_in {
	const struct id *tenant, *device;
	const struct agent_row *agent;
	struct str name;
	unix_ms now;
};

static void
answer_token(struct call *c, int status, const struct signed_in *s)
{
	char token[AGENT_TOKEN_MAX];
	enum err e = agent_token_make(c->api->flow, s->tenant, s->device,
	    s->now, token);
	struct buf body;
	struct jsonw w;

	if (e != ERR_NONE) {
		call_failed(c, e);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "device", ID_AGENT_DEVICE, s->device);
	jsonw_key(&w, "agent");
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_AGENT, &s->agent->id);
	jsonw_member_str(&w, "name", s->name);
	jsonw_object_end(&w);
	jsonw_member_z(&w, "token", token);
	jsonw_member_time(&w, "expires_at",
	    unix_ms_add(s->now, AGENT_TOKEN_LIFE));
	jsonw_object_end(&w);
	explicit_bzero(token, sizeof(token));
	call_json(c, status, &body);
}

static void
answer_no_pair(struct call *c)
{
	call_problem(c, PROBLEM_FORBIDDEN, "This pairing code does not work, "
	    "or no longer: ask for a new one.");
}

static void
pair_done(struct call *call)
{
	struct pair_call *c = (struct pair_call *)(void *)call;
	const struct pair *p = &c->pair;
	const struct signed_in s = {
		.tenant = &p->device.tenant, .device = &p->device.id,
		.agent = &p->agent, .name = p->name, .now = p->now,
	};

	if (p->verdict != PAIR_DONE) {
		answer_no_pair(call);
		return;
	}
	answer_token(call, 201, &s);
}

void
api_agent_pair(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct pair_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL) {
		return;
	}
	c->pair.flow = c->call.api->flow;
	c->pair.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "pairing_code", JSONR_REQUIRED, 1, 64,
		    &c->pair.code);
		read_key(&root, &c->pair);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = pair_prepare(&c->pair);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else if (c->pair.verdict != PAIR_DONE) {
		answer_no_pair(&c->call);
	} else {
		call_submit(&c->call, STORE_CREATE, pair_run, &c->pair,
		    pair_done);
	}
}

/* Without a signature: what is to be signed.  Any device gets one. */
static void
answer_nonce(struct sign_in_call *c)
{
	const struct flow *f = c->call.api->flow;
	unix_ms now = flow_now(f);
	char nonce[AGENT_NONCE_MAX];
	enum err e = agent_nonce(f, &c->sign_in.device, now, nonce);
	struct buf body;
	struct jsonw w;

	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "device", ID_AGENT_DEVICE, &c->sign_in.device);
	jsonw_member_z(&w, "nonce", nonce);
	jsonw_member_time(&w, "expires_at",
	    unix_ms_add(now, AGENT_NONCE_LIFE));
	jsonw_object_end(&w);
	call_json(&c->call, 200, &body);
}

static void
sign_in_done(struct call *call)
{
	struct sign_in_call *c = (struct sign_in_call *)(void *)call;
	const struct agent_sign_in *a = &c->sign_in;
	const struct signed_in s = {
		.tenant = &a->tenant, .device = &a->device,
		.agent = &a->agent, .name = a->name, .now = a->now,
	};

	if (a->refused) {
		agent_call_refused(call);
		return;
	}
	answer_token(call, 200, &s);
}

void
api_agent_sign_in(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct sign_in_call *c = call_begin(x, sizeof(*c));
	struct str device;

	if (c == NULL) {
		return;
	}
	c->sign_in.flow = c->call.api->flow;
	c->sign_in.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "device", JSONR_REQUIRED, 0,
		    ID_TEXT_MAX, &device) && id_parse(ID_AGENT_DEVICE,
		    device, &c->sign_in.device) != ERR_NONE) {
			jsonr_flaw(&root, "device", "is not an identifier");
		}
		if (jsonr_str(&root, "nonce", 0, 1, AGENT_NONCE_MAX,
		    &c->sign_in.nonce)) {
			(void)read_bytes(&root, "signature", 64,
			    c->sign_in.signature);
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (c->sign_in.nonce.n == 0) {
		answer_nonce(c);
	} else {
		call_submit(&c->call, STORE_CHECK, agent_sign_in_run,
		    &c->sign_in, sign_in_done);
	}
}
