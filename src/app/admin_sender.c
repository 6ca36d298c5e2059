#include <assert.h>
#include <string.h>

#include "app/admin_words.h"
#include "base/jsonw.h"
#include "domain/shop_name.h"
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
bad_value(struct admin *a, const char *what, enum flaw flaw)
{
	buf_printf(a->problems, "watchword: the %s %s\n", what,
	    flaw_reason(flaw));
	return EXIT_USAGE;
}

static int
set_mail(struct admin *a, const struct tenant *t, struct sender_put *s)
{
	struct display_text name = {.n = 0};
	struct email address;
	enum flaw flaw = email_parse(s->address, &address);

	if (flaw != FLAW_NONE) {
		return bad_value(a, "address", flaw);
	}
	flaw = a->name != NULL ? shop_name_parse(str_of(a->name), &name)
	    : FLAW_NONE;
	if (flaw != FLAW_NONE) {
		return bad_value(a, "name", flaw);
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
	s->address = email_str(&address);
	s->name = display_text_str(&name);
	return put_sender(a, s);
}

/* The operator knows what he has agreed on with his providers. */
static int
set_phone(struct admin *a, struct sender_put *s)
{
	struct sender_id id;
	enum flaw flaw = sender_id_parse(s->address, s->channel, &id);

	if (flaw != FLAW_NONE) {
		return bad_value(a, "sender", flaw);
	}
	if (a->name != NULL) {
		return admin_misuse(a, "--name is of an e-mail address");
	}
	if (!sender_has_way(s->flow, s->channel, s->address)) {
		buf_z(a->problems, "watchword: it is in no provider's "
		    "\"senders\" yet, so theirs are used\n");
	}
	return put_sender(a, s);
}

/* --channel; false: said so. */
static bool
read_channel(struct admin *a, enum channel *ret_channel)
{
	*ret_channel = CHANNEL_EMAIL;
	if (a->channel == NULL || (channel_parse(str_of(a->channel),
	    ret_channel) && *ret_channel != CHANNEL_TOTP)) {
		return true;
	}
	(void)admin_misuse(a, "--channel is email, sms or voice");
	return false;
}

static int
sender_set(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct sender_put s = {.flow = &a->install->flow};

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->n != 3) {
		return admin_misuse(a, "sender set ADDRESS --tenant T "
		    "[--name TEXT] [--channel email|sms|voice]");
	}
	if (!read_channel(a, &s.channel)) {
		return EXIT_USAGE;
	}
	s.tenant = t->id;
	s.address = str_of(a->words[2]);
	return s.channel == CHANNEL_EMAIL ? set_mail(a, t, &s)
	    : set_phone(a, &s);
}

static int
sender_clear(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct sender_put s = {.flow = &a->install->flow};

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (!read_channel(a, &s.channel)) {
		return EXIT_USAGE;
	}
	s.tenant = t->id;
	return put_sender(a, &s);
}

static void
show_phone(struct admin *a, const char *channel, const struct sender_id *id)
{
	if (id->n > 0) {
		buf_printf(a->out, "%s: %s\n", channel, id->z);
	}
}

static void
show_json(struct admin *a, const struct tenant *t, const struct email *from,
    bool is_signed)
{
	struct jsonw w;

	jsonw_init(&w, a->out);
	jsonw_object(&w);
	if (from != NULL) {
		jsonw_member_str(&w, "address", email_str(from));
		jsonw_member_str(&w, "name", t->has_sender &&
		    t->sender_name.n > 0 ? display_text_str(&t->sender_name)
		    : str_of(t->brand));
		jsonw_member_bool(&w, "own", t->has_sender);
		jsonw_member_bool(&w, "signed", is_signed);
	}
	if (t->sms_sender.n > 0) {
		jsonw_member_z(&w, "sms", t->sms_sender.z);
	}
	if (t->voice_sender.n > 0) {
		jsonw_member_z(&w, "voice", t->voice_sender.z);
	}
	jsonw_object_end(&w);
	buf_char(a->out, '\n');
}

static int
sender_show(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	const struct email *from = NULL;
	struct email ours;
	struct str name;
	bool is_signed;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (t->has_sender) {
		from = &t->sender;
	} else if (email_parse(str_of(a->install->config->mail_from), &ours)
	    == FLAW_NONE) {
		from = &ours;
	}
	if (from == NULL && t->sms_sender.n == 0 && t->voice_sender.n == 0) {
		return admin_refuse(a, "the tenant has no sender, and "
		    "mail.from is not set");
	}
	is_signed = from != NULL && sender_proof(t, from) == SENDER_SIGNED;
	if (a->json) {
		show_json(a, t, from, is_signed);
		return EXIT_DONE;
	}
	name = t->has_sender && t->sender_name.n > 0
	    ? display_text_str(&t->sender_name) : str_of(t->brand);
	if (from != NULL) {
		buf_printf(a->out, "%.*s <%s>%s%s\n", STR_ARG(name), from->z,
		    t->has_sender ? "" : " (mail.from)",
		    is_signed ? ", signed" : ", not signed");
	}
	show_phone(a, "sms", &t->sms_sender);
	show_phone(a, "voice", &t->voice_sender);
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
	{"tenant", "brand", admin_brand},
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
