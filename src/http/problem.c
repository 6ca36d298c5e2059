#include "http/problem.h"

#include <assert.h>

#include "base/buf.h"
#include "http/rate.h"

enum { BODY_MAX = 32 * 1024 };

static const struct {
	const char *code;
	int status;
	const char *title;
} problems[PROBLEM_COUNT] = {
#define PROBLEM(name, code, status, title) \
	[PROBLEM_##name] = {#code, status, title},
#include "http/problems.def"
#undef PROBLEM
};

const char *
problem_code(enum problem p)
{
	assert(p < PROBLEM_COUNT);
	return problems[p].code;
}

int
problem_status(enum problem p)
{
	assert(p < PROBLEM_COUNT);
	return problems[p].status;
}

const char *
problem_title(enum problem p)
{
	assert(p < PROBLEM_COUNT);
	return problems[p].title;
}

void
problem_errors(struct jsonw *w, const struct jsonr_flaws *flaws)
{
	jsonw_key(w, "errors");
	jsonw_array(w);
	for (size_t i = 0; i < flaws->n; i++) {
		jsonw_object(w);
		jsonw_member_str(w, "field", flaws->v[i].field);
		jsonw_member_str(w, "reason", flaws->v[i].reason);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void
reply(struct http_exchange *x, enum problem p, const char *detail,
    const struct jsonr_flaws *flaws)
{
	struct buf CLEANUP(buf_done) body = {0};
	struct buf CLEANUP(buf_done) type = {0};
	struct jsonw w;

	buf_init(&body, BODY_MAX);
	buf_init(&type, 64);
	buf_z(&type, "/problems/");
	buf_z(&type, problem_code(p));
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_str(&w, "type", buf_view(&type));
	jsonw_member_z(&w, "title", problem_title(p));
	jsonw_member_i64(&w, "status", problem_status(p));
	if (detail != NULL) {
		jsonw_member_z(&w, "detail", detail);
	}
	jsonw_member_z(&w, "code", problem_code(p));
	jsonw_member_id(&w, "request_id", ID_REQUEST, http_request_id(x));
	if (flaws != NULL) {
		problem_errors(&w, flaws);
	}
	jsonw_object_end(&w);
	/* Too long to be told: the fields are then told by their status. */
	http_reply(x, problem_status(p), "application/problem+json",
	    buf_err(&body) == ERR_NONE ? buf_view(&body) : STR("{}"));
}

void
problem_reply(struct http_exchange *x, enum problem p, const char *detail)
{
	reply(x, p, detail, NULL);
}

void
problem_reply_after(struct http_exchange *x, enum problem p,
    const char *detail, duration_ms wait)
{
	http_add_retry_after(x, wait);
	reply(x, p, detail, NULL);
}

void
problem_reply_flaws(struct http_exchange *x, enum problem p,
    const struct jsonr_flaws *flaws)
{
	reply(x, p, NULL, flaws);
}

void
problem_reply_flaw(struct http_exchange *x, const char *field,
    const char *reason)
{
	const struct jsonr_flaws one = {
		.n = 1, .v = {{str_of(field), str_of(reason)}},
	};

	reply(x, PROBLEM_INVALID_REQUEST, NULL, &one);
}
