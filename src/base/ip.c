#include "base/ip.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/parse.h"

enum { MAPPED = 12, BITS = 128 };

static const uint8_t mapped[MAPPED] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};

bool
ip_parse(struct str s, struct ip *ret_ip)
{
	char z[INET6_ADDRSTRLEN];
	struct ip ip;

	if (!str_copy(s, z, sizeof(z))) {
		return false;
	}
	if (str_find(s, ':') < s.n) {
		if (inet_pton(AF_INET6, z, ip.b) != 1) {
			return false;
		}
	} else {
		memcpy(ip.b, mapped, MAPPED);
		if (inet_pton(AF_INET, z, ip.b + MAPPED) != 1) {
			return false;
		}
	}
	*ret_ip = ip;
	return true;
}

bool
ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->b, mapped, MAPPED) == 0;
}

bool
ip_equal(const struct ip *a, const struct ip *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

void
ip_print(const struct ip *ip, struct buf *out)
{
	char z[INET6_ADDRSTRLEN] = "";
	bool v4 = ip_is_v4(ip);

	/* It cannot fail: the family is known and z is large enough. */
	(void)!inet_ntop(v4 ? AF_INET : AF_INET6, ip->b + (v4 ? MAPPED : 0), z,
	    sizeof(z));
	buf_z(out, z);
}

struct ip
ip_key(const struct ip *ip)
{
	struct ip key = *ip;

	if (!ip_is_v4(ip)) {
		memset(key.b + 8, 0, 8);
	}
	return key;
}

void
ip_key_print(const struct ip *ip, struct buf *out)
{
	struct ip key = ip_key(ip);

	ip_print(&key, out);
	if (!ip_is_v4(ip)) {
		buf_z(out, "/64");
	}
}

/* The bits of ip behind the first n are zero. */
static bool
clear_behind(const struct ip *ip, unsigned n)
{
	for (unsigned i = n; i < BITS; i++) {
		if ((ip->b[i / 8] >> (7 - i % 8) & 1) != 0) {
			return false;
		}
	}
	return true;
}

bool
ip_net_parse(struct str s, struct ip_net *ret_net)
{
	size_t slash = str_find(s, '/');
	struct ip_net net = {.bits = BITS};
	uint64_t bits;

	if (!ip_parse(str_slice(s, 0, slash), &net.ip)) {
		return false;
	}
	if (slash < s.n) {
		bool v4 = str_find(s, ':') == s.n;
		unsigned low = v4 ? MAPPED * 8 : 0;

		if (!parse_u64(str_slice(s, slash + 1, s.n), &bits) ||
		    bits > BITS - low) {
			return false;
		}
		net.bits = low + (unsigned)bits;
	}
	if (!clear_behind(&net.ip, net.bits)) {
		return false;
	}
	*ret_net = net;
	return true;
}

bool
ip_net_has(const struct ip_net *net, const struct ip *ip)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->ip.b, ip->b, whole) != 0) {
		return false;
	}
	return rest == 0 ||
	    (net->ip.b[whole] ^ ip->b[whole]) >> (8 - rest) == 0;
}
