/*
 * Prints what is made from config.def: pages sample | man | help.
 */
#include <stdio.h>
#include <string.h>

#include "config/config.h"

int
main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	struct buf out;
	int result = 0;

	buf_init(&out, (size_t)256 * 1024);
	if (strcmp(what, "sample") == 0) {
		config_print_sample(&out);
	} else if (strcmp(what, "man") == 0) {
		config_print_man(&out);
	} else if (strcmp(what, "help") == 0) {
		config_print_help(&out);
	} else {
		fprintf(stderr, "usage: pages sample|man|help\n");
		result = 2;
	}
	if (buf_err(&out) != ERR_NONE || fputs(buf_c(&out), stdout) < 0) {
		result = 3;
	}
	buf_done(&out);
	return result;
}
