/*
 * The courier's speed, beside a bare loop of libcurl, and how soon it begins.
 *
 *	bench_courier KEYRING LOCATION sms URL N
 *	bench_courier KEYRING LOCATION email PORT N
 *	bench_courier KEYRING LOCATION first N
 *
 * Puts N queued messages into a store that no server has open, and has one
 * courier bring them to a peer that answers at once (nginx, smtp-sink), over
 * four connections; then a loop of libcurl alone sends as many of the same
 * size over as many connections.  "first" measures, for N codes one after the
 * other, from the commit to the first byte at a peer in this process.
 *
 * Prints one line of numbers for bench/run.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "app/courier.h"
#include "base/log.h"
#include "base/parse.h"
#include "channel/email.h"
#include "channel/gateway.h"
#include "config/provider_file.h"
#include "crypto/crypto.h"
#include "flow/start.h"
#include "store/tenants.h"

enum { BATCH = 500, ARENA_MAX = 4 << 20, CONNECTIONS = 4, REQUEST_MAX = 65536 };

struct bench {
	struct flow flow;
	struct keyring *ring;
	struct arena *arena;
	struct tenant tenant;
	enum channel channel;
	struct challenge_row rows[BATCH];
	struct message_row messages[BATCH];
	unsigned n;
	uint64_t next, end;
	struct courier *courier;
	struct directory *directory;
	struct providers providers;
	struct secret secret;
	struct email from;
	struct way_health health;
};

static double
now_s(void)
{
	struct timespec t;

	(void)timespec_get(&t, TIME_UTC);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_s(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static long
resident_kib(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0) {
			kib = strtol(line + 6, NULL, 10);
		}
	}
	if (f != NULL) {
		fclose(f);
	}
	return kib;
}

static enum err
find_tenant(struct tx *tx, void *arg)
{
	struct bench *b = arg;
	struct installation_row installation;
	struct tenant_row row = {0};
	unsigned n = 0;
	enum err e = installation_get(tx, &installation);

	if (e == ERR_NONE) {
		e = tenant_row_list(tx, b->arena, 1, &row, &n);
	}
	if (e == ERR_NONE && n == 1) {
		b->flow.epoch = installation.epoch;
		b->tenant.id = row.id;
		b->tenant.policy = policy_default();
	}
	return e == ERR_NONE && n != 1 ? ERR_MISSING : e;
}

static enum err
ask(struct bench *b, struct start *s)
{
	char to[64];

	snprintf(to, sizeof(to), b->channel == CHANNEL_EMAIL
	    ? "customer%llu@example.com" : "+4915%09llu",
	    (unsigned long long)b->next++);
	*s = (struct start){
		.flow = &b->flow, .tenant = &b->tenant, .arena = b->arena,
		.request = {.purpose = PURPOSE_SIGN_IN, .locale = STR("en")},
	};
	if (!recipient_parse(b->channel, str_of(to), &s->request.recipient)) {
		return ERR_SYNTAX;
	}
	return start_prepare(s);
}

static enum err
insert(struct tx *tx, void *arg)
{
	struct bench *b = arg;
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < b->n; i++) {
		e = challenge_row_insert(tx, &b->rows[i]);
		if (e == ERR_NONE) {
			e = message_row_insert(tx, &b->messages[i]);
		}
	}
	return e;
}

static enum err
seed(struct bench *b)
{
	enum err e = ERR_NONE;

	arena_reset(b->arena);
	for (b->n = 0; e == ERR_NONE && b->n < BATCH && b->next < b->end;
	    b->n++) {
		struct start s;

		e = ask(b, &s);
		s.row.state.expires_at = unix_ms_add(s.now, HOURS(24));
		b->rows[b->n] = s.row;
		b->messages[b->n] = (struct message_row){
			.id = s.message, .tenant = s.row.tenant,
			.challenge = s.row.id, .generation = 1,
			.channel = b->channel, .created_at = s.now,
			.due_at = s.now, .detail = STR(""),
			.expires_at = s.row.state.expires_at,
		};
	}
	return e == ERR_NONE ? store_do(b->flow.store, STORE_CREATE, insert, b)
	    : e;
}

static void
wake(void *ctx)
{
	struct bench *b = ctx;

	if (b->courier != NULL) {
		courier_wake(b->courier);
	}
}

static enum err
open_all(struct bench *b, const char *keys, const char *location)
{
	const struct store_options options = {
		.location = location, .clock = clock_system(),
		.on_messages = wake, .ctx = b,
	};
	enum err e = crypto_init();

	b->arena = arena_new(ARENA_MAX);
	if (e == ERR_NONE) {
		e = keyring_load(keys, &b->ring);
	}
	if (e == ERR_NONE) {
		e = store_open(&options, &b->flow.store);
	}
	b->flow.ring = b->ring;
	b->flow.clock = clock_system();
	b->flow.rng = rng_system();
	b->flow.channels = 1U << b->channel;
	if (e == ERR_NONE) {
		e = store_read(b->flow.store, find_tenant, b);
	}
	if (e == ERR_NONE) {
		e = directory_new(&b->flow, &b->directory);
	}
	return e;
}

static enum err
gateway(struct bench *b, const char *url, struct carrier *ret)
{
	struct gateway_options o = {
		.provider = &b->providers.v[0], .secret = &b->secret,
		.peer = http_out_peer_default(),
		.limits = {CONNECTIONS, 1024, CONNECTIONS},
		.clock = clock_system(),
	};
	struct buf text, why;
	bool good;

	buf_init(&text, 4096);
	buf_init(&why, 4096);
	buf_printf(&text, "[one]\nprofile = generic_json\nurl = %s\n"
	    "secret_file = /dev/null\nsender = Shop\ncountries = *\n", url);
	good = provider_file_parse("bench", buf_view(&text), &b->providers,
	    &why);
	if (!good) {
		fputs(buf_c(&why), stderr);
	}
	buf_done(&text);
	buf_done(&why);
	secret_set(&b->secret, "secret", 6);
	return good ? gateway_new(&o, ret) : ERR_SYNTAX;
}

static enum err
mail(struct bench *b, const char *port, struct carrier *ret)
{
	struct email_carrier_options o = {
		.peer = smtp_peer_default(),
		.limits = {CONNECTIONS, 1024, CONNECTIONS},
		.clock = clock_system(),
	};
	uint64_t n = 0;

	if (!parse_u64(str_of(port), &n) ||
	    email_parse(STR("code@shop.example"), &b->from) != FLAW_NONE) {
		return ERR_SYNTAX;
	}
	o.peer.host = "127.0.0.1";
	o.peer.port = (uint16_t)n;
	o.peer.tls = SMTP_TLS_NONE;
	o.peer.helo = "shop.example";
	return email_carrier_new(&o, ret);
}

static enum err
start_courier(struct bench *b, const char *peer)
{
	struct courier_options o = {
		.flow = &b->flow, .directory = b->directory,
		.at.channels = 1U << b->channel, .from = &b->from,
	};
	enum err e = b->channel == CHANNEL_EMAIL ? mail(b, peer, &o.carrier)
	    : gateway(b, peer, &o.carrier);

	return e == ERR_NONE ? courier_start(&o, &b->courier) : e;
}

/* The bare loop: the same size of message, over as many connections. */
struct bare {
	CURLM *multi;
	struct curl_slist *headers, *to;
	char body[2048];
	const char *url;
	bool mail;
	struct { CURL *easy; size_t read; } one[CONNECTIONS];
	uint64_t left, done;
};

static size_t
swallow(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static size_t
upload(char *p, size_t size, size_t n, void *arg)
{
	size_t *read = arg, rest;
	static char text[2048];

	if (text[0] == '\0') {
		memset(text, 'x', sizeof(text) - 1);
		for (size_t i = 70; i < sizeof(text) - 2; i += 72) {
			text[i] = '\r';
			text[i + 1] = '\n';
		}
	}
	rest = sizeof(text) - 1 - *read;
	n = size * n < rest ? size * n : rest;
	memcpy(p, text + *read, n);
	*read += n;
	return n;
}

static void
begin(struct bare *b, int i)
{
	CURL *e = b->one[i].easy;

	b->one[i].read = 0;
	curl_easy_setopt(e, CURLOPT_URL, b->url);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, swallow);
	if (b->mail) {
		curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(e, CURLOPT_MAIL_FROM, "<code@shop.example>");
		curl_easy_setopt(e, CURLOPT_MAIL_RCPT, b->to);
		curl_easy_setopt(e, CURLOPT_READFUNCTION, upload);
		curl_easy_setopt(e, CURLOPT_READDATA, &b->one[i].read);
	} else {
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, b->headers);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, b->body);
	}
	curl_multi_add_handle(b->multi, e);
	b->left--;
}

static void
collect(struct bare *b)
{
	CURLMsg *m;
	int queued;

	while ((m = curl_multi_info_read(b->multi, &queued)) != NULL) {
		CURL *e = m->easy_handle;

		b->done += m->data.result == CURLE_OK;
		curl_multi_remove_handle(b->multi, e);
		for (int i = 0; i < CONNECTIONS; i++) {
			if (b->one[i].easy == e && b->left > 0) {
				begin(b, i);
			}
		}
	}
}

static double
bare_loop(bool by_mail, const char *url, uint64_t n)
{
	struct bare b = {.multi = curl_multi_init(), .left = n, .url = url,
	    .mail = by_mail};
	double from = now_s();
	int running = 1;

	b.headers = curl_slist_append(NULL, "Content-Type: application/json");
	b.headers = curl_slist_append(b.headers, "Authorization: Bearer secret");
	b.headers = curl_slist_append(b.headers, "Idempotency-Key: \"msg_"
	    "06gywnjy02848cj5xkcy6zcyxyqnav4j4jp0\"");
	b.to = curl_slist_append(NULL, "<customer1@example.com>");
	snprintf(b.body, sizeof(b.body), "{\"id\":\"msg_06gywnjy02848cj5xkcy6z"
	    "cyxyqnav4j4jp0\",\"to\":\"+491500000001\",\"from\":\"Shop\","
	    "\"text\":\"%0120d\",\"receipts\":\"\"}", 7);
	for (int i = 0; i < CONNECTIONS && b.left > 0; i++) {
		b.one[i].easy = curl_easy_init();
		begin(&b, i);
	}
	while (running > 0 || b.left > 0) {
		curl_multi_perform(b.multi, &running);
		collect(&b);
		curl_multi_poll(b.multi, NULL, 0, 1000, NULL);
	}
	collect(&b);
	if (b.done != n) {
		fprintf(stderr, "bare: %llu of %llu\n",
		    (unsigned long long)b.done, (unsigned long long)n);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		curl_easy_cleanup(b.one[i].easy);
	}
	curl_multi_cleanup(b.multi);
	return now_s() - from;
}

static double
drain(struct bench *b, uint64_t n, const char *peer, long *ret_kib)
{
	double from = now_s();
	struct courier_counts c = {0};
	long most = 0;

	if (start_courier(b, peer) != ERR_NONE) {
		return -1;
	}
	while (c.sent + c.failed < n && c.later == 0) {
		long kib = resident_kib();

		most = kib > most ? kib : most;
		usleep(20000);
		c = courier_counts(b->courier);
	}
	*ret_kib = most;
	return c.failed + c.later == 0 ? now_s() - from : -1;
}

/* Who notes when the first byte of a request comes. */
struct listener {
	int fd;
	sem_t came;
	double at;
};

static void *
listen_main(void *arg)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 10"
	    "\r\n\r\n{\"id\":\"x\"}";
	struct listener *l = arg;
	char request[REQUEST_MAX];

	for (;;) {
		int fd = accept(l->fd, NULL, NULL);
		ssize_t n;

		while (fd >= 0 && (n = recv(fd, request, sizeof(request), 0)) >
		    0) {
			double at = now_s();
			size_t all = (size_t)n;

			/* The request's last byte is a brace. */
			while (request[all - 1] != '}' && (n = recv(fd,
			    request + all, sizeof(request) - all, 0)) > 0) {
				all += (size_t)n;
			}
			l->at = at;
			(void)!write(fd, answer, sizeof(answer) - 1);
			sem_post(&l->came);
		}
		close(fd);
	}
	return NULL;
}

static enum err
listen_on(struct listener *l, char url[static 64])
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	pthread_t thread;

	sem_init(&l->came, 0, 0);
	l->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(l->fd, (struct sockaddr *)&a, n) != 0 ||
	    listen(l->fd, 16) != 0 || getsockname(l->fd,
	    (struct sockaddr *)&a, &n) != 0 ||
	    pthread_create(&thread, NULL, listen_main, l) != 0) {
		return ERR_IO;
	}
	snprintf(url, 64, "http://127.0.0.1:%u/", ntohs(a.sin_port));
	return ERR_NONE;
}

static int
by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

/* Each is begun when the one before has come: no queue, only the way. */
static enum err
first_bytes(struct bench *b, uint64_t n)
{
	static struct listener l;
	double *took = calloc(n, sizeof(*took));
	char url[64];
	enum err e = listen_on(&l, url);

	if (e == ERR_NONE) {
		e = took == NULL ? ERR_NOMEM : start_courier(b, url);
	}
	for (uint64_t i = 0; e == ERR_NONE && i < n; i++) {
		struct start s;
		double from;

		arena_reset(b->arena);
		b->tenant.policy.guard.monitor = 1;
		e = ask(b, &s);
		if (e == ERR_NONE) {
			e = store_do(b->flow.store, STORE_CREATE, start_run,
			    &s);
		}
		from = now_s();
		if (e == ERR_NONE && s.verdict == START_CREATED) {
			sem_wait(&l.came);
			took[i] = (l.at - from) * 1e6;
		}
	}
	if (e == ERR_NONE) {
		qsort(took, n, sizeof(*took), by_value);
		printf("%.0f %.0f %.0f\n", took[n / 2], took[n * 99 / 100],
		    took[n - 1]);
	}
	free(took);
	return e;
}

static enum err
throughput(struct bench *b, const char *peer, uint64_t n)
{
	char url[128];
	double ours, bare, cpu, middle;
	long kib = 0, before;
	enum err e = ERR_NONE;

	b->end = n;
	while (e == ERR_NONE && b->next < b->end) {
		e = seed(b);
	}
	if (e != ERR_NONE) {
		return e;
	}
	before = resident_kib();
	cpu = cpu_s();
	ours = drain(b, n, peer, &kib);
	courier_stop(b->courier);
	middle = cpu_s();
	snprintf(url, sizeof(url), b->channel == CHANNEL_EMAIL
	    ? "smtp://127.0.0.1:%s/shop.example" : "%s", peer);
	bare = bare_loop(b->channel == CHANNEL_EMAIL, url, n);
	printf("%.1f %.1f %ld %ld %.1f %.1f\n", (double)n / ours,
	    (double)n / bare, before, kib, (middle - cpu) * 1e6 / (double)n,
	    (cpu_s() - middle) * 1e6 / (double)n);
	return ours < 0 ? ERR_IO : ERR_NONE;
}

int
main(int argc, char **argv)
{
	static struct bench b;
	bool first = argc == 5 && strcmp(argv[3], "first") == 0;
	const struct clock clock = clock_system();
	uint64_t n = 0;
	enum err e;

	if ((!first && argc != 6) || !parse_u64(str_of(argv[argc - 1]), &n) ||
	    n == 0) {
		fprintf(stderr, "usage: see the top of bench/courier.c\n");
		return 2;
	}
	log_init(LOG_ERROR, &clock);
	b.channel = argc == 6 && strcmp(argv[3], "email") == 0 ? CHANNEL_EMAIL
	    : CHANNEL_SMS;
	e = open_all(&b, argv[1], argv[2]);
	if (e == ERR_NONE) {
		e = first ? first_bytes(&b, n) : throughput(&b, argv[4], n);
	}
	if (e != ERR_NONE) {
		fprintf(stderr, "bench_courier: %s\n", err_name(e));
		return 3;
	}
	/* The threads go with the process; nothing here needs an end. */
	fflush(stdout);
	_exit(0);
}
