/*
 * /v1/providers/{name}/call: what a provider is to say in a call that it has
 * placed (S95).  The answer to the key has the code in it: this is the way of
 * the message itself, under the provider's token.
 */
#include <string.h>

#include "api/provider_auth.h"
#include "domain/template.h"
#include "flow/call.h"

enum { SPEECH_MAX = 8192, PROMPT_MAX = 1024, URL_MAX = 1024 };

struct words_call {
	struct call call;
	const struct provider *provider;
	struct call_words words;
};

static void
answer_document(struct words_call *c, enum provider_key document,
    const struct str values[static TEMPLATE_WORD_COUNT])
{
	const struct provider *p = c->provider;
	bool xml = str_equal(provider_get(p, PROVIDER_call_type), STR("xml"));
	struct buf body;
	enum err e;

	buf_init(&body, 2 * SPEECH_MAX);
	template_expand(provider_get(p, document),
	    xml ? TEMPLATE_MARKUP : TEMPLATE_JSON, values, &body);
	e = buf_err(&body);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else {
		directory_drop(c->call.directory);
		http_reply(c->call.x, 200, xml ? "application/xml"
		    : "application/json", buf_view(&body));
	}
	buf_done(&body);
}

/* Without a code: the question, and the end. */
static void
ask(struct words_call *c, struct str values[static TEMPLATE_WORD_COUNT])
{
	const struct secret *token = provider_token(&c->call, c->provider);
	char id[ID_TEXT_MAX];
	struct buf prompt, url;
	struct display_text brand;

	if (display_text_parse(str_of(c->call.tenant->brand), &brand) !=
	    FLAW_NONE) {
		call_failed(&c->call, ERR_RANGE);
		return;
	}
	buf_init(&prompt, PROMPT_MAX);
	buf_init(&url, URL_MAX);
	wording_prompt(locale_best(c->words.delivery.challenge.locale),
	    &brand, &prompt);
	id_text(ID_MESSAGE, &c->words.message, id);
	provider_address(c->provider, "call",
	    (struct str){(const char *)token->b, token->n}, &url);
	buf_printf(&url, "&id=%s", id);
	values[TEMPLATE_PROMPT] = buf_view(&prompt);
	values[TEMPLATE_CALL] = buf_view(&url);
	answer_document(c, PROVIDER_call_ask, values);
	buf_done(&prompt);
	buf_done(&url);
}

static void
say(struct words_call *c, struct str values[static TEMPLATE_WORD_COUNT])
{
	const struct flow *f = c->words.flow;
	struct render r;
	struct buf speech;
	enum err e;

	render_init(&r, NULL);
	buf_init(&speech, SPEECH_MAX);
	e = render_message(&r, f, c->call.tenant, &c->words.delivery,
	    flow_now(f));
	if (e == ERR_NONE) {
		values[TEMPLATE_TEXT] = buf_view(&r.wording.text);
		template_expand(provider_get(c->provider, PROVIDER_speech),
		    TEMPLATE_XML, values, &speech);
		e = buf_err(&speech);
	}
	if (e == ERR_NONE) {
		values[TEMPLATE_SPEECH] = buf_view(&speech);
		answer_document(c, PROVIDER_call_say, values);
	} else {
		call_failed(&c->call, e);
	}
	buf_done(&speech);
	render_done(&r);
}

static void
words_done(struct call *call)
{
	struct words_call *c = (struct words_call *)(void *)call;
	struct str values[TEMPLATE_WORD_COUNT];
	const struct challenge_row *row = &c->words.delivery.challenge;

	memset(values, 0, sizeof(values));
	if (c->words.verdict != CALL_UNKNOWN) {
		call->tenant = directory_id(call->directory, &row->tenant);
	}
	if (call->tenant == NULL) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	values[TEMPLATE_LANGUAGE] = str_of(locale_language(
	    locale_best(row->locale)));
	switch (c->words.verdict) {
	case CALL_ASK:
		ask(c, values);
		return;
	case CALL_SAY:
		say(c, values);
		return;
	case CALL_UNKNOWN:
	case CALL_END:
	default:
		answer_document(c, PROVIDER_call_end, values);
		return;
	}
}

void
api_provider_call(struct http_exchange *x)
{
	struct words_call *c = call_begin(x, sizeof(*c));
	const struct provider *p = c == NULL ? NULL
	    : provider_authenticate(&c->call);
	struct str id, who;

	if (p == NULL) {
		return;
	}
	c->provider = p;
	c->words = (struct call_words){
		.flow = c->call.api->flow,
		.arena = c->call.arena,
		.tenants = c->call.directory,
		.provider = str_of(p->name),
	};
	if (provider_get(p, PROVIDER_call_type).n == 0 ||
	    !http_query(x, "id", &id) ||
	    id_parse(ID_MESSAGE, id, &c->words.message) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->words.key = provider_value(&c->call, p, PROVIDER_call_type,
	    PROVIDER_call_key, &who) && who.n > 0;
	c->words.machine = !c->words.key && provider_value(&c->call, p,
	    PROVIDER_call_type, PROVIDER_call_answered_by, &who) &&
	    provider_lists_word(provider_get(p, PROVIDER_call_machines), who);
	call_submit(&c->call, STORE_CREATE, call_words_run, &c->words,
	    words_done);
}
