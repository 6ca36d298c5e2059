/*
 * "template …": a tenant's own words, read and looked at by what reads them
 * for the API (api/template_json.h).
 */
#include "api/template_json.h"
#include "app/admin_words.h"
#include "config/ini_file.h"

enum { FILE_MAX = 1 << 20, ROOM_MAX = 8 << 20 };

/* What a command has in hand. */
struct work {
	struct admin *a;
	const struct tenant *t;
	struct arena *arena;
};

static void
say_flaws(struct admin *a, const struct jsonr_flaws *flaws)
{
	for (size_t i = 0; i < flaws->n; i++) {
		const struct jsonr_flaw *f = &flaws->v[i];

		buf_printf(a->problems, "watchword: %s: %.*s%s%.*s\n",
		    a->words[2], STR_ARG(f->field), f->field.n > 0 ? ": " : "",
		    STR_ARG(f->reason));
	}
}

static int
put(struct work *k, const struct template_change *changes, unsigned n,
    unsigned *ret_before)
{
	struct templates_put p = {
		.flow = &k->a->install->flow,
		.tenant = k->t->id,
		.changes = changes,
		.n = n,
	};
	enum err e = store_do(p.flow->store, STORE_BACKGROUND,
	    templates_put_run, &p);

	*ret_before = p.before;
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(k->a, "the templates were not changed", e);
}

/* "check FILE" and "set FILE": the same, but that the second keeps them. */
static int
read_and_put(struct work *k, struct str text, bool keep)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct template_change *changes = NULL;
	struct jsonr_object root;
	unsigned n = 0, before;
	enum err e = ERR_NONE;

	if (jsonr_open(&r, k->arena, text, &root)) {
		e = template_json_read_all(&root, k->t, &changes, &n);
		jsonr_close(&root);
	}
	if (e != ERR_NONE) {
		return admin_fail(k->a, "the templates were not read", e);
	}
	if (!jsonr_ok(&r)) {
		say_flaws(k->a, jsonr_flaws(&r));
		return EXIT_NO;
	}
	return keep ? put(k, changes, n, &before) : EXIT_DONE;
}

static int
take_file(struct work *k, bool keep)
{
	struct admin *a = k->a;
	struct buf text;
	int status = EXIT_NO;

	if (a->n != 3) {
		return admin_misuse(a, "template check|set FILE --tenant T");
	}
	buf_init(&text, FILE_MAX);
	if (ini_file_read(a->words[2], &text, a->problems)) {
		status = read_and_put(k, buf_view(&text), keep);
	}
	buf_done(&text);
	return status;
}

static int
template_check(struct work *k)
{
	return take_file(k, false);
}

static int
template_set(struct work *k)
{
	return take_file(k, true);
}

static int
template_list(struct work *k)
{
	template_json_write(k->t->own, k->t->n_own, k->a->out);
	buf_char(k->a->out, '\n');
	return EXIT_DONE;
}

/* "PURPOSE CHANNEL LOCALE". */
static bool
read_which(struct admin *a, struct template_change *t)
{
	if (a->n == 5 && purpose_parse(str_of(a->words[2]), &t->purpose) &&
	    channel_parse(str_of(a->words[3]), &t->channel) &&
	    t->channel != CHANNEL_TOTP &&
	    template_json_locale(str_of(a->words[4]), &t->locale)) {
		return true;
	}
	(void)admin_misuse(a, "template show|preview|remove PURPOSE CHANNEL "
	    "LOCALE --tenant T: like sign_in sms en");
	return false;
}

static int
template_show(struct work *k)
{
	struct template_change t = {.n = 0};

	if (!read_which(k->a, &t)) {
		return EXIT_USAGE;
	}
	template_stored(k->t, &t);
	if (t.n == 0) {
		return admin_refuse(k->a, "the tenant has no words of its "
		    "own there");
	}
	template_json_write(t.own, t.n, k->a->out);
	buf_char(k->a->out, '\n');
	return EXIT_DONE;
}

static int
template_remove(struct work *k)
{
	struct template_change t = {.n = 0};
	unsigned before = 0;
	int status;

	if (!read_which(k->a, &t)) {
		return EXIT_USAGE;
	}
	status = put(k, &t, 1, &before);
	return status == EXIT_DONE && before == 0 ? admin_refuse(k->a,
	    "the tenant has no words of its own there") : status;
}

static int
template_preview(struct work *k)
{
	struct template_change t = {.n = 0};
	struct wording w;
	enum lint lint = LINT_CLEAN;
	enum err e;

	if (!read_which(k->a, &t)) {
		return EXIT_USAGE;
	}
	template_stored(k->t, &t);
	wording_init(&w);
	e = template_look(k->t, &t, &w, &lint);
	if (e == ERR_NONE) {
		if (t.channel == CHANNEL_EMAIL) {
			buf_z(k->a->out, "Subject: ");
			buf_str(k->a->out, header_text_str(&w.subject));
			buf_z(k->a->out, "\n\n");
		}
		buf_str(k->a->out, buf_view(&w.text));
		buf_char(k->a->out, '\n');
	}
	wording_done(&w);
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(k->a, "the message cannot be made", e);
}

static const struct {
	const char *verb;
	int (*run)(struct work *k);
} commands[] = {
	{"list", template_list},
	{"show", template_show},
	{"check", template_check},
	{"set", template_set},
	{"remove", template_remove},
	{"preview", template_preview},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

int
admin_template(struct admin *a, const struct directory_copy *c)
{
	struct work k = {.a = a, .t = admin_tenant(a, c)};
	unsigned i = 0;
	int status;

	if (k.t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	while (i < COMMANDS && !admin_is(a, "template", commands[i].verb)) {
		i++;
	}
	if (i == COMMANDS) {
		return admin_misuse(a, "template list|show|check|set|remove|"
		    "preview …; see \"watchword help template\"");
	}
	k.arena = arena_new(ROOM_MAX);
	if (k.arena == NULL) {
		return admin_fail(a, "the templates were not read",
		    ERR_NOMEM);
	}
	status = commands[i].run(&k);
	arena_free(k.arena);
	return status;
}
