#include "app/control.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

enum { PATIENCE_S = 30, BACKLOG = 8, ACCEPT_AGAIN_MS = 100 };

struct control {
	pthread_t thread;
	int folder;		/* held locked */
	int listener;
	int stop;		/* eventfd: readable when it is time to end */
	pthread_mutex_t lock;	/* guards what follows */
	int serving;		/* the connection under way, or -1 */
	bool stopping;
	struct sockaddr_un address;
	control_fn *fn;
	void *ctx;
};

static bool
address_of(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	return str_copy(str_of(path), ret_address->sun_path,
	    sizeof(ret_address->sun_path));
}

static enum err
read_all(int fd, void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = recv(fd, (char *)p + done, n - done, 0);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return got < 0 && errno == EAGAIN ? ERR_TIMEOUT
			    : ERR_IO;
		}
		done += (size_t)got;
	}
	return ERR_NONE;
}

static enum err
write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t put = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put <= 0) {
			return ERR_IO;
		}
		s = str_slice(s, (size_t)put, s.n);
	}
	return ERR_NONE;
}

/* A part: its length in four bytes, then its bytes. */
static void
put_part(struct buf *out, struct str s)
{
	buf_be32(out, (uint32_t)s.n);
	buf_str(out, s);
}

static enum err
read_part(int fd, struct buf *part, size_t max)
{
	uint8_t head[4];
	uint32_t n;
	char *space;
	enum err e = read_all(fd, head, sizeof(head));

	if (e != ERR_NONE) {
		return e;
	}
	n = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 |
	    (uint32_t)head[2] << 8 | head[3];
	if (n > max) {
		return ERR_LIMIT;
	}
	space = (char *)buf_space(part, n);
	if (n > 0 && space == NULL) {
		return buf_err(part);
	}
	return n == 0 ? ERR_NONE : read_all(fd, space, n);
}

static void
be_patient(int fd)
{
	const struct timeval t = {.tv_sec = PATIENCE_S};

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

static bool
is_allowed(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
	    (peer.uid == 0 || peer.uid == geteuid());
}

/* Words that each end with a NUL, as an argument vector. */
static int
split_words(struct buf *request, const char *words[CONTROL_WORDS_MAX + 1])
{
	char *p = request->p;
	int n = 0;

	if (request->n == 0 || p[request->n - 1] != '\0') {
		return 0;
	}
	while (p < request->p + request->n) {
		if (n == CONTROL_WORDS_MAX) {
			return 0;
		}
		words[n++] = p;
		p += strlen(p) + 1;
	}
	words[n] = NULL;
	return n;
}

static void
answer(struct control *c, int fd)
{
	const char *words[CONTROL_WORDS_MAX + 1];
	struct buf request, out, problems, reply;
	int n;

	buf_init(&request, CONTROL_REQUEST_MAX);
	buf_init(&out, CONTROL_ANSWER_MAX);
	buf_init(&problems, CONTROL_ANSWER_MAX);
	buf_init(&reply, 2 * CONTROL_ANSWER_MAX + 64);
	if (read_part(fd, &request, CONTROL_REQUEST_MAX) == ERR_NONE &&
	    (n = split_words(&request, words)) > 0) {
		int status = c->fn(c->ctx, n, words, &out, &problems);

		buf_be32(&reply, (uint32_t)status);
		put_part(&reply, buf_view(&out));
		put_part(&reply, buf_view(&problems));
		/* Whoever has gone meanwhile needs no answer. */
		(void)!write_all(fd, buf_view(&reply));
	}
	buf_done(&reply);
	buf_done(&problems);
	buf_done(&out);
	buf_done(&request);
}

/* Whoever is slow does not hold up the end: control_stop hangs up. */
static void
serve(struct control *c, int fd)
{
	bool stopping;

	pthread_mutex_lock(&c->lock);
	stopping = c->stopping;
	c->serving = stopping ? -1 : fd;
	pthread_mutex_unlock(&c->lock);
	if (!stopping && is_allowed(fd)) {
		answer(c, fd);
	}
	pthread_mutex_lock(&c->lock);
	c->serving = -1;
	pthread_mutex_unlock(&c->lock);
}

static void *
run(void *arg)
{
	struct control *c = arg;
	struct pollfd fds[] = {
		{.fd = c->listener, .events = POLLIN},
		{.fd = c->stop, .events = POLLIN},
	};

	for (;;) {
		int fd;

		if (poll(fds, 2, -1) < 0 && errno != EINTR) {
			return NULL;
		}
		if (fds[1].revents != 0) {
			return NULL;
		}
		fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) {
			/* Without descriptors it stays readable: no rush. */
			(void)!poll(&fds[1], 1, ACCEPT_AGAIN_MS);
			continue;
		}
		be_patient(fd);
		serve(c, fd);
		close(fd);
	}
}

/*
 * One server for a folder, also where the store is elsewhere and takes many.
 * The lock goes with the process.
 */
static enum err
lock_folder(struct control *c)
{
	char folder[sizeof(c->address.sun_path)];
	char *slash;

	memcpy(folder, c->address.sun_path, sizeof(folder));
	slash = strrchr(folder, '/');
	assert(slash != NULL);
	slash[1] = '\0';
	c->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->folder < 0) {
		return ERR_IO;
	}
	if (flock(c->folder, LOCK_EX | LOCK_NB) != 0) {
		close(c->folder);
		return errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
	}
	return ERR_NONE;
}

static enum err
listen_at(struct control *c)
{
	c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (c->listener < 0) {
		return ERR_IO;
	}
	/* The folder is ours, so a socket that is there is a dead one. */
	(void)unlink(c->address.sun_path);
	if (bind(c->listener, (const struct sockaddr *)&c->address,
	    sizeof(c->address)) != 0 ||
	    listen(c->listener, BACKLOG) != 0) {
		close(c->listener);
		return ERR_IO;
	}
	return ERR_NONE;
}

enum err
control_start(const char *path, control_fn *fn, void *ctx,
    struct control **ret_control)
{
	struct control *c = calloc(1, sizeof(*c));
	enum err e;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	c->fn = fn;
	c->ctx = ctx;
	c->serving = -1;
	pthread_mutex_init(&c->lock, NULL);
	e = address_of(path, &c->address) ? lock_folder(c) : ERR_LIMIT;
	if (e != ERR_NONE) {
		free(c);
		return e;
	}
	e = listen_at(c);
	if (e != ERR_NONE) {
		close(c->folder);
		free(c);
		return e;
	}
	c->stop = eventfd(0, EFD_CLOEXEC);
	if (c->stop < 0 || pthread_create(&c->thread, NULL, run, c) != 0) {
		close(c->listener);
		close(c->folder);
		free(c);
		return ERR_NOMEM;
	}
	*ret_control = c;
	return ERR_NONE;
}

void
control_stop(struct control *c)
{
	if (c == NULL) {
		return;
	}
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	if (c->serving >= 0) {
		/* What is carried out is; only its reader is let go. */
		(void)shutdown(c->serving, SHUT_RD);
	}
	pthread_mutex_unlock(&c->lock);
	(void)eventfd_write(c->stop, 1);
	pthread_join(c->thread, NULL);
	(void)unlink(c->address.sun_path);
	close(c->listener);
	close(c->stop);
	close(c->folder);
	free(c);
}

static enum err
exchange(int fd, struct str request, int *ret_status, struct buf *out,
    struct buf *problems)
{
	uint8_t status[4];
	enum err e = write_all(fd, request);

	if (e == ERR_NONE) {
		e = read_all(fd, status, sizeof(status));
	}
	if (e == ERR_NONE) {
		e = read_part(fd, out, CONTROL_ANSWER_MAX);
	}
	if (e == ERR_NONE) {
		e = read_part(fd, problems, CONTROL_ANSWER_MAX);
	}
	*ret_status = e == ERR_NONE ? status[3] : 0;
	return e;
}

enum err
control_call(const char *path, int argc, const char *const *argv,
    int *ret_status, struct buf *out, struct buf *problems)
{
	struct sockaddr_un address;
	struct buf words, request;
	int fd = -1;
	enum err e;

	buf_init(&words, CONTROL_REQUEST_MAX);
	buf_init(&request, CONTROL_REQUEST_MAX + 4);
	for (int i = 0; i < argc; i++) {
		buf_put(&words, argv[i], strlen(argv[i]) + 1);
	}
	put_part(&request, buf_view(&words));
	e = buf_err(&words) != ERR_NONE || argc > CONTROL_WORDS_MAX ||
	    !address_of(path, &address) ? ERR_LIMIT : ERR_NONE;
	if (e == ERR_NONE) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		e = fd < 0 ? ERR_IO : ERR_NONE;
	}
	if (e == ERR_NONE && connect(fd, (const struct sockaddr *)&address,
	    sizeof(address)) != 0) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE) {
		be_patient(fd);
		e = exchange(fd, buf_view(&request), ret_status, out,
		    problems);
	}
	if (fd >= 0) {
		close(fd);
	}
	buf_done(&request);
	buf_done(&words);
	return e;
}
