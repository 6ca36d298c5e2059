#include "flow/code.h"

#include <string.h>

enum err
code_derive(const struct flow *f, const struct challenge_row *row,
    const uint8_t digest[static DIGEST_BYTES], char ret_code[static CODE_SIZE])
{
	struct code_facts facts = {
		.epoch = row->epoch,
		.tenant = row->tenant,
		.challenge = row->id,
		.generation = row->state.generation,
		.purpose = (uint16_t)row->purpose,
	};
	uint8_t message[CODE_MESSAGE_SIZE];
	uint8_t mac[KEYRING_MAC];
	enum err e;

	memcpy(facts.digest, digest, DIGEST_BYTES);
	code_message(&facts, message);
	e = keyring_code_mac(f->ring, row->code_key,
	    (struct str){(const char *)message, sizeof(message)}, mac);
	if (e == ERR_NONE) {
		code_digits(mac, (unsigned)row->length, ret_code);
	}
	explicit_bzero(mac, sizeof(mac));
	return e;
}
