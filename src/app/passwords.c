#include "app/passwords.h"

#include <unistd.h>

enum err
passwords_start(const struct config *config, struct rng rng,
    struct hashes **ret_hashes)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const struct hashes_options o = {
		.threads = config->passwords_threads > 0
		    ? (unsigned)config->passwords_threads
		    : cores > 0 ? (unsigned)cores : 1,
		.queue_max = (unsigned)config->passwords_queue_max,
		.cost = {(uint32_t)config->passwords_memory_kib,
		    (uint32_t)config->passwords_passes},
		.rng = rng,
	};

	return hashes_new(&o, ret_hashes);
}
