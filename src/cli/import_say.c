#include "cli/import_say.h"

#include "cli/cli.h"

void
import_say_flaws(const struct tokens *t)
{
	size_t kept = t->flaws < TOKEN_FLAWS_MAX ? t->flaws : TOKEN_FLAWS_MAX;

	for (size_t i = 0; i < kept; i++) {
		if (t->flaw[i].place == 0) {
			cli_say("%s", t->flaw[i].why);
		} else {
			cli_say("%zu: %s", t->flaw[i].place, t->flaw[i].why);
		}
	}
	if (t->flaws > kept) {
		cli_say("and %zu more", t->flaws - kept);
	}
}
