#include "app/admin.h"

#include <stdlib.h>
#include <string.h>

#include "app/admin_words.h"
#include "base/jsonw.h"
#include "config/policy_file.h"
#include "config/rules_file.h"
#include "flow/decide.h"
#include "domain/scope.h"
#include "domain/shop_name.h"
#include "domain/text.h"
#include "flow/admin.h"
#include "flow/directory.h"

enum { ROWS_MAX = DIRECTORY_KEYS_MAX, ARENA_MAX = 16 << 20 };

int
admin_fail(struct admin *a, const char *what, enum err e)
{
	buf_printf(a->problems, "watchword: %s: %s\n", what, err_name(e));
	return EXIT_FAILED;
}

int
admin_refuse(struct admin *a, const char *sentence)
{
	buf_printf(a->problems, "watchword: %s\n", sentence);
	return EXIT_NO;
}

int
admin_misuse(struct admin *a, const char *sentence)
{
	buf_printf(a->problems, "watchword: %s\n", sentence);
	return EXIT_USAGE;
}

static bool
read_words(struct admin *a, int argc, const char *const *argv)
{
	const struct { const char *name; const char **value; } options[] = {
		{"--tenant", &a->tenant}, {"--scope", &a->scope},
		{"--label", &a->label}, {"--brand", &a->brand},
		{"--domain", &a->domain}, {"--selector", &a->selector},
		{"--algorithm", &a->algorithm}, {"--name", &a->name},
		{"--channel", &a->channel},
	};
	const size_t n = sizeof(options) / sizeof(options[0]);

	for (int i = 0; i < argc; i++) {
		size_t k = 0;

		if (strcmp(argv[i], "--json") == 0) {
			a->json = true;
			continue;
		}
		while (k < n && strcmp(argv[i], options[k].name) != 0) {
			k++;
		}
		if (k < n && i + 1 < argc) {
			*options[k].value = argv[++i];
		} else if (k < n || argv[i][0] == '-' ||
		    a->n == ADMIN_WORDS_MAX) {
			buf_printf(a->problems,
			    "watchword: what is \"%s\" here?\n", argv[i]);
			return false;
		} else {
			a->words[a->n++] = argv[i];
		}
	}
	return true;
}

const struct tenant *
admin_tenant(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t;

	if (a->tenant == NULL) {
		(void)admin_misuse(a, "--tenant NAME is missing");
		return NULL;
	}
	t = directory_name(c, str_of(a->tenant));
	if (t == NULL) {
		(void)admin_refuse(a, "there is no tenant of that name; "
		    "see \"watchword tenant list\"");
	}
	return t;
}

int
admin_with_directory(struct admin *a,
    int (*fn)(struct admin *a, const struct directory_copy *c))
{
	struct directory *d;
	struct directory_copy *c;
	enum err e = directory_new(&a->install->flow, &d);
	int status;

	if (e != ERR_NONE) {
		return admin_fail(a, "tenants cannot be read", e);
	}
	c = directory_hold(d);
	status = fn(a, c);
	directory_drop(c);
	directory_free(d);
	return status;
}

static int
tenant_new(struct admin *a)
{
	struct tenant_new t = {.flow = &a->install->flow};
	struct display_text brand;
	enum flaw flaw;
	enum err e;

	if (a->n != 3 || !tenant_name_ok(str_of(a->words[2]))) {
		return admin_misuse(a, "tenant new NAME [--brand TEXT]: NAME is "
		    "1 to 32 of a-z, 0-9 and -");
	}
	t.name = str_of(a->words[2]);
	t.brand = str_of(a->brand != NULL ? a->brand : a->words[2]);
	flaw = shop_name_parse(t.brand, &brand);
	if (flaw != FLAW_NONE) {
		buf_printf(a->problems, "watchword: the brand %s\n",
		    flaw_reason(flaw));
		return EXIT_USAGE;
	}
	e = tenant_new_prepare(&t);
	if (e == ERR_NONE) {
		e = store_do(t.flow->store, STORE_BACKGROUND, tenant_new_run,
		    &t);
	}
	if (e == ERR_EXISTS) {
		return admin_refuse(a, "there is a tenant of that name");
	}
	if (e != ERR_NONE) {
		return admin_fail(a, "the tenant was not made", e);
	}
	buf_z(a->out, "tenant=");
	buf_str(a->out, t.name);
	buf_char(a->out, '\n');
	return EXIT_DONE;
}

struct list {
	struct arena *arena;
	struct tenant_row *tenants;
	struct api_key_row *keys;
	unsigned n_tenants, n_keys;
};

static enum err
list_run(struct tx *tx, void *arg)
{
	struct list *l = arg;
	enum err e = tenant_row_list(tx, l->arena, DIRECTORY_TENANTS_MAX,
	    l->tenants, &l->n_tenants);

	if (e == ERR_NONE) {
		e = api_key_row_list(tx, l->arena, ROWS_MAX, l->keys,
		    &l->n_keys);
	}
	return e;
}

static void
print_tenants(struct admin *a, const struct list *l)
{
	struct jsonw w;

	for (unsigned i = 0; i < l->n_tenants; i++) {
		const struct tenant_row *t = &l->tenants[i];

		if (!a->json) {
			buf_printf(a->out, "%-32.*s %.*s\n",
			    STR_ARG(t->name), STR_ARG(t->brand));
			continue;
		}
		jsonw_init(&w, a->out);
		jsonw_object(&w);
		jsonw_member_id(&w, "id", ID_TENANT, &t->id);
		jsonw_member_str(&w, "name", t->name);
		jsonw_member_str(&w, "brand", t->brand);
		jsonw_member_time(&w, "created_at", t->created_at);
		jsonw_object_end(&w);
		buf_char(a->out, '\n');
	}
}

static struct str
name_of(const struct list *l, const struct id *tenant)
{
	for (unsigned i = 0; i < l->n_tenants; i++) {
		if (id_equal(&l->tenants[i].id, tenant)) {
			return l->tenants[i].name;
		}
	}
	return STR("?");
}

static void
print_key(struct admin *a, const struct list *l, const struct api_key_row *k)
{
	struct buf CLEANUP(buf_done) scopes = {0};
	char id[ID_TEXT_MAX];
	struct jsonw w;

	buf_init(&scopes, 256);
	scopes_print(k->scopes, &scopes);
	id_text(ID_API_KEY, &k->id, id);
	if (!a->json) {
		buf_printf(a->out, "%s %-16.*s %-12s %s %.*s\n", id,
		    STR_ARG(name_of(l, &k->tenant)), buf_c(&scopes),
		    k->revoked_at.v != 0 ? "revoked" : "valid",
		    STR_ARG(k->label));
		return;
	}
	jsonw_init(&w, a->out);
	jsonw_object(&w);
	jsonw_member_z(&w, "id", id);
	jsonw_member_str(&w, "tenant", name_of(l, &k->tenant));
	jsonw_member_z(&w, "scopes", buf_c(&scopes));
	jsonw_member_str(&w, "label", k->label);
	jsonw_member_time(&w, "created_at", k->created_at);
	if (k->revoked_at.v != 0) {
		jsonw_member_time(&w, "revoked_at", k->revoked_at);
	}
	jsonw_object_end(&w);
	buf_char(a->out, '\n');
}

static void
print_keys(struct admin *a, const struct list *l)
{
	for (unsigned i = 0; i < l->n_keys; i++) {
		struct str name = name_of(l, &l->keys[i].tenant);

		if (a->tenant == NULL || str_equal(name, str_of(a->tenant))) {
			print_key(a, l, &l->keys[i]);
		}
	}
}

static int
list(struct admin *a, void (*print)(struct admin *a, const struct list *l))
{
	struct list l = {.arena = arena_new(ARENA_MAX)};
	enum err e = ERR_NOMEM;

	l.tenants = calloc(DIRECTORY_TENANTS_MAX, sizeof(*l.tenants));
	l.keys = calloc(ROWS_MAX, sizeof(*l.keys));
	if (l.arena != NULL && l.tenants != NULL && l.keys != NULL) {
		e = store_read(a->install->flow.store, list_run, &l);
	}
	if (e == ERR_NONE) {
		print(a, &l);
	}
	free(l.tenants);
	free(l.keys);
	arena_free(l.arena);
	return e == ERR_NONE ? EXIT_DONE : admin_fail(a, "they cannot be read", e);
}

static int
key_new(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct key_new k = {.flow = &a->install->flow};
	enum err e;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->scope == NULL ||
	    !scopes_parse(str_of(a->scope), &k.scopes)) {
		return admin_misuse(a, "--scope wants words between commas: "
		    "challenges, accounts, shipments, agents, audit, admin, "
		    "or all");
	}
	k.tenant = t->id;
	k.label = str_of(a->label != NULL ? a->label : "");
	if (k.label.n > DISPLAY_TEXT_MAX || !str_is_utf8(k.label)) {
		return admin_misuse(a, "--label is too long");
	}
	e = key_new_prepare(&k);
	if (e == ERR_NONE) {
		e = store_do(k.flow->store, STORE_BACKGROUND, key_new_run,
		    &k);
	}
	if (e == ERR_NONE) {
		buf_printf(a->out, "api_key=%s\n", k.text);
	}
	explicit_bzero(k.text, sizeof(k.text));
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the key was not made", e);
}

static int
key_revoke(struct admin *a)
{
	struct key_revoke k = {.flow = &a->install->flow};
	enum err e;

	if (a->n != 3 || id_parse(ID_API_KEY, str_of(a->words[2]), &k.id) !=
	    ERR_NONE) {
		return admin_misuse(a, "key revoke KEY: KEY is the key_… that "
		    "\"watchword key list\" shows");
	}
	e = store_do(k.flow->store, STORE_BACKGROUND, key_revoke_run, &k);
	if (e == ERR_MISSING) {
		return admin_refuse(a, "there is no such key, or it was revoked "
		    "before");
	}
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the key was not revoked", e);
}

/* As a policy file has it, so that it can be edited and used again. */
static void
print_setting(void *ctx, const char *section, const char *key, int64_t value)
{
	struct admin *a = ctx;

	if (a->section != section) {
		buf_printf(a->out, "%s[%s]\n", a->section != NULL ? "\n" : "",
		    section);
		a->section = section;
	}
	buf_printf(a->out, "%s = %lld\n", key, (long long)value);
}

static void
print_text(void *ctx, const char *section, const char *key, struct str value)
{
	const struct admin *a = ctx;

	if (value.n > 0) {
		buf_printf(a->out, "\n[%s]\n%s = %.*s\n", section, key,
		    STR_ARG(value));
	}
}

static int
policy_show(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	policy_each(&t->policy, print_setting, a);
	policy_each_text(&t->policy, print_text, a);
	return EXIT_DONE;
}

static void
print_subject(struct admin *a, const struct subject_admin *s)
{
	static const char *const words[] = {
		[THROTTLE_FREE] = "may try",
		[THROTTLE_WAIT] = "must wait",
		[THROTTLE_STOPPED] = "is stopped for good",
	};

	buf_printf(a->out, "%s; failures in a row: %lld; in 24 hours: "
	    "%u failures, %u codes asked for, %u messages%s\n",
	    words[s->throttle.state], (long long)s->streak, s->failures,
	    s->creates, s->sends, s->clear ? "; now forgiven" : "");
}

/* An address in any spelling: it leads to one subject. */
static int
subject(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct subject_admin s = {
		.flow = &a->install->flow,
		.tenant = t,
		.clear = strcmp(a->words[1], "clear") == 0,
	};
	struct str address = str_of(a->n == 3 ? a->words[2] : "");
	enum err e;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (!recipient_parse(CHANNEL_EMAIL, address, &s.recipient) &&
	    !recipient_parse(CHANNEL_SMS, address, &s.recipient)) {
		return admin_misuse(a, "subject show|clear ADDRESS --tenant NAME: "
		    "ADDRESS is an e-mail address or a number like "
		    "+442079460000");
	}
	e = store_do(s.flow->store, STORE_BACKGROUND, subject_admin_run, &s);
	if (e != ERR_NONE) {
		return admin_fail(a, "the subject cannot be read", e);
	}
	print_subject(a, &s);
	return EXIT_DONE;
}

static int
put_rules(struct admin *a, const struct tenant *t, const struct rule_book *book)
{
	struct rules_put put = {
		.flow = &a->install->flow,
		.tenant = t->id,
		.mode = book->mode,
		.n = book->set.n,
	};
	struct buf body;
	struct jsonw w;
	enum err e;

	buf_init(&body, RULES_JSON_MAX);
	jsonw_init(&w, &body);
	rules_write(&book->set, book->mode, &w);
	e = buf_err(&body);
	if (e == ERR_NONE) {
		put.body = book->set.n > 0 ? buf_view(&body) : STR("");
		e = store_do(put.flow->store, STORE_BACKGROUND, rules_put_run,
		    &put);
	}
	buf_done(&body);
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the rules were not changed", e);
}

/* True: the file is about rules, and *ret_status what came of it. */
static bool
rules_use(struct admin *a, const struct tenant *t, int *ret_status)
{
	struct rule_book *book = malloc(sizeof(*book));
	enum rules_file found;

	if (book == NULL) {
		*ret_status = admin_fail(a, "the rules were not read",
		    ERR_NOMEM);
		return true;
	}
	found = rules_file_load(a->words[2], book, a->problems);
	if (found != RULES_FILE_OTHER) {
		*ret_status = found == RULES_FILE_GOOD
		    ? put_rules(a, t, book) : EXIT_NO;
	}
	free(book);
	return found != RULES_FILE_OTHER;
}

static int
policy_use(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct policy policy;
	struct policy_put put = {
		.flow = &a->install->flow,
		.policy = &policy,
	};
	int status;
	enum err e;

	if (t == NULL || a->n != 3) {
		return t == NULL && a->tenant != NULL ? EXIT_NO
		    : admin_misuse(a, "policy use FILE --tenant NAME");
	}
	if (rules_use(a, t, &status)) {
		return status;
	}
	policy = policy_default();
	if (!policy_file_load(a->words[2], &policy, a->problems)) {
		return EXIT_NO;
	}
	put.tenant = t->id;
	e = store_do(put.flow->store, STORE_BACKGROUND, policy_put_run, &put);
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the policy was not changed", e);
}

bool
admin_is(const struct admin *a, const char *noun, const char *verb)
{
	return a->n >= 2 && strcmp(a->words[0], noun) == 0 &&
	    strcmp(a->words[1], verb) == 0;
}

int
admin_run(struct install *i, int argc, const char *const *argv,
    struct buf *out, struct buf *problems)
{
	struct admin a = {
		.install = i, .out = out, .problems = problems,
	};

	if (!read_words(&a, argc, argv)) {
		return EXIT_USAGE;
	}
	if (admin_is(&a, "tenant", "new")) {
		return tenant_new(&a);
	}
	if (admin_is(&a, "tenant", "list")) {
		return list(&a, print_tenants);
	}
	if (admin_is(&a, "key", "new")) {
		return admin_with_directory(&a, key_new);
	}
	if (admin_is(&a, "key", "list")) {
		return list(&a, print_keys);
	}
	if (admin_is(&a, "key", "revoke")) {
		return key_revoke(&a);
	}
	if (admin_is(&a, "subject", "show") || admin_is(&a, "subject", "clear")) {
		return admin_with_directory(&a, subject);
	}
	if (admin_is(&a, "policy", "show")) {
		return admin_with_directory(&a, policy_show);
	}
	if (admin_is(&a, "policy", "use")) {
		return admin_with_directory(&a, policy_use);
	}
	if (a.n > 0 && strcmp(a.words[0], "bounce") == 0) {
		return admin_with_directory(&a, admin_bounce);
	}
	if (a.n > 0 && strcmp(a.words[0], "import") == 0) {
		return admin_with_directory(&a, admin_import);
	}
	if (a.n > 1 && strcmp(a.words[0], "template") == 0) {
		return admin_with_directory(&a, admin_template);
	}
	if (admin_sender_takes(&a)) {
		return admin_sender_run(&a);
	}
	return admin_misuse(&a, "unknown command; see \"watchword help\"");
}
