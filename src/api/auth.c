#include "api/auth.h"

#include <string.h>

#include "domain/scope.h"

enum { COOKIE_MAX = 256, HOST_MAX = 255 };

static const struct str bearer = STR_INIT("Bearer ");

/* RFC 9110 section 11.6.1: with a challenge, also where a cookie is meant. */
static void
refuse(struct call *c, const char *detail)
{
	http_add_header(c->x, "WWW-Authenticate",
	    STR("Bearer realm=\"watchword\""));
	call_problem(c, PROBLEM_UNAUTHORIZED, detail);
}

static void
refuse_key(struct call *c)
{
	refuse(c, "Send an API key: Authorization: Bearer wwk_…");
}

/*
 * An API key from the Authorization header.  The answer to no key, a
 * malformed, an unknown and a revoked one is the same.
 */
static bool
by_key(struct call *c, struct str value, uint32_t scope)
{
	struct str key;
	uint32_t scopes = 0;
	enum err e = ERR_MISSING;

	if (str_starts(value, bearer)) {
		key = str_slice(value, bearer.n, value.n);
		e = directory_key(c->directory, key, &scopes, &c->tenant);
	}
	if (e != ERR_NONE && e != ERR_MISSING) {
		call_failed(c, e);
		return false;
	}
	if (e == ERR_MISSING) {
		refuse_key(c);
		return false;
	}
	if ((scopes & scope) != scope) {
		call_problem(c, PROBLEM_FORBIDDEN,
		    "This API key does not have the scope for that.");
		return false;
	}
	c->caller = CALLER_KEY;
	c->scopes = scopes;
	return true;
}

bool
auth_again(struct call *c)
{
	struct directory_copy *copy = directory_hold(c->api->directory);
	uint32_t scope = http_route(c->x)->scope, scopes = 0;
	const struct tenant *tenant;
	struct str value;

	if (!http_header(c->x, "Authorization", &value) ||
	    !str_starts(value, bearer) ||
	    directory_key(copy, str_slice(value, bearer.n, value.n), &scopes,
	    &tenant) != ERR_NONE || (scopes & scope) != scope) {
		directory_drop(copy);
		return false;
	}
	directory_drop(c->directory);
	c->directory = copy;
	c->tenant = tenant;
	return true;
}

static bool
has_mark(struct call *c)
{
	struct str value;

	if (http_header(c->x, "X-Watchword", &value) &&
	    str_equal(value, STR("1"))) {
		return true;
	}
	call_problem(c, PROBLEM_FORBIDDEN, "Send the header X-Watchword: 1.");
	return false;
}

/*
 * The sandbox's start page has no key.  The header is not a simple one, so no
 * page of another origin can send it (S113).
 */
static bool
by_trying(struct call *c)
{
	struct str value;

	if (!c->api->sandbox || !http_header(c->x, "X-Watchword", &value)) {
		call_problem(c, PROBLEM_FORBIDDEN,
		    "Send the header X-Watchword: 1.");
		return false;
	}
	c->tenant = directory_name(c->directory, STR("default"));
	if (c->tenant == NULL) {
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return false;
	}
	return true;
}

struct str
auth_host(const struct call *c)
{
	struct str host;

	return http_header(c->x, "Host", &host) ? host : STR("");
}

static bool
equal_host(struct str a, struct str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* The tenant whose pages this host shows; NULL: none's. */
static const struct tenant *
tenant_of(const struct call *c, struct str host)
{
	struct str rest = str_of(c->api->hosts), part;

	if (str_trim(rest).n == 0) {
		return directory_name(c->directory, STR("default"));
	}
	while (str_split(&rest, ',', &part)) {
		struct str entry = str_trim(part);
		size_t equals = str_find(entry, '=');

		if (equals < entry.n && equal_host(host,
		    str_trim(str_slice(entry, 0, equals)))) {
			return directory_name(c->directory,
			    str_trim(str_slice(entry, equals + 1, entry.n)));
		}
	}
	return NULL;
}

/* "https://shop.example" is of "shop.example"; null and others are not. */
static bool
is_origin(struct str origin, struct str host)
{
	static const struct str schemes[] = {
		STR_INIT("https://"), STR_INIT("http://"),
	};

	for (size_t i = 0; i < 2; i++) {
		if (str_starts(origin, schemes[i])) {
			return equal_host(str_slice(origin, schemes[i].n,
			    origin.n), host);
		}
	}
	return false;
}

/* S113: a change comes from a page of this host. */
static bool
is_own_page(struct call *c, struct str host)
{
	struct str value;
	bool own = true;

	if (http_header(c->x, "Origin", &value)) {
		own = is_origin(value, host);
	}
	if (own && http_header(c->x, "Sec-Fetch-Site", &value)) {
		own = str_equal(value, STR("same-origin")) ||
		    str_equal(value, STR("none"));
	}
	if (!own) {
		call_problem(c, PROBLEM_FORBIDDEN,
		    "This request comes from a page of another origin.");
	}
	return own;
}

static bool
reads_only(const struct call *c)
{
	enum http_method m = http_method(c->x);

	return m == HTTP_GET || m == HTTP_HEAD;
}

static void
refuse_session(struct call *c)
{
	refuse(c, "Sign in first.");
}

static bool
by_browser(struct call *c, const struct http_route *route)
{
	struct str token, host = auth_host(c);

	c->tenant = tenant_of(c, host);
	if (c->tenant == NULL || host.n == 0 || host.n > HOST_MAX) {
		call_problem(c, PROBLEM_FORBIDDEN,
		    "This host is not one of this installation's.");
		return false;
	}
	if (!reads_only(c) && (!has_mark(c) || !is_own_page(c, host))) {
		return false;
	}
	c->caller = CALLER_BROWSER;
	if (http_cookie(c->x, COOKIE_SESSION, &token)) {
		enum err e = token_read(token, TOKEN_SESSION, c->key.hash);

		if (e != ERR_NONE && e != ERR_SYNTAX) {
			call_failed(c, e);
			return false;
		}
		c->key.host = host;
		c->caller = e == ERR_NONE ? CALLER_SESSION : CALLER_BROWSER;
	}
	if (c->caller != CALLER_SESSION && (route->flags & API_PUBLIC) == 0) {
		refuse_session(c);
		return false;
	}
	return true;
}

/* What only a browser sends, where there is no key. */
static bool
looks_like_browser(const struct call *c)
{
	struct str value;

	return http_cookie(c->x, COOKIE_SESSION, &value) ||
	    http_header(c->x, "X-Watchword", &value);
}

bool
auth_call(struct call *c, const struct http_route *route)
{
	const uint32_t browsers = API_SESSION | API_PUBLIC | API_OPERATOR;
	struct str value;

	if ((route->flags & API_TRY) != 0) {
		return by_trying(c);
	}
	if (http_header(c->x, "Authorization", &value) && route->scope != 0) {
		return by_key(c, value, route->scope);
	}
	if ((route->flags & API_PUBLIC) != 0 ||
	    ((route->flags & browsers) != 0 && looks_like_browser(c))) {
		return by_browser(c, route);
	}
	if (route->scope != 0) {
		refuse_key(c);
		return false;
	}
	return true;
}

bool
auth_looks(const struct call *c)
{
	return c->caller == CALLER_SESSION || (c->caller == CALLER_KEY &&
	    c->account != NULL && (c->scopes & SCOPE_ADMIN) == 0);
}

/* Who could change an operator's contacts could sign in as he (S115). */
static enum err
look_at_account(struct tx *tx, struct call *c)
{
	struct account_row row;
	enum err e = account_row_look(tx, &c->tenant->id, c->account,
	    c->arena, &row);

	if (e == ERR_NONE && row.kind == ACCOUNT_OPERATOR) {
		c->gate = GATE_ADMIN;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

/* What a session may reach, by the flags of the route. */
static enum gate
gate_of(struct call *c, uint32_t flags)
{
	c->is_operator = (flags & API_OPERATOR) != 0 && c->signed_in &&
	    session_is_operator(&c->session);
	if (!c->signed_in) {
		return (flags & API_PUBLIC) != 0 ? GATE_OPEN
		    : GATE_SIGNED_OUT;
	}
	if ((flags & API_PROVED) != 0 &&
	    !session_proved_lately(&c->session, flow_now(c->api->flow))) {
		return GATE_NOT_PROVED;
	}
	if ((flags & (API_OPERATOR | API_SESSION)) == API_OPERATOR) {
		return c->is_operator ? GATE_OPEN : GATE_CUSTOMER;
	}
	if (c->account != NULL && c->is_me) {
		*c->account = c->session.account;
	}
	return c->account != NULL &&
	    !id_equal(c->account, &c->session.account) ? GATE_FOREIGN
	    : GATE_OPEN;
}

/* What somebody did who reaches all of the tenant (S124). */
static enum err
record(struct tx *tx, struct call *c)
{
	const struct http_route *route = http_route(c->x);
	char text[160];
	struct buf did;

	buf_fixed(&did, text, sizeof(text));
	buf_z(&did, http_method_name(route->method));
	buf_char(&did, ' ');
	buf_z(&did, route->pattern);
	return session_acted(tx, c->api->flow, &c->session, buf_view(&did),
	    strstr(route->pattern, "{id}") != NULL ? http_param(c->x, "id")
	    : STR(""));
}

enum err
auth_run(struct tx *tx, void *call)
{
	struct call *c = call;
	enum err e;

	c->gate = GATE_OPEN;
	if (c->caller == CALLER_KEY) {
		e = look_at_account(tx, c);
	} else {
		e = session_find(tx, c->api->flow, c->tenant, &c->key,
		    c->arena, &c->session, &c->signed_in);
		c->gate = gate_of(c, http_route(c->x)->flags);
		if (e == ERR_NONE && c->gate == GATE_OPEN && c->is_operator) {
			e = record(tx, c);
		}
	}
	return e == ERR_NONE && c->gate == GATE_OPEN ? c->run(tx, c->arg) : e;
}

void
auth_refuse(struct call *c)
{
	switch (c->gate) {
	case GATE_NOT_PROVED:
		call_problem(c, PROBLEM_CODE_NEEDED,
		    "Give a code first: an account change that confirms.");
		return;
	case GATE_FOREIGN:
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return;
	case GATE_CUSTOMER:
		call_problem(c, PROBLEM_FORBIDDEN,
		    "This is for operators of the shop.");
		return;
	case GATE_ADMIN:
		call_problem(c, PROBLEM_FORBIDDEN,
		    "An operator's account takes a key with the scope admin.");
		return;
	case GATE_SIGNED_OUT:
	case GATE_OPEN:
	default:
		auth_cookie(c, COOKIE_SESSION, NULL, SECONDS(0));
		refuse_session(c);
		return;
	}
}

bool
auth_is_browser(const struct call *c)
{
	return c->caller == CALLER_SESSION || c->caller == CALLER_BROWSER;
}

const struct session_row *
call_session(const struct call *c)
{
	return c->caller == CALLER_SESSION ? &c->session : NULL;
}

bool
call_account(struct call *c, struct str text, struct id *account)
{
	c->is_me = str_equal(text, STR("me")) && c->caller == CALLER_SESSION;
	c->account = account;
	if (c->is_me || id_parse(ID_ACCOUNT, text, account) == ERR_NONE) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

void
auth_cookie(struct call *c, const char *name, const char *token,
    duration_ms life)
{
	char text[COOKIE_MAX];
	struct buf value;

	buf_fixed(&value, text, sizeof(text));
	buf_z(&value, name);
	buf_char(&value, '=');
	buf_z(&value, token != NULL ? token : "");
	buf_printf(&value, "; Path=/; Max-Age=%lld; Secure; HttpOnly; "
	    "SameSite=Lax", token != NULL ? (long long)(life.v / 1000) : 0LL);
	http_add_header(c->x, "Set-Cookie", buf_view(&value));
	explicit_bzero(text, sizeof(text));
}
