#include "net/http_out.h"

#include <assert.h>
#include <strings.h>

#include "base/buf.h"
#include "base/parse.h"
#include "net/transfer.h"

/* A peer that asks for a longer wait is asked again after this. */
#define RETRY_AFTER_MAX 86400

/*
 * What libcurl reads into, the least that it takes.  Each transfer has one,
 * which is wiped, and answers are short; the usual 16 KiB are nothing that
 * malloc has at hand.
 */
#define READ_BYTES 1024L

/* How often a request is put on the wire, see before_request(). */
#define TRIES_MAX 2

struct asking {
	struct transfer transfer;	/* first: it is cast back */
	struct buf body;
	struct buf answer;
	struct curl_slist *headers;
	bool cut;
	unsigned tries;
	int status;
	duration_ms retry_after;
	http_out_done *done;
	void *arg;
};

struct http_out_peer
http_out_peer_default(void)
{
	return (struct http_out_peer){
		.connect = SECONDS(5), .whole = SECONDS(20),	/* S96 */
	};
}

static bool
is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool
http_out_header_valid(struct str s)
{
	size_t colon = str_find(s, ':');

	for (size_t i = 0; i < colon; i++) {
		if (!is_token_char(s.p[i])) {
			return false;
		}
	}
	for (size_t i = colon; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f) {
			return false;
		}
	}
	return colon > 0 && colon < s.n && s.n <= HTTP_OUT_HEADER_MAX;
}

/* Printable ASCII with a scheme that is ours; libcurl does the rest. */
static bool
is_url(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~') {
			return false;
		}
	}
	return s.n <= HTTP_OUT_URL_MAX && (str_starts(s, STR("http://")) ||
	    str_starts(s, STR("https://")));
}

static bool
is_method(struct str s)
{
	return str_equal(s, STR("GET")) || str_equal(s, STR("POST")) ||
	    str_equal(s, STR("PUT"));
}

static bool
is_request(const struct http_out_request *r)
{
	if (!is_method(r->method) || !is_url(r->url) ||
	    r->n_headers > HTTP_OUT_HEADERS_MAX ||
	    r->body.n > HTTP_OUT_BODY_MAX) {
		return false;
	}
	for (unsigned i = 0; i < r->n_headers; i++) {
		if (!http_out_header_valid(r->headers[i])) {
			return false;
		}
	}
	return true;
}

/* To the bound, and then no more of it: a gigabyte is not waited for. */
static size_t
read_answer(char *p, size_t size, size_t n, void *arg)
{
	struct asking *a = arg;
	struct str part = {p, size * n};
	size_t room = HTTP_OUT_ANSWER_MAX - a->answer.n;

	if (part.n > room) {
		a->cut = true;
		buf_put(&a->answer, part.p, room);
		return 0;
	}
	buf_put(&a->answer, part.p, part.n);
	return buf_err(&a->answer) == ERR_NONE ? part.n : 0;
}

static const char *
reason_of(CURLcode result)
{
	switch ((int)result) {
	case CURLE_OK:
		return "answered";
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
	case CURLE_SSL_CONNECT_ERROR:
		return "tls_handshake";
	case CURLE_OUT_OF_MEMORY:
		return "memory";
	case CURLE_ABORTED_BY_CALLBACK:
		return "stopped";
	default:
		return "broken_off";
	}
}

static bool
has_name(struct str line, struct str name)
{
	return line.n > name.n && strncasecmp(line.p, name.p, name.n) == 0 &&
	    line.p[name.n] == ':';
}

/* The status is asked for here: when all is over the handle is gone. */
static size_t
read_header(char *p, size_t size, size_t n, void *arg)
{
	static const struct str name = STR_INIT("retry-after");
	struct asking *a = arg;
	struct str line = {p, size * n};
	long status = 0;
	uint64_t seconds;

	if (curl_easy_getinfo(a->transfer.easy, CURLINFO_RESPONSE_CODE,
	    &status) == CURLE_OK) {
		a->status = (int)status;
	}
	if (has_name(line, name) && parse_u64(str_trim(str_slice(line,
	    name.n + 1, line.n)), &seconds)) {
		a->retry_after = SECONDS(seconds > RETRY_AFTER_MAX ?
		    RETRY_AFTER_MAX : seconds);
	}
	return line.n;
}

/*
 * When a kept connection ends before a byte of an answer came, libcurl sends
 * the request again by itself, over the next kept connection, five times.  The
 * peer may have read each of them: a message is not to arrive six times.
 */
static int
before_request(void *arg, char *their_ip UNUSED, char *our_ip UNUSED,
    int their_port UNUSED, int our_port UNUSED)
{
	struct asking *a = arg;

	if (a->tries == TRIES_MAX) {
		return CURL_PREREQFUNC_ABORT;
	}
	a->tries++;
	return CURL_PREREQFUNC_OK;
}

/* Ended by before_request() and not because all of it stops? */
static bool
is_worn_out(const struct asking *a, CURLcode result)
{
	return result == CURLE_ABORTED_BY_CALLBACK && a->tries == TRIES_MAX;
}

static void
asking_free(struct asking *a)
{
	if (a != NULL) {
		curl_slist_free_all(a->headers);
		buf_done(&a->body);
		buf_done(&a->answer);
		free(a);
	}
}

/* An answer that was cut is an answer: its status is known. */
static void
asking_ended(struct transfer *t, CURLcode result)
{
	struct asking *a = (struct asking *)t;
	bool answered = result == CURLE_OK ||
	    (result == CURLE_WRITE_ERROR && a->cut);
	struct http_out_answer answer = {
		.status = answered ? a->status : 0,
		.reason = reason_of(answered ? CURLE_OK
		    : is_worn_out(a, result) ? CURLE_GOT_NOTHING : result),
		.body = answered ? buf_view(&a->answer) : STR(""),
		.cut = a->cut, .retry_after = a->retry_after,
	};

	a->done(a->arg, &answer);
	asking_free(a);
}

static bool
add_header(struct asking *a, struct str header)
{
	char line[HTTP_OUT_HEADER_MAX + 1];
	struct curl_slist *longer = NULL;

	if (str_copy(header, line, sizeof(line))) {
		longer = curl_slist_append(a->headers, line);
	}
	explicit_bzero(line, sizeof(line));
	if (longer != NULL) {
		a->headers = longer;
	}
	return longer != NULL;
}

static struct asking *
asking_new(const struct http_out_request *r)
{
	struct asking *a = calloc(1, sizeof(*a));
	bool ok;

	if (a == NULL) {
		return NULL;
	}
	buf_init(&a->body, HTTP_OUT_BODY_MAX);
	buf_init(&a->answer, HTTP_OUT_ANSWER_MAX);
	buf_str(&a->body, r->body);
	/* A second round trip and a second of waiting, for nothing. */
	ok = buf_err(&a->body) == ERR_NONE && add_header(a, STR("Expect:"));
	for (unsigned i = 0; ok && i < r->n_headers; i++) {
		ok = add_header(a, r->headers[i]);
	}
	if (!ok) {
		asking_free(a);
		return NULL;
	}
	return a;
}

static CURLcode
set_url(CURL *easy, const struct http_out_request *r)
{
	char url[HTTP_OUT_URL_MAX + 1], method[8];
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (str_copy(r->url, url, sizeof(url)) &&
	    str_copy(r->method, method, sizeof(method))) {
		code = curl_easy_setopt(easy, CURLOPT_URL, url);
	}
	explicit_bzero(url, sizeof(url));
	if (code == CURLE_OK && !str_equal(r->method, STR("GET"))) {
		code = curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	}
	return code;
}

static CURLcode
set_request(CURL *easy, struct asking *a, const struct http_out_peer *peer,
    const struct http_out_request *r)
{
	CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
	    "http,https");

	if (code == CURLE_OK) {
		code = set_url(easy, r);
	}
	if (code == CURLE_OK && peer->ca_file != NULL) {
		code = curl_easy_setopt(easy, CURLOPT_CAINFO, peer->ca_file);
	}
	if (code != CURLE_OK) {
		return code;
	}
	/* None of these can fail: pointers and numbers are only kept. */
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)peer->connect.v);
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_BYTES);
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, a->headers);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, a);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, read_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, a);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, read_answer);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, a);
	if (!str_equal(r->method, STR("GET"))) {
		(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE,
		    (long)a->body.n);
		(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		    buf_c(&a->body));
	}
	return CURLE_OK;
}

enum err
http_out_send(struct multi *m, const struct http_out_peer *peer,
    const struct http_out_request *request, mono_ms deadline,
    http_out_done *done, void *arg)
{
	struct asking *a;
	enum err err = ERR_NOMEM;

	assert(done != NULL);
	if (!is_request(request) || peer->connect.v < 1 ||
	    peer->whole.v < 1) {
		return ERR_RANGE;
	}
	a = asking_new(request);
	if (a == NULL) {
		return ERR_NOMEM;
	}
	a->done = done;
	a->arg = arg;
	a->transfer.deadline = deadline;
	a->transfer.longest = peer->whole;
	a->transfer.ended = asking_ended;
	a->transfer.easy = transfer_new_easy(m);
	if (a->transfer.easy != NULL &&
	    set_request(a->transfer.easy, a, peer, request) == CURLE_OK) {
		err = transfer_start(m, &a->transfer);
	}
	if (err != ERR_NONE) {
		curl_easy_cleanup(a->transfer.easy);
		asking_free(a);
	}
	return err;
}
