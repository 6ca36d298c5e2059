#include <errno.h>
#include <unistd.h>

#include "base/encode.h"
#include "cli/cli.h"
#include "domain/bounce.h"

/*
 * What does not fit is read and thrown away, so that a mail server that
 * pipes into us does not see a broken pipe.
 */
static bool
read_mail(struct buf *mail)
{
	char bytes[8192];
	ssize_t n;

	while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
		size_t room = BOUNCE_MAIL_MAX - mail->n;

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return false;
		}
		buf_put(mail, bytes, (size_t)n < room ? (size_t)n : room);
	}
	return buf_err(mail) == ERR_NONE;
}

/* Only what was read out of it goes to the server, never the mail. */
static int
tell(struct cli *c, const struct bounce *b)
{
	char id[ID_TEXT_MAX], tag[2 * BOUNCE_TAG + 1];
	const char *const words[] = {"bounce", id, tag, b->status, NULL};
	struct buf text;

	id_text(ID_MESSAGE, &b->message, id);
	buf_fixed(&text, tag, sizeof(tag));
	hex_encode(&text, b->tag, sizeof(b->tag));
	return cli_carry_out(c, 4, words);
}

int
cli_bounce(struct cli *c)
{
	struct bounce bounce;
	struct buf mail;
	bool is_read, is_bounce;

	if (c->n != 0 || cli_data(c) == NULL) {
		return cli_usage(c);
	}
	if (!cli_load(c)) {
		return EXIT_USAGE;
	}
	buf_init(&mail, BOUNCE_MAIL_MAX);
	is_read = read_mail(&mail);
	is_bounce = is_read && bounce_parse(buf_view(&mail), &bounce);
	buf_done(&mail);
	if (!is_read) {
		cli_say("the mail cannot be read");
		return EXIT_FAILED;
	}
	if (!is_bounce) {
		cli_say("this is no bounce of a message of ours");
		return EXIT_NO;
	}
	return tell(c, &bounce);
}
