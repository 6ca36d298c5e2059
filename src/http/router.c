#include "http/router.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * A tree of segments.  Each node has its literal children in a list, and at
 * most one child that captures.  Routes of one shape share a node, even where
 * they name the captured segment differently; the names are the route's.
 */
struct node {
	struct str literal;
	struct node *next;	/* sibling */
	struct node *children;
	struct node *capture;
	const struct http_route *routes[HTTP_METHOD_COUNT];
	uint32_t allow;
};

struct http_router {
	struct node root;
};

/* A look-up on its way. */
struct walk {
	struct http_match *match;
	enum http_method method;
	struct str raw[HTTP_PARAMS_MAX];
};

/* As deep as the deepest pattern. */
static void
node_free(struct node *n) /* NOLINT(misc-no-recursion) */
{
	while (n != NULL) {
		struct node *next = n->next;

		node_free(n->children);
		node_free(n->capture);
		free(n);
		n = next;
	}
}

static bool
is_capture(struct str segment)
{
	return segment.n > 2 && segment.p[0] == '{' &&
	    segment.p[segment.n - 1] == '}';
}

/* The child of n for this segment of a pattern, made where it is missing. */
static struct node *
node_child(struct node *n, struct str segment)
{
	struct node *c;

	if (is_capture(segment)) {
		if (n->capture == NULL) {
			n->capture = calloc(1, sizeof(*n));
		}
		return n->capture;
	}
	for (c = n->children; c != NULL; c = c->next) {
		if (str_equal(c->literal, segment)) {
			return c;
		}
	}
	c = calloc(1, sizeof(*c));
	if (c != NULL) {
		c->literal = segment;
		c->next = n->children;
		n->children = c;
	}
	return c;
}

static bool
segment_is_good(struct str segment)
{
	return is_capture(segment) ||
	    (str_find(segment, '{') == segment.n &&
	    str_find(segment, '}') == segment.n);
}

static enum err
router_add(struct http_router *r, const struct http_route *route)
{
	struct str rest = str_of(route->pattern), segment;
	struct node *n = &r->root;
	size_t segments = 0, params = 0;

	if (rest.n == 0 || rest.p[0] != '/') {
		return ERR_SYNTAX;
	}
	rest = str_slice(rest, 1, rest.n);
	do {
		size_t end = str_find(rest, '/');

		segment = str_slice(rest, 0, end);
		if (!segment_is_good(segment)) {
			return ERR_SYNTAX;
		}
		params += is_capture(segment) ? 1 : 0;
		if (++segments > HTTP_PATTERN_SEGMENTS_MAX ||
		    params > HTTP_PARAMS_MAX) {
			return ERR_LIMIT;
		}
		n = node_child(n, segment);
		if (n == NULL) {
			return ERR_NOMEM;
		}
		if (end == rest.n) {
			break;
		}
		rest = str_slice(rest, end + 1, rest.n);
	} while (true);
	if (n->routes[route->method] != NULL) {
		return ERR_EXISTS;
	}
	n->routes[route->method] = route;
	n->allow |= (uint32_t)1 << route->method;
	if (route->method == HTTP_GET) {
		n->allow |= (uint32_t)1 << HTTP_HEAD;
	}
	return ERR_NONE;
}

enum err
http_router_new(const struct http_route *routes, size_t n,
    struct http_router **ret_router)
{
	struct http_router *r = calloc(1, sizeof(*r));
	enum err e = r == NULL ? ERR_NOMEM : ERR_NONE;

	for (size_t i = 0; i < n && e == ERR_NONE; i++) {
		assert(routes[i].method < HTTP_METHOD_COUNT);
		e = router_add(r, &routes[i]);
	}
	if (e != ERR_NONE) {
		http_router_free(r);
		return e;
	}
	*ret_router = r;
	return ERR_NONE;
}

void
http_router_free(struct http_router *r)
{
	if (r != NULL) {
		node_free(r->root.children);
		node_free(r->root.capture);
		free(r);
	}
}

/* The path ends in n: is there a route for the method? */
static bool
arrived(const struct node *n, struct walk *w)
{
	const struct http_route *route = n->routes[w->method];

	if (route == NULL && w->method == HTTP_HEAD) {
		route = n->routes[HTTP_GET];
	}
	w->match->allow |= n->allow;
	w->match->route = route;
	return route != NULL;
}

/*
 * Does the rest of the path, which starts with a segment, lead from n to a
 * route?  The literal way is tried first.  The recursion is as deep as the
 * deepest pattern, whatever the path.
 */
static bool /* NOLINTNEXTLINE(misc-no-recursion) */
walk_from(const struct node *n, struct str rest, size_t n_params,
    struct walk *w)
{
	size_t end = str_find(rest, '/');
	struct str segment = str_slice(rest, 0, end);
	bool last = end == rest.n;
	struct str behind = str_slice(rest, end + 1, rest.n);

	for (const struct node *c = n->children; c != NULL; c = c->next) {
		if (str_equal(c->literal, segment)) {
			if (last ? arrived(c, w) :
			    walk_from(c, behind, n_params, w)) {
				return true;
			}
			break;
		}
	}
	if (n->capture == NULL || segment.n == 0) {
		return false;
	}
	w->raw[n_params] = segment;
	return last ? arrived(n->capture, w) :
	    walk_from(n->capture, behind, n_params + 1, w);
}

/* Put the route's names beside what was captured. */
static void
name_params(struct http_match *m, const struct walk *w)
{
	struct str rest = str_of(m->route->pattern), segment;

	while (str_split(&rest, '/', &segment)) {
		if (is_capture(segment)) {
			m->params[m->n_params].name =
			    str_slice(segment, 1, segment.n - 1);
			m->params[m->n_params].raw = w->raw[m->n_params];
			m->n_params++;
		}
	}
}

void
http_router_match(const struct http_router *r, enum http_method method,
    struct str path, struct http_match *ret_match)
{
	struct walk w = {.match = ret_match, .method = method};

	ret_match->route = NULL;
	ret_match->allow = 0;
	ret_match->n_params = 0;
	if (path.n > 0 && path.p[0] == '/' &&
	    walk_from(&r->root, str_slice(path, 1, path.n), 0, &w)) {
		name_params(ret_match, &w);
	}
}
