#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/jsonw.h"

enum { LINE_MAX_BYTES = 4096 };

static const char *const names[] = {
	[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning",
	[LOG_ERROR] = "error", [LOG_OFF] = "off",
};

/* Set once by log_init, read by every thread afterwards. */
static enum log_level threshold = LOG_INFO;
static struct clock the_clock;

void
log_init(enum log_level level, const struct clock *clock)
{
	threshold = level;
	the_clock = *clock;
}

/*
 * A line goes out in one write of at most PIPE_BUF bytes, so that lines of
 * threads do not mix.
 */
static void
write_line(const struct buf *line)
{
	ssize_t n;

	do {
		n = write(STDERR_FILENO, line->p, line->n);
	} while (n < 0 && errno == EINTR);
	/* For anything else: nobody is left to be told that the log is gone. */
}

static void
begin_line(struct jsonw *w, struct buf *line, enum log_level level,
    const char *event)
{
	jsonw_init(w, line);
	jsonw_object(w);
	if (the_clock.now != NULL) {
		jsonw_member_time(w, "at", clock_now(&the_clock));
	}
	jsonw_member_z(w, "level", names[level]);
	jsonw_member_z(w, "event", event);
}

void
log_event(enum log_level level, const char *event, ...)
{
	struct buf line;
	struct jsonw w;
	const char *name;
	va_list args;

	if (level < threshold || threshold == LOG_OFF) {
		return;
	}
	buf_init(&line, LINE_MAX_BYTES);
	begin_line(&w, &line, level, event);
	va_start(args, event);
	while ((name = va_arg(args, const char *)) != NULL) {
		const char *value = va_arg(args, const char *);

		jsonw_member_z(&w, name, value);
	}
	va_end(args);
	jsonw_object_end(&w);
	buf_char(&line, '\n');
	if (buf_err(&line) == ERR_LIMIT) {
		/* A long value must not hide that something happened. */
		buf_clear(&line);
		begin_line(&w, &line, level, event);
		jsonw_member_bool(&w, "cut", true);
		jsonw_object_end(&w);
		buf_char(&line, '\n');
	}
	if (buf_err(&line) == ERR_NONE) {
		write_line(&line);
	}
	buf_done(&line);
}

bool
log_level_parse(struct str s, enum log_level *ret_level)
{
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_equal(s, str_of(names[i]))) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}
