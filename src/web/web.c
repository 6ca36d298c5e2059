#include "web/web.h"

#include <string.h>

/* The order of web_files: by bytes, then by length. */
static int
path_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0) {
		return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

const struct web_file *
web_find(struct str path)
{
	size_t low = 0;
	size_t high = web_files_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = path_order(path, web_files[middle].path);

		if (order == 0) {
			return &web_files[middle];
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return NULL;
}
