#include "fixture.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void
init(struct fixture *f, uint8_t n, enum channel channel)
{
	struct wording_request rq = {
		.purpose = PURPOSE_SIGN_IN, .channel = channel,
		.locale = LOCALE_DE, .brand = &f->brand,
		.code = STR("407123"), .expires_in = MINUTES(5),
		.host = STR("shop.example"),
	};

	*f = (struct fixture){0};
	assert_int_equal(email_parse(STR("ada@example.com"), &f->to),
	    FLAW_NONE);
	assert_int_equal(email_parse(STR("code@shop.example"), &f->from),
	    FLAW_NONE);
	assert_int_equal(e164_parse(STR("+491701234567"), &f->phone),
	    FLAW_NONE);
	assert_int_equal(display_text_parse(STR("M\xc3\xbcller & S\xc3\xb6hne"),
	    &f->brand), FLAW_NONE);
	wording_init(&f->wording);
	assert_int_equal(wording_render(&rq, &f->wording), ERR_NONE);
	f->m = (struct outgoing){
		.purpose = PURPOSE_SIGN_IN, .channel = channel,
		.to_email = &f->to, .to_phone = &f->phone, .from = &f->from,
		.from_name = &f->brand, .wording = &f->wording,
		.code = STR("407123"), .created_at = FIXTURE_NOW,
		.expires_at = unix_ms_add(FIXTURE_NOW, MINUTES(5)),
	};
	f->m.id.b[ID_BYTES - 1] = n;
	f->m.tag[0] = 0xab;
}

void
fixture_init(struct fixture *f, uint8_t n)
{
	init(f, n, CHANNEL_EMAIL);
}

void
fixture_notice(struct fixture *f, uint8_t n)
{
	struct wording_request rq = {
		.kind = MESSAGE_NOTICE_FAILURES,
		.purpose = PURPOSE_SIGN_IN, .channel = CHANNEL_EMAIL,
		.locale = LOCALE_DE, .brand = &f->brand, .failures = 5,
		.at = FIXTURE_NOW,
	};

	init(f, n, CHANNEL_EMAIL);
	assert_int_equal(wording_render(&rq, &f->wording), ERR_NONE);
	f->m.kind = rq.kind;
	f->m.code = STR("");
}

void
fixture_sms(struct fixture *f, uint8_t n)
{
	init(f, n, CHANNEL_SMS);
}

void
fixture_voice(struct fixture *f, uint8_t n)
{
	init(f, n, CHANNEL_VOICE);
}

void
fixture_done(struct fixture *f)
{
	wording_done(&f->wording);
}
