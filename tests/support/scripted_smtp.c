#include "scripted_smtp.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/parse.h"
#include "base/str.h"

extern char **environ;

static void
read_ports(struct scripted_smtp *s, FILE *from_child)
{
	char line[128];

	while (fgets(line, sizeof(line), from_child) != NULL) {
		struct str rest = str_trim((struct str){line, strlen(line) - 1});
		struct str name;
		uint64_t port;

		if (str_equal(rest, STR("ready"))) {
			return;
		}
		assert_true(s->n < SCRIPTED_SCENARIOS);
		assert_true(str_split(&rest, ' ', &name));
		assert_true(str_copy(name, s->scenarios[s->n].name,
		    sizeof(s->scenarios[s->n].name)));
		assert_true(parse_u64(rest, &port));
		s->scenarios[s->n++].port = (uint16_t)port;
	}
	fail_msg("the scripted server did not start");
}

static void
start(struct scripted_smtp *s, char *script)
{
	char python[] = "python3";
	char *args[] = {python, script, s->folder, NULL};
	posix_spawn_file_actions_t actions;
	int in[2], out[2];
	FILE *from_child;

	*s = (struct scripted_smtp){.folder = "/tmp/scripted_smtp.XXXXXX"};
	assert_non_null(mkdtemp(s->folder));
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, in[0], 0),
	    0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, out[1], 1),
	    0);
	assert_int_equal(posix_spawnp(&s->pid, "python3", &actions, NULL, args,
	    environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	s->to_child = in[1];
	from_child = fdopen(out[0], "r");
	assert_non_null(from_child);
	read_ports(s, from_child);
	fclose(from_child);
}

void
scripted_smtp_start(struct scripted_smtp *s)
{
	char script[] = SCRIPTED_SMTP_PY;

	start(s, script);
}

void
scripted_http_start(struct scripted_smtp *s)
{
	char script[] = SCRIPTED_HTTP_PY;

	start(s, script);
}

void
scripted_smtp_stop(struct scripted_smtp *s)
{
	char rm[] = "rm", rf[] = "-rf";
	char *args[] = {rm, rf, s->folder, NULL};
	pid_t pid;

	close(s->to_child);
	assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
	assert_int_equal(posix_spawnp(&pid, "rm", NULL, NULL, args, environ),
	    0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

uint16_t
scripted_smtp_port(const struct scripted_smtp *s, const char *name)
{
	for (unsigned i = 0; i < s->n; i++) {
		if (strcmp(s->scenarios[i].name, name) == 0) {
			return s->scenarios[i].port;
		}
	}
	fail_msg("no scenario \"%s\"", name);
	return 0;
}

const char *
scripted_smtp_path(const struct scripted_smtp *s, const char *file)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", s->folder, file);
	return path;
}

unsigned
scripted_smtp_count(const struct scripted_smtp *s, const char *prefix)
{
	FILE *log = fopen(scripted_smtp_path(s, "log"), "r");
	char line[1024];
	unsigned n = 0;

	assert_non_null(log);
	while (fgets(line, sizeof(line), log) != NULL) {
		n += strncmp(line, prefix, strlen(prefix)) == 0;
	}
	fclose(log);
	return n;
}
