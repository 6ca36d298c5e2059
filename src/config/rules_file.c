#include "config/rules_file.h"

#include "config/ini_file.h"

static bool
begins_as_json(struct str text)
{
	size_t i = 0;

	while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\t' ||
	    text.p[i] == '\n' || text.p[i] == '\r')) {
		i++;
	}
	return i < text.n && text.p[i] == '{';
}

enum rules_file
rules_file_load(const char *path, struct rule_book *book, struct buf *reason)
{
	enum rules_file found = RULES_FILE_BAD;
	struct buf text;

	buf_init(&text, RULES_JSON_MAX);
	if (!ini_file_read(path, &text, reason)) {
		goto out;
	}
	if (!begins_as_json(buf_view(&text))) {
		found = RULES_FILE_OTHER;
	} else if (rules_check(buf_view(&text), path, book, reason)) {
		found = RULES_FILE_GOOD;
	}
out:
	buf_done(&text);
	return found;
}

void
rules_file_report(const struct rule_book *book, struct buf *out)
{
	buf_printf(out, "mode %s; the built-in rules are asked after these\n",
	    rules_mode_name(book->mode));
	for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
		unsigned n = 0;

		for (size_t i = 0; i < book->set.n; i++) {
			n += book->rules[i].events >> e & 1;
		}
		buf_printf(out, "%-16s %u %s\n",
		    decision_event_name((enum decision_event)e), n,
		    n == 1 ? "rule" : "rules");
	}
}
