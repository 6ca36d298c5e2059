#include "domain/user_agent.h"

#include <string.h>

struct sign { const char *text, *name; };

/* Each claims to be those behind it, so the first that is found is meant. */
static const struct sign browsers[] = {
	{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung"},
	{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"},
	{"Chrome", "Chrome"}, {"Safari", "Safari"},
};

static const struct sign systems[] = {
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
	{"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"},
	{"Linux", "Linux"},
};

static const char *
name_of(struct str s, const struct sign *signs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(signs[i].text);

		if (s.n >= length &&
		    memmem(s.p, s.n, signs[i].text, length) != NULL) {
			return signs[i].name;
		}
	}
	return NULL;
}

void
user_agent_label(struct str s, struct buf *out)
{
	const char *browser = name_of(s, browsers,
	    sizeof(browsers) / sizeof(browsers[0]));
	const char *system = name_of(s, systems,
	    sizeof(systems) / sizeof(systems[0]));

	if (browser != NULL) {
		buf_z(out, browser);
	}
	if (browser != NULL && system != NULL) {
		buf_z(out, " on ");
	}
	if (system != NULL) {
		buf_z(out, system);
	}
}
