#include "flow/track.h"

#include <string.h>

#include "base/encode.h"
#include "domain/countersign.h"

_Static_assert(TRACK_BYTES == KEYRING_INDEX, "an index is what is looked up");

enum err
track_token(const struct flow *f, const struct id *tenant,
    const struct id *shipment, char dst[static TRACK_TOKEN])
{
	uint8_t mac[KEYRING_INDEX];
	struct buf text;
	enum err e = keyring_index(f->ring, "track_token",
	    flow_id_bytes(tenant), flow_id_bytes(shipment), mac);

	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&text, dst, TRACK_TOKEN);
	crockford_encode(&text, mac, sizeof(mac));
	return buf_err(&text);
}

enum err
track_index(const struct flow *f, struct str token,
    uint8_t ret_index[static TRACK_BYTES])
{
	uint8_t mac[KEYRING_INDEX];
	size_t n;

	if (token.n != TRACK_TOKEN - 1 ||
	    crockford_decode(token, mac, sizeof(mac), &n) != ERR_NONE ||
	    n != sizeof(mac)) {
		return ERR_SYNTAX;
	}
	return keyring_index(f->ring, "track", STR(""),
	    (struct str){(const char *)mac, sizeof(mac)}, ret_index);
}

/* A visit is one stop on one day, so its identifier says both. */
enum err
track_countersign(const struct flow *f, const struct visit_row *visit,
    const char **ret_word)
{
	uint8_t mac[KEYRING_INDEX];
	enum err e = keyring_index(f->ring, "countersign",
	    flow_id_bytes(&visit->tenant), flow_id_bytes(&visit->id), mac);

	if (e == ERR_NONE) {
		*ret_word = countersign_word(mac);
	}
	return e;
}

enum err
track_short(const struct flow *f, const struct visit_row *visit,
    char dst[static TRACK_SHORT])
{
	uint8_t mac[KEYRING_INDEX];
	char text[TRACK_SHORT];
	struct buf out;
	enum err e = keyring_index(f->ring, "receipt_short",
	    flow_id_bytes(&visit->tenant), flow_id_bytes(&visit->id), mac);

	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&out, text, sizeof(text));
	crockford_encode(&out, mac, 5);
	for (int i = 0; i < 8; i++) {
		char c = text[i];

		dst[i + (i >= 4 ? 1 : 0)] =
		    (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	dst[4] = '-';
	dst[TRACK_SHORT - 1] = '\0';
	return ERR_NONE;
}
