/*
 * Agents and their devices.
 *
 * A device is paired once, by a code that an operator gives to its agent (R29,
 * S27): from then on its key is the agent's, and nothing else is.  It signs a
 * nonce and gets a token of half an hour; every use case of the door looks at
 * device and agent again, in its own transaction, so that a revoked one is
 * refused at once.
 */
#ifndef FLOW_AGENT_H
#define FLOW_AGENT_H

#include "base/arena.h"
#include "domain/text.h"
#include "flow/flow.h"
#include "store/agents.h"

#define AGENT_TOKEN_MAX 160
#define AGENT_TOKEN_LIFE MINUTES(30)
#define AGENT_NONCE_LIFE MINUTES(2)
#define AGENT_NONCE_MAX 48
#define PAIRING_LIFE MINUTES(10)
/* "wwp_" and 24 symbols, 120 bits, in fours: nobody guesses it in ten minutes,
 * so it needs no name beside it (S27). */
#define PAIRING_TEXT 40

struct cell agent_name_cell(const struct id *agent) NONNULL;

struct agent_new {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct str name;	/* a display_text */
	/* Made by prepare. */
	struct agent_row row;
};
enum err agent_new_prepare(struct agent_new *a) MUST_CHECK NONNULL;
enum err agent_new_run(struct tx *tx, void *agent_new) MUST_CHECK NONNULL;

#define AGENT_LIST_MAX 100
#define AGENT_DEVICES_MAX 8

struct agent_list {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id after;	/* all zero: from the first */
	unsigned max;		/* at most AGENT_LIST_MAX */
	/* Made by run. */
	struct agent_row rows[AGENT_LIST_MAX];
	struct str names[AGENT_LIST_MAX];
	unsigned n;
};
enum err agent_list_run(struct tx *tx, void *agent_list) MUST_CHECK NONNULL;

struct agent_show {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	/* Made by run. */
	bool found;
	struct agent_row row;
	struct str name;
	struct agent_device_row devices[AGENT_DEVICES_MAX];
	unsigned n;
};
enum err agent_show_run(struct tx *tx, void *agent_show) MUST_CHECK NONNULL;

/* agent_end: an agent is revoked with his devices, or one device of his. */
struct agent_end {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct id agent;
	bool one_device;
	struct id device;
	/* Made by run. */
	bool found;
};
enum err agent_end_run(struct tx *tx, void *agent_end) MUST_CHECK NONNULL;

struct pairing_new {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id agent;
	/* Made by prepare; text is shown once and wiped by the caller. */
	struct pairing_row row;
	char text[PAIRING_TEXT];
	/* Made by run. */
	bool found;
};
enum err pairing_new_prepare(struct pairing_new *p) MUST_CHECK NONNULL;
enum err pairing_new_run(struct tx *tx, void *pairing_new) MUST_CHECK NONNULL;

/* The one answer to every code that does not pair is PAIR_REFUSED. */
enum pair_verdict { PAIR_DONE, PAIR_REFUSED };

struct pair {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct str code;	/* as typed */
	enum device_key key_type;
	uint8_t key[DEVICE_KEY_MAX];
	size_t key_n;
	/* Made by prepare. */
	uint8_t index[PAIRING_INDEX];
	struct agent_device_row device;
	enum pair_verdict verdict;	/* PAIR_REFUSED: no need to run */
	unix_ms now;
	/* Made by run. */
	struct agent_row agent;
	struct str name;
};
enum err pair_prepare(struct pair *p) MUST_CHECK NONNULL;
enum err pair_run(struct tx *tx, void *pair) MUST_CHECK NONNULL;

/* agent_nonce(f, device, now, dst): to be signed by the device. */
enum err agent_nonce(const struct flow *f, const struct id *device,
    unix_ms now, char dst[static AGENT_NONCE_MAX]) MUST_CHECK NONNULL;

/* What the device signs: this line, its identifier, the nonce, by newlines. */
#define AGENT_SIGN_IN_LINE "watchword agent sign-in"

struct agent_sign_in {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct id device;
	struct str nonce;
	uint8_t signature[64];
	/* Made by run. */
	bool refused;
	struct id tenant;
	unix_ms now;
	struct agent_row agent;
	struct str name;
};
enum err agent_sign_in_run(struct tx *tx, void *agent_sign_in) MUST_CHECK
    NONNULL;

/* agent_token_make(f, tenant, device, now, dst): "wwd_…", terminated. */
enum err agent_token_make(const struct flow *f, const struct id *tenant,
    const struct id *device, unix_ms now, char dst[static AGENT_TOKEN_MAX])
    MUST_CHECK NONNULL;

/*
 * agent_token_read(f, token, now, ret_tenant, ret_device): ERR_DENIED: not
 * ours, too old, or of before a restore.
 */
enum err agent_token_read(const struct flow *f, struct str token,
    unix_ms now, struct id *ret_tenant, struct id *ret_device) MUST_CHECK
    NONNULL;

/*
 * agent_enter(tx, tenant, device, arena, ret_agent, ret_refused): the agent
 * whose device this is; refused: it or he was revoked.
 */
enum err agent_enter(struct tx *tx, const struct id *tenant,
    const struct id *device, struct arena *arena, struct agent_row *ret_agent,
    bool *ret_refused) MUST_CHECK NONNULL;

/* agent_name(f, arena, row, ret): his name; agent_first_name: its beginning. */
enum err agent_name(const struct flow *f, struct arena *arena,
    const struct agent_row *row, struct str *ret_name) MUST_CHECK NONNULL;
struct str agent_first_name(struct str name);

#endif
