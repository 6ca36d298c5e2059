/*
 * S39: numbers that nobody is called at.
 */
#include "domain/provider.h"

#include "domain/number.h"

/*
 * ITU-T E.164, "List of assigned country codes" (Operational Bulletin 1114):
 * shared cost 808, personal numbers 878, satellite 870, 881, global networks
 * 882 and 883, premium 979; 888 and 991 are withdrawn or on trial.  None is a
 * country, and all are sold dear.
 */
static const struct str premium[] = {
	STR_INIT("+808"), STR_INIT("+870"), STR_INIT("+878"),
	STR_INIT("+881"), STR_INIT("+882"), STR_INIT("+883"),
	STR_INIT("+888"), STR_INIT("+979"), STR_INIT("+991"),
};

bool
number_premium(const struct e164 *number)
{
	for (size_t i = 0; i < sizeof(premium) / sizeof(premium[0]); i++) {
		if (str_starts(e164_str(number), premium[i])) {
			return true;
		}
	}
	return number_of(number).kind == NUMBER_DEAR;
}

const char *
number_rule_name(enum number_rule r)
{
	static const char *const names[] = {
		[NUMBER_ALLOWED] = "allowed",
		[NUMBER_PREMIUM] = "premium_number",
		[NUMBER_COUNTRY] = "country_not_listed",
	};

	return names[r];
}

enum number_rule
number_rule_of(const struct e164 *number, struct str countries)
{
	if (number_premium(number)) {
		return NUMBER_PREMIUM;
	}
	return number_listed(countries, number) ? NUMBER_ALLOWED
	    : NUMBER_COUNTRY;
}
