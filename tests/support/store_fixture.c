#include "store_fixture.h"

#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct store_fixture {
	struct store_options options;
	struct store *store;
	char folder[256];	/* SQLite */
	char database[64];	/* PostgreSQL */
	char location[512];
};

static void
make_folder(struct store_fixture *f)
{
	const char *base = getenv("TMPDIR");
	char *made;
	int n = snprintf(f->folder, sizeof(f->folder), "%s/store-XXXXXX",
	    base == NULL ? "/tmp" : base);

	assert(n > 0 && (size_t)n < sizeof(f->folder));
	made = mkdtemp(f->folder);
	assert(made != NULL);
	n = snprintf(f->location, sizeof(f->location), "%s/watchword.db",
	    f->folder);
	assert(n > 0 && (size_t)n < sizeof(f->location));
}

/* The server's address, with another database in the place of "postgres". */
static void
set_location(struct store_fixture *f, const char *server)
{
	static const char path[] = "/postgres?";
	const char *at = strstr(server, path);
	int n;

	assert(at != NULL);
	n = snprintf(f->location, sizeof(f->location), "%.*s/%s?%s",
	    (int)(at - server), server, f->database, at + strlen(path));
	assert(n > 0 && (size_t)n < sizeof(f->location));
}

static void
on_server(const char *server, const char *command, const char *database)
{
	PGconn *pg = PQconnectdb(server);
	char text[128];
	PGresult *result;
	int n = snprintf(text, sizeof(text), "%s %s", command, database);

	assert(n > 0 && (size_t)n < sizeof(text));
	result = PQexec(pg, text);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s", text, PQerrorMessage(pg));
		abort();
	}
	PQclear(result);
	PQfinish(pg);
}

static const char *
server_of_run(void)
{
	const char *server = getenv("TEST_POSTGRES");

	if (server == NULL) {
		fprintf(stderr, "run it by tests/support/with-postgres\n");
		exit(2);
	}
	return server;
}

static void
make_database(struct store_fixture *f)
{
	const struct rng rng = rng_system();
	uint64_t v = 0;
	enum err err = rng_fill(&rng, &v, sizeof(v));

	assert(err == ERR_NONE);
	snprintf(f->database, sizeof(f->database), "test_%016" PRIx64, v);
	on_server(server_of_run(), "CREATE DATABASE", f->database);
	set_location(f, server_of_run());
}

struct store_fixture *
store_fixture_new(const char *engine, const struct store_options *options)
{
	struct store_fixture *f = calloc(1, sizeof(*f));
	enum err err;

	assert(f != NULL);
	if (options != NULL) {
		f->options = *options;
	}
	if (f->options.clock.now == NULL) {
		f->options.clock = clock_system();
	}
	if (strcmp(engine, "sqlite") == 0) {
		make_folder(f);
	} else {
		assert(strcmp(engine, "postgresql") == 0);
		make_database(f);
	}
	f->options.location = f->location;
	err = store_create(&f->options, clock_now(&f->options.clock));
	assert(err == ERR_NONE);
	store_fixture_open(f);
	return f;
}

static void
remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert(dir != NULL);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.') {
			unlinkat(dirfd(dir), entry->d_name, 0);
		}
	}
	closedir(dir);
	rmdir(folder);
}

void
store_fixture_free(struct store_fixture *f)
{
	if (f == NULL) {
		return;
	}
	store_fixture_close(f);
	if (f->folder[0] != '\0') {
		remove_folder(f->folder);
	} else {
		on_server(server_of_run(), "DROP DATABASE", f->database);
	}
	free(f);
}

struct store *
store_fixture_store(struct store_fixture *f)
{
	return f->store;
}

const struct store_options *
store_fixture_options(struct store_fixture *f)
{
	return &f->options;
}

void
store_fixture_close(struct store_fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

void
store_fixture_open(struct store_fixture *f)
{
	enum err err = store_open(&f->options, &f->store);

	assert(err == ERR_NONE);
}
