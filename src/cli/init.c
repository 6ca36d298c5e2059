#include "cli/cli.h"

int
cli_init(struct cli *c)
{
	struct buf reason, key, line;
	enum err e;
	int status;

	if (c->n != 0 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c)) {
		return EXIT_USAGE;
	}
	buf_init(&reason, CONFIG_REASON_MAX);
	buf_init(&key, 128);
	buf_init(&line, 256);
	e = install_create(&c->config, c->data, &reason, &key);
	status = cli_status(e);
	if (e == ERR_NONE) {
		buf_z(&line, "api_key=");
		buf_str(&line, buf_view(&key));
		buf_char(&line, '\n');
		status = cli_print(&line);
	} else {
		cli_say("%s", buf_c(&reason));
	}
	buf_done(&line);
	buf_done(&key);
	buf_done(&reason);
	return status;
}
