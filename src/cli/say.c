#include "cli/say.h"

#include <stdarg.h>

enum { COLUMNS = 72 };

void
say_line(const char *fmt, ...)
{
	va_list args;

	fputs("   ", stdout);
	va_start(args, fmt);
	(void)vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

void
say_paragraph(struct str text)
{
	while (text.n > 0) {
		size_t n = text.n;

		if (n > COLUMNS) {
			n = COLUMNS;
			while (n > 0 && text.p[n] != ' ') {
				n--;
			}
			n = n == 0 ? COLUMNS : n;
		}
		say_line("| %.*s", (int)n, text.p);
		text = str_slice(text, n, text.n);
		while (text.n > 0 && text.p[0] == ' ') {
			text = str_slice(text, 1, text.n);
		}
	}
}

void
say_members(struct str json)
{
	size_t from = 0;
	int depth = 0;

	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];

		depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1
		    : 0;
		if ((c == ',' && depth == 1) || i + 1 == json.n) {
			say_line("%s%.*s", from == 0 ? "" : " ",
			    (int)(i + 1 - from), json.p + from);
			from = i + 1;
		}
	}
}
