/*
 * domain/bounce: what is taken out of a mail is whole, and is in the mail.
 */
#include <string.h>

#include "base/encode.h"
#include "domain/bounce.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str mail = {(const char *)data, size};
	struct bounce b = {0};
	char id[ID_TEXT_MAX];

	if (!bounce_parse(mail, &b)) {
		require(b.status[0] == '\0', "untouched");
		return 0;
	}
	require(bounce_status_ok(str_of(b.status)), "a status of class 5");
	id_text(ID_MESSAGE, &b.message, id);
	require(memmem(mail.p, mail.n, id, strlen(id)) != NULL,
	    "its message is named in it");
	require(memmem(mail.p, mail.n, b.status, strlen(b.status)) != NULL,
	    "its status is in it");
	return 0;
}
