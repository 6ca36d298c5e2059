/*
 * Places out of a database that is written here, byte by byte after the
 * format's description (MaxMind DB 2.0), in the two vocabularies that are
 * read.  With a file as argument that file is asked, for a look by hand:
 *
 *	test_format_mmdb FILE.mmdb ADDRESS…
 */
#include "format/mmdb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

enum { NODES_MAX = 256, NONE = -1, DATA_GAP = 16, MAX = 65536 };

static struct {
	int child[NODES_MAX][2];	/* a node; NONE; or NODES_MAX + data */
	int n;
} tree;
static struct buf data;

static void
control(struct buf *out, unsigned type, size_t size)
{
	assert_true(size < 29);
	if (type > 7) {
		buf_char(out, (char)size);
		buf_char(out, (char)(type - 7));
	} else {
		buf_char(out, (char)(type << 5 | size));
	}
}

static void
text(struct buf *out, const char *z)
{
	control(out, 2, strlen(z));
	buf_z(out, z);
}

static void
number(struct buf *out, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	control(out, 3, 8);
	buf_be64(out, bits);
}

static void
map(struct buf *out, unsigned n)
{
	control(out, 7, n);
}

/* bits bits of a network; what is written to data next is its entry. */
static void
network(uint32_t address, unsigned bits)
{
	int at = 0;

	for (unsigned i = 0; i < bits; i++) {
		int *child = &tree.child[at][address >> (31 - i) & 1];

		if (i == bits - 1) {
			*child = NODES_MAX + (int)data.n;
		} else if (*child == NONE) {
			assert_true(tree.n < NODES_MAX);
			tree.child[tree.n][0] = tree.child[tree.n][1] = NONE;
			*child = tree.n++;
		}
		at = *child;
	}
}

static void
put_record(struct buf *out, int child)
{
	int v = child;

	if (child == NONE) {
		v = tree.n;
	} else if (child >= NODES_MAX) {
		v = child - NODES_MAX + tree.n + DATA_GAP;
	}
	buf_char(out, (char)(v >> 16));
	buf_char(out, (char)(v >> 8));
	buf_char(out, (char)v);
}

static void
metadata(struct buf *out)
{
	buf_put(out, "\xab\xcd\xefMaxMind.com", 14);
	map(out, 9);
	text(out, "languages");
	control(out, 11, 0);
	text(out, "description");
	map(out, 0);
	text(out, "binary_format_major_version");
	control(out, 5, 1);
	buf_char(out, 2);
	text(out, "binary_format_minor_version");
	control(out, 5, 0);
	text(out, "build_epoch");
	control(out, 9, 4);
	buf_be32(out, 1795000000);
	text(out, "database_type");
	text(out, "test");
	text(out, "ip_version");
	control(out, 5, 1);
	buf_char(out, 4);
	text(out, "node_count");
	control(out, 6, 4);
	buf_be32(out, (uint32_t)tree.n);
	text(out, "record_size");
	control(out, 5, 1);
	buf_char(out, 24);
}

static void
entries(void)
{
	/* as GeoLite2 City */
	network(0x02020000, 16);
	map(&data, 3);
	text(&data, "country");
	map(&data, 1);
	text(&data, "iso_code");
	text(&data, "DE");
	text(&data, "subdivisions");
	control(&data, 11, 1);
	map(&data, 1);
	text(&data, "iso_code");
	text(&data, "BE");
	text(&data, "location");
	map(&data, 2);
	text(&data, "latitude");
	number(&data, 52.52);
	text(&data, "longitude");
	number(&data, 13.4);
	/* as ip-location-db's countries */
	network(0x03030000, 16);
	map(&data, 1);
	text(&data, "country_code");
	text(&data, "JP");
	/* of no use: not a country, and nowhere on earth */
	network(0x04040000, 16);
	map(&data, 3);
	text(&data, "country_code");
	text(&data, "Europe");
	text(&data, "latitude");
	number(&data, 91);
	text(&data, "longitude");
	number(&data, 0);
}

static void
write_file(char *path, size_t cut)
{
	struct buf out;
	FILE *f;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	tree.n = 1;
	tree.child[0][0] = tree.child[0][1] = NONE;
	buf_init(&data, MAX);
	buf_init(&out, MAX);
	entries();
	for (int i = 0; i < tree.n; i++) {
		put_record(&out, tree.child[i][0]);
		put_record(&out, tree.child[i][1]);
	}
	assert_non_null(buf_space(&out, DATA_GAP));
	buf_str(&out, buf_view(&data));
	metadata(&out);
	f = fdopen(fd, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(out.p, 1, out.n - cut, f), out.n - cut);
	assert_int_equal(fclose(f), 0);
	buf_done(&out);
	buf_done(&data);
}

static bool
find(const struct mmdb *m, const char *address, struct place *p)
{
	struct ip ip;

	assert_true(ip_parse(str_of(address), &ip));
	return mmdb_find(m, &ip, p);
}

static void
both_vocabularies(void **state UNUSED)
{
	char path[] = "/tmp/watchword-mmdb-XXXXXX";
	struct place p = {.country = "XX"};
	struct mmdb *m;

	write_file(path, 0);
	assert_int_equal(mmdb_open(path, &m), ERR_NONE);
	(void)unlink(path);
	assert_int_equal(mmdb_made_at(m).v, 1795000000000);
	assert_false(find(m, "2.3.0.1", &p));
	assert_false(find(m, "4.4.1.1", &p));
	assert_false(find(m, "2001:db8::1", &p));
	assert_string_equal(p.country, "XX");
	assert_true(find(m, "2.2.200.7", &p));
	assert_string_equal(p.country, "DE");
	assert_string_equal(p.region, "BE");
	assert_true(p.has_point);
	assert_true(p.latitude > 52.51 && p.longitude < 13.5);
	assert_true(find(m, "::ffff:3.3.1.1", &p));
	assert_string_equal(p.country, "JP");
	assert_string_equal(p.region, "");
	assert_false(p.has_point);
	mmdb_close(m);
}

static void
not_a_database(void **state UNUSED)
{
	char path[] = "/tmp/watchword-mmdb-XXXXXX";
	struct mmdb *m = NULL;

	assert_int_equal(mmdb_open("/nowhere/x.mmdb", &m), ERR_MISSING);
	write_file(path, 60);
	assert_int_equal(mmdb_open(path, &m), ERR_SYNTAX);
	(void)unlink(path);
	assert_null(m);
	mmdb_close(m);
}

static int
ask(int argc, char **argv)
{
	struct mmdb *m;

	if (mmdb_open(argv[1], &m) != ERR_NONE) {
		(void)fprintf(stderr, "%s: cannot be opened\n", argv[1]);
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		struct place p;

		if (find(m, argv[i], &p)) {
			(void)printf("%s %s %s %d %.2f %.2f\n", argv[i],
			    p.country, p.region, p.has_point, p.latitude,
			    p.longitude);
		} else {
			(void)printf("%s not known\n", argv[i]);
		}
	}
	mmdb_close(m);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_vocabularies),
		cmocka_unit_test(not_a_database),
	};

	if (argc > 1) {
		return ask(argc, argv);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
