#include "net/multi.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/registers.h"
#include "base/wipealloc.h"
#include "net/transfer.h"

#define IN_FLIGHT_MAX 256
#define QUEUED_MAX 65536
#define KEPT_MAX 256
#define PEERS_MAX 32
/* How late it may be noticed that a transfer has waited too long. */
static const duration_ms sweep_every = {100};
/* An idle connection older than this is not used again; peers close at 300. */
#define KEPT_SECONDS 60L

/* A doubly linked list with a head that is no transfer of its own. */
struct list {
	struct transfer head;
	unsigned n;
};

/* Who owns the kept connections of a peer. */
struct owner {
	char host[256];
	char trust[512];
	uint16_t port;
};

struct multi {
	CURLM *curl;
	struct clock clock;
	struct multi_limits limits;
	struct list waiting;
	struct list running;
	mono_ms sweep_at;	/* the waiting ones are looked at again */
	unsigned n_owners;
	struct owner owners[PEERS_MAX];
	/*
	 * Open sockets.  Closing a kept connection makes libcurl say QUIT
	 * and wait for an answer, up to two minutes; at the end these are
	 * shut for reading first, so that nobody is waited for.
	 */
	unsigned n_sockets;
	curl_socket_t sockets[4 * (IN_FLIGHT_MAX + KEPT_MAX)];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

/*
 * A write to a peer that is gone is an error and not the end of the process:
 * libcurl's TLS writes would raise SIGPIPE.
 */
static void
ignore_sigpipe(void)
{
	struct sigaction action;

	if (sigaction(SIGPIPE, NULL, &action) == 0 &&
	    (action.sa_flags & SA_SIGINFO) == 0 &&
	    action.sa_handler == SIG_DFL) {
		action.sa_handler = SIG_IGN;
		(void)sigaction(SIGPIPE, &action, NULL);
	}
}

static void
global_init(void)
{
	ignore_sigpipe();
	global_result = curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc,
	    wipe_free, wipe_realloc, wipe_strdup, wipe_calloc);
}

static void
list_init(struct list *l)
{
	l->head.next = &l->head;
	l->head.prev = &l->head;
	l->n = 0;
}

static void
list_append(struct list *l, struct transfer *t)
{
	t->prev = l->head.prev;
	t->next = &l->head;
	t->prev->next = t;
	l->head.prev = t;
	l->n++;
}

static void
list_remove(struct list *l, struct transfer *t)
{
	t->prev->next = t->next;
	t->next->prev = t->prev;
	t->next = NULL;
	t->prev = NULL;
	l->n--;
}

static curl_socket_t
open_socket(void *ctx, curlsocktype use, struct curl_sockaddr *address)
{
	struct multi *m = ctx;
	curl_socket_t fd = socket(address->family,
	    address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)use;
	if (fd != CURL_SOCKET_BAD &&
	    m->n_sockets < sizeof(m->sockets) / sizeof(m->sockets[0])) {
		m->sockets[m->n_sockets++] = fd;
	}
	return fd;
}

static int
close_socket(void *ctx, curl_socket_t fd)
{
	struct multi *m = ctx;

	for (unsigned i = 0; i < m->n_sockets; i++) {
		if (m->sockets[i] == fd) {
			m->sockets[i] = m->sockets[--m->n_sockets];
			break;
		}
	}
	return close(fd);
}

enum err
multi_new(const struct multi_limits *limits, struct clock clock,
    struct multi **ret_multi)
{
	struct multi *m;

	if (limits->in_flight < 1 || limits->in_flight > IN_FLIGHT_MAX ||
	    limits->queued > QUEUED_MAX || limits->kept > KEPT_MAX) {
		return ERR_RANGE;
	}
	if (pthread_once(&once, global_init) != 0 ||
	    global_result != CURLE_OK) {
		return ERR_NOMEM;
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL) {
		return ERR_NOMEM;
	}
	m->clock = clock;
	m->limits = *limits;
	list_init(&m->waiting);
	list_init(&m->running);
	m->curl = curl_multi_init();
	if (m->curl == NULL || curl_multi_setopt(m->curl, CURLMOPT_MAXCONNECTS,
	    (long)(limits->in_flight + limits->kept)) != CURLM_OK) {
		multi_free(m);
		return ERR_NOMEM;
	}
	*ret_multi = m;
	return ERR_NONE;
}

static void
end_transfer(struct transfer *t, CURLcode result)
{
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
	t->ended(t, result);
}

void
multi_free(struct multi *m)
{
	if (m == NULL) {
		return;
	}
	for (unsigned i = 0; i < m->n_sockets; i++) {
		(void)shutdown(m->sockets[i], SHUT_RD);
	}
	/* Completions may start more; those end here too. */
	while (m->running.n > 0) {
		struct transfer *t = m->running.head.next;

		list_remove(&m->running, t);
		(void)curl_multi_remove_handle(m->curl, t->easy);
		end_transfer(t, CURLE_ABORTED_BY_CALLBACK);
	}
	while (m->waiting.n > 0) {
		struct transfer *t = m->waiting.head.next;

		list_remove(&m->waiting, t);
		end_transfer(t, CURLE_ABORTED_BY_CALLBACK);
	}
	if (m->curl != NULL) {
		(void)curl_multi_cleanup(m->curl);
	}
	free(m);
}

CURL *
transfer_new_easy(struct multi *m)
{
	CURL *easy = curl_easy_init();
	bool ok;

	if (easy == NULL) {
		return NULL;
	}
	ok = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, KEPT_SECONDS) ==
	    CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) ==
	    CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, m) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION,
	    close_socket) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, m) == CURLE_OK;
	if (!ok) {
		curl_easy_cleanup(easy);
		return NULL;
	}
	return easy;
}

bool
transfer_may_share(struct multi *m, const char *host, uint16_t port,
    const char *trust)
{
	struct owner *o = &m->owners[m->n_owners];

	for (unsigned i = 0; i < m->n_owners; i++) {
		if (m->owners[i].port == port &&
		    strcasecmp(m->owners[i].host, host) == 0) {
			return strcmp(m->owners[i].trust, trust) == 0;
		}
	}
	if (m->n_owners == PEERS_MAX ||
	    !str_copy(str_of(host), o->host, sizeof(o->host)) ||
	    !str_copy(str_of(trust), o->trust, sizeof(o->trust))) {
		return false;
	}
	o->port = port;
	m->n_owners++;
	return true;
}

unsigned
multi_pending(const struct multi *m)
{
	return m->waiting.n + m->running.n;
}

unsigned
multi_room(const struct multi *m)
{
	return m->limits.in_flight + m->limits.queued - multi_pending(m);
}

static uint16_t
local_port(curl_socket_t fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} name = {0};
	socklen_t n = sizeof(name);

	if (getsockname(fd, &name.any, &n) != 0) {
		return 0;
	}
	return ntohs(name.any.sa_family == AF_INET6 ? name.in6.sin6_port :
	    name.in.sin_port);
}

/*
 * libcurl tells its socket only when a transfer is over; while it runs, the
 * local port is what finds it.
 */
void
transfer_hang_up(struct multi *m, CURL *easy)
{
	long port = 0;

	if (curl_easy_getinfo(easy, CURLINFO_LOCAL_PORT, &port) != CURLE_OK ||
	    port == 0) {
		return;
	}
	for (unsigned i = 0; i < m->n_sockets; i++) {
		if (local_port(m->sockets[i]) == port) {
			(void)shutdown(m->sockets[i], SHUT_RD);
		}
	}
}

enum err
transfer_start(struct multi *m, struct transfer *t)
{
	if (multi_room(m) == 0) {
		return ERR_BUSY;
	}
	list_append(&m->waiting, t);
	return ERR_NONE;
}

/*
 * What waited too long ends.  Not at every turn: there is one for nearly each
 * message, and hundreds may wait.
 */
static void
sweep(struct multi *m, mono_ms now)
{
	unsigned n = m->waiting.n;

	if (mono_ms_since(m->sweep_at, now).v > 0) {
		return;
	}
	m->sweep_at = mono_ms_add(now, sweep_every);
	while (n-- > 0) {
		struct transfer *t = m->waiting.head.next;

		list_remove(&m->waiting, t);
		if (mono_ms_since(t->deadline, now).v > 0) {
			list_append(&m->waiting, t);
		} else {
			end_transfer(t, CURLE_OPERATION_TIMEDOUT);
		}
	}
}

/* The rest goes on the wire while there is room, each in time or not at all. */
static void
start_waiting(struct multi *m)
{
	mono_ms now = clock_mono(&m->clock);

	sweep(m, now);
	while (m->waiting.n > 0 && m->running.n < m->limits.in_flight) {
		struct transfer *t = m->waiting.head.next;
		duration_ms left = mono_ms_since(t->deadline, now);

		list_remove(&m->waiting, t);
		if (left.v <= 0) {
			end_transfer(t, CURLE_OPERATION_TIMEDOUT);
			continue;
		}
		if (left.v > t->longest.v) {
			left = t->longest;
		}
		if (curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
		    (long)left.v) != CURLE_OK ||
		    curl_multi_add_handle(m->curl, t->easy) != CURLM_OK) {
			end_transfer(t, CURLE_OUT_OF_MEMORY);
			continue;
		}
		list_append(&m->running, t);
	}
}

static void
reap(struct multi *m)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(m->curl, &left)) != NULL) {
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		struct transfer *t = m->running.head.next;

		assert(message->msg == CURLMSG_DONE);
		while (t != &m->running.head && t->easy != easy) {
			t = t->next;
		}
		assert(t != &m->running.head);
		list_remove(&m->running, t);
		(void)curl_multi_remove_handle(m->curl, easy);
		if (result != CURLE_OK && !t->tried_again &&
		    t->again != NULL && t->again(t, result)) {
			t->tried_again = true;
			list_append(&m->waiting, t);
		} else {
			end_transfer(t, result);
		}
	}
}

static enum err
err_of(CURLMcode code)
{
	switch ((int)code) {
	case CURLM_OK:
		return ERR_NONE;
	case CURLM_OUT_OF_MEMORY:
		return ERR_NOMEM;
	default:
		return ERR_IO;
	}
}

enum err
multi_run_once(struct multi *m, duration_ms timeout)
{
	int wait = timeout.v < 0 ? 0 :
	    timeout.v > 60000 ? 60000 : (int)timeout.v;
	CURLMcode code;
	int running;

	start_waiting(m);
	/* First the work at hand, so that a new transfer is being waited for. */
	code = curl_multi_perform(m->curl, &running);
	if (code == CURLM_OK && (unsigned)running == m->running.n) {
		registers_wipe();
		code = curl_multi_poll(m->curl, NULL, 0, wait, NULL);
		if (code == CURLM_OK) {
			code = curl_multi_perform(m->curl, &running);
		}
	}
	reap(m);
	start_waiting(m);
	return err_of(code);
}

void
multi_wakeup(struct multi *m)
{
	(void)curl_multi_wakeup(m->curl);
}
