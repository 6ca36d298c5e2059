#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "config/provider_file.h"

enum { SAMPLE_MAX = 65536 };

static int
check(struct cli *c)
{
	struct providers *providers = calloc(1, sizeof(*providers));
	struct buf reason;
	bool ok;

	if (providers == NULL) {
		return EXIT_FAILED;
	}
	buf_init(&reason, CONFIG_REASON_MAX);
	config_init(&c->config);
	ok = config_load_file(&c->config, c->words[1], &reason);
	ok = config_check(&c->config, &reason) && ok;
	if (c->config.providers_file[0] != '\0') {
		ok = provider_file_load(c->config.providers_file, providers,
		    &reason) && ok;
	}
	if (ok) {
		printf("%s is in order\n", c->words[1]);
	} else {
		fputs(buf_c(&reason), stderr);
	}
	buf_done(&reason);
	free(providers);
	return ok ? EXIT_DONE : EXIT_NO;
}

int
cli_config(struct cli *c)
{
	struct buf sample;
	int status;

	if (c->n == 2 && strcmp(c->words[0], "check") == 0) {
		return check(c);
	}
	if (c->n == 1 && strcmp(c->words[0], "sample") == 0) {
		buf_init(&sample, SAMPLE_MAX);
		config_print_sample(&sample);
		status = cli_print(&sample);
		buf_done(&sample);
		return status;
	}
	return cli_usage(c);
}
