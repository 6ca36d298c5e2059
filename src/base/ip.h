/*
 * Internet addresses, in the one form that limits may be keyed by.
 *
 * An IPv4 address is kept as IPv4-mapped IPv6, so the two spellings of one
 * host are one value (rule 5).  Parsing takes no zone ("%eth0"),
 * no port and no brackets.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

struct ip {
	uint8_t b[16];	/* network order */
};

/* A network: the first bits of ip; the others are zero. */
struct ip_net {
	struct ip ip;
	unsigned bits;	/* 0 to 128, an IPv4 prefix counted from 96 */
};

/* ip_parse(s, ret_ip): "203.0.113.9", "2001:db8::1"; false for all else. */
bool ip_parse(struct str s, struct ip *ret_ip) MUST_CHECK NONNULL;

bool ip_is_v4(const struct ip *ip) NONNULL;
bool ip_equal(const struct ip *a, const struct ip *b) NONNULL;

/* ip_print(ip, out): the canonical text (RFC 5952; IPv4 dotted). */
void ip_print(const struct ip *ip, struct buf *out) NONNULL;

/*
 * ip_key(ip): what a limit counts: the IPv4 address itself, or the IPv6 /64,
 * its host half zero (one subscriber has 2^64 addresses).
 */
struct ip ip_key(const struct ip *ip) NONNULL;

/* ip_key_print(ip, out): the same as text: "203.0.113.9", "2001:db8::/64". */
void ip_key_print(const struct ip *ip, struct buf *out) NONNULL;

/*
 * ip_net_parse(s, ret_net): "10.0.0.0/8", "fd00::/8", or a single address.
 * False for anything else, host bits that are set included.
 */
bool ip_net_parse(struct str s, struct ip_net *ret_net) MUST_CHECK NONNULL;

bool ip_net_has(const struct ip_net *net, const struct ip *ip) NONNULL;

#endif
