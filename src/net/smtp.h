/*
 * Sending one message by SMTP (RFC 5321) over a multi.
 *
 * Connections are kept and used again for the same peer; never after a
 * failure.  Deadlines are ours and not the RFC's (S96).  The peer is
 * verified, and a peer that takes STARTTLS away is refused (S97).
 *
 * libcurl waits for the answer to the end of the message inside one call: a
 * peer that takes a second to think there keeps the whole multi waiting for
 * that second, one message after another.  So the transfers in flight at
 * once, times that second, must stay well below the deadline of the whole:
 * give a multi few (4 to 8), and where more is wanted, more multis.
 */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"
#include "net/multi.h"

enum smtp_tls {
	SMTP_TLS_STARTTLS,	/* required; the default */
	SMTP_TLS_IMPLICIT,	/* from the first byte (RFC 8314) */
	SMTP_TLS_IF_OFFERED,	/* does not stop an active attacker */
	SMTP_TLS_NONE
};

/* smtp_tls_parse: "starttls", "implicit", "if_offered", "none". */
bool smtp_tls_parse(struct str s, enum smtp_tls *ret_tls) MUST_CHECK NONNULL;

struct smtp_peer {
	const char *host;	/* a name or an IP address */
	uint16_t port;
	enum smtp_tls tls;
	const char *ca_file;	/* NULL: the system's authorities */
	const char *helo;	/* our name in EHLO */
	const char *user;	/* NULL: no authentication */
	const struct secret *password;
	duration_ms connect;	/* S96: until EHLO is answered; 5 s */
	duration_ms whole;	/* S96: 20 s */
};

/* The numbers of S96 and the safest TLS; the rest empty. */
struct smtp_peer smtp_peer_default(void);

/*
 * smtp_peer_check(p): ERR_RANGE: a host, name, port, deadline or password
 * that is none (a password has 1 to 127 bytes and no NUL).
 * ERR_DENIED: a password would travel in the clear.
 */
enum err smtp_peer_check(const struct smtp_peer *p) MUST_CHECK NONNULL;

enum smtp_result {
	SMTP_ACCEPTED,		/* the peer has taken the message */
	SMTP_TEMPORARY,		/* 4xx, time, network, TLS: may be tried again */
	SMTP_PERMANENT		/* 5xx to this sender, recipient or message */
};

#define SMTP_REPLY_MAX 160

/*
 * How it went.  A 5xx to the connection itself (banner, EHLO, AUTH, TLS) is
 * about us and not about the message: temporary.
 */
struct smtp_outcome {
	enum smtp_result result;
	int code;		/* of the last reply; 0: none */
	const char *step;	/* "connect", "ehlo", "rcpt", … : static */
	char reason[24];	/* "accepted", "smtp_550", "timeout", … */
	/* The last reply's text: printable ASCII, addresses taken out. */
	char reply[SMTP_REPLY_MAX + 1];
};

/* Called once, from multi_run_once or multi_free; outcome is borrowed. */
typedef void smtp_done(void *arg, const struct smtp_outcome *outcome);

#define SMTP_MESSAGE_MAX (256 * 1024)

/*
 * smtp_send(m, peer, from, to, message, deadline, done, arg): start sending.
 * message has CRLF line ends only and is copied, as is everything else.  done
 * is called only after ERR_NONE; past deadline it is not begun any more.
 * ERR_RANGE: from or to could end a command, or peer is not right.
 * ERR_SYNTAX: message has a bare CR or LF, a NUL, a line longer than 998 or
 * no CRLF at its end (S83).  ERR_LIMIT: it is too large.  ERR_BUSY.
 * ERR_DENIED.  ERR_NOMEM.
 */
enum err smtp_send(struct multi *m, const struct smtp_peer *peer,
    struct str from, struct str to, struct str message, mono_ms deadline,
    smtp_done *done, void *arg) MUST_CHECK;

#endif
