/* Codes of the terminal's vault: listed, shown, copied. */
#include "cli/code.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/jsonw.h"
#include "format/tokens.h"
#include "otp/totp.h"

enum { LINE_MAX_ = 512, JSON_MAX = 1 << 20, SECOND = 1000 };

static const char *
type_name(const struct otpauth *o)
{
	return o->type == OTPAUTH_TOTP ? "totp" : "hotp";
}

static void
write_about(struct jsonw *w, const struct otpauth *o)
{
	jsonw_member_z(w, "issuer", o->issuer);
	jsonw_member_z(w, "account", o->account);
	jsonw_member_z(w, "type", type_name(o));
	jsonw_member_i64(w, "digits", o->digits);
	if (o->type == OTPAUTH_TOTP) {
		jsonw_member_i64(w, "period", o->period_s);
	} else {
		jsonw_member_i64(w, "counter", (int64_t)o->counter);
	}
}

static int
list_json(const struct code *x, const char *word)
{
	struct buf CLEANUP(buf_done) out = {0};
	struct jsonw w;

	buf_init(&out, JSON_MAX);
	jsonw_init(&w, &out);
	jsonw_array(&w);
	for (size_t i = 0; i < x->vault.n; i++) {
		if (code_matches(&x->vault.v[i].otp, word)) {
			jsonw_object(&w);
			write_about(&w, &x->vault.v[i].otp);
			jsonw_object_end(&w);
		}
	}
	jsonw_array_end(&w);
	buf_char(&out, '\n');
	return cli_print(&out);
}

int
code_list(struct code *x)
{
	const char *word = x->n > 0 ? x->words[0] : NULL;
	int status = code_open(x, false);

	if (status != EXIT_DONE) {
		return status;
	}
	if (x->json) {
		return list_json(x, word);
	}
	for (size_t i = 0; i < x->vault.n; i++) {
		const struct otpauth *o = &x->vault.v[i].otp;
		struct buf CLEANUP(buf_done) line = {0};

		if (code_matches(o, word)) {
			buf_init(&line, LINE_MAX_);
			code_name(o, &line);
			printf("%s\n", buf_c(&line));
		}
	}
	return EXIT_DONE;
}

/* The seconds that a code of now is good for. */
static int64_t
seconds_left(const struct otpauth *o, unix_ms now)
{
	int64_t period = o->period_s;

	return period - now.v / SECOND % period;
}

static enum err
put_line(const struct otpauth *o, unix_ms now, struct buf *out)
{
	char code[HOTP_CODE_SIZE], next[HOTP_CODE_SIZE];
	unix_ms then = {now.v + (int64_t)o->period_s * SECOND};
	enum err e;

	if (o->type == OTPAUTH_HOTP) {
		buf_printf(out, "%-9s            ", "·····");
		code_name(o, out);
		buf_printf(out, ", counter %llu\n",
		    (unsigned long long)o->counter);
		return ERR_NONE;
	}
	e = token_code(o, now, code);
	if (e == ERR_NONE) {
		e = token_code(o, then, next);
	}
	if (e == ERR_NONE) {
		buf_printf(out, "%-8s %3llds %-8s ", code,
		    (long long)seconds_left(o, now), next);
		code_name(o, out);
		buf_char(out, '\n');
	}
	explicit_bzero(code, sizeof(code));
	explicit_bzero(next, sizeof(next));
	return e;
}

static enum err
put_json(const struct otpauth *o, unix_ms now, struct jsonw *w)
{
	char code[HOTP_CODE_SIZE];
	enum err e = ERR_NONE;

	jsonw_object(w);
	write_about(w, o);
	if (o->type == OTPAUTH_TOTP) {
		e = token_code(o, now, code);
		if (e == ERR_NONE) {
			jsonw_member_z(w, "code", code);
			jsonw_member_i64(w, "seconds_left",
			    seconds_left(o, now));
		}
	}
	jsonw_object_end(w);
	explicit_bzero(code, sizeof(code));
	return e;
}

/* All that match, once; *ret_lines: how many there were. */
static enum err
show_once(const struct code *x, const char *word, unix_ms now,
    struct buf *out, size_t *ret_lines)
{
	struct jsonw w;
	size_t lines = 0;
	enum err e = ERR_NONE;

	jsonw_init(&w, out);
	if (x->json) {
		jsonw_array(&w);
	}
	for (size_t i = 0; i < x->vault.n && e == ERR_NONE; i++) {
		const struct otpauth *o = &x->vault.v[i].otp;

		if (code_matches(o, word)) {
			e = x->json ? put_json(o, now, &w)
			    : put_line(o, now, out);
			lines++;
		}
	}
	if (x->json) {
		jsonw_array_end(&w);
		buf_char(out, '\n');
	}
	*ret_lines = lines;
	return e == ERR_NONE ? buf_err(out) : e;
}

static volatile sig_atomic_t stopped;

static void
on_signal(int number UNUSED)
{
	stopped = 1;
}

/* Until the next second, a key, or a signal: true to go on. */
static bool
wait_second(unix_ms now)
{
	struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
	int ready = poll(&keys, 1, (int)(SECOND - now.v % SECOND));

	return stopped == 0 && (ready == 0 || (ready < 0 && errno == EINTR));
}

/* Again each second, in place, until Enter or Ctrl-C. */
static int
show_live(const struct code *x, const char *word)
{
	const struct clock clock = clock_system();
	const struct sigaction action = {.sa_handler = on_signal};
	struct buf CLEANUP(buf_done) out = {0};
	size_t lines = 0;
	unix_ms now;
	int status = EXIT_DONE;

	buf_init(&out, JSON_MAX);
	(void)sigaction(SIGINT, &action, NULL);
	do {
		size_t before = lines;

		now = clock_now(&clock);
		buf_clear(&out);
		if (before > 0) {
			buf_printf(&out, "\033[%zuA\033[J", before);
		}
		if (show_once(x, word, now, &out, &lines) != ERR_NONE ||
		    cli_print(&out) != EXIT_DONE) {
			status = EXIT_FAILED;
			break;
		}
	} while (wait_second(now));
	/* What was shown does not stay on the screen. */
	if (lines > 0) {
		printf("\033[%zuA\033[J", lines);
	}
	return status;
}

/* The counter moves on and is on disk before its code is seen. */
static int
next_of(struct code *x, struct otpauth *o, char code[static HOTP_CODE_SIZE])
{
	unix_ms none = {0};

	if (token_code(o, none, code) != ERR_NONE) {
		return EXIT_FAILED;
	}
	o->counter++;
	return code_save(x) ? EXIT_DONE : EXIT_FAILED;
}

static int
code_of(struct code *x, struct otpauth *o, char code[static HOTP_CODE_SIZE])
{
	const struct clock clock = clock_system();

	if (o->type == OTPAUTH_HOTP) {
		return next_of(x, o, code);
	}
	return token_code(o, clock_now(&clock), code) == ERR_NONE ? EXIT_DONE
	    : EXIT_FAILED;
}

static int
show_hotp(struct code *x, struct otpauth *o)
{
	char code[HOTP_CODE_SIZE];
	int status = next_of(x, o, code);

	if (status == EXIT_DONE) {
		printf(x->json ? "[{\"code\":\"%s\"}]\n" : "%s\n", code);
	}
	explicit_bzero(code, sizeof(code));
	return status;
}

/* The account that alone has word in its name, if it is of HOTP. */
static struct otpauth *
one_hotp(struct code *x, const char *word)
{
	struct otpauth *found = NULL;

	for (size_t i = 0; i < x->vault.n; i++) {
		if (code_matches(&x->vault.v[i].otp, word)) {
			if (found != NULL) {
				return NULL;
			}
			found = &x->vault.v[i].otp;
		}
	}
	return found != NULL && found->type == OTPAUTH_HOTP ? found : NULL;
}

int
code_show(struct code *x)
{
	const char *word = x->n > 0 ? x->words[0] : NULL;
	const struct clock clock = clock_system();
	struct buf CLEANUP(buf_done) out = {0};
	struct otpauth *hotp;
	size_t lines;
	int status = code_open(x, false);

	if (status != EXIT_DONE) {
		return status;
	}
	hotp = word != NULL ? one_hotp(x, word) : NULL;
	if (hotp != NULL) {
		return show_hotp(x, hotp);
	}
	if (!x->once && !x->json && isatty(STDOUT_FILENO) == 1 &&
	    isatty(STDIN_FILENO) == 1) {
		return show_live(x, word);
	}
	buf_init(&out, JSON_MAX);
	if (show_once(x, word, clock_now(&clock), &out, &lines) != ERR_NONE) {
		cli_say("the codes cannot be made");
		return EXIT_FAILED;
	}
	if (lines == 0) {
		cli_say("no account has \"%s\" in its name",
		    word == NULL ? "" : word);
		return EXIT_NO;
	}
	return cli_print(&out);
}

/* OSC 52: the terminal puts it on the clipboard of whoever looks at it. */
int
code_copy(struct code *x)
{
	char code[HOTP_CODE_SIZE];
	struct buf CLEANUP(buf_done) out = {0};
	int status = code_open(x, false), i;

	if (status != EXIT_DONE) {
		return status;
	}
	i = code_find(x, x->words[0]);
	if (i < 0) {
		return EXIT_NO;
	}
	status = code_of(x, &x->vault.v[i].otp, code);
	if (status == EXIT_DONE) {
		buf_init(&out, LINE_MAX_);
		buf_z(&out, "\033]52;c;");
		base64_encode(&out, code, strlen(code));
		buf_char(&out, '\a');
		status = cli_print(&out);
	}
	explicit_bzero(code, sizeof(code));
	return status;
}
