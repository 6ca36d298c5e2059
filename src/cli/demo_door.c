/*
 * The other half of the demo: parcels that are handed over against a code.
 * It makes an agent and a customer's shipments, and leaves the door itself to
 * the reader's browser.
 */
#include "cli/demo.h"

#include <stdio.h>

#include "base/clock.h"
#include "cli/say.h"
#include "domain/day.h"

/* Of a sandbox that is gone when it ends. */
#define DEMO_PASSWORD "lamb-lane-after-the-rain"

enum { BODY_MAX = 1024, DAY_MS = 24 * 3600 * 1000 };

static bool
make_agent(struct demo *d)
{
	struct jsonr CLEANUP(jsonr_done) r = {0}, CLEANUP(jsonr_done) p = {0};
	struct jsonr_object root;
	char path[128];

	demo_title(d, "An agent, and the code that pairs his device");
	say_line("POST /v1/agents  Ravi Sharma");
	if (!demo_ask(d, "POST", "/v1/agents",
	    "{\"name\":\"Ravi Sharma\"}", &r, &root) ||
	    !demo_text(&root, "id", &d->agent)) {
		return false;
	}
	snprintf(path, sizeof(path), "/v1/agents/%.*s/pairings",
	    STR_ARG(d->agent));
	if (!demo_ask(d, "POST", path, "{}", &p, &root) ||
	    !demo_text(&root, "pairing_code", &d->pairing)) {
		return false;
	}
	say_line("good once, for ten minutes: %.*s", STR_ARG(d->pairing));
	return true;
}

/* The customer, for the pages: her password is printed, here and nowhere else. */
static bool
make_account(struct demo *d)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;

	demo_title(d, "A customer with an account");
	say_line("POST /v1/accounts  Ada Lovelace, ada@example.com");
	return demo_ask(d, "POST", "/v1/accounts",
	    "{\"name\":\"Ada Lovelace\",\"email\":\"ada@example.com\","
	    "\"password\":\"" DEMO_PASSWORD "\",\"locale\":\"en\","
	    "\"time_zone\":\"Etc/UTC\"}", &r, &root) &&
	    demo_text(&root, "id", &d->account);
}

/* One shipment of today; ret_id may go onto the agent's route. */
static bool
ship(struct demo *d, int n, const char *parcels, struct str *ret_id)
{
	const struct clock clock = clock_system();
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, code;
	struct jsonr_array reasons;
	struct str reason;
	char day[DAY_TEXT], body[BODY_MAX];

	day_text((civil_day){clock_now(&clock).v / DAY_MS}, day);
	snprintf(body, sizeof(body), "{\"order\":\"A-10%d\",\"account\":\"%.*s\","
	    "\"address\":{\"lines\":[\"%d Lamb Lane\"],\"postcode\":"
	    "\"E8 3PJ\",\"country\":\"GB\",\"time_zone\":\"Etc/UTC\"},"
	    "\"value\":{\"amount\":\"350.00\",\"currency\":\"GBP\"},"
	    "\"promised_on\":\"%s\",\"parcels\":[%s]}", n + 1,
	    STR_ARG(d->account), n + 5, day, parcels);
	if (!demo_ask(d, "POST", "/v1/shipments", body, &r, &root) ||
	    !demo_text(&root, "id", ret_id) ||
	    !demo_text(&root, "track", &d->track[n]) ||
	    !jsonr_object(&root, "code", JSONR_REQUIRED, &code) ||
	    !jsonr_array(&code, "reasons", JSONR_REQUIRED, 16, &reasons) ||
	    !jsonr_at_str(&reasons, 0, 0, 256, &reason)) {
		return false;
	}
	say_line("A-10%d needs a code: %.*s", n + 1, STR_ARG(reason));
	return true;
}

static bool
send_out(struct demo *d, struct str shipment, int stop)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct str until;
	char path[128], body[160];

	snprintf(path, sizeof(path), "/v1/shipments/%.*s/dispatch",
	    STR_ARG(shipment));
	snprintf(body, sizeof(body), "{\"agent\":\"%.*s\",\"stop\":%d}",
	    STR_ARG(d->agent), stop);
	if (!demo_ask(d, "POST", path, body, &r, &root) ||
	    !demo_text(&root, "valid_until", &until)) {
		return false;
	}
	say_line("stop %d: the code is sent, good until %.*s", stop,
	    STR_ARG(until));
	return true;
}

bool
demo_door(struct demo *d)
{
	static const char *const parcels[DEMO_PARCELS] = {
		("{\"tracking\":\"EX-1001\",\"what\":\"Headphones\"},"
		    "{\"tracking\":\"EX-1002\",\"what\":\"Two books\"}"),
		"{\"tracking\":\"EX-2001\",\"what\":\"A lamp\"}",
		"{\"tracking\":\"EX-3001\",\"what\":\"A chair\"}",
	};
	struct str ids[DEMO_PARCELS];

	if (!make_account(d) || !make_agent(d)) {
		return false;
	}
	demo_title(d, "Three shipments; two go out with him today");
	for (int i = 0; i < DEMO_PARCELS; i++) {
		if (!ship(d, i, parcels[i], &ids[i])) {
			return false;
		}
	}
	return send_out(d, ids[0], 1) && send_out(d, ids[1], 2);
}

void
demo_door_ways(const struct demo *d)
{
	const char *url = server_url(d->server);

	printf("Her account:\n\n"
	    "   %s/signin    ada@example.com, password\n"
	    "      " DEMO_PASSWORD "\n"
	    "   %s/orders    what is on its way to her\n"
	    "   %s/security  and what protects it\n\n", url, url, url);
	printf("At the door, in two windows:\n\n"
	    "   %s/agent     the agent's device; pairing code\n"
	    "      %.*s\n"
	    "   %s/track/%.*s\n"
	    "      the customer's page of his first stop\n"
	    "   %s/track/%.*s\n"
	    "      of his second\n"
	    "   %s/track/%.*s\n"
	    "      of what is not on its way yet\n"
	    "   %s/dispatch  the dispatcher's desk, with the key below\n\n",
	    url, STR_ARG(d->pairing), url, STR_ARG(d->track[0]),
	    url, STR_ARG(d->track[1]), url, STR_ARG(d->track[2]), url);
}
