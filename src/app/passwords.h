/*
 * The threads that hash passwords, as the configuration has them.
 */
#ifndef APP_PASSWORDS_H
#define APP_PASSWORDS_H

#include "config/config.h"
#include "flow/hashes.h"

enum err passwords_start(const struct config *config, struct rng rng,
    struct hashes **ret_hashes) MUST_CHECK NONNULL;

#endif
