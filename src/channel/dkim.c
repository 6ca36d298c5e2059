#include "channel/dkim.h"

#include <opendkim/dkim.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipealloc.h"

struct dkim_signer {
	DKIM_LIB *lib;
};

/* What is signed when it is there. */
static const u_char *const signed_fields[] = {
	(const u_char *)"From", (const u_char *)"To",
	(const u_char *)"Subject", (const u_char *)"Date",
	(const u_char *)"Message-ID", (const u_char *)"MIME-Version",
	(const u_char *)"Content-Type",
	(const u_char *)"Content-Transfer-Encoding",
	(const u_char *)"Auto-Submitted", NULL,
};

/*
 * What nobody may add another of.  A second Content-Type would let a reader
 * see the parts of the message as something else.
 */
static const u_char *const closed_fields[] = {
	(const u_char *)"From", (const u_char *)"To",
	(const u_char *)"Subject", (const u_char *)"Date",
	(const u_char *)"Message-ID", (const u_char *)"MIME-Version",
	(const u_char *)"Content-Type",
	(const u_char *)"Content-Transfer-Encoding",
	(const u_char *)"Reply-To", (const u_char *)"Cc",
	(const u_char *)"Sender", NULL,
};

/* The library sees the code in the body, and the private key. */
static void *
get_memory(void *closure, size_t n)
{
	(void)closure;
	return wipe_malloc(n);
}

static void
give_memory(void *closure, void *p)
{
	(void)closure;
	wipe_free(p);
}

/* The library copies what it is given here, and changes nothing of it. */
static bool
set_option(DKIM_LIB *lib, int option, const void *value, size_t n)
{
	return dkim_options(lib, DKIM_OP_SETOPT, option,
	    (void *)(uintptr_t)value, n) == DKIM_STAT_OK;
}

enum err
dkim_signer_new(struct dkim_signer **ret_signer)
{
	struct dkim_signer *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->lib = dkim_init(get_memory, give_memory);
	if (s->lib == NULL) {
		free(s);
		return ERR_NOMEM;
	}
	if (!dkim_libfeature(s->lib, DKIM_FEATURE_SHA256) ||
	    !dkim_libfeature(s->lib, DKIM_FEATURE_ED25519) ||
	    !dkim_libfeature(s->lib, DKIM_FEATURE_OVERSIGN) ||
	    !set_option(s->lib, DKIM_OPTS_SIGNHDRS, signed_fields,
	    sizeof(u_char **)) ||
	    !set_option(s->lib, DKIM_OPTS_OVERSIGNHDRS, closed_fields,
	    sizeof(u_char **))) {
		dkim_signer_free(s);
		return ERR_CRYPTO;
	}
	*ret_signer = s;
	return ERR_NONE;
}

void
dkim_signer_free(struct dkim_signer *s)
{
	if (s != NULL) {
		dkim_close(s->lib);
		free(s);
	}
}

static enum err
err_of(DKIM_STAT status)
{
	switch (status) {
	case DKIM_STAT_OK:
		return ERR_NONE;
	case DKIM_STAT_NORESOURCE:
		return ERR_NOMEM;
	case DKIM_STAT_SYNTAX:
		return ERR_SYNTAX;
	default:
		return ERR_CRYPTO;
	}
}

/* The header goes in field by field, without the CRLF of its last line. */
static DKIM_STAT
feed(DKIM *d, u_char *message, size_t n)
{
	DKIM_STAT status = DKIM_STAT_OK;
	size_t at = 0;

	while (status == DKIM_STAT_OK && at < n && message[at] != '\r') {
		size_t end = at;

		do {
			end += str_find((struct str){(char *)message + end,
			    n - end}, '\n') + 1;
		} while (end < n &&
		    (message[end] == ' ' || message[end] == '\t'));
		if (end > n || end - at < 2) {
			return DKIM_STAT_SYNTAX;
		}
		status = dkim_header(d, message + at, end - at - 2);
		at = end;
	}
	if (n - at < 2) {
		return DKIM_STAT_SYNTAX;
	}
	at += 2;
	if (status == DKIM_STAT_OK) {
		status = dkim_eoh(d);
	}
	if (status == DKIM_STAT_OK && at < n) {
		status = dkim_body(d, message + at, n - at);
	}
	return status == DKIM_STAT_OK ? dkim_eom(d, NULL) : status;
}

/* The library gives the value only, folded by a bare LF and a tab. */
static enum err
put_field(DKIM *d, struct buf *out)
{
	u_char *value = NULL;
	size_t n = 0;
	DKIM_STAT status = dkim_getsighdr_d(d,
	    strlen(DKIM_SIGNHEADER) + 2, &value, &n);

	if (status != DKIM_STAT_OK) {
		return err_of(status);
	}
	buf_z(out, DKIM_SIGNHEADER ": ");
	for (size_t i = 0; i < n; i++) {
		if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r')) {
			buf_char(out, '\r');
		}
		buf_char(out, (char)value[i]);
	}
	buf_z(out, "\r\n");
	return buf_err(out);
}

static enum err
sign(DKIM *d, struct str message, struct buf *out)
{
	struct buf copy;
	enum err e;

	/* The library's interface is not const; it has a copy to itself. */
	buf_init(&copy, message.n);
	buf_str(&copy, message);
	e = buf_err(&copy);
	if (e == ERR_NONE) {
		e = err_of(feed(d, (u_char *)copy.p, copy.n));
	}
	if (e == ERR_NONE) {
		e = put_field(d, out);
	}
	buf_done(&copy);
	return e;
}

enum err
dkim_signer_sign(struct dkim_signer *s, const struct dkim_key *key,
    struct str message, unix_ms now, struct buf *out)
{
	static const dkim_alg_t algorithms[DKIM_KEY_ALGORITHMS] = {
		[DKIM_KEY_RSA] = DKIM_SIGN_RSASHA256,
		[DKIM_KEY_ED25519] = DKIM_SIGN_ED25519SHA256,
	};
	uint64_t seconds = now.v > 0 ? (uint64_t)now.v / 1000 : 0;
	DKIM_STAT status = DKIM_STAT_OK;
	DKIM *d;
	enum err e;

	if (message.n == 0) {
		return ERR_SYNTAX;
	}
	if (!set_option(s->lib, DKIM_OPTS_FIXEDTIME, &seconds,
	    sizeof(seconds))) {
		return ERR_CRYPTO;
	}
	d = dkim_sign(s->lib, (const u_char *)"", NULL,
	    (const dkim_sigkey_t)(uintptr_t)key->pem,
	    (const u_char *)key->selector, (const u_char *)key->domain,
	    DKIM_CANON_RELAXED, DKIM_CANON_RELAXED,
	    algorithms[key->algorithm], -1, &status);
	if (d == NULL) {
		return err_of(status == DKIM_STAT_OK ? DKIM_STAT_NORESOURCE
		    : status);
	}
	/* Of a key that is none the library says that memory is short. */
	e = dkim_privkey_load(d) == DKIM_STAT_OK ? sign(d, message, out)
	    : ERR_CRYPTO;
	(void)dkim_free(d);
	return e;
}
