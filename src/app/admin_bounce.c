#include "app/admin_words.h"
#include "base/encode.h"
#include "flow/bounce.h"

enum { ARENA_MAX = 1 << 20 };

static bool
read_bounce(const struct admin *a, struct bounce *ret_bounce)
{
	size_t n;

	return a->n == 4 && id_parse(ID_MESSAGE, str_of(a->words[1]),
	    &ret_bounce->message) == ERR_NONE &&
	    hex_decode(str_of(a->words[2]), ret_bounce->tag,
	    sizeof(ret_bounce->tag), &n) == ERR_NONE &&
	    n == sizeof(ret_bounce->tag) &&
	    bounce_status_ok(str_of(a->words[3])) &&
	    str_copy(str_of(a->words[3]), ret_bounce->status,
	    sizeof(ret_bounce->status));
}

int
admin_bounce(struct admin *a, const struct directory_copy *c)
{
	struct bounce bounce = {0};
	struct bounced b = {
		.flow = &a->install->flow, .bounce = &bounce, .tenants = c,
	};
	enum err e = ERR_NOMEM;

	if (!read_bounce(a, &bounce)) {
		return admin_misuse(a, "bounce wants a mail on standard "
		    "input");
	}
	b.arena = arena_new(ARENA_MAX);
	if (b.arena != NULL) {
		e = store_do(b.flow->store, STORE_BACKGROUND, bounced_run,
		    &b);
	}
	arena_free(b.arena);
	/* One sentence for both: a stranger learns nothing by guessing. */
	if (e == ERR_MISSING || e == ERR_CRYPTO) {
		return admin_refuse(a, "this is no bounce of a message of "
		    "ours");
	}
	if (e != ERR_NONE) {
		return admin_fail(a, "the message was not marked", e);
	}
	buf_printf(a->out, "%s bounce_%s%s\n", a->words[1], bounce.status,
	    b.again ? " (it had failed before)" : "");
	return EXIT_DONE;
}
