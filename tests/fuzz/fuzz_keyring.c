/*
 * crypto/keyring_file: what is accepted is written again byte by byte, with
 * the input as the whole file and as a file whose checksum is right.
 */
#include <string.h>

#include "base/encode.h"
#include "crypto/hmac.h"
#include "crypto/keyring_file.h"

#include "fuzz.h"

static void
parse(struct str text)
{
	static struct keyring_file f;
	struct buf again;

	memset(&f, 0, sizeof(f));
	if (keyring_file_parse(text, &f) != ERR_NONE) {
		return;
	}
	buf_init(&again, KEYRING_FILE_MAX);
	keyring_file_format(&f, &again);
	require(buf_err(&again) == ERR_NONE, "the text fits");
	require(str_equal(buf_view(&again), text), "one text for one ring");
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		require(f.versions[use] >= 1 &&
		    f.versions[use] <= KEYRING_VERSIONS_MAX,
		    "every use has a key");
	}
	buf_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = {(const char *)data, size};
	uint8_t digest[SHA256_SIZE];
	struct buf text;

	parse(body);
	if (size > KEYRING_FILE_MAX) {
		return 0;
	}
	require(sha256(&body, 1, digest) == ERR_NONE, "the input has a hash");
	buf_init(&text, (size_t)2 * KEYRING_FILE_MAX);
	buf_str(&text, body);
	buf_z(&text, "sha256 ");
	hex_encode(&text, digest, sizeof(digest));
	buf_char(&text, '\n');
	parse(buf_view(&text));
	buf_done(&text);
	return 0;
}
