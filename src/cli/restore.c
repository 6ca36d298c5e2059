#include "app/restore.h"
#include "cli/cli.h"

int
cli_restore(struct cli *c)
{
	struct buf reason;
	enum err e;

	if (c->n != (c->epoch ? 0 : 1) || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c)) {
		return EXIT_USAGE;
	}
	buf_init(&reason, CONFIG_REASON_MAX);
	e = c->epoch ? install_new_epoch(&c->config, c->data, &reason)
	    : install_restore(&c->config, c->data, c->words[0], c->replace,
	    &reason);
	if (e == ERR_NONE) {
		puts("restored; challenges of before can no longer be used");
	} else {
		cli_say("%s", buf_c(&reason));
	}
	buf_done(&reason);
	return cli_status(e);
}
