#include "app/admin_words.h"
#include "flow/brand.h"

/* The operator's word is good: what looks like another shop is only said. */
static void
warn_if_taken(struct admin *a, const struct directory_copy *c,
    const struct tenant *t, struct str name)
{
	if (brand_taken(c, t, name)) {
		buf_z(a->problems, "watchword: another tenant's customers "
		    "would take it for that shop\n");
	}
}

static int
put(struct admin *a, const struct tenant *t, struct str name)
{
	struct brand_put b = {
		.flow = &a->install->flow,
		.tenant = t->id,
		.name = name,
	};
	enum err e = store_do(b.flow->store, STORE_BACKGROUND, brand_put_run,
	    &b);

	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the brand was not changed", e);
}

int
admin_brand(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct display_text name;
	enum flaw flaw;
	enum err e;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->n != 3) {
		return admin_misuse(a, "tenant brand TEXT --tenant T");
	}
	flaw = shop_name_parse(str_of(a->words[2]), &name);
	if (flaw != FLAW_NONE) {
		buf_printf(a->problems, "watchword: the brand %s\n",
		    flaw_reason(flaw));
		return EXIT_USAGE;
	}
	e = brand_fit(t, &name);
	if (e == ERR_LIMIT) {
		return admin_refuse(a, "the brand is too long for a text "
		    "message of one segment");
	}
	if (e == ERR_DENIED) {
		return admin_refuse(a, "the brand does not fit into the "
		    "tenant's own templates");
	}
	if (e != ERR_NONE) {
		return admin_fail(a, "the brand was not changed", e);
	}
	warn_if_taken(a, c, t, display_text_str(&name));
	return put(a, t, display_text_str(&name));
}
