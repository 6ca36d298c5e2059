#include "http/jsonr.h"

#include <assert.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/reserve.h"

enum { NAME_TOLD = 64, REASON_MAX = 96 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
prepare(void)
{
	json_set_alloc_funcs(reserve_malloc, reserve_free);
	json_object_seed(0);
}

static void
add_flaw(struct jsonr *r, struct str field, struct str reason)
{
	if (r->flaws.n == JSONR_FLAWS_MAX) {
		r->flaws.more++;
		return;
	}
	r->flaws.v[r->flaws.n++] = (struct jsonr_flaw){field, reason};
}

/* "to" and "email" make "to.email", in the arena. */
static struct str
join(struct jsonr *r, struct str path, struct str name)
{
	struct buf CLEANUP(buf_done) b = {0};
	struct str joined = path;

	/* A name from the client may be long, and is then cut off. */
	name = str_slice(name, 0, NAME_TOLD);
	if (path.n == 0) {
		r->no_memory |= !arena_str(r->arena, name, &joined);
		return joined;
	}
	buf_init(&b, path.n + 1 + name.n);
	buf_str(&b, path);
	buf_char(&b, '.');
	buf_str(&b, name);
	r->no_memory |= buf_err(&b) != ERR_NONE ||
	    !arena_str(r->arena, buf_view(&b), &joined);
	return joined;
}

static void
flaw_at(struct jsonr_object *o, const char *name, struct str reason)
{
	add_flaw(o->r, join(o->r, o->path, str_of(name)), reason);
}

/* A reason with numbers in it, made in the arena. */
static struct str PRINTF_LIKE(2, 3)
reason(struct jsonr *r, const char *fmt, ...)
{
	char z[REASON_MAX];
	struct str made = STR("is not valid");
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(z, sizeof(z), fmt, args);
	va_end(args);
	assert(n > 0 && n < REASON_MAX);
	r->no_memory |= !arena_str(r->arena, str_of(z), &made);
	return made;
}

/* The library recurses, so the depth is bounded before it looks (S102). */
static bool
depth_is_good(struct str s)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSONR_DEPTH_MAX) {
				return false;
			}
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

/* What is wrong with the text, never quoting it. */
static struct str
syntax_reason(struct jsonr *r, const json_error_t *error)
{
	switch ((int)json_error_code(error)) {
	case json_error_out_of_memory:
		r->no_memory = true;
		return STR("could not be read");
	case json_error_invalid_utf8:
		return STR("is not UTF-8");
	case json_error_duplicate_key:
		return reason(r, "has a member twice, at line %d, column %d",
		    error->line, error->column);
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return STR("has a NUL character");
	case json_error_numeric_overflow:
		return reason(r, "has a number out of range at line %d, column %d",
		    error->line, error->column);
	default:
		return reason(r, "is not JSON at line %d, column %d",
		    error->line, error->column);
	}
}

bool
jsonr_open(struct jsonr *r, struct arena *arena, struct str body,
    struct jsonr_object *ret_root)
{
	json_error_t error;
	json_t *tree;

	(void)pthread_once(&once, prepare);
	*r = (struct jsonr){.arena = arena};
	if (body.n == 0) {
		add_flaw(r, STR(""), STR("is missing"));
		return false;
	}
	/* The library skips a NUL behind a number. */
	if (str_find(body, '\0') < body.n) {
		add_flaw(r, STR(""), STR("has a NUL character"));
		return false;
	}
	if (!depth_is_good(body)) {
		add_flaw(r, STR(""), STR("is nested too deeply"));
		return false;
	}
	tree = json_loadb(body.p, body.n,
	    JSON_REJECT_DUPLICATES, &error);
	r->tree = tree;
	if (tree == NULL) {
		add_flaw(r, STR(""), syntax_reason(r, &error));
		return false;
	}
	if (!json_is_object(tree)) {
		add_flaw(r, STR(""), STR("is not an object"));
		return false;
	}
	*ret_root = (struct jsonr_object){.r = r, .node = tree};
	return true;
}

void
jsonr_done(struct jsonr *r)
{
	json_decref(r->tree);
	r->tree = NULL;
}

bool
jsonr_ok(const struct jsonr *r)
{
	return r->flaws.n == 0 && !r->no_memory;
}

const struct jsonr_flaws *
jsonr_flaws(const struct jsonr *r)
{
	return &r->flaws;
}

/* The member to read; NULL: absent, which is told where it matters. */
static json_t *
member(struct jsonr_object *o, const char *name, unsigned flags)
{
	json_t *v = json_object_get(o->node, name);

	assert(o->n_asked < JSONR_MEMBERS_MAX);
	o->asked[o->n_asked++] = name;
	if (json_is_null(v) && (flags & JSONR_NULL) != 0) {
		v = NULL;
	}
	if (v == NULL && (flags & JSONR_REQUIRED) != 0) {
		flaw_at(o, name, STR("is required"));
	}
	return v;
}

/* The text of v, if it is one of min to max bytes. */
static bool
read_str(struct jsonr *r, const json_t *v, size_t min, size_t max,
    struct str *ret_value, struct str *ret_reason)
{
	struct str s;

	if (!json_is_string(v)) {
		*ret_reason = STR("must be a string");
		return false;
	}
	s = (struct str){json_string_value(v), json_string_length(v)};
	if (s.n < min && s.n == 0) {
		*ret_reason = STR("must not be empty");
		return false;
	}
	if (s.n < min) {
		*ret_reason = reason(r, "must have at least %zu bytes", min);
		return false;
	}
	if (s.n > max) {
		*ret_reason = reason(r, "must have at most %zu bytes", max);
		return false;
	}
	if (!arena_str(r->arena, s, ret_value)) {
		r->no_memory = true;
		*ret_reason = STR("could not be read");
		return false;
	}
	return true;
}

bool
jsonr_str(struct jsonr_object *o, const char *name, unsigned flags,
    size_t min, size_t max, struct str *ret_value)
{
	json_t *v = member(o, name, flags);
	struct str why;

	if (v == NULL) {
		return false;
	}
	if (!read_str(o->r, v, min, max, ret_value, &why)) {
		flaw_at(o, name, why);
		return false;
	}
	return true;
}

bool
jsonr_i64(struct jsonr_object *o, const char *name, unsigned flags,
    int64_t min, int64_t max, int64_t *ret_value)
{
	json_t *v = member(o, name, flags);
	int64_t n;

	if (v == NULL) {
		return false;
	}
	if (!json_is_integer(v)) {
		flaw_at(o, name, STR("must be a whole number"));
		return false;
	}
	n = json_integer_value(v);
	if (n < min || n > max) {
		flaw_at(o, name, reason(o->r, "must be from %lld to %lld",
		    (long long)min, (long long)max));
		return false;
	}
	*ret_value = n;
	return true;
}

bool
jsonr_bool(struct jsonr_object *o, const char *name, unsigned flags,
    bool *ret_value)
{
	json_t *v = member(o, name, flags);

	if (v == NULL) {
		return false;
	}
	if (!json_is_boolean(v)) {
		flaw_at(o, name, STR("must be true or false"));
		return false;
	}
	*ret_value = json_is_true(v);
	return true;
}

bool
jsonr_object(struct jsonr_object *o, const char *name, unsigned flags,
    struct jsonr_object *ret_object)
{
	json_t *v = member(o, name, flags);

	if (v == NULL) {
		return false;
	}
	if (!json_is_object(v)) {
		flaw_at(o, name, STR("must be an object"));
		return false;
	}
	*ret_object = (struct jsonr_object){
		.r = o->r, .node = v, .path = join(o->r, o->path, str_of(name)),
	};
	return true;
}

bool
jsonr_array(struct jsonr_object *o, const char *name, unsigned flags,
    size_t max, struct jsonr_array *ret_array)
{
	json_t *v = member(o, name, flags);

	if (v == NULL) {
		return false;
	}
	if (!json_is_array(v)) {
		flaw_at(o, name, STR("must be an array"));
		return false;
	}
	if (json_array_size(v) > max) {
		flaw_at(o, name,
		    reason(o->r, "must have at most %zu elements", max));
		return false;
	}
	*ret_array = (struct jsonr_array){
		.r = o->r, .node = v, .path = join(o->r, o->path, str_of(name)),
		.n = json_array_size(v),
	};
	return true;
}

/* "parcels" and 2 make "parcels[2]". */
static struct str
element_path(struct jsonr_array *a, size_t i)
{
	struct buf CLEANUP(buf_done) b = {0};
	struct str path = a->path;

	buf_init(&b, a->path.n + 32);
	buf_str(&b, a->path);
	buf_printf(&b, "[%zu]", i);
	a->r->no_memory |= buf_err(&b) != ERR_NONE ||
	    !arena_str(a->r->arena, buf_view(&b), &path);
	return path;
}

bool
jsonr_at_str(struct jsonr_array *a, size_t i, size_t min, size_t max,
    struct str *ret_value)
{
	struct str why;

	assert(i < a->n);
	if (!read_str(a->r, json_array_get(a->node, i), min, max, ret_value,
	    &why)) {
		add_flaw(a->r, element_path(a, i), why);
		return false;
	}
	return true;
}

bool
jsonr_at_object(struct jsonr_array *a, size_t i,
    struct jsonr_object *ret_object)
{
	json_t *v;

	assert(i < a->n);
	v = json_array_get(a->node, i);
	if (!json_is_object(v)) {
		add_flaw(a->r, element_path(a, i), STR("must be an object"));
		return false;
	}
	*ret_object = (struct jsonr_object){
		.r = a->r, .node = v, .path = element_path(a, i),
	};
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct jsonr_pair *p = a, *q = b;
	size_t n = p->name.n < q->name.n ? p->name.n : q->name.n;
	int order = memcmp(p->name.p, q->name.p, n);

	return order != 0 ? order : (p->name.n > q->name.n) -
	    (p->name.n < q->name.n);
}

/* One pair of the object at path. */
static bool
read_pair(struct jsonr *r, struct str path, struct str name, const json_t *v,
    struct jsonr_limits max, struct jsonr_pair *ret_pair)
{
	struct str why;

	if (name.n == 0 || name.n > max.name) {
		add_flaw(r, path,
		    reason(r, "has a name that is not of 1 to %zu bytes",
		    max.name));
		return false;
	}
	if (!arena_str(r->arena, name, &ret_pair->name)) {
		r->no_memory = true;
		return false;
	}
	if (!read_str(r, v, 0, max.value, &ret_pair->value, &why)) {
		add_flaw(r, join(r, path, name), why);
		return false;
	}
	return true;
}

bool
jsonr_pairs(struct jsonr_object *o, const char *name, unsigned flags,
    struct jsonr_limits max, struct jsonr_pair **ret_pairs, size_t *ret_n)
{
	struct jsonr_object inner;
	struct jsonr_pair *pairs;
	size_t n, i = 0;
	bool good = true;
	const char *key;
	json_t *v;

	if (!jsonr_object(o, name, flags, &inner)) {
		return false;
	}
	n = json_object_size(inner.node);
	if (n > max.pairs) {
		flaw_at(o, name,
		    reason(o->r, "must have at most %zu members", max.pairs));
		return false;
	}
	pairs = arena_get(o->r->arena, n * sizeof(*pairs));
	if (pairs == NULL) {
		o->r->no_memory = true;
		return false;
	}
	json_object_foreach(inner.node, key, v) {
		good &= read_pair(o->r, inner.path, str_of(key), v, max,
		    &pairs[i++]);
	}
	if (!good) {
		return false;
	}
	qsort(pairs, n, sizeof(*pairs), by_name);
	*ret_pairs = pairs;
	*ret_n = n;
	return true;
}

bool
jsonr_any(struct jsonr_object *o, const char *name, unsigned flags,
    size_t max, struct str *ret_json)
{
	json_t *v = member(o, name, flags);
	const size_t how = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY;
	size_t n;
	char *p;

	if (v == NULL) {
		return false;
	}
	n = json_dumpb(v, NULL, 0, how);
	if (n > max) {
		flaw_at(o, name,
		    reason(o->r, "must have at most %zu bytes", max));
		return false;
	}
	p = arena_get(o->r->arena, n + 1);
	if (n == 0 || p == NULL || json_dumpb(v, p, n, how) != n) {
		o->r->no_memory = true;
		return false;
	}
	*ret_json = (struct str){p, n};
	return true;
}

bool
jsonr_has(const struct jsonr_object *o, const char *name)
{
	return json_object_get(o->node, name) != NULL;
}

static bool
was_asked(const struct jsonr_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_asked; i++) {
		if (strcmp(o->asked[i], name) == 0) {
			return true;
		}
	}
	return false;
}

void
jsonr_close(struct jsonr_object *o)
{
	const char *key;
	json_t *v;

	json_object_foreach(o->node, key, v) {
		if (!was_asked(o, key)) {
			flaw_at(o, key, STR("is not known"));
		}
	}
}

void
jsonr_flaw(struct jsonr_object *o, const char *name, const char *why)
{
	if (name == NULL) {
		add_flaw(o->r, o->path, str_of(why));
	} else {
		flaw_at(o, name, str_of(why));
	}
}

void
jsonr_flaw_in(struct jsonr_object *o, const char *name, struct str member,
    const char *reason)
{
	struct str path = join(o->r, o->path, str_of(name));

	add_flaw(o->r, join(o->r, path, member), str_of(reason));
}
