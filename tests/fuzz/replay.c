/*
 * Gives the files of a folder to a fuzzer, one by one, without libFuzzer: the
 * seeds as a test.  Prints TAP, a case for each file; a folder without files
 * fails, because then nothing was tested.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* The largest input that is read; libFuzzer makes 4 KiB unless told. */
#define SEED_MAX ((size_t)1 << 20)

/* The content of a file in memory of exactly its size; NULL: unreadable. */
static uint8_t *
read_seed(const char *path, size_t *ret_n)
{
	uint8_t *all = malloc(SEED_MAX);
	FILE *f = fopen(path, "rb");
	uint8_t *exact = NULL;

	if (all && f) {
		size_t n = fread(all, 1, SEED_MAX, f);

		/* A copy, so that one byte past the end is a report. */
		exact = malloc(n ? n : 1);
		if (exact) {
			memcpy(exact, all, n);
			*ret_n = n;
		}
	}
	if (f) {
		fclose(f);
	}
	free(all);
	return exact;
}

static int
replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data;
	size_t n = 0;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    sizeof(path)) {
		return -1;
	}
	data = read_seed(path, &n);
	if (!data) {
		return -1;
	}
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dirent **entries;
	int count, number = 0, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: replay FOLDER\n");
		return 2;
	}
	count = scandir(argv[1], &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (name[0] != '.') {
			int bad = replay(argv[1], name) != 0;

			failed += bad;
			printf("%sok %d - %s\n", bad ? "not " : "", ++number,
			    name);
			fflush(stdout);
		}
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
	}
	printf("1..%d\n", number);
	return failed || number == 0;
}
