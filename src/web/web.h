/*
 * The pages, styles, scripts and locale files, as bytes in the binary.
 * embed.py makes the table at build time; nothing is
 * read from disk when the server runs.
 *
 * Everything here is constant, lives as long as the program and may be used
 * from any thread.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/str.h"

/*
 * The Content-Security-Policy of our pages (S112).  No inline script or style
 * at all; no eval and no HTML from strings (trusted types).
 */
#define WEB_CSP_PAGE \
	"default-src 'none'; script-src 'self'; style-src 'self'; " \
	"img-src 'self'; connect-src 'self'; frame-src 'self'; " \
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors 'none'; require-trusted-types-for 'script'"

/*
 * The Content-Security-Policy of /authenticator, whose page holds other
 * sites' secrets: it connects to nothing, not even to us, and posts no form.
 * Scripts, styles and pictures are answered by its worker, from a fixed list.
 * The one address that may become a worker is named in authenticator.js.
 */
#define WEB_CSP_AUTHENTICATOR \
	"default-src 'none'; script-src 'self'; style-src 'self'; " \
	"img-src 'self'; connect-src 'none'; worker-src 'self'; " \
	"manifest-src 'self'; form-action 'none'; base-uri 'none'; " \
	"frame-ancestors 'none'; require-trusted-types-for 'script'; " \
	"trusted-types watchword-worker"

/*
 * The Content-Security-Policy of its worker, which fetches the app's own
 * files by their names and is told nothing by the page.
 */
#define WEB_CSP_WORKER \
	"default-src 'none'; connect-src 'self'; base-uri 'none'; " \
	"form-action 'none'; frame-ancestors 'none'"

/*
 * The Content-Security-Policy of GET /sandbox/inbox/{id}/html, the HTML form
 * of a message as the inbox page frames it.  A mail brings its styles inline,
 * so it gets a document of its own: an opaque origin without scripts, forms
 * or network, which only our own pages may frame.  No X-Frame-Options: DENY
 * and no Cross-Origin-Opener-Policy beside it: the one forbids the frame, the
 * other cannot be combined with a sandbox.
 */
#define WEB_CSP_MAIL \
	"default-src 'none'; style-src 'unsafe-inline'; " \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"

struct web_file {
	struct str path;	/* "/", "/sandbox/", "/assets/tokens.css" */
	struct str content_type;
	struct str etag;	/* weak and quoted, good for both bodies */
	struct str body;
	struct str gzip;	/* body in gzip form; empty when not smaller */
	struct str policy;	/* its WEB_CSP_…; empty for an asset */
	bool page;		/* of pages.txt: Cache-Control: no-store */
	bool sandbox;		/* exists in sandbox mode only */
};

/* Sorted by the bytes of path; no path twice. */
extern const struct web_file web_files[];
extern const size_t web_files_n;

/*
 * web_find(path): the file served at path, a request's path without query,
 * or NULL.  Paths are compared byte by byte: nothing is decoded, folded or
 * completed, so "/sandbox" and "/assets/../" are not found.
 */
const struct web_file *web_find(struct str path);

#endif
