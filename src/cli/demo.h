/*
 * What the files of "watchword demo" share: the running server, and how a step
 * asks it.
 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include <stdbool.h>

#include "app/server.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "cli/cli.h"
#include "http/jsonr.h"

#define DEMO_PARCELS 3
#define DEMO_TOKEN_MAX 64

struct demo {
	struct cli *cli;
	struct server *server;
	struct arena *arena;
	struct buf key;
	char folder[64];
	bool reader;		/* a person at a terminal */
	int step;
	/* What one step learns for the next. */
	struct str challenge, code, receipt;
	/* Shipments, by their order's number in the demo. */
	struct str account, agent, pairing, track[DEMO_PARCELS];
};

/* demo_title(d, text): the heading of the next step. */
void demo_title(struct demo *d, const char *text) NONNULL;

/*
 * demo_ask(d, method, path, body, r, ret_root): one request; the answer as an
 * object, kept as long as d->arena.  False: it has said what went wrong.
 */
bool demo_ask(struct demo *d, const char *method, const char *path,
    const char *body, struct jsonr *r, struct jsonr_object *ret_root)
    MUST_CHECK NONNULL;

/* demo_text(o, name, ret): a member that must be there. */
bool demo_text(struct jsonr_object *o, const char *name, struct str *ret)
    MUST_CHECK NONNULL;

/* demo_door(d): an agent, and shipments of one customer in several states. */
bool demo_door(struct demo *d) MUST_CHECK NONNULL;

/* demo_door_ways(d): where the browser finds them. */
void demo_door_ways(const struct demo *d) NONNULL;

#endif
