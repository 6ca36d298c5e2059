#include "flow/news.h"

#include "flow/audit.h"
#include "flow/door_audit.h"
#include "flow/door_code.h"
#include "flow/outbox.h"
#include "flow/tell.h"
#include "flow/track.h"
#include "store/counters.h"

enum { ARENA_MAX = 65536 };

static const enum message_kind kinds[NEWS_COUNT] = {
	[NEWS_EXPECTED] = MESSAGE_NEWS_EXPECTED,
	[NEWS_DELIVERED] = MESSAGE_NEWS_DELIVERED,
	[NEWS_ATTEMPTED] = MESSAGE_NEWS_ATTEMPTED,
	[NEWS_RETURNING] = MESSAGE_NEWS_RETURNING,
	[NEWS_OVERRIDDEN] = MESSAGE_NEWS_OVERRIDDEN,
};

static const char *const names[NEWS_COUNT] = {
	[NEWS_EXPECTED] = "expected",
	[NEWS_DELIVERED] = "delivered",
	[NEWS_ATTEMPTED] = "attempted",
	[NEWS_RETURNING] = "returning",
	[NEWS_OVERRIDDEN] = "overridden",
};

/* One more of today's, for all shipments to this customer. */
static enum err
count(struct tx *tx, const struct shipment_row *row, unix_ms now,
    bool *ret_allowed)
{
	struct counter_row told;
	enum err e = limited_counter(tx, &row->tenant, COUNTER_NEWS,
	    row->subject, now, &told);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_allowed = news_wait(&told.state, now).v == 0;
	if (!*ret_allowed) {
		return ERR_NONE;
	}
	counter_add(&told.state, now);
	return counter_row_put(tx, &told, now);
}

/* Three lines: the order, the day, the short form of the receipt. */
static enum err
write_lines(struct tx *tx, const struct flow *f,
    const struct shipment_row *row, enum news what, struct arena *arena,
    struct buf *out)
{
	const bool done = what == NEWS_DELIVERED || what == NEWS_OVERRIDDEN;
	char day[DAY_TEXT], receipt[TRACK_SHORT] = "";
	civil_day on = row->next_on;
	struct visit_row visit;
	enum err e = ERR_NONE;

	if (done) {
		e = visit_row_get(tx, &row->tenant, &row->visit, arena,
		    &visit);
		if (e == ERR_NONE) {
			on = visit.day;
			e = track_short(f, &visit, receipt);
		}
	}
	day_text(on, day);
	buf_str(out, row->reference);
	buf_char(out, '\n');
	buf_z(out, day);
	buf_char(out, '\n');
	buf_z(out, receipt);
	return e == ERR_NONE ? buf_err(out) : e;
}

bool
news_read(struct str lines, struct news_facts *ret_facts)
{
	struct str day;

	return str_split(&lines, '\n', &ret_facts->order) &&
	    str_split(&lines, '\n', &day) &&
	    (ret_facts->receipt = lines, day_parse(day, &ret_facts->day));
}

static enum err
record(struct tx *tx, const struct flow *f, const struct shipment_row *row,
    enum news what, const struct id *message, unix_ms now)
{
	struct audit a;
	enum err e = door_audit_begin(&a, f, AUDIT_SHIPMENT_NEWS, row, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "news", names[what]);
	jsonw_member_z(&a.json, "notice", message != NULL ? "queued"
	    : "limited");
	if (message != NULL) {
		jsonw_member_id(&a.json, "message", ID_MESSAGE, message);
	}
	return audit_commit(&a, tx, f);
}

static enum err
queue(struct tx *tx, const struct flow *f, const struct shipment_row *row,
    enum news what, unix_ms now, struct id *ret_id)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct door_person person;
	struct tell_letter letter = {
		.tenant = &row->tenant,
		.to = &person.recipient,
		.locale = row->locale,
		.kind = kinds[what],
	};
	struct buf lines;
	enum err e;

	if (arena == NULL) {
		return ERR_NOMEM;
	}
	buf_init(&lines, NEWS_LINES);
	e = door_customer(f, arena, row, &person);
	if (e == ERR_NONE) {
		e = write_lines(tx, f, row, what, arena, &lines);
	}
	if (e == ERR_NONE) {
		letter.lines = buf_view(&lines);
		e = tell_letter(tx, f, &letter, now, ret_id);
	}
	buf_done(&lines);
	arena_free(arena);
	return e;
}

enum err
news_tell(struct tx *tx, const struct flow *f,
    const struct shipment_row *row, enum news what, unix_ms now)
{
	bool allowed = false;
	struct id message;
	enum err e = count(tx, row, now, &allowed);

	if (e == ERR_NONE && allowed) {
		e = queue(tx, f, row, what, now, &message);
	}
	if (e == ERR_MISSING) {
		/* Forgotten by retention: there is nobody to tell. */
		return ERR_NONE;
	}
	return e == ERR_NONE ? record(tx, f, row, what,
	    allowed ? &message : NULL, now) : e;
}
