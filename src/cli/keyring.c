#include <string.h>

#include "base/jsonw.h"
#include "cli/cli.h"
#include "crypto/crypto.h"

enum { LINE_MAX_BYTES = 512 };

/* The public half of one version as a line of JSON; for auditors. */
static int
print_public(const struct keyring *ring, enum key_use use, uint32_t version)
{
	uint8_t public[KEYRING_PUBLIC];
	struct buf CLEANUP(buf_done) line = {0};
	struct jsonw w;
	unix_ms at;

	buf_init(&line, LINE_MAX_BYTES);
	if (keyring_public(ring, use, version, public) != ERR_NONE ||
	    keyring_made_at(ring, use, version, &at) != ERR_NONE) {
		return EXIT_FAILED;
	}
	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_member_z(&w, "use", keyring_use_name(use));
	jsonw_member_i64(&w, "key", version);
	jsonw_member_time(&w, "made_at", at);
	jsonw_key(&w, "public");
	jsonw_hex(&w, public, sizeof(public));
	jsonw_object_end(&w);
	buf_char(&line, '\n');
	return cli_print(&line);
}

/* Nothing here is secret: receipts and seals are checked with these alone. */
static int
list_public(const char *path)
{
	static const enum key_use uses[] = {KEY_RECEIPT, KEY_AUDIT};
	struct keyring *ring;
	enum err e = keyring_load(path, &ring);
	int status = EXIT_DONE;

	if (e != ERR_NONE) {
		cli_say("%s: %s", path, install_why(e));
		return cli_status(e);
	}
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		uint32_t last = keyring_version(ring, uses[i]);

		for (uint32_t v = 1; v <= last && status == EXIT_DONE; v++) {
			status = print_public(ring, uses[i], v);
		}
	}
	keyring_free(ring);
	return status;
}

static int
list(const char *path)
{
	struct keyring *ring;
	enum err e = keyring_load(path, &ring);

	if (e != ERR_NONE) {
		cli_say("%s: %s", path, install_why(e));
		return cli_status(e);
	}
	for (int use = 0; use < KEY_USE_COUNT; use++) {
		uint32_t last = keyring_version(ring, (enum key_use)use);

		for (uint32_t v = 1; v <= last; v++) {
			char text[RFC3339_SIZE];
			unix_ms at;

			if (keyring_made_at(ring, (enum key_use)use, v, &at)
			    != ERR_NONE) {
				continue;
			}
			unix_ms_format(at, text);
			printf("%-8s %3u  %s%s\n",
			    keyring_use_name((enum key_use)use), v, text,
			    v == last ? "  in use" : "");
		}
	}
	keyring_free(ring);
	return EXIT_DONE;
}

static int
rotate(const char *path, const char *word)
{
	const struct rng rng = rng_system();
	const struct clock clock = clock_system();
	enum key_use use;
	enum err e;

	if (!keyring_use_parse(str_of(word), &use)) {
		cli_say("rotate one of code, seal, receipt, audit");
		return EXIT_USAGE;
	}
	e = keyring_rotate(path, use, &rng, clock_now(&clock));
	if (e == ERR_RANGE) {
		cli_say("the index key cannot be rotated: what was indexed "
		    "with it could not be found any more");
		return EXIT_NO;
	}
	if (e != ERR_NONE) {
		cli_say("%s: %s", path, install_why(e));
		return EXIT_FAILED;
	}
	printf("added; a running server uses it after a restart\n");
	return EXIT_DONE;
}

int
cli_keyring(struct cli *c)
{
	struct install_paths paths;

	if (c->n < 1 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c) ||
	    !install_paths(&c->config, c->data, &paths)) {
		return EXIT_USAGE;
	}
	if (crypto_init() != ERR_NONE) {
		cli_say("there is not enough locked memory (ulimit -l)");
		return EXIT_FAILED;
	}
	if (c->n == 1 && strcmp(c->words[0], "list") == 0) {
		return list(paths.keyring);
	}
	if (c->n == 1 && strcmp(c->words[0], "public") == 0) {
		return list_public(paths.keyring);
	}
	if (c->n == 2 && strcmp(c->words[0], "rotate") == 0) {
		return rotate(paths.keyring, c->words[1]);
	}
	return cli_usage(c);
}
