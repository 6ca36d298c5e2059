#include "flow/neighbours.h"

#include <string.h>

#include "domain/guard.h"

static enum err
load(struct tx *tx, const struct neighbours *n, const struct e164 *number,
    struct tally_row *ret_row)
{
	uint8_t key[KEYRING_INDEX];
	enum err e = keyring_index(n->flow->ring, "guard_number",
	    flow_id_bytes(n->tenant), e164_str(number), key);

	if (e == ERR_NONE) {
		e = tally_row_get(tx, n->tenant, GUARD_NUMBER, key, ret_row);
	}
	return e;
}

/* One way along the row, until nobody asked for the next number. */
static enum err
walk(struct tx *tx, const struct neighbours *n, int step, int64_t most,
    int64_t *run, duration_ms *wait)
{
	struct e164 number = *n->number;
	enum err e = ERR_NONE;

	while (e == ERR_NONE && *run < most &&
	    number_beside(&number, step, &number)) {
		struct tally_row row;

		e = load(tx, n, &number, &row);
		if (e != ERR_NONE || tally_sent(&row.state,
		    GUARD_NEIGHBOURS_WINDOW, n->now) == 0) {
			break;
		}
		duration_ms left = tally_wait(&row.state,
		    GUARD_NEIGHBOURS_WINDOW, 1, n->now);

		if (wait->v == 0 || left.v < wait->v) {
			*wait = left;
		}
		++*run;
	}
	explicit_bzero(&number, sizeof(number));
	return e;
}

enum err
neighbours_count(struct tx *tx, const struct neighbours *n, int64_t most,
    int64_t *ret_run, duration_ms *ret_wait)
{
	duration_ms wait = {0};
	int64_t run = 1;
	enum err e = walk(tx, n, -1, most, &run, &wait);

	if (e == ERR_NONE) {
		e = walk(tx, n, 1, most, &run, &wait);
	}
	if (e == ERR_NONE) {
		*ret_run = run;
		*ret_wait = wait;
	}
	return e;
}

enum err
neighbours_add(struct tx *tx, const struct neighbours *n)
{
	struct tally_row row;
	enum err e = load(tx, n, n->number, &row);

	if (e == ERR_NONE) {
		tally_send(&row.state, true, n->now);
		e = tally_row_put(tx, &row, n->now);
	}
	return e;
}
