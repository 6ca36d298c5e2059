#include "api/batch.h"

#include "api/auth.h"
#include "base/log.h"
#include "http/stream.h"

enum {
	ARENA_MAX = 16 << 20,	/* of a part */
	TEXT_MAX = 256 * 1024,	/* bytes of lines after which a part is full */
	ANSWER_MAX = 4 << 20	/* of a part's answers */
};

struct item {
	uint64_t line;		/* its number, from 1 */
	void *arg;		/* NULL: it cannot be run */
	struct str refused;	/* else: its answer, as JSON */
	enum err result;	/* of its transaction */
};

struct batch {
	struct call call;
	const struct batch_kind *kind;
	struct arena *arena;	/* of the part; the call's own */
	uint64_t lines;		/* read so far */
	bool begun;
	bool over;		/* there are no more lines */
	struct item items[BATCH_PART_MAX];
	unsigned n;
	unsigned from, to;	/* those of the transaction that runs */
};

static void next_part(struct http_exchange *x, void *batch);

void
batch_error(struct jsonw *w, enum problem p, const char *field,
    const char *reason)
{
	jsonw_key(w, "error");
	jsonw_object(w);
	jsonw_member_z(w, "code", problem_code(p));
	jsonw_member_z(w, "title", problem_title(p));
	if (field != NULL) {
		jsonw_key(w, "errors");
		jsonw_array(w);
		jsonw_object(w);
		jsonw_member_z(w, "field", field);
		jsonw_member_z(w, "reason", reason);
		jsonw_object_end(w);
		jsonw_array_end(w);
	}
	jsonw_object_end(w);
}

/* The call's memory and directory, and its answer, end here. */
static void
end(struct batch *b)
{
	struct http_exchange *x = b->call.x;

	arena_free(b->arena);
	b->call.own = NULL;
	directory_drop(b->call.directory);
	http_stream_end(x);
}

static void
begin_answer(struct batch *b)
{
	if (!b->begun) {
		b->begun = true;
		http_stream_begin(b->call.x, 200, "application/x-ndjson");
	}
}

/* A member that only says where in the line the flaw is: as in problems. */
static void
write_flaws(struct jsonw *w, const struct jsonr *r)
{
	jsonw_key(w, "error");
	jsonw_object(w);
	jsonw_member_z(w, "code", problem_code(PROBLEM_INVALID_REQUEST));
	jsonw_member_z(w, "title", problem_title(PROBLEM_INVALID_REQUEST));
	problem_errors(w, jsonr_flaws(r));
	jsonw_object_end(w);
}

/* What is wrong with a line, kept until its turn: r's flaws, or else p's. */
static void
refuse(struct batch *b, struct item *item, const struct jsonr *r,
    enum problem p, const char *reason)
{
	struct buf CLEANUP(buf_done) text = {0};
	struct jsonw w;

	item->arg = NULL;
	buf_init(&text, ANSWER_MAX / BATCH_PART_MAX);
	jsonw_init(&w, &text);
	jsonw_object(&w);
	jsonw_member_i64(&w, "line", (int64_t)item->line);
	if (r != NULL) {
		write_flaws(&w, r);
	} else {
		batch_error(&w, p, reason != NULL ? "" : NULL, reason);
	}
	jsonw_object_end(&w);
	if (buf_err(&text) != ERR_NONE || !arena_str(b->arena,
	    buf_view(&text), &item->refused)) {
		item->refused = STR("");
		item->result = ERR_NOMEM;
	}
}

static void
read_item(struct batch *b, struct str line, struct item *item)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	enum err e = ERR_NONE;

	item->arg = arena_get(b->arena, b->kind->size);
	if (item->arg == NULL) {
		item->result = ERR_NOMEM;
		return;
	}
	if (jsonr_open(&r, b->arena, line, &root)) {
		b->kind->read(&b->call, b->arena, line, &root, item->arg);
		jsonr_close(&root);
	}
	if (r.no_memory) {
		item->arg = NULL;
		item->result = ERR_NOMEM;
	} else if (!jsonr_ok(&r)) {
		refuse(b, item, &r, PROBLEM_INVALID_REQUEST, NULL);
	} else if (b->kind->prepare != NULL) {
		e = b->kind->prepare(item->arg);
	}
	if (e != ERR_NONE) {
		item->arg = NULL;
		item->result = e;
	}
}

/* One more line of the part. */
static void
add(struct batch *b, enum http_line got, struct str line)
{
	struct item *item = &b->items[b->n];

	b->lines++;
	if (got == HTTP_LINE && str_trim(line).n == 0) {
		return;
	}
	b->n++;
	*item = (struct item){.line = b->lines};
	if (got == HTTP_LINE_LONG) {
		refuse(b, item, NULL, PROBLEM_TOO_LARGE,
		    "is longer than 65536 bytes");
	} else {
		read_item(b, str_trim(line), item);
	}
}

/* How the last look for a line ended. */
static enum http_line
read_part(struct batch *b)
{
	enum http_line got = HTTP_LINE_NONE;
	struct str line = STR("");
	size_t text = 0;

	while (b->n < BATCH_PART_MAX && text < TEXT_MAX) {
		got = http_stream_line(b->call.x, b->arena, &line);
		if (got != HTTP_LINE && got != HTTP_LINE_LONG) {
			return got;
		}
		text += got == HTTP_LINE ? line.n : 0;
		add(b, got, line);
	}
	return got;
}

static enum problem
problem_of(enum err e)
{
	switch (e) {
	case ERR_BUSY:
	case ERR_CONFLICT:
		return PROBLEM_BUSY;
	case ERR_STORE:
	case ERR_CLOSED:
	case ERR_TIMEOUT:
		return PROBLEM_UNAVAILABLE;
	case ERR_NONE:
	case ERR_NOMEM:
	case ERR_LIMIT:
	case ERR_SYNTAX:
	case ERR_RANGE:
	case ERR_IO:
	case ERR_EXISTS:
	case ERR_MISSING:
	case ERR_DENIED:
	case ERR_CRYPTO:
	case ERR_COUNT:
	default:
		return PROBLEM_INTERNAL_ERROR;
	}
}

static void
write_item(struct batch *b, struct item *item, struct buf *out)
{
	struct jsonw w;

	if (item->refused.n > 0) {
		buf_str(out, item->refused);
		buf_char(out, '\n');
		return;
	}
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_i64(&w, "line", (int64_t)item->line);
	if (item->result == ERR_NONE) {
		b->kind->write(&b->call, item->arg, &w);
	} else {
		batch_error(&w, problem_of(item->result), NULL, NULL);
	}
	jsonw_object_end(&w);
	buf_char(out, '\n');
}

/* All that the part has come to; then the next one, or the end. */
static void
answer(struct batch *b)
{
	struct buf CLEANUP(buf_done) out = {0};

	buf_init(&out, ANSWER_MAX);
	for (unsigned i = 0; i < b->n; i++) {
		write_item(b, &b->items[i], &out);
	}
	if (buf_err(&out) != ERR_NONE) {
		/* Done, and not told: the client will ask again. */
		end(b);
		return;
	}
	http_stream_put(b->call.x, buf_view(&out));
	if (b->over) {
		end(b);
		return;
	}
	http_stream_wait(b->call.x, next_part, b);
}

static enum err
run_part(struct tx *tx, void *batch)
{
	struct batch *b = batch;
	enum err e = ERR_NONE;

	for (unsigned i = b->from; e == ERR_NONE && i < b->to; i++) {
		if (b->items[i].arg != NULL) {
			e = b->kind->run(tx, b->items[i].arg);
		}
	}
	return e;
}

static void submit(struct batch *b);

static void
fail(struct batch *b, enum err e)
{
	char id[ID_TEXT_MAX];

	if (e != ERR_BUSY && e != ERR_CONFLICT) {
		id_text(ID_REQUEST, http_request_id(b->call.x), id);
		log_event(LOG_ERROR, "request.failed", "request", id, "error",
		    err_name(e), NULL);
	}
	for (unsigned i = b->from; i < b->to; i++) {
		b->items[i].result = b->items[i].arg != NULL ? e
		    : b->items[i].result;
	}
}

/* The transaction is over: those after it, or the answer. */
static void
settled(struct http_exchange *x UNUSED, void *batch)
{
	struct batch *b = batch;
	enum err e = b->call.result;
	bool whole = b->to - b->from > 1;
	bool at_fault = e != ERR_NONE && problem_of(e) ==
	    PROBLEM_INTERNAL_ERROR;

	if (at_fault && whole) {
		/* One of them is at fault; the others are to go through. */
		b->to = b->from + 1;
		submit(b);
		return;
	}
	if (e != ERR_NONE) {
		fail(b, e);
	}
	b->from = b->to;
	if (b->from < b->n) {
		b->to = b->from + 1;
		submit(b);
		return;
	}
	answer(b);
}

static void
done(struct store_job *job, enum err result)
{
	struct batch *b = (struct batch *)(void *)
	    ((char *)job - offsetof(struct batch, call.job));

	b->call.result = result;
	http_resume(b->call.x, settled, b);
}

static void
submit(struct batch *b)
{
	enum err e;

	b->call.job = (struct store_job){
		.run = run_part, .arg = b, .done = done,
		.priority = STORE_CREATE,
	};
	e = store_submit(b->call.api->flow->store, &b->call.job);
	if (e != ERR_NONE) {
		/* Nothing of what is left of the part is done. */
		b->to = b->n;
		fail(b, e);
		answer(b);
	}
}

static bool
has_work(const struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		if (b->items[i].arg != NULL) {
			return true;
		}
	}
	return false;
}

/* The key was revoked while the lines came: nothing more is done. */
static void
say_revoked(struct batch *b)
{
	struct buf CLEANUP(buf_done) out = {0};
	struct jsonw w;

	begin_answer(b);
	buf_init(&out, ANSWER_MAX);
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_member_i64(&w, "line", (int64_t)b->lines + 1);
	batch_error(&w, PROBLEM_UNAUTHORIZED, NULL, NULL);
	jsonw_object_end(&w);
	buf_char(&out, '\n');
	http_stream_put(b->call.x, buf_view(&out));
	end(b);
}

/* Nobody reads an answer any more, or the body makes no sense. */
static void
give_up(struct batch *b)
{
	if (b->begun) {
		end(b);
	} else {
		call_problem(&b->call, PROBLEM_BAD_FRAMING,
		    "The body did not come whole.");
	}
}

static void
next_part(struct http_exchange *x, void *batch)
{
	struct batch *b = batch;
	enum http_line got;

	arena_reset(b->arena);
	b->n = 0;
	if (!auth_again(&b->call)) {
		say_revoked(b);
		return;
	}
	got = read_part(b);
	if (got == HTTP_LINE_GONE) {
		/* What was read of this part is dropped: none of it was run. */
		give_up(b);
		return;
	}
	b->over = got == HTTP_LINE_END;
	if (b->n == 0 && !b->over) {
		http_stream_wait(x, next_part, b);
		return;
	}
	begin_answer(b);
	b->from = 0;
	b->to = b->n;
	if (has_work(b)) {
		submit(b);
	} else {
		answer(b);
	}
}

void
batch_begin(struct http_exchange *x, const struct batch_kind *kind)
{
	struct batch *b = call_begin(x, sizeof(*b));

	if (b == NULL) {
		return;
	}
	b->kind = kind;
	b->arena = call_memory(&b->call, ARENA_MAX);
	if (b->arena != NULL) {
		http_stream_wait(x, next_part, b);
	}
}
