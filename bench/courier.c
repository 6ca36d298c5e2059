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
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bare.h"
#include "base/log.h"
#include "base/parse.h"
#include "outbox.h"

enum { REQUEST_MAX = 65536 };

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

static double
drain(struct outbox *b, uint64_t n, const char *peer, long *ret_kib)
{
	double from = now_s();
	struct courier_counts c = {0};
	long most = 0;

	if (outbox_start(b, peer) != ERR_NONE) {
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
first_bytes(struct outbox *b, uint64_t n)
{
	static struct listener l;
	double *took = calloc(n, sizeof(*took));
	char url[64];
	enum err e = listen_on(&l, url);

	if (e == ERR_NONE) {
		e = took == NULL ? ERR_NOMEM : outbox_start(b, url);
	}
	for (uint64_t i = 0; e == ERR_NONE && i < n; i++) {
		double from;

		e = outbox_ask(b);
		from = now_s();
		if (e == ERR_NONE) {
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
throughput(struct outbox *b, const char *peer, uint64_t n)
{
	char url[128];
	double ours, bare, cpu, middle;
	long kib = 0, before;
	enum err e = outbox_fill(b, n);

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
	bare = now_s();
	if (bare_loop(b->channel == CHANNEL_EMAIL, url, n,
	    OUTBOX_CONNECTIONS) != n) {
		fputs("bench_courier: the peer did not take all\n", stderr);
	}
	bare = now_s() - bare;
	printf("%.1f %.1f %ld %ld %.1f %.1f\n", (double)n / ours,
	    (double)n / bare, before, kib, (middle - cpu) * 1e6 / (double)n,
	    (cpu_s() - middle) * 1e6 / (double)n);
	return ours < 0 ? ERR_IO : ERR_NONE;
}

int
main(int argc, char **argv)
{
	static struct outbox b;
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
	e = outbox_open(&b, argv[1], argv[2]);
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
