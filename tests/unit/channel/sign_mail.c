/*
 * sign_mail FOLDER: two messages signed with new keys of either kind, for
 * check_dkim.py.  In FOLDER: both.eml, rsa.eml, ed25519.eml, injected.eml, and
 * records: a DNS name, a blank and its text on each line.
 */
#include <stdio.h>

#include "channel/dkim.h"
#include "channel/mime.h"
#include "crypto/dkim_pair.h"

#define AT ((unix_ms){1795339380000})

static struct buf pems[2], records;
static struct dkim_key keys[2];

static bool
make_keys(void)
{
	static const char *const selectors[] = {"s1-rsa", "s1-ed25519"};
	enum err (*const make[])(struct buf *pem, struct buf *public_key) = {
		dkim_pair_rsa, dkim_pair_ed25519,
	};

	buf_init(&records, 4096);
	for (unsigned i = 0; i < 2; i++) {
		struct buf public_key;

		buf_init(&pems[i], DKIM_PAIR_PEM_MAX);
		buf_init(&public_key, DKIM_KEY_PUBLIC_MAX);
		if (make[i](&pems[i], &public_key) != ERR_NONE) {
			return false;
		}
		keys[i] = (struct dkim_key){
			.algorithm = (enum dkim_key_algorithm)i,
			.domain = "shop.example", .selector = selectors[i],
			.pem = buf_c(&pems[i]),
		};
		dkim_key_put_name(&records, str_of(selectors[i]),
		    STR("shop.example"));
		buf_char(&records, ' ');
		dkim_key_put_value(&records, keys[i].algorithm,
		    buf_view(&public_key));
		buf_char(&records, '\n');
		buf_done(&public_key);
	}
	return buf_err(&records) == ERR_NONE;
}

static bool
put_file(const char *folder, const char *name, struct str s)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ok = f != NULL && fwrite(s.p, 1, s.n, f) == s.n;
	return f != NULL && fclose(f) == 0 && ok;
}

static bool
put_signed(const char *folder, const char *name, struct str message,
    unsigned from, unsigned to)
{
	struct buf out;
	bool ok = true;

	buf_init(&out, MIME_MAX + 2 * DKIM_HEADER_MAX);
	for (unsigned i = from; ok && i < to; i++) {
		ok = dkim_sign(&keys[i], message, AT, &out) == ERR_NONE;
	}
	buf_str(&out, message);
	ok = ok && buf_err(&out) == ERR_NONE &&
	    put_file(folder, name, buf_view(&out));
	buf_done(&out);
	return ok;
}

static bool
make_message(struct str brand, struct str subject, struct str text,
    struct buf *out)
{
	struct email from, to;
	struct display_text name;
	struct header_text title;
	struct id id = {.b = {1, 2, 3}};

	if (email_parse(STR("code@mail.shop.example"), &from) != FLAW_NONE ||
	    email_parse(STR("ada@example.com"), &to) != FLAW_NONE ||
	    display_text_parse(brand, &name) != FLAW_NONE ||
	    header_text_parse(subject, &title) != FLAW_NONE) {
		return false;
	}
	buf_init(out, MIME_MAX);
	mime_build(&(struct mime){.from = &from, .from_name = &name,
	    .to = &to, .subject = &title, .text = text,
	    .html = STR("<p>Your code: 407 123</p>\n"), .date = AT,
	    .id = &id, .tag = {0xab, 0xcd}}, out);
	return buf_err(out) == ERR_NONE;
}

int
main(int argc, char **argv)
{
	struct buf plain = {0}, strange = {0};
	bool ok = argc == 2 && make_keys() &&
	    make_message(STR("Lindenhof"), STR("Your sign-in code"),
	    STR("Your code: 407 123\n\n\n"), &plain) &&
	    make_message(STR("\"M\xc3\xbcller\\ <a> (b), Inc; d=x; bh="),
	    STR("v=1; a=rsa-sha1; DKIM-Signature: v=1;  h=from; b= and on "
	    "and on, until it has to be folded"),
	    STR("DKIM-Signature: v=1; a=none\n.\n \t \nFrom here\n \n"),
	    &strange);

	ok = ok && put_file(argv[1], "records", buf_view(&records)) &&
	    put_signed(argv[1], "both.eml", buf_view(&plain), 0, 2) &&
	    put_signed(argv[1], "rsa.eml", buf_view(&plain), 0, 1) &&
	    put_signed(argv[1], "ed25519.eml", buf_view(&plain), 1, 2) &&
	    put_signed(argv[1], "injected.eml", buf_view(&strange), 0, 2);
	buf_done(&strange);
	buf_done(&plain);
	buf_done(&records);
	buf_done(&pems[1]);
	buf_done(&pems[0]);
	return ok ? 0 : 1;
}
