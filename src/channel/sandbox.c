#include "channel/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* One message and its text, in one piece of memory. */
struct stored {
	size_t bytes;			/* of the piece */
	struct inbox_message m;		/* its strs point into text */
	unix_ms shown_at;		/* when it came into the inbox */
	bool late;			/* shown_at lies ahead at first */
	char text[];
};

/* A message whose completion is to come. */
struct waiting {
	sent_done *done;
	void *arg;
	unix_ms due;
	struct sent sent;
};

struct sandbox {
	pthread_mutex_t mutex;		/* guards what is marked (m) */
	struct stored *ring[SANDBOX_MESSAGES];	/* (m) oldest at first */
	unsigned first, n;		/* (m) */
	size_t bytes;			/* (m) */
	enum fault faults[CHANNEL_COUNT];	/* (m) */
	unsigned fault_counts[CHANNEL_COUNT];	/* (m) */
	unsigned n_waiting;
	struct waiting waiting[SANDBOX_PENDING];
	int wake_fd;
};

static const char *const names[FAULT_COUNT] = {
	[FAULT_NONE] = "none",
	[FAULT_FAIL] = "fail",
	[FAULT_BUSY] = "busy",
	[FAULT_HANG] = "hang",
	[FAULT_LATE] = "late",
	[FAULT_TWICE] = "twice",
	[FAULT_LOST] = "lost",
};

const char *
fault_name(enum fault f)
{
	assert(f < FAULT_COUNT);
	return names[f];
}

bool
fault_parse(struct str s, enum fault *ret_fault)
{
	for (int f = FAULT_NONE + 1; f < FAULT_COUNT; f++) {
		if (str_equal(s, str_of(names[f]))) {
			*ret_fault = (enum fault)f;
			return true;
		}
	}
	return false;
}

static void
lock(struct sandbox *s)
{
	int rc = pthread_mutex_lock(&s->mutex);

	assert(rc == 0);
	(void)rc;
}

static void
unlock(struct sandbox *s)
{
	int rc = pthread_mutex_unlock(&s->mutex);

	assert(rc == 0);
	(void)rc;
}

enum err
sandbox_new(struct sandbox **ret_sandbox)
{
	struct sandbox *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake_fd < 0) {
		free(s);
		return ERR_IO;
	}
	if (pthread_mutex_init(&s->mutex, NULL) != 0) {
		close(s->wake_fd);
		free(s);
		return ERR_NOMEM;
	}
	*ret_sandbox = s;
	return ERR_NONE;
}

void
sandbox_fault(struct sandbox *s, enum channel channel, enum fault fault,
    unsigned count)
{
	assert(channel < CHANNEL_COUNT && fault < FAULT_COUNT);
	lock(s);
	s->faults[channel] = fault;
	s->fault_counts[channel] = count;
	unlock(s);
}

static enum fault
take_fault(struct sandbox *s, enum channel channel)
{
	if (s->fault_counts[channel] == 0) {
		return FAULT_NONE;
	}
	s->fault_counts[channel]--;
	return s->faults[channel];
}

static void
stored_free(struct stored *stored)
{
	if (stored != NULL) {
		explicit_bzero(stored, stored->bytes);
		free(stored);
	}
}

static struct str
put_text(char **end, struct str s)
{
	struct str copy = {*end, s.n};

	if (s.n > 0) {
		memcpy(*end, s.p, s.n);
	}
	*end += s.n;
	return copy;
}

static struct stored *
stored_new(const struct outgoing *m, unix_ms shown_at, bool late)
{
	struct str to = m->channel == CHANNEL_EMAIL ? email_str(m->to_email) :
	    e164_str(m->to_phone);
	bool mail = m->channel == CHANNEL_EMAIL;
	struct str from = !mail ? m->sender
	    : m->from != NULL ? email_str(m->from) : STR("");
	struct str name = mail ? display_text_str(m->from_name) : STR("");
	struct str subject = header_text_str(&m->wording->subject);
	struct str text = buf_view(&m->wording->text);
	struct str html = buf_view(&m->wording->html);
	size_t bytes = sizeof(struct stored) + to.n + from.n + name.n +
	    subject.n + text.n + html.n + m->code.n;
	struct stored *stored = malloc(bytes);
	char *end;

	if (stored == NULL) {
		return NULL;
	}
	end = stored->text;
	stored->bytes = bytes;
	stored->shown_at = shown_at;
	stored->late = late;
	stored->m = (struct inbox_message){
		.id = m->id, .challenge = m->challenge,
		.kind = m->kind, .channel = m->channel, .purpose = m->purpose,
		.to = put_text(&end, to), .from = put_text(&end, from),
		.from_name = put_text(&end, name),
		.subject = put_text(&end, subject),
		.text = put_text(&end, text), .html = put_text(&end, html),
		.code = put_text(&end, m->code), .created_at = m->created_at,
	};
	return stored;
}

static void
drop_oldest(struct sandbox *s)
{
	struct stored *oldest = s->ring[s->first];

	s->ring[s->first] = NULL;
	s->first = (s->first + 1) % SANDBOX_MESSAGES;
	s->n--;
	s->bytes -= oldest->bytes;
	stored_free(oldest);
}

/* Takes stored. */
static void
keep(struct sandbox *s, struct stored *stored)
{
	while (s->n > 0 && (s->n == SANDBOX_MESSAGES ||
	    s->bytes + stored->bytes > SANDBOX_BYTES)) {
		drop_oldest(s);
	}
	s->ring[(s->first + s->n) % SANDBOX_MESSAGES] = stored;
	s->n++;
	s->bytes += stored->bytes;
}

/* In the inbox as often as the fault wants it; false: no memory. */
static bool
deliver(struct sandbox *s, const struct outgoing *m, enum fault fault,
    unix_ms now)
{
	int copies = fault == FAULT_TWICE ? 2 : 1;
	bool late = fault == FAULT_LATE;

	for (int i = 0; i < copies; i++) {
		struct stored *stored = stored_new(m,
		    late ? unix_ms_add(now, SANDBOX_LATE) : now, late);

		if (stored == NULL) {
			return false;
		}
		keep(s, stored);
	}
	return true;
}

static bool
has_address(const struct outgoing *m)
{
	switch (m->channel) {
	case CHANNEL_EMAIL:
		return m->to_email != NULL;
	case CHANNEL_SMS:
	case CHANNEL_VOICE:
		return m->to_phone != NULL;
	case CHANNEL_TOTP:
	case CHANNEL_COUNT:
	default:
		return false;
	}
}

static struct sent
result(enum sent_result r, const char *reason)
{
	return (struct sent){.result = r, .reason = reason, .detail = ""};
}

static enum err
sandbox_submit(void *ctx, const struct outgoing *m, unix_ms now,
    sent_done *done, void *arg)
{
	struct sandbox *s = ctx;
	struct waiting w = {
		.done = done, .arg = arg, .due = now,
		.sent = result(SENT_ACCEPTED, "accepted"),
	};
	unix_ms patience = unix_ms_add(now, SANDBOX_HANG);
	bool ok = true;
	enum fault fault;

	if (!has_address(m) || m->wording->text.n == 0) {
		return ERR_RANGE;
	}
	if (s->n_waiting == SANDBOX_PENDING) {
		return ERR_BUSY;
	}
	lock(s);
	fault = take_fault(s, m->channel);
	if (fault == FAULT_FAIL) {
		w.sent = result(SENT_PERMANENT, "sandbox_fail");
	} else if (fault == FAULT_BUSY) {
		w.sent = result(SENT_TEMPORARY, "sandbox_busy");
	} else if (fault == FAULT_HANG) {
		w.sent = result(SENT_TEMPORARY, "timeout");
		w.due = unix_ms_before(m->expires_at, patience) ?
		    m->expires_at : patience;
	} else if (fault != FAULT_LOST) {
		ok = deliver(s, m, fault, now);
	}
	unlock(s);
	if (!ok) {
		return ERR_NOMEM;
	}
	s->waiting[s->n_waiting++] = w;
	return ERR_NONE;
}

/*
 * Complete what is due, in the order in which it came.  A completion may
 * submit again: that comes behind, and in the next run.
 */
static bool
complete(struct sandbox *s, unix_ms now)
{
	unsigned n = s->n_waiting;
	bool any = false;

	for (unsigned i = 0; i < n; ) {
		struct waiting w = s->waiting[i];

		if (unix_ms_before(now, w.due)) {
			i++;
			continue;
		}
		s->n_waiting--;
		memmove(&s->waiting[i], &s->waiting[i + 1],
		    (s->n_waiting - i) * sizeof(s->waiting[0]));
		n--;
		any = true;
		w.done(w.arg, &w.sent);
	}
	return any;
}

static enum err
sandbox_run(void *ctx, unix_ms now, duration_ms timeout)
{
	struct sandbox *s = ctx;
	struct pollfd pollfd = {.fd = s->wake_fd, .events = POLLIN};
	int wait = timeout.v < 0 ? 0 :
	    timeout.v > 60000 ? 60000 : (int)timeout.v;
	uint64_t count;

	if (complete(s, now)) {
		wait = 0;
	}
	if (poll(&pollfd, 1, wait) < 0 && errno != EINTR) {
		return ERR_IO;
	}
	/* Nonblocking: nothing there is as good as something. */
	if (read(s->wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN &&
	    errno != EINTR) {
		return ERR_IO;
	}
	return ERR_NONE;
}

static unsigned
sandbox_pending(const void *ctx)
{
	const struct sandbox *s = ctx;

	return s->n_waiting;
}

static void
sandbox_wakeup(void *ctx)
{
	struct sandbox *s = ctx;
	uint64_t one = 1;

	/* Fails only when the counter is full, and then it wakes anyway. */
	if (write(s->wake_fd, &one, sizeof(one)) < 0) {
		assert(errno == EAGAIN || errno == EINTR);
	}
}

static void
sandbox_free(void *ctx)
{
	struct sandbox *s = ctx;

	while (s->n_waiting > 0) {
		struct waiting w = s->waiting[--s->n_waiting];

		if (w.sent.result != SENT_ACCEPTED) {
			w.sent = result(SENT_TEMPORARY, "stopped");
		}
		w.done(w.arg, &w.sent);
	}
	while (s->n > 0) {
		drop_oldest(s);
	}
	pthread_mutex_destroy(&s->mutex);
	close(s->wake_fd);
	free(s);
}

struct carrier
sandbox_carrier(struct sandbox *s)
{
	static const struct channel_ops ops = {
		.name = "sandbox",
		.submit = sandbox_submit,
		.run = sandbox_run,
		.pending = sandbox_pending,
		.wakeup = sandbox_wakeup,
		.free = sandbox_free,
	};

	return (struct carrier){&ops, s};
}

static struct stored *
at(struct sandbox *s, unsigned i)
{
	return s->ring[(s->first + i) % SANDBOX_MESSAGES];
}

/* Only what was late can lie ahead: a clock put back hides nothing else. */
static bool
is_shown(const struct stored *stored, unix_ms now)
{
	return !stored->late || !unix_ms_before(now, stored->shown_at);
}

static bool
matches(const struct stored *stored, const struct inbox_filter *filter)
{
	const struct inbox_message *m = &stored->m;

	return (filter->to.n == 0 || (filter->to.n == m->to.n &&
	    strncasecmp(filter->to.p, m->to.p, m->to.n) == 0)) &&
	    (filter->channel < 0 || filter->channel == (int)m->channel) &&
	    (filter->since.v == 0 ||
	    unix_ms_before(filter->since, m->created_at));
}

/* The youngest with this identifier; s->n when there is none. */
static unsigned
find(struct sandbox *s, const struct id *id)
{
	for (unsigned i = s->n; i > 0; i--) {
		if (id_equal(&at(s, i - 1)->m.id, id)) {
			return i - 1;
		}
	}
	return s->n;
}

/* Whether message i came into the inbox after message reference did. */
static bool
is_after(struct sandbox *s, unsigned i, unsigned reference)
{
	unix_ms a = at(s, i)->shown_at, b = at(s, reference)->shown_at;

	return i != reference &&
	    (unix_ms_before(b, a) || (a.v == b.v && i > reference));
}

unsigned
sandbox_each(struct sandbox *s, const struct inbox_filter *filter,
    unix_ms now, unsigned max, inbox_fn *fn, void *ctx)
{
	unsigned found = 0, reference;

	lock(s);
	reference = filter->after == NULL ? s->n : find(s, filter->after);
	for (unsigned i = s->n; i > 0 && found < max; i--) {
		const struct stored *stored = at(s, i - 1);

		if (is_shown(stored, now) && matches(stored, filter) &&
		    (reference == s->n || is_after(s, i - 1, reference))) {
			fn(ctx, &stored->m);
			found++;
		}
	}
	unlock(s);
	return found;
}

bool
sandbox_get(struct sandbox *s, const struct id *id, unix_ms now, inbox_fn *fn,
    void *ctx)
{
	bool found;
	unsigned i;

	lock(s);
	i = find(s, id);
	found = i < s->n && is_shown(at(s, i), now);
	if (found) {
		fn(ctx, &at(s, i)->m);
	}
	unlock(s);
	return found;
}
