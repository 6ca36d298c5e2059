#include "api/template_json.h"

#include "base/jsonw.h"

enum { CHANGES_MAX = 100, TEXT_BYTES = 4000 };

/* What each rule asks, for who wrote the text. */
const char *
template_json_reason(enum lint l)
{
	static const char *const reasons[LINT_COUNT] = {
		[LINT_CLEAN] = "",
		[LINT_PLACEHOLDER] = "placeholder: a brace was left over",
		[LINT_LINK] = "link: has a link, or what a mail program "
		    "would make one of (R72)",
		[LINT_HTML] = "html: has what must not be in a mail",
		[LINT_CODE_MISSING] = "code_missing: the code is not in it "
		    "(R75)",
		[LINT_CODE_REPEATED] = "code_repeated: the code stands in it "
		    "more than once; in a call, not twice",
		[LINT_CODE_SHOWN] = "code_shown: a preview on a lock screen "
		    "would show the code",
		[LINT_WARNING] = "warning: the sentence that this purpose "
		    "must have is not in it: never share it, or only at the "
		    "door (R67 to R69)",
		[LINT_ADVICE] = "advice: has advice of another purpose",
		[LINT_PERSONAL_DATA] = "personal_data: asks for personal "
		    "data (R70)",
		[LINT_INSTALL] = "install: asks to install something (R74)",
		[LINT_LENGTH] = "length: is too long: a subject has 78 "
		    "characters, a text message one segment, 160 of the GSM "
		    "alphabet or 70",
	};

	return reasons[l];
}

/* Reading. */

bool
template_json_locale(struct str s, enum locale *ret_locale)
{
	*ret_locale = locale_best(s);
	return str_equal(s, str_of(locale_name(*ret_locale)));
}

static bool
read_which(struct jsonr_object *o, struct template_change *t)
{
	struct str purpose, channel, locale;
	bool good = true;

	if (!jsonr_str(o, "purpose", JSONR_REQUIRED, 1, 32, &purpose) ||
	    !jsonr_str(o, "channel", JSONR_REQUIRED, 1, 16, &channel) ||
	    !jsonr_str(o, "locale", JSONR_REQUIRED, 2, 16, &locale)) {
		return false;
	}
	if (!purpose_parse(purpose, &t->purpose)) {
		jsonr_flaw(o, "purpose", "is not a purpose");
		good = false;
	}
	if (!channel_parse(channel, &t->channel) ||
	    t->channel == CHANNEL_TOTP) {
		jsonr_flaw(o, "channel", "must be email, sms or voice");
		good = false;
	}
	if (!template_json_locale(locale, &t->locale)) {
		jsonr_flaw(o, "locale",
		    "must be en, de, fr, es, it, pt, nl, pl, hi or ja");
		good = false;
	}
	return good;
}

static void
read_text(struct jsonr_object *o, struct template_change *t,
    enum wording_own_part part)
{
	const char *name = own_part_name(part);
	struct wording_own own = {t->purpose, t->locale, part, NULL};
	const char *flaw;
	struct str text;

	if (own_part_channel(part) != t->channel ||
	    !jsonr_str(o, name, 0, 1, TEXT_BYTES, &text)) {
		return;
	}
	own.text = arena_copy(o->r->arena, text);
	flaw = own.text == NULL ? "is too much at once" : own_flaw(&own);
	if (flaw != NULL) {
		jsonr_flaw(o, name, flaw);
	} else {
		t->own[t->n++] = own;
	}
}

bool
template_json_read(struct jsonr_object *o, struct template_change *t)
{
	if (!read_which(o, t)) {
		return false;
	}
	for (int p = 0; p < OWN_PART_COUNT; p++) {
		read_text(o, t, (enum wording_own_part)p);
	}
	return jsonr_ok(o->r);
}

static enum err
look(struct jsonr_object *o, const struct tenant *tenant,
    const struct template_change *t)
{
	struct wording w;
	enum lint lint = LINT_CLEAN;
	enum err e;

	wording_init(&w);
	e = template_look(tenant, t, &w, &lint);
	wording_done(&w);
	if (e == ERR_LIMIT) {
		lint = LINT_LENGTH;
		e = ERR_NONE;
	}
	if (e == ERR_NONE && lint != LINT_CLEAN) {
		jsonr_flaw(o, t->n == 1 ? own_part_name(t->own[0].part)
		    : NULL, template_json_reason(lint));
	}
	return e;
}

enum err
template_json_read_all(struct jsonr_object *root, const struct tenant *tenant,
    struct template_change **ret_changes, unsigned *ret_n)
{
	struct template_change *changes;
	struct jsonr_array all;
	enum err e = ERR_NONE;
	unsigned n = 0;

	if (!jsonr_array(root, "templates", JSONR_REQUIRED, CHANGES_MAX,
	    &all)) {
		return ERR_NONE;
	}
	changes = arena_get(root->r->arena, (all.n + 1) * sizeof(*changes));
	for (size_t i = 0; changes != NULL && e == ERR_NONE && i < all.n;
	    i++) {
		struct template_change *t = &changes[n];
		struct jsonr_object o;

		if (!jsonr_at_object(&all, i, &o)) {
			continue;
		}
		if (template_json_read(&o, t)) {
			if (t->n == 0) {
				jsonr_flaw(&o, NULL, "has no text");
			} else {
				e = look(&o, tenant, t);
				n++;
			}
		}
		jsonr_close(&o);
	}
	if (changes == NULL) {
		return ERR_NOMEM;
	}
	if (e == ERR_NONE) {
		*ret_changes = changes;
		*ret_n = n;
	}
	return e;
}

/* Showing. */

static bool
same_message(const struct wording_own *a, const struct wording_own *b)
{
	return a->purpose == b->purpose && a->locale == b->locale &&
	    own_part_channel(a->part) == own_part_channel(b->part);
}

static void
write_which(struct jsonw *w, const struct wording_own *own)
{
	jsonw_member_z(w, "purpose", purpose_name(own->purpose));
	jsonw_member_z(w, "channel",
	    channel_name(own_part_channel(own->part)));
	jsonw_member_z(w, "locale", locale_name(own->locale));
}

void
template_json_write(const struct wording_own *own, unsigned n,
    struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "templates");
	jsonw_array(&w);
	for (unsigned i = 0; i < n; i++) {
		jsonw_object(&w);
		write_which(&w, &own[i]);
		jsonw_member_z(&w, own_part_name(own[i].part), own[i].text);
		for (; i + 1 < n && same_message(&own[i], &own[i + 1]); i++) {
			jsonw_member_z(&w, own_part_name(own[i + 1].part),
			    own[i + 1].text);
		}
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
}
