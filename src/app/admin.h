/*
 * Commands that change or list what an installation has: tenant, key, policy,
 * sender.
 * Run by the command itself, or by a running server on its behalf.
 */
#ifndef APP_ADMIN_H
#define APP_ADMIN_H

#include "app/install.h"

/* Exit statuses of every command. */
enum {
	EXIT_DONE = 0,
	EXIT_NO = 1,		/* the answer is no */
	EXIT_USAGE = 2,
	EXIT_FAILED = 3		/* could not do it */
};

/*
 * admin_run(install, argc, argv, out, problems): argv[0] is "tenant", "key",
 * "subject", "policy", "dkim",
 * "sender", "template", "import" or "bounce".  Returns an exit status.
 */
int admin_run(struct install *i, int argc, const char *const *argv,
    struct buf *out, struct buf *problems) NONNULL;

#endif
