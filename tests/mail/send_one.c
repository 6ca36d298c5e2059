/*
 * send_one PORT CA_FILE TO LOCALE CODE: one sign-in message through
 * channel/email.h, over STARTTLS; prints the result's reason.
 */
#include <stdio.h>

#include "base/parse.h"
#include "channel/email.h"

static void
done(void *arg, const struct sent *sent)
{
	(void)arg;
	printf("%s\n", sent->reason);
	if (sent->result != SENT_ACCEPTED) {
		fprintf(stderr, "%s\n", sent->detail);
	}
}

static int
send_one(struct carrier carrier, const struct outgoing *m, unix_ms now)
{
	if (carrier_submit(carrier, m, now, done, NULL) != ERR_NONE) {
		return 3;
	}
	while (carrier_pending(carrier) > 0) {
		if (carrier_run(carrier, now, SECONDS(1)) != ERR_NONE) {
			return 3;
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct email_carrier_options o = {
		.peer = smtp_peer_default(), .limits = {1, 1, 1},
		.clock = clock_system(),
	};
	unix_ms now = clock_now(&o.clock);
	struct rng rng = rng_system();
	struct email to, from;
	struct display_text brand;
	struct wording wording;
	struct outgoing m = {
		.to_email = &to, .from = &from, .from_name = &brand,
		.wording = &wording, .created_at = now,
		.expires_at = unix_ms_add(now, MINUTES(5)),
	};
	struct carrier carrier = {0};
	uint64_t port;
	int rc = 3;

	if (argc != 6 || !parse_u64(str_of(argv[1]), &port) ||
	    port > UINT16_MAX ||
	    email_parse(str_of(argv[3]), &to) != FLAW_NONE ||
	    email_parse(STR("code@shop.example"), &from) != FLAW_NONE ||
	    display_text_parse(STR("M\xc3\xbcller & S\xc3\xb6hne"), &brand) !=
	    FLAW_NONE) {
		return 2;
	}
	o.peer.host = "127.0.0.1";
	o.peer.port = (uint16_t)port;
	o.peer.ca_file = argv[2];
	o.peer.helo = "shop.example";
	wording_init(&wording);
	if (wording_render(&(struct wording_request){
	    .locale = locale_best(str_of(argv[4])), .brand = &brand,
	    .code = str_of(argv[5]), .expires_in = MINUTES(5)}, &wording) ==
	    ERR_NONE && id_new(&rng, now, &m.id) == ERR_NONE &&
	    email_carrier_new(&o, &carrier) == ERR_NONE) {
		rc = send_one(carrier, &m, now);
	}
	carrier_free(carrier);
	wording_done(&wording);
	return rc;
}
