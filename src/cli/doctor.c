#include <string.h>
#include <sys/stat.h>

#include "app/control.h"
#include "base/jsonw.h"
#include "cli/doctor.h"
#include "crypto/crypto.h"
#include "net/probe.h"
#include "store/audit.h"
#include "store/tenants.h"

void
doctor_tell(struct doctor *d, enum health h, const char *what, const char *found,
    const char *advice)
{
	static const char *const words[] = {"good", "warning", "bad"};
	struct buf CLEANUP(buf_done) line = {0};
	struct jsonw w;

	if (h > d->worst) {
		d->worst = h;
	}
	if (!d->c->json) {
		printf("%-8s %-10s %s%s%s\n", words[h], what, found,
		    advice[0] != '\0' ? ". " : "", advice);
		return;
	}
	buf_init(&line, 4096);
	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_member_z(&w, "check", what);
	jsonw_member_z(&w, "health", words[h]);
	jsonw_member_z(&w, "found", found);
	jsonw_member_z(&w, "advice", advice);
	jsonw_object_end(&w);
	printf("%s\n", buf_c(&line));
}

static void
check_folder(struct doctor *d)
{
	struct stat st;

	if (stat(d->c->data, &st) != 0 || !S_ISDIR(st.st_mode)) {
		doctor_tell(d, HEALTH_BAD, "folder", "the data folder is not there",
		    "Run \"watchword init\".");
	} else if ((st.st_mode & 077) != 0) {
		doctor_tell(d, HEALTH_WARNING, "folder", "others may look into the "
		    "data folder", "Run \"chmod 700\" on it.");
	} else {
		doctor_tell(d, HEALTH_GOOD, "folder", "closed to others", "");
	}
}

static void
check_keys(struct doctor *d)
{
	struct keyring *ring;
	enum err e = crypto_init();

	if (e == ERR_NONE) {
		e = keyring_load(d->paths.keyring, &ring);
	}
	if (e == ERR_DENIED) {
		doctor_tell(d, HEALTH_BAD, "keys", "the key ring is readable by "
		    "others, or is not ours", "Run \"chmod 400\" on it.");
		return;
	}
	if (e != ERR_NONE) {
		doctor_tell(d, HEALTH_BAD, "keys", e == ERR_MISSING
		    ? "there is no key ring" : "the key ring cannot be used",
		    "Put back the copy that belongs to this store; a new one "
		    "cannot open it.");
		return;
	}
	keyring_free(ring);
	if (crypto_is_locked()) {
		doctor_tell(d, HEALTH_GOOD, "keys", "readable and locked in memory",
		    "");
	} else {
		doctor_tell(d, HEALTH_WARNING, "keys", "readable, but some memory "
		    "may be swapped", "Raise LimitMEMLOCK to 1M.");
	}
}

struct last {
	unix_ms created_at;
	unix_ms sealed_at;
	struct arena *arena;
};

static enum err
last_run(struct tx *tx, void *arg)
{
	struct last *l = arg;
	struct installation_row row;
	struct audit_segment_row segment;
	enum err e = installation_get(tx, &row);

	if (e != ERR_NONE) {
		return e;
	}
	l->created_at = row.created_at;
	e = audit_segment_last(tx, l->arena, &segment);
	if (e == ERR_NONE) {
		l->sealed_at = segment.sealed_at;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

/* What the store has written cannot be later than now. */
static void
check_clock(struct doctor *d, const struct last *l)
{
	const struct clock clock = clock_system();
	unix_ms now = clock_now(&clock);
	unix_ms newest = unix_ms_max(l->created_at, l->sealed_at);

	if (unix_ms_before(unix_ms_add(now, SECONDS(5)), newest)) {
		doctor_tell(d, HEALTH_BAD, "clock", "the clock is behind what the "
		    "store has written", "Set it, and run a time service.");
	} else {
		doctor_tell(d, HEALTH_GOOD, "clock", "not behind the store", "");
	}
}

static void
check_store(struct doctor *d)
{
	const struct install_hooks hooks = {0};
	struct last last = {.arena = arena_new(16 << 20)};
	struct install i;
	struct buf reason;
	enum err e;

	buf_init(&reason, CONFIG_REASON_MAX);
	e = install_open(&d->c->config, d->c->data, INSTALL_READ,
	    clock_system(), &hooks, &reason, &i);
	if (e != ERR_NONE) {
		doctor_tell(d, HEALTH_BAD, "store", buf_c(&reason),
		    "See docs/operations.md, \"The store does not open\".");
		buf_done(&reason);
		arena_free(last.arena);
		return;
	}
	e = store_check(i.flow.store);
	if (e == ERR_NONE) {
		doctor_tell(d, HEALTH_GOOD, "store", store_engine(i.flow.store), "");
	} else {
		doctor_tell(d, HEALTH_BAD, "store", "the integrity check failed",
		    "Restore a backup.");
	}
	if (last.arena != NULL &&
	    store_read(i.flow.store, last_run, &last) == ERR_NONE) {
		check_clock(d, &last);
	}
	doctor_check_dns(d, &i);
	install_close(&i);
	buf_done(&reason);
	arena_free(last.arena);
}

static void
check_mail(struct doctor *d)
{
	const struct config *c = &d->c->config;
	struct buf banner;
	enum err e;

	if (c->mail_host[0] == '\0') {
		doctor_tell(d, HEALTH_WARNING, "mail", "no mail server is set",
		    "Without mail.host no code can be sent by e-mail.");
		return;
	}
	buf_init(&banner, 256);
	e = net_probe(c->mail_host, (uint16_t)c->mail_port,
	    (duration_ms){c->mail_connect_timeout_ms}, &banner);
	if (e == ERR_NONE || c->mail_security == CONFIG_MAIL_SMTPS) {
		/* With TLS from the first byte there is no banner to see. */
		doctor_tell(d, e == ERR_NONE || e == ERR_TIMEOUT ? HEALTH_GOOD
		    : HEALTH_BAD, "mail", e == ERR_NONE ? buf_c(&banner)
		    : "it answers", "");
	} else {
		doctor_tell(d, HEALTH_BAD, "mail", e == ERR_MISSING
		    ? "there is no host of that name" : e == ERR_DENIED
		    ? "nobody listens there" : "it says nothing in time",
		    "Check mail.host and mail.port.");
	}
	buf_done(&banner);
}

static void
tell_way(struct doctor *d, struct str line)
{
	char text[128];
	bool closed = line.n >= 7 && str_equal(str_slice(line, line.n - 7,
	    line.n), STR(" closed"));

	if (str_copy(line, text, sizeof(text))) {
		doctor_tell(d, closed ? HEALTH_GOOD : HEALTH_WARNING,
		    "circuit", text, closed ? "" : "It answers nobody; "
		    "\"courier.answered\" in the log says how.");
	}
}

/* What the running server knows of those who bring its messages. */
static void
check_ways(struct doctor *d)
{
	static const char *const words[] = {"ways"};
	struct buf out, problems;
	struct str rest, line;
	int status = 0;

	buf_init(&out, CONTROL_ANSWER_MAX);
	buf_init(&problems, CONTROL_ANSWER_MAX);
	if (control_call(d->paths.control, 1, words, &status, &out,
	    &problems) == ERR_NONE && status == 0) {
		rest = buf_view(&out);
		while (str_split(&rest, '\n', &line)) {
			if (line.n > 0) {
				tell_way(d, line);
			}
		}
	}
	buf_done(&out);
	buf_done(&problems);
}

int
cli_doctor(struct cli *c)
{
	struct doctor d = {.c = c};

	if (c->n != 0 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c) ||
	    !install_paths(&c->config, c->data, &d.paths)) {
		return EXIT_USAGE;
	}
	check_folder(&d);
	check_keys(&d);
	check_store(&d);
	check_mail(&d);
	check_ways(&d);
	return d.worst == HEALTH_BAD ? EXIT_NO : EXIT_DONE;
}
