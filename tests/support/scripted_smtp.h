/*
 * scripted_smtp.py or scripted_http.py as a child of a test.
 */
#ifndef SUPPORT_SCRIPTED_SMTP_H
#define SUPPORT_SCRIPTED_SMTP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SCRIPTED_SCENARIOS 64

struct scripted_smtp {
	pid_t pid;
	int to_child;
	char folder[64];		/* made for it, removed at the end */
	unsigned n;
	struct { char name[32]; uint16_t port; } scenarios[SCRIPTED_SCENARIOS];
};

/* Starts it, or fails the test.  All else is the same for both. */
void scripted_smtp_start(struct scripted_smtp *s);
void scripted_http_start(struct scripted_smtp *s);
void scripted_smtp_stop(struct scripted_smtp *s);

/* The port of a scenario; an unknown name fails the test. */
uint16_t scripted_smtp_port(const struct scripted_smtp *s, const char *name);

/* The path of a file in its folder, in a static buffer. */
const char *scripted_smtp_path(const struct scripted_smtp *s,
    const char *file);

/* How many lines of its log start with prefix, as "ok connect". */
unsigned scripted_smtp_count(const struct scripted_smtp *s,
    const char *prefix);

#endif
