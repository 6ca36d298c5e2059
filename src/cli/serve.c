#include <signal.h>

#include "app/server.h"
#include "base/log.h"
#include "cli/cli.h"

/* Blocked before any thread starts, so that only sigwait meets them. */
static sigset_t
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return set;
}

int
cli_serve(struct cli *c)
{
	const struct clock clock = clock_system();
	struct server *server;
	struct buf reason;
	sigset_t signals;
	enum err e;
	int sig;

	if (c->n != 0 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c)) {
		return EXIT_USAGE;
	}
	log_init((enum log_level)c->config.server_log_level, &clock);
	signals = block_signals();
	buf_init(&reason, CONFIG_REASON_MAX);
	e = server_start(&c->config, c->data, &reason, &server);
	if (e != ERR_NONE) {
		cli_say("%s", buf_c(&reason));
		buf_done(&reason);
		return EXIT_FAILED;
	}
	buf_done(&reason);
	printf("ready %s\n", server_url(server));
	fflush(stdout);
	while (sigwait(&signals, &sig) != 0) {
		/* interrupted by another one */
	}
	log_event(LOG_INFO, "server.stopping", NULL);
	return server_stop(server) == ERR_NONE ? EXIT_DONE : EXIT_FAILED;
}
