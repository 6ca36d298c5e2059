#include "net/smtp.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "net/transfer.h"

#define PATH_MAX_BYTES 254	/* RFC 5321 section 4.5.3.1.3 */
#define TEXT_LINE_MAX 998	/* RFC 5322 section 2.1.1 */
#define LOGGED_DIGITS 3		/* so many in a row are not logged */
/* libcurl's buffers, wiped for each mail; the usual are 192 KiB in all. */
#define READ_BYTES 4096L	/* takes lines of half of it */
#define WRITE_BYTES 16384L	/* the least it takes, and enough */

enum step {
	STEP_CONNECT,
	STEP_BANNER,
	STEP_EHLO,
	STEP_HELO,
	STEP_STARTTLS,
	STEP_AUTH,
	STEP_MAIL,
	STEP_RCPT,
	STEP_DATA,
	STEP_BODY,
	STEP_COUNT
};

static const char *const step_names[STEP_COUNT] = {
	[STEP_CONNECT] = "connect",
	[STEP_BANNER] = "banner",
	[STEP_EHLO] = "ehlo",
	[STEP_HELO] = "ehlo",
	[STEP_STARTTLS] = "starttls",
	[STEP_AUTH] = "auth",
	[STEP_MAIL] = "mail",
	[STEP_RCPT] = "rcpt",
	[STEP_DATA] = "data",
	[STEP_BODY] = "body",
};

struct sending {
	struct transfer transfer;	/* first: it is cast back */
	struct buf message;
	size_t read;			/* of message, by libcurl */
	struct curl_slist *recipients;
	enum step step;			/* the furthest that was reached */
	bool quitting;
	bool tls_required;
	struct multi *multi;
	int code;
	char reply[SMTP_REPLY_MAX + 1];
	smtp_done *done;
	void *arg;
};

bool
smtp_tls_parse(struct str s, enum smtp_tls *ret_tls)
{
	static const struct { struct str word; enum smtp_tls tls; } words[] = {
		{STR_INIT("starttls"), SMTP_TLS_STARTTLS},
		{STR_INIT("implicit"), SMTP_TLS_IMPLICIT},
		{STR_INIT("if_offered"), SMTP_TLS_IF_OFFERED},
		{STR_INIT("none"), SMTP_TLS_NONE},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal(s, words[i].word)) {
			*ret_tls = words[i].tls;
			return true;
		}
	}
	return false;
}

struct smtp_peer
smtp_peer_default(void)
{
	return (struct smtp_peer){
		.port = 587, .tls = SMTP_TLS_STARTTLS,
		.connect = SECONDS(5), .whole = SECONDS(20),	/* S96 */
	};
}

/* Only what may stand in a URL and in EHLO as it is. */
static bool
is_host(const char *z, const char *extra)
{
	size_t n = z == NULL ? 0 : strlen(z);

	for (size_t i = 0; i < n; i++) {
		char c = z[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr(extra, c) != NULL)) {
			return false;
		}
	}
	return n >= 1 && n <= 253;
}

enum err
smtp_peer_check(const struct smtp_peer *p)
{
	if (!is_host(p->host, ".-_:") || !is_host(p->helo, ".-") ||
	    p->port == 0 || p->connect.v < 1 || p->whole.v < 1 ||
	    p->connect.v > 3600000 || p->whole.v > 3600000 ||
	    (p->user != NULL && (p->password == NULL || p->password->n == 0 ||
	    p->password->n >= SECRET_MAX ||
	    memchr(p->password->b, 0, p->password->n) != NULL))) {
		return ERR_RANGE;
	}
	if (p->user != NULL && p->tls != SMTP_TLS_STARTTLS &&
	    p->tls != SMTP_TLS_IMPLICIT) {
		return ERR_DENIED;
	}
	return ERR_NONE;
}

/* Nothing that could end the path or the command (S82). */
static bool
is_path(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '<' ||
		    s.p[i] == '>') {
			return false;
		}
	}
	return s.n >= 3 && s.n <= PATH_MAX_BYTES && str_find(s, '@') != s.n;
}

/* S83: CR and LF only as a pair, lines within bounds. */
static bool
is_message(struct str s)
{
	size_t line = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0' || s.p[i] == '\n' ||
		    (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'))) {
			return false;
		}
		if (s.p[i] == '\r') {
			line = 0;
			i++;
		} else if (++line > TEXT_LINE_MAX) {
			return false;
		}
	}
	return s.n > 0 && line == 0;
}

static size_t
read_message(char *dst, size_t size, size_t n, void *arg)
{
	struct sending *s = arg;
	struct str rest = str_slice(buf_view(&s->message), s->read,
	    s->message.n);
	size_t cap = size * n;

	rest = str_slice(rest, 0, cap);
	if (rest.n > 0) {
		memcpy(dst, rest.p, rest.n);
	}
	s->read += rest.n;
	return rest.n;
}

/* A kept connection turned out dead: libcurl begins again on a new one. */
static int
rewind_message(void *arg, curl_off_t offset, int origin)
{
	struct sending *s = arg;

	if (origin != SEEK_SET || offset < 0 ||
	    (size_t)offset > s->message.n) {
		return CURL_SEEKFUNC_FAIL;
	}
	s->read = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * One character of a word.  A peer may repeat what it did not like, and that
 * can be the code: no three digits in a row are kept, for codes are written
 * in groups of three (S124).
 */
static char
fit_for_log(struct str word, size_t i)
{
	const char c = word.p[i];
	size_t from = i, to = i;

	if (!is_digit(c)) {
		return (char)(c >= ' ' && c <= '~' ? c : '?');
	}
	while (from > 0 && is_digit(word.p[from - 1])) {
		from--;
	}
	while (to < word.n && is_digit(word.p[to])) {
		to++;
	}
	return (char)(to - from >= LOGGED_DIGITS ? '*' : c);
}

/*
 * The reply's text for the log: printable, and no word with an at sign, which
 * would be an address (S124).
 */
static void
keep_reply(struct sending *s, struct str line)
{
	struct str rest = str_trim(line), word;
	size_t n = 0;

	while (str_split(&rest, ' ', &word)) {
		if (str_find(word, '@') != word.n) {
			word = STR("<address>");
		}
		if (n + word.n + 1 > SMTP_REPLY_MAX) {
			break;
		}
		if (n > 0) {
			s->reply[n++] = ' ';
		}
		for (size_t i = 0; i < word.n; i++) {
			s->reply[n++] = fit_for_log(word, i);
		}
	}
	s->reply[n] = '\0';
}

/*
 * After a refusal libcurl says QUIT and waits for the answer, inside one call
 * and for as long as the peer likes.  There is nothing more to hear, unless
 * a milder dialogue follows: HELO after EHLO, clear text after STARTTLS.
 */
static bool
is_final(const struct sending *s)
{
	return s->code >= 400 && (s->tls_required ||
	    (s->step != STEP_EHLO && s->step != STEP_STARTTLS));
}

/* Each line that the peer says. */
static size_t
read_reply(char *p, size_t size, size_t n, void *arg)
{
	struct sending *s = arg;
	struct str line = {p, size * n};

	if (s->step == STEP_CONNECT) {
		s->step = STEP_BANNER;
	}
	if (line.n >= 4 && p[0] >= '2' && p[0] <= '5' && p[1] >= '0' &&
	    p[1] <= '9' && p[2] >= '0' && p[2] <= '9' && !s->quitting) {
		s->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';
		keep_reply(s, str_slice(line, 4, line.n));
		if (is_final(s) && p[3] != '-') {
			transfer_hang_up(s->multi, s->transfer.easy);
		}
	}
	return line.n;
}

/*
 * Only the verb is looked at: what follows AUTH is a password.  No base64
 * has the blank, colon or CR behind the verb, so no password is taken for
 * one.
 */
static void
note_command(struct sending *s, struct str sent)
{
	static const struct { struct str verb; enum step step; } verbs[] = {
		{STR_INIT("EHLO "), STEP_EHLO}, {STR_INIT("HELO "), STEP_HELO},
		{STR_INIT("STARTTLS\r"), STEP_STARTTLS},
		{STR_INIT("AUTH "), STEP_AUTH},
		{STR_INIT("MAIL FROM:"), STEP_MAIL},
		{STR_INIT("RCPT TO:"), STEP_RCPT},
		{STR_INIT("DATA\r"), STEP_DATA},
	};

	s->quitting = str_starts(sent, STR("QUIT\r"));
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (str_starts(sent, verbs[i].verb)) {
			s->step = verbs[i].step;
			s->code = 0;
		}
	}
}

/*
 * libcurl keeps the buffer of its commands as long as the connection, with
 * the last recipient or password in it (I8).  The bytes that it shows here
 * have been sent, so it does not need them again; the callback gets them as
 * its own to change.
 */
static void
forget_command(char *p, size_t n)
{
	explicit_bzero(p, n);
}

static int
observe(CURL *easy, curl_infotype type, char *p, size_t n, void *arg)
{
	struct sending *s = arg;

	if (type == CURLINFO_HEADER_OUT) {
		note_command(s, (struct str){p, n});
		forget_command(p, n);
		if (s->quitting) {
			/* The shortest that libcurl knows. */
			(void)curl_easy_setopt(easy,
			    CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
		}
	} else if (type == CURLINFO_DATA_OUT && s->step == STEP_DATA) {
		s->step = STEP_BODY;
		s->code = 0;
	}
	return 0;
}

static const char *
reason_of(CURLcode result)
{
	switch ((int)result) {
	case CURLE_OK:
		return "accepted";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "resolve";
	case CURLE_COULDNT_CONNECT:
		return "connect";
	case CURLE_OPERATION_TIMEDOUT:
		return "timeout";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		return "tls_certificate";
	case CURLE_USE_SSL_FAILED:
		return "tls_missing";	/* S97 */
	case CURLE_SSL_CONNECT_ERROR:
		return "tls_handshake";
	case CURLE_LOGIN_DENIED:
		return "auth";
	case CURLE_OUT_OF_MEMORY:
		return "memory";
	case CURLE_ABORTED_BY_CALLBACK:
		return "stopped";
	default:
		return "broken_off";
	}
}

/* RFC 4954 section 6: 530, 534, 535, 538 are about our authentication. */
static bool
is_permanent(const struct sending *s)
{
	return s->step >= STEP_MAIL && s->code >= 500 && s->code != 530 &&
	    s->code != 534 && s->code != 535 && s->code != 538;
}

/*
 * A kept connection that broke, or was closed with 421, before the message
 * was begun says nothing about the peer: ask again on a new one.
 */
static bool
sending_again(struct transfer *t, CURLcode result)
{
	struct sending *s = (struct sending *)t;
	long connects = 1;

	if (result == CURLE_OPERATION_TIMEDOUT || s->step > STEP_MAIL ||
	    (s->code != 0 && s->code != 421) ||
	    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects) !=
	    CURLE_OK || connects > 0 ||
	    curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L) != CURLE_OK) {
		return false;
	}
	s->step = STEP_CONNECT;
	s->quitting = false;
	s->code = 0;
	s->reply[0] = '\0';
	s->read = 0;
	return true;
}

static void
sending_free(struct sending *s)
{
	if (s != NULL) {
		curl_slist_free_all(s->recipients);
		buf_done(&s->message);
		free(s);
	}
}

static void
sending_ended(struct transfer *t, CURLcode result)
{
	struct sending *s = (struct sending *)t;
	struct smtp_outcome outcome = {
		.result = SMTP_TEMPORARY, .code = s->code,
		.step = step_names[s->step],
	};

	if (result == CURLE_OK) {
		outcome.result = SMTP_ACCEPTED;
	} else if (is_permanent(s)) {
		outcome.result = SMTP_PERMANENT;
	}
	if (result != CURLE_OK && s->code >= 400 &&
	    result != CURLE_USE_SSL_FAILED) {
		(void)snprintf(outcome.reason, sizeof(outcome.reason),
		    "smtp_%d", s->code);
	} else {
		(void)snprintf(outcome.reason, sizeof(outcome.reason), "%s",
		    reason_of(result));
	}
	memcpy(outcome.reply, s->reply, sizeof(outcome.reply));
	s->done(s->arg, &outcome);
	sending_free(s);
}

static CURLcode
set_login(CURL *easy, const struct smtp_peer *peer)
{
	struct secret CLEANUP(secret_wipe) password = {0};
	CURLcode code;

	/* libcurl wants it terminated; smtp_peer_check has seen its length. */
	secret_set(&password, peer->password->b, peer->password->n);
	password.b[password.n] = 0;
	code = curl_easy_setopt(easy, CURLOPT_USERNAME, peer->user);
	if (code == CURLE_OK) {
		code = curl_easy_setopt(easy, CURLOPT_PASSWORD,
		    (const char *)password.b);
	}
	return code;
}

static CURLcode
set_peer(struct multi *m, CURL *easy, const struct smtp_peer *peer)
{
	static const long use_ssl[] = {
		[SMTP_TLS_STARTTLS] = CURLUSESSL_ALL,
		[SMTP_TLS_IMPLICIT] = CURLUSESSL_ALL,
		[SMTP_TLS_IF_OFFERED] = CURLUSESSL_TRY,
		[SMTP_TLS_NONE] = CURLUSESSL_NONE,
	};
	bool six = strchr(peer->host, ':') != NULL;
	char url[600], trust[512];
	CURLcode code;

	(void)snprintf(url, sizeof(url), "%s://%s%s%s:%u/%s",
	    peer->tls == SMTP_TLS_IMPLICIT ? "smtps" : "smtp",
	    six ? "[" : "", peer->host, six ? "]" : "",
	    (unsigned)peer->port, peer->helo);
	code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	if (code == CURLE_OK) {
		code = curl_easy_setopt(easy, CURLOPT_URL, url);
	}
	if (code == CURLE_OK) {
		code = curl_easy_setopt(easy, CURLOPT_USE_SSL,
		    use_ssl[peer->tls]);
	}
	if (code == CURLE_OK) {
		code = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
		    (long)peer->connect.v);
	}
	(void)snprintf(trust, sizeof(trust), "%d %s", (int)peer->tls,
	    peer->ca_file == NULL ? "" : peer->ca_file);
	if (code == CURLE_OK &&
	    !transfer_may_share(m, peer->host, peer->port, trust)) {
		(void)curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	}
	if (code == CURLE_OK && peer->ca_file != NULL) {
		code = curl_easy_setopt(easy, CURLOPT_CAINFO, peer->ca_file);
	}
	if (code == CURLE_OK && peer->user != NULL) {
		code = set_login(easy, peer);
	}
	return code;
}

static CURLcode
set_message(CURL *easy, struct sending *s, struct str from)
{
	char path[PATH_MAX_BYTES + 1];
	CURLcode code;

	if (!str_copy(from, path, sizeof(path))) {
		return CURLE_OUT_OF_MEMORY;
	}
	code = curl_easy_setopt(easy, CURLOPT_MAIL_FROM, path);
	explicit_bzero(path, sizeof(path));
	if (code == CURLE_OK) {
		code = curl_easy_setopt(easy, CURLOPT_MAIL_RCPT,
		    s->recipients);
	}
	if (code != CURLE_OK) {
		return code;
	}
	/* None of these can fail: pointers and numbers are only kept. */
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_BYTES);
	(void)curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, WRITE_BYTES);
	(void)curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)s->message.n);
	(void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_message);
	(void)curl_easy_setopt(easy, CURLOPT_READDATA, s);
	(void)curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, rewind_message);
	(void)curl_easy_setopt(easy, CURLOPT_SEEKDATA, s);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, read_reply);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, s);
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, observe);
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGDATA, s);
	(void)curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	return CURLE_OK;
}

static struct sending *
sending_new(struct str to, struct str message)
{
	struct sending *s = calloc(1, sizeof(*s));
	char path[PATH_MAX_BYTES + 1];

	if (s == NULL) {
		return NULL;
	}
	buf_init(&s->message, SMTP_MESSAGE_MAX);
	buf_str(&s->message, message);
	if (str_copy(to, path, sizeof(path))) {
		s->recipients = curl_slist_append(NULL, path);
	}
	explicit_bzero(path, sizeof(path));
	if (s->recipients == NULL || buf_err(&s->message) != ERR_NONE) {
		sending_free(s);
		return NULL;
	}
	return s;
}

enum err
smtp_send(struct multi *m, const struct smtp_peer *peer, struct str from,
    struct str to, struct str message, mono_ms deadline, smtp_done *done,
    void *arg)
{
	struct sending *s;
	enum err err = smtp_peer_check(peer);

	assert(done != NULL);
	if (err != ERR_NONE) {
		return err;
	}
	if (!is_path(from) || !is_path(to)) {
		return ERR_RANGE;
	}
	if (message.n > SMTP_MESSAGE_MAX) {
		return ERR_LIMIT;
	}
	if (!is_message(message)) {
		return ERR_SYNTAX;
	}
	s = sending_new(to, message);
	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->done = done;
	s->arg = arg;
	s->transfer.deadline = deadline;
	s->transfer.longest = peer->whole;
	s->multi = m;
	s->tls_required = peer->tls == SMTP_TLS_STARTTLS ||
	    peer->tls == SMTP_TLS_IMPLICIT;
	s->transfer.again = sending_again;
	s->transfer.ended = sending_ended;
	s->transfer.easy = transfer_new_easy(m);
	if (s->transfer.easy == NULL ||
	    set_peer(m, s->transfer.easy, peer) != CURLE_OK ||
	    set_message(s->transfer.easy, s, from) != CURLE_OK) {
		err = ERR_NOMEM;
	} else {
		err = transfer_start(m, &s->transfer);
	}
	if (err != ERR_NONE) {
		curl_easy_cleanup(s->transfer.easy);
		sending_free(s);
	}
	return err;
}
