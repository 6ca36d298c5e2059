/*
 * format/vault: a text of any form is refused or opened, and what was opened
 * is written again.  The costs of the seeds are the least that is taken.
 */
#include "format/vault.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(VAULT_ARENA_MAX);
	struct rng rng = rng_system();
	enum vault_verdict verdict;
	struct vault v;
	struct buf out;

	require(arena != NULL, "there is memory");
	buf_init(&out, VAULT_TEXT_MAX);
	if (vault_open(&v, arena, (struct str){(const char *)data, size},
	    STR("four random words here"), &verdict) == ERR_NONE &&
	    verdict == VAULT_OPEN) {
		require(v.n <= VAULT_ENTRIES_MAX, "it is not too full");
		require(vault_write(&v, &rng, &out) == ERR_NONE,
		    "it can be written");
	}
	buf_done(&out);
	arena_free(arena);
	return 0;
}
