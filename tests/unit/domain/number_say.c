/*
 * number_say: reads numbers, one a line, and prints for each its country, its
 * kind, and whether it can be one.
 */
#include <stdio.h>
#include <string.h>

#include "domain/number.h"

int
main(void)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct str text = str_trim(str_of(line));
		struct e164 n;
		struct number facts;

		if (e164_parse(text, &n) != FLAW_NONE) {
			printf("%.*s - - -\n", STR_ARG(text));
			continue;
		}
		facts = number_of(&n);
		printf("%.*s %s %s %s\n", STR_ARG(text), facts.region,
		    number_kind_name(facts.kind), facts.possible ? "possible"
		    : "impossible");
	}
	return 0;
}
