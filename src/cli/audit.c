#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonw.h"
#include "cli/cli.h"
#include "flow/seal.h"

enum { ARENA_MAX = 16 << 20, HEAD_MAX = 2048 };

/* The head that the server keeps beside the store; empty when there is none. */
static enum err
read_head(const char *path, struct buf *head)
{
	char *space;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		return errno == ENOENT ? ERR_NONE : ERR_IO;
	}
	space = (char *)buf_space(head, HEAD_MAX - 1);
	n = space == NULL ? -1 : read(fd, space, HEAD_MAX - 1);
	close(fd);
	if (n < 0) {
		return ERR_IO;
	}
	buf_cut(head, (size_t)n);
	return ERR_NONE;
}

static void
export_segment(void *ctx UNUSED, const struct audit_segment_row *row)
{
	struct buf CLEANUP(buf_done) seal = {0};

	buf_init(&seal, HEAD_MAX);
	seal_head_print(row, &seal);
	printf("%.*s%s\n", STR_ARG(row->body), buf_c(&seal));
}

static void
export_event(void *ctx UNUSED, const struct audit_event_row *row)
{
	printf("%.*s\n", STR_ARG(row->body));
}

static void
report_json(const struct seal_verify *v)
{
	struct buf CLEANUP(buf_done) line = {0};
	struct jsonw w;

	buf_init(&line, HEAD_MAX);
	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_member_bool(&w, "whole", v->fault == SEAL_FINE);
	if (v->fault != SEAL_FINE) {
		jsonw_member_z(&w, "fault", seal_fault_text(v->fault));
		jsonw_member_i64(&w, "segment", v->segment);
	}
	jsonw_member_i64(&w, "segments", v->segments);
	jsonw_member_i64(&w, "events", v->events);
	jsonw_member_i64(&w, "waiting", v->waiting);
	jsonw_member_i64(&w, "changed", v->changed);
	jsonw_member_bool(&w, "head", v->head.n > 0);
	jsonw_object_end(&w);
	printf("%s\n", buf_c(&line));
}

static int
report(const struct seal_verify *v, bool quiet)
{
	if (v->fault != SEAL_FINE) {
		if (v->segment > 0) {
			cli_say("segment %lld: %s", (long long)v->segment,
			    seal_fault_text(v->fault));
		} else {
			cli_say("%s", seal_fault_text(v->fault));
		}
		return EXIT_NO;
	}
	if (v->segments > 0 && v->head.n == 0) {
		cli_say("no audit.head is kept beside the store: an end that "
		    "was cut off would not be seen");
	}
	if (v->changed > 0) {
		cli_say("%lld events were changed in the database before they "
		    "were sealed: look for " SEAL_CHANGED " in the export",
		    (long long)v->changed);
		return EXIT_NO;
	}
	if (!quiet) {
		printf("the log is whole: %lld segments with %lld events, "
		    "%lld events wait to be sealed\n",
		    (long long)v->segments, (long long)v->events,
		    (long long)v->waiting);
	}
	return EXIT_DONE;
}

static int
walk(struct cli *c, bool export)
{
	const struct install_hooks hooks = {0};
	struct seal_verify v = {0};
	struct install install;
	struct buf reason, head;
	int status;
	enum err e;

	buf_init(&reason, CONFIG_REASON_MAX);
	buf_init(&head, HEAD_MAX);
	e = install_open(&c->config, c->data, INSTALL_READ, clock_system(),
	    &hooks, &reason, &install);
	if (e != ERR_NONE) {
		cli_say("%s", buf_c(&reason));
		buf_done(&reason);
		return cli_status(e);
	}
	v.flow = &install.flow;
	v.arena = arena_new(ARENA_MAX);
	v.on_segment = export ? export_segment : NULL;
	v.on_event = export ? export_event : NULL;
	e = v.arena == NULL ? ERR_NOMEM
	    : read_head(install.paths.head, &head);
	v.head = str_trim(buf_view(&head));
	if (e == ERR_NONE) {
		e = store_read(install.flow.store, seal_verify_run, &v);
	}
	if (e != ERR_NONE) {
		cli_say("the log cannot be read: %s", err_name(e));
	}
	status = e != ERR_NONE ? EXIT_FAILED : report(&v, export || c->json);
	if (e == ERR_NONE && c->json && !export) {
		report_json(&v);
	}
	arena_free(v.arena);
	install_close(&install);
	buf_done(&head);
	buf_done(&reason);
	return status;
}

int
cli_audit(struct cli *c)
{
	bool export = c->n == 1 && strcmp(c->words[0], "export") == 0;

	if (!export && (c->n != 1 || strcmp(c->words[0], "verify") != 0)) {
		return cli_usage(c);
	}
	if (cli_data(c) == NULL || !cli_load(c)) {
		return EXIT_USAGE;
	}
	return walk(c, export);
}
