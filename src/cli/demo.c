/*
 * The main job in front of the reader: a decision, a code sent, a wrong try,
 * the right one, a second one refused, the receipt checked by its public key,
 * the audit log checked.  Every step is a request to the server that stays up
 * afterwards, so what is shown is what happens.
 */
#include "cli/demo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/say.h"
#include "crypto/ed25519.h"
#include "flow/seal.h"
#include "net/fetch.h"

enum {
	ANSWER_MAX = 1 << 20,
	ARENA_MAX = 8 << 20,
	PAUSE_MS = 1100,	/* for a reader; none when nobody reads */
	POLL_MS = 20,
	POLLS = 500
};

static void
sleep_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

void
demo_title(struct demo *d, const char *text)
{
	if (d->reader) {
		sleep_ms(PAUSE_MS);
	}
	printf("\n%s%d  %s%s\n", d->reader ? "\033[1m" : "", ++d->step, text,
	    d->reader ? "\033[0m" : "");
}

bool
demo_ask(struct demo *d, const char *method, const char *path, const char *body,
    struct jsonr *r, struct jsonr_object *ret_root)
{
	struct buf answer;
	char url[512];
	struct fetch f = {
		.method = method,
		.url = url,
		.bearer = buf_c(&d->key),
		.body = str_of(body),
		.patience = SECONDS(10),
	};
	int status = 0;
	bool ok;

	snprintf(url, sizeof(url), "%s%s", server_url(d->server), path);
	buf_init(&answer, ANSWER_MAX);
	ok = net_fetch(&f, &status, &answer) == ERR_NONE &&
	    status >= 200 && status < 300 &&
	    jsonr_open(r, d->arena, buf_view(&answer), ret_root);
	if (!ok) {
		cli_say("%s %s answered %d: %s", method, path, status,
		    buf_c(&answer));
	}
	buf_done(&answer);
	return ok;
}

bool
demo_text(struct jsonr_object *o, const char *name, struct str *ret)
{
	return jsonr_str(o, name, JSONR_REQUIRED, 0, 65536, ret);
}

static bool
decide(struct demo *d)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct jsonr_array reasons;
	struct str code, rule, reason;

	demo_title(d, "The shop asks: is a code needed for this payment?");
	say_line("POST /v1/decisions  129.00 EUR to a payee it has not seen");
	if (!demo_ask(d, "POST", "/v1/decisions", "{\"event\":\"transaction\","
	    "\"signals\":{\"new_payee\":true,\"amount\":"
	    "{\"amount\":\"129.00\",\"currency\":\"EUR\"}}}", &r, &root) ||
	    !demo_text(&root, "code", &code) ||
	    !demo_text(&root, "rule", &rule) ||
	    !jsonr_array(&root, "reasons", JSONR_REQUIRED, 16, &reasons) ||
	    !jsonr_at_str(&reasons, 0, 0, 256, &reason)) {
		return false;
	}
	say_line("%.*s, by rule %.*s: %.*s", STR_ARG(code), STR_ARG(rule),
	    STR_ARG(reason));
	return true;
}

static bool
create(struct demo *d)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct str to, expires;

	demo_title(d, "It asks for a code, bound to this amount and payee");
	say_line("POST /v1/challenges  to ada@example.com");
	if (!demo_ask(d, "POST", "/v1/challenges",
	    "{\"purpose\":\"transaction\","
	    "\"to\":{\"email\":\"ada@example.com\"},\"binding\":"
	    "{\"amount\":\"129.00 EUR\",\"payee\":\"Example Books\"}}",
	    &r, &root) || !demo_text(&root, "id", &d->challenge) ||
	    !demo_text(&root, "to", &to) ||
	    !demo_text(&root, "expires_at", &expires)) {
		return false;
	}
	say_line("%.*s, sent to %.*s, good until %.*s", STR_ARG(d->challenge),
	    STR_ARG(to), STR_ARG(expires));
	return true;
}

/* The newest message, once it is there. */
static bool
read_inbox(struct demo *d, struct str *ret_text)
{
	for (int i = 0; i < POLLS; i++) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object root, message;
		struct jsonr_array messages;

		if (!demo_ask(d, "GET", "/sandbox/inbox", "", &r, &root) ||
		    !jsonr_array(&root, "messages", JSONR_REQUIRED, 1000,
		    &messages)) {
			return false;
		}
		if (messages.n > 0) {
			return jsonr_at_object(&messages, 0, &message) &&
			    demo_text(&message, "code", &d->code) &&
			    demo_text(&message, "text", ret_text);
		}
		sleep_ms(POLL_MS);
	}
	cli_say("no message came");
	return false;
}

static bool
receive(struct demo *d)
{
	struct str message, part;

	demo_title(d, "The customer reads the message");
	if (!read_inbox(d, &message)) {
		return false;
	}
	while (str_split(&message, '\n', &part)) {
		if (part.n > 0 && part.p[0] == ' ') {
			say_line("| %.*s", STR_ARG(part));
		} else {
			say_paragraph(part);
		}
	}
	return true;
}

static bool
check(struct demo *d, struct str code, struct str *ret_result)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	char path[160], body[160];
	int64_t left;

	snprintf(path, sizeof(path), "/v1/challenges/%.*s/check",
	    STR_ARG(d->challenge));
	snprintf(body, sizeof(body), "{\"code\":\"%.*s\"}", STR_ARG(code));
	if (!demo_ask(d, "POST", path, body, &r, &root) ||
	    !demo_text(&root, "result", ret_result) ||
	    !jsonr_i64(&root, "attempts_left", JSONR_REQUIRED, 0, 100,
	    &left)) {
		return false;
	}
	if (jsonr_has(&root, "receipt") &&
	    !demo_text(&root, "receipt", &d->receipt)) {
		return false;
	}
	say_line("%.*s; attempts left: %lld", STR_ARG(*ret_result),
	    (long long)left);
	return true;
}

static bool
expect(struct str result, const char *wanted)
{
	if (str_equal(result, str_of(wanted))) {
		return true;
	}
	cli_say("this should have been %s", wanted);
	return false;
}

/* The code with its last digit changed. */
static bool
try_wrong(struct demo *d)
{
	char wrong[16];
	struct str result;
	bool ok;

	demo_title(d, "A wrong code");
	ok = str_copy(d->code, wrong, sizeof(wrong)) && d->code.n > 0;
	if (ok) {
		char *last = &wrong[d->code.n - 1];

		*last = *last == '9' ? '0' : (char)(*last + 1);
	}
	return ok && check(d, str_of(wrong), &result) &&
	    expect(result, "wrong");
}

static bool
try_right(struct demo *d)
{
	struct str result;

	demo_title(d, "The right code");
	return check(d, d->code, &result) && expect(result, "approved");
}

static bool
try_again(struct demo *d)
{
	struct str result;

	demo_title(d, "The same code a second time");
	return check(d, d->code, &result) && expect(result, "consumed");
}

/* x of the first key: one Ed25519 public key. */
static bool
public_key(struct demo *d, uint8_t ret_key[static 32])
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, key;
	struct jsonr_array keys;
	struct str x;
	size_t n;

	return demo_ask(d, "GET", "/.well-known/jwks.json", "", &r, &root) &&
	    jsonr_array(&root, "keys", JSONR_REQUIRED, 64, &keys) &&
	    keys.n > 0 && jsonr_at_object(&keys, 0, &key) &&
	    demo_text(&key, "x", &x) &&
	    base64url_decode(x, ret_key, 32, &n) == ERR_NONE && n == 32;
}

static bool
prove(struct demo *d)
{
	struct str head_and_payload, signature, rest = d->receipt, payload;
	uint8_t key[32], sig[64], claims[4096];
	size_t n;

	demo_title(d, "The receipt, checked with the published key alone");
	say_line("GET /.well-known/jwks.json");
	(void)str_split(&rest, '.', &payload);
	(void)str_split(&rest, '.', &payload);
	signature = rest;
	if (signature.p == NULL || !public_key(d, key)) {
		return false;
	}
	head_and_payload = str_slice(d->receipt, 0,
	    d->receipt.n - signature.n - 1);
	if (base64url_decode(signature, sig, sizeof(sig), &n) != ERR_NONE ||
	    ed25519_verify(key, head_and_payload, sig) != ERR_NONE ||
	    base64url_decode(payload, claims, sizeof(claims), &n) !=
	    ERR_NONE) {
		cli_say("the signature is not right");
		return false;
	}
	say_line("the signature is right, and it says:");
	say_members((struct str){(const char *)claims, n});
	return true;
}

static bool
redeem(struct demo *d)
{
	for (int i = 0; i < 2; i++) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object root;
		struct str result;
		char body[8400];

		if (i == 0) {
			demo_title(d, "The payment server redeems it, twice");
		}
		snprintf(body, sizeof(body), "{\"receipt\":\"%.*s\","
		    "\"purpose\":\"transaction\"}", STR_ARG(d->receipt));
		if (!demo_ask(d, "POST", "/v1/receipts/redeem", body, &r,
		    &root) ||
		    !demo_text(&root, "result", &result)) {
			return false;
		}
		say_line("%.*s", STR_ARG(result));
		if (!expect(result, i == 0 ? "redeemed"
		    : "already_redeemed")) {
			return false;
		}
	}
	return true;
}

/* Offline, as "watchword audit verify" does it, once all is sealed. */
static bool
audit(struct demo *d)
{
	const struct install_hooks hooks = {0};
	struct seal_verify v = {.arena = arena_new(ARENA_MAX)};
	struct install i;
	struct buf reason;
	enum err e;

	demo_title(d, "The audit log, checked offline");
	buf_init(&reason, CONFIG_REASON_MAX);
	e = install_open(&d->cli->config, d->folder, INSTALL_READ,
	    clock_system(), &hooks, &reason, &i);
	v.flow = &i.flow;
	for (int n = 0; e == ERR_NONE && n < POLLS; n++) {
		e = store_read(i.flow.store, seal_verify_run, &v);
		if (v.waiting == 0 && v.segments > 0) {
			break;
		}
		sleep_ms(POLL_MS);
	}
	if (e == ERR_NONE) {
		install_close(&i);
		say_line("%s: %lld events in %lld sealed segments",
		    seal_fault_text(v.fault), (long long)v.events,
		    (long long)v.segments);
	} else {
		cli_say("%s", buf_c(&reason));
	}
	arena_free(v.arena);
	buf_done(&reason);
	return e == ERR_NONE && v.fault == SEAL_FINE;
}

static bool
run_steps(struct demo *d)
{
	static bool (*const steps[])(struct demo *d) = {
		decide, create, receive, try_wrong, try_right, try_again,
		prove, redeem, demo_door, audit,
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (!steps[i](d)) {
			return false;
		}
		fflush(stdout);
	}
	return true;
}

/* The usual port, or a free one when somebody has it. */
static enum err
start(struct demo *d, struct buf *reason)
{
	struct config *c = &d->cli->config;
	enum err e = install_create(c, d->folder, reason, &d->key);

	if (e != ERR_NONE) {
		return e;
	}
	e = server_start(c, d->folder, reason, &d->server);
	if (e == ERR_EXISTS && d->cli->listen == NULL) {
		buf_clear(reason);
		if (!config_set(c, STR("server"), STR("listen"),
		    STR("127.0.0.1:0"), reason)) {
			return ERR_RANGE;
		}
		e = server_start(c, d->folder, reason, &d->server);
	}
	return e;
}

static void
stay(const struct demo *d, const sigset_t *signals)
{
	int sig;

	printf("\nIt stays up for you.  In the browser:\n\n"
	    "   %s/          try it yourself\n"
	    "   %s/sandbox/  every message it sent\n\n",
	    server_url(d->server), server_url(d->server));
	demo_door_ways(d);
	printf("With this key (it is gone with the demo):\n\n   %s\n\n"
	    "Ctrl-C ends it and removes its folder.\n", buf_c(&d->key));
	printf("ready %s\n", server_url(d->server));
	fflush(stdout);
	while (sigwait(signals, &sig) != 0) {
		/* interrupted by another one */
	}
}

static int
show(struct demo *d, const sigset_t *signals)
{
	struct buf reason;
	bool shown = false;
	enum err e;

	buf_init(&reason, CONFIG_REASON_MAX);
	e = start(d, &reason);
	if (e != ERR_NONE) {
		cli_say("%s", buf_c(&reason));
	} else {
		printf("Watchword, in a sandbox: nothing leaves this machine.\n");
		shown = run_steps(d);
		if (shown && !d->cli->once) {
			stay(d, signals);
		}
		e = server_stop(d->server);
	}
	buf_done(&reason);
	return shown && e == ERR_NONE ? EXIT_DONE : EXIT_FAILED;
}

int
cli_demo(struct cli *c)
{
	const struct clock clock = clock_system();
	struct demo d = {.cli = c, .reader = isatty(STDOUT_FILENO) == 1};
	sigset_t signals;
	int status;

	c->sandbox = true;
	if (c->n != 0 || !cli_load(c)) {
		return c->n != 0 ? cli_usage(c) : EXIT_USAGE;
	}
	log_init(LOG_ERROR, &clock);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (!folder_make(d.folder, sizeof(d.folder))) {
		cli_say("no folder can be made in /tmp");
		return EXIT_FAILED;
	}
	buf_init(&d.key, 128);
	d.arena = arena_new(ARENA_MAX);
	status = d.arena == NULL ? EXIT_FAILED : show(&d, &signals);
	arena_free(d.arena);
	buf_done(&d.key);
	folder_remove(d.folder);
	return status;
}
