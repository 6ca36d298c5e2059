#include <assert.h>
#include <string.h>

#include "app/admin_words.h"
#include "base/jsonw.h"
#include "flow/sender.h"

static int
put_sender(struct admin *a, struct sender_put *s)
{
	enum err e = store_do(s->flow->store, STORE_BACKGROUND,
	    sender_put_run, s);

	if (e == ERR_MISSING) {
		return admin_refuse(a, "the tenant has no sender of its own");
	}
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the sender was not changed", e);
}

static int
sender_set(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct sender_put s = {.flow = &a->install->flow};
	struct display_text name;
	struct email address;
	enum flaw flaw;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->n != 3 || email_parse(str_of(a->words[2]), &address) !=
	    FLAW_NONE) {
		return admin_misuse(a, "sender set ADDRESS --tenant T "
		    "[--name TEXT]: ADDRESS is an e-mail address");
	}
	flaw = a->name != NULL ? display_text_parse(str_of(a->name), &name)
	    : FLAW_NONE;
	if (flaw != FLAW_NONE) {
		buf_printf(a->problems, "watchword: the name %s\n",
		    flaw_reason(flaw));
		return EXIT_USAGE;
	}
	switch (sender_proof(t, &address)) {
	case SENDER_FOREIGN:	/* R77 */
		return admin_refuse(a, "the tenant's DKIM keys are for other "
		    "domains; make one with \"watchword dkim new\" first");
	case SENDER_UNSIGNED:
		buf_z(a->problems, "watchword: its mail is not signed yet; "
		    "see \"watchword dkim new\"\n");
		break;
	case SENDER_SIGNED:
	default:
		break;
	}
	s.tenant = t->id;
	s.address = &address;
	s.name = a->name != NULL ? display_text_str(&name) : STR("");
	return put_sender(a, &s);
}

static int
sender_clear(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct sender_put s = {.flow = &a->install->flow};

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	s.tenant = t->id;
	return put_sender(a, &s);
}

static int
sender_show(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct str address, name;
	struct jsonw w;
	struct email from;
	bool is_signed;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (!t->has_sender && email_parse(
	    str_of(a->install->config->mail_from), &from) != FLAW_NONE) {
		return admin_refuse(a, "the tenant has no sender, and "
		    "mail.from is not set");
	}
	from = t->has_sender ? t->sender : from;
	address = email_str(&from);
	name = t->has_sender && t->sender_name.n > 0
	    ? display_text_str(&t->sender_name) : str_of(t->brand);
	is_signed = sender_proof(t, &from) == SENDER_SIGNED;
	if (!a->json) {
		buf_printf(a->out, "%.*s <%.*s>%s%s\n", STR_ARG(name),
		    STR_ARG(address), t->has_sender ? "" : " (mail.from)",
		    is_signed ? ", signed" : ", not signed");
		return EXIT_DONE;
	}
	jsonw_init(&w, a->out);
	jsonw_object(&w);
	jsonw_member_str(&w, "address", address);
	jsonw_member_str(&w, "name", name);
	jsonw_member_bool(&w, "own", t->has_sender);
	jsonw_member_bool(&w, "signed", is_signed);
	jsonw_object_end(&w);
	buf_char(a->out, '\n');
	return EXIT_DONE;
}

static const struct {
	const char *noun, *verb;
	int (*run)(struct admin *a, const struct directory_copy *c);
} commands[] = {
	{"dkim", "new", admin_dkim_new},
	{"dkim", "dns", admin_dkim_dns},
	{"dkim", "list", admin_dkim_list},
	{"dkim", "retire", admin_dkim_retire},
	{"sender", "set", sender_set},
	{"sender", "clear", sender_clear},
	{"sender", "show", sender_show},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static unsigned
find(const struct admin *a)
{
	unsigned i = 0;

	while (i < COMMANDS &&
	    !admin_is(a, commands[i].noun, commands[i].verb)) {
		i++;
	}
	return i;
}

bool
admin_sender_takes(const struct admin *a)
{
	return find(a) < COMMANDS;
}

int
admin_sender_run(struct admin *a)
{
	unsigned i = find(a);

	assert(i < COMMANDS);
	return admin_with_directory(a, commands[i].run);
}
