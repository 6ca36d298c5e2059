#include "format/mmdb.h"

#include <assert.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct mmdb {
	MMDB_s db;
};

enum err
mmdb_open(const char *path, struct mmdb **ret_mmdb)
{
	struct mmdb *m = calloc(1, sizeof(*m));
	int status;

	if (m == NULL) {
		return ERR_NOMEM;
	}
	status = MMDB_open(path, MMDB_MODE_MMAP, &m->db);
	if (status == MMDB_SUCCESS) {
		*ret_mmdb = m;
		return ERR_NONE;
	}
	free(m);
	switch (status) {
	case MMDB_FILE_OPEN_ERROR:
		return ERR_MISSING;
	case MMDB_OUT_OF_MEMORY_ERROR:
		return ERR_NOMEM;
	case MMDB_IO_ERROR:
		return ERR_IO;
	default:
		return ERR_SYNTAX;
	}
}

void
mmdb_close(struct mmdb *m)
{
	if (m != NULL) {
		MMDB_close(&m->db);
		free(m);
	}
}

/* An entry's value under one of several names; false: it has none of them. */
static bool
text_of(MMDB_entry_s *entry, const char *const *const *names, char *dst,
    size_t cap)
{
	MMDB_entry_data_s data;

	for (; *names != NULL; names++) {
		if (MMDB_aget_value(entry, &data, *names) == MMDB_SUCCESS &&
		    data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING &&
		    str_copy((struct str){data.utf8_string, data.data_size},
		    dst, cap)) {
			return true;
		}
	}
	dst[0] = '\0';
	return false;
}

static bool
number_of(MMDB_entry_s *entry, const char *const *const *names, double limit,
    double *ret_number)
{
	MMDB_entry_data_s data;

	for (; *names != NULL; names++) {
		double v;

		if (MMDB_aget_value(entry, &data, *names) != MMDB_SUCCESS ||
		    !data.has_data || (data.type != MMDB_DATA_TYPE_DOUBLE &&
		    data.type != MMDB_DATA_TYPE_FLOAT)) {
			continue;
		}
		v = data.type == MMDB_DATA_TYPE_DOUBLE ? data.double_value
		    : (double)data.float_value;
		/* not a number is none of the two */
		if (v >= -limit && v <= limit) {
			*ret_number = v;
			return true;
		}
	}
	return false;
}

#define PATH(...) (const char *const []){__VA_ARGS__, NULL}
#define NAMES(...) (const char *const *const []){__VA_ARGS__, NULL}

/* What the rest of the program takes for a country or a region. */
static void
keep_valid(struct place *p)
{
	struct signals scratch = {0};

	if (!signal_word(&scratch, SIGNAL_country, str_of(p->country))) {
		p->country[0] = '\0';
	}
	if (!signal_word(&scratch, SIGNAL_region, str_of(p->region))) {
		memset(p->region, 0, sizeof(p->region));
	}
}

static struct place
read_place(MMDB_entry_s *entry)
{
	struct place p = {0};

	(void)text_of(entry, NAMES(PATH("country", "iso_code"),
	    PATH("country_code"), PATH("registered_country", "iso_code")),
	    p.country, sizeof(p.country));
	(void)text_of(entry, NAMES(PATH("subdivisions", "0", "iso_code"),
	    PATH("state1")), p.region, sizeof(p.region));
	p.has_point = number_of(entry, NAMES(PATH("location", "latitude"),
	    PATH("latitude")), 90, &p.latitude) &&
	    number_of(entry, NAMES(PATH("location", "longitude"),
	    PATH("longitude")), 180, &p.longitude);
	keep_valid(&p);
	return p;
}

bool
mmdb_find(const struct mmdb *m, const struct ip *ip, struct place *ret_place)
{
	enum { V4_AT = 12 };
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	const struct sockaddr *address = (const void *)&v6;
	MMDB_lookup_result_s found;
	struct place p;
	int error;

	memcpy(&v6.sin6_addr, ip->b, sizeof(v6.sin6_addr));
	if (ip_is_v4(ip)) {
		memcpy(&v4.sin_addr, ip->b + V4_AT, sizeof(v4.sin_addr));
		address = (const void *)&v4;
	}
	found = MMDB_lookup_sockaddr(&m->db, address, &error);
	if (error != MMDB_SUCCESS || !found.found_entry) {
		return false;
	}
	p = read_place(&found.entry);
	if (p.country[0] == '\0' && !p.has_point) {
		return false;
	}
	*ret_place = p;
	return true;
}

unix_ms
mmdb_made_at(const struct mmdb *m)
{
	return (unix_ms){(int64_t)m->db.metadata.build_epoch * 1000};
}
