#include "cli/cli.h"

int
cli_backup(struct cli *c)
{
	const struct install_hooks hooks = {0};
	struct install install;
	struct buf reason;
	enum err e;

	if (c->n != 1 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c)) {
		return EXIT_USAGE;
	}
	buf_init(&reason, CONFIG_REASON_MAX);
	e = install_open(&c->config, c->data, INSTALL_READ, clock_system(),
	    &hooks, &reason, &install);
	if (e != ERR_NONE) {
		cli_say("%s", buf_c(&reason));
		buf_done(&reason);
		return cli_status(e);
	}
	e = store_backup(install.flow.store, c->words[0]);
	install_close(&install);
	buf_done(&reason);
	if (e == ERR_EXISTS) {
		cli_say("%s is there already; nothing was written",
		    c->words[0]);
	} else if (e == ERR_RANGE) {
		cli_say("this store is PostgreSQL's; use pg_dump");
	} else if (e != ERR_NONE) {
		cli_say("no backup was made: %s", err_name(e));
	} else {
		printf("%s\n", c->words[0]);
		cli_say("keep a copy of the key ring too, in another place: "
		    "without it the backup cannot be read");
	}
	return cli_status(e);
}
