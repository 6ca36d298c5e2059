#include "app/install.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "crypto/crypto.h"
#include "domain/scope.h"
#include "flow/admin.h"

static bool
join(char dst[PATH_SIZE], const char *dir, const char *name)
{
	int n = snprintf(dst, PATH_SIZE, "%s/%s", dir, name);

	return n > 0 && n < PATH_SIZE;
}

/* A setting that is empty means the usual place. */
static bool
place(char dst[PATH_SIZE], const char *setting, const char *dir,
    const char *name)
{
	return setting[0] != '\0' ? str_copy(str_of(setting), dst, PATH_SIZE)
	    : join(dst, dir, name);
}

bool
install_paths(const struct config *config, const char *dir,
    struct install_paths *ret_paths)
{
	struct install_paths *p = ret_paths;

	return str_copy(str_of(dir), p->data, PATH_SIZE) &&
	    place(p->keyring, config->keys_file, dir, "keyring") &&
	    place(p->store, config->store_location, dir, "watchword.db") &&
	    join(p->head, dir, "audit.head") &&
	    join(p->control, dir, "control");
}

/* The engine's own words, once for each time of trouble. */
static void
on_trouble(void *ctx UNUSED, const char *what)
{
	log_event(LOG_ERROR, "store.trouble", "what", what, NULL);
}

static struct store_options
store_options(const struct config *config, const struct install_paths *paths,
    struct clock clock)
{
	return (struct store_options){
		.location = paths->store,
		.clock = clock,
		.rng = rng_system(),
		.on_trouble = on_trouble,
		.queue_max = (unsigned)config->store_queue_max,
		.batch_max = (unsigned)config->store_batch_max,
		.connections = (unsigned)config->store_connections,
	};
}

static enum err
epoch_run(struct tx *tx, void *arg)
{
	return installation_get(tx, arg);
}

const char *
install_why(enum err e)
{
	static const char *const why[ERR_COUNT] = {
		[ERR_MISSING] = "it is not there",
		[ERR_EXISTS] = "it is there already",
		[ERR_DENIED] = "others may read it, or it may not be read",
		[ERR_SYNTAX] = "it is damaged",
		[ERR_BUSY] = "another process has it open",
		[ERR_RANGE] = "it belongs to another version of this program",
		[ERR_STORE] = "it cannot be reached, or is damaged",
		[ERR_IO] = "it cannot be read or written",
		[ERR_NOMEM] = "there is not enough memory, or it may not be "
		    "locked (see ulimit -l)",
	};

	return why[e] != NULL ? why[e] : err_name(e);
}

static void
say(struct buf *reason, const char *what, enum err e)
{
	buf_printf(reason, "%s: %s", what, install_why(e));
}

enum err
install_open(const struct config *config, const char *dir,
    enum install_mode mode, struct clock clock,
    const struct install_hooks *hooks, struct buf *reason,
    struct install *ret_install)
{
	struct install *i = ret_install;
	struct installation_row row;
	struct store_options options;
	enum err e;

	*i = (struct install){.config = config};
	if (!install_paths(config, dir, &i->paths)) {
		buf_z(reason, "the data folder's path is too long");
		return ERR_LIMIT;
	}
	e = crypto_init();
	if (e == ERR_NONE) {
		e = keyring_load(i->paths.keyring, &i->ring);
	}
	if (e != ERR_NONE) {
		say(reason, i->paths.keyring, e);
		return e;
	}
	options = store_options(config, &i->paths, clock);
	options.read_only = mode == INSTALL_READ;
	options.on_messages = hooks->on_messages;
	options.ctx = hooks->ctx;
	e = store_open(&options, &i->flow.store);
	if (e == ERR_NONE) {
		e = store_read(i->flow.store, epoch_run, &row);
	}
	if (e != ERR_NONE) {
		say(reason, i->paths.store, e);
		install_close(i);
		return e;
	}
	i->flow.ring = i->ring;
	i->flow.rng = rng_system();
	i->flow.clock = clock;
	i->flow.epoch = row.epoch;
	i->flow.issuer = config->server_issuer;
	return ERR_NONE;
}

void
install_close(struct install *i)
{
	if (i->flow.store != NULL) {
		store_close(i->flow.store);
		i->flow.store = NULL;
	}
	keyring_free(i->ring);
	i->ring = NULL;
}

/* The tenant "default" with a key for everything. */
static enum err
first_tenant(struct install *i, struct buf *api_key)
{
	struct tenant_new t = {
		.flow = &i->flow,
		.name = STR("default"),
		.brand = STR("Example Shop"),
	};
	struct key_new k = {
		.flow = &i->flow,
		.scopes = SCOPES_ALL,
		.label = STR("first"),
	};
	struct store_event created = {.flow = &i->flow};
	enum err e = store_do(i->flow.store, STORE_BACKGROUND,
	    store_event_run, &created);

	if (e == ERR_NONE) {
		e = tenant_new_prepare(&t);
	}
	if (e == ERR_NONE) {
		e = store_do(i->flow.store, STORE_BACKGROUND, tenant_new_run,
		    &t);
	}
	if (e == ERR_NONE) {
		k.tenant = t.id;
		e = key_new_prepare(&k);
	}
	if (e == ERR_NONE) {
		e = store_do(i->flow.store, STORE_BACKGROUND, key_new_run,
		    &k);
	}
	if (e == ERR_NONE) {
		buf_z(api_key, k.text);
		e = buf_err(api_key);
	}
	explicit_bzero(k.text, sizeof(k.text));
	return e;
}

static enum err
make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST) {
		return ERR_NONE;
	}
	return errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_IO;
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* What was made here is taken away; what was there before is not touched. */
static void
undo(const struct install_paths *p)
{
	static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
	char path[PATH_SIZE + 8];

	(void)unlink(p->keyring);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		int n = snprintf(path, sizeof(path), "%s%s", p->store,
		    tails[i]);

		if (n > 0 && (size_t)n < sizeof(path)) {
			(void)unlink(path);
		}
	}
}

static enum err
fill(const struct config *config, const char *dir, struct buf *reason,
    struct buf *api_key)
{
	const struct install_hooks hooks = {0};
	struct install i;
	enum err e = install_open(config, dir, INSTALL_WRITE, clock_system(),
	    &hooks, reason, &i);

	if (e != ERR_NONE) {
		return e;
	}
	e = first_tenant(&i, api_key);
	if (e != ERR_NONE) {
		say(reason, i.paths.store, e);
	}
	install_close(&i);
	return e;
}

enum err
install_create(const struct config *config, const char *dir,
    struct buf *reason, struct buf *api_key)
{
	struct install_paths p;
	struct store_options options;
	const struct rng rng = rng_system();
	const struct clock clock = clock_system();
	enum err e = make_folder(dir);

	if (e == ERR_NONE && !install_paths(config, dir, &p)) {
		e = ERR_LIMIT;
	}
	if (e != ERR_NONE) {
		say(reason, dir, e);
		return e;
	}
	if (exists(p.keyring)) {
		say(reason, p.keyring, ERR_EXISTS);
		return ERR_EXISTS;
	}
	options = store_options(config, &p, clock);
	e = store_create(&options, clock_now(&clock));
	if (e != ERR_NONE) {
		say(reason, p.store, e);
		return e;
	}
	e = crypto_init();
	if (e == ERR_NONE) {
		e = keyring_create(p.keyring, &rng, clock_now(&clock));
	}
	if (e != ERR_NONE) {
		say(reason, p.keyring, e);
	} else {
		e = fill(config, dir, reason, api_key);
	}
	if (e != ERR_NONE) {
		undo(&p);
	}
	return e;
}
