/*
 * Private to the doctor: each check says what it found and, where that is not
 * good, what to do.  The doctor changes nothing.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"

enum health { HEALTH_GOOD, HEALTH_WARNING, HEALTH_BAD };

struct doctor {
	struct cli *c;
	struct install_paths paths;
	enum health worst;
};

void doctor_tell(struct doctor *d, enum health h, const char *what,
    const char *found, const char *advice) NONNULL;

/* What the DNS says of the senders: SPF, DKIM, DMARC. */
void doctor_check_dns(struct doctor *d, struct install *i) NONNULL;

#endif
