/*
 * A loop of libcurl alone: what HTTP and SMTP cost without a store, without
 * wording, without audit events.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * bare_loop(by_mail, url, n, connections): sends n messages of the size that
 * a courier's have to url, by SMTP or HTTP; how many were taken.
 */
uint64_t bare_loop(bool by_mail, const char *url, uint64_t n,
    unsigned connections);

#define BARE_CONNECTIONS_MAX 16

#endif
