/*
 * News: what the customer of a shipment is told besides the code.
 */
#ifndef FLOW_NEWS_H
#define FLOW_NEWS_H

#include "flow/flow.h"
#include "store/shipments.h"

enum news {
	NEWS_EXPECTED,		/* when it comes, and that a code is needed */
	NEWS_DELIVERED,		/* with the short form of the receipt */
	NEWS_ATTEMPTED,		/* nobody was there, and the new day */
	NEWS_RETURNING,
	NEWS_OVERRIDDEN,	/* handed over without a code, by two people */
	NEWS_COUNT
};

/*
 * news_tell(tx, f, row, what, now): queues a message to row's recipient,
 * unless he was told often enough today; the audit log has it either way.
 */
enum err news_tell(struct tx *tx, const struct flow *f,
    const struct shipment_row *row, enum news what, unix_ms now)
    MUST_CHECK NONNULL;

/* What a message of news is worded from; borrowed from its lines. */
#define NEWS_LINES 256
struct news_facts {
	struct str order;
	civil_day day;
	struct str receipt;	/* may be empty */
};

/* news_read(lines, ret_facts): false: they are not of news_tell. */
bool news_read(struct str lines, struct news_facts *ret_facts) MUST_CHECK
    NONNULL;

#endif
