#include "api/who.h"

#include <string.h>

enum err
who_asks(struct call *c, struct id *key, const struct id **ret_who)
{
	struct str value = STR("");
	uint8_t digest[KEYRING_MAC];
	enum err e;

	if (c->caller == CALLER_SESSION) {
		*ret_who = &c->session.account;
		return ERR_NONE;
	}
	(void)http_header(c->x, "Authorization", &value);
	e = keyring_digest(c->api->flow->ring, "who",
	    flow_id_bytes(&c->tenant->id), value, digest);
	if (e == ERR_NONE) {
		memcpy(key->b, digest, ID_BYTES);
		*ret_who = key;
	}
	return e;
}
