#include "base/err.h"

#include <assert.h>

static const char *const names[ERR_COUNT] = {
	[ERR_NONE] = "none",
	[ERR_NOMEM] = "out_of_memory",
	[ERR_LIMIT] = "limit",
	[ERR_SYNTAX] = "syntax",
	[ERR_RANGE] = "range",
	[ERR_IO] = "io",
	[ERR_EXISTS] = "exists",
	[ERR_MISSING] = "missing",
	[ERR_CONFLICT] = "conflict",
	[ERR_BUSY] = "busy",
	[ERR_CLOSED] = "closed",
	[ERR_DENIED] = "denied",
	[ERR_TIMEOUT] = "timeout",
	[ERR_CRYPTO] = "crypto",
	[ERR_STORE] = "store",
};

const char *
err_name(enum err e)
{
	assert(e < ERR_COUNT);
	return names[e];
}
