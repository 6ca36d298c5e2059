/*
 * The table of settings as text for people.
 */
#include <string.h>

#include "config/config.h"
#include "config/table.h"

#define WIDTH 78

/* Words of text, each line begun with lead and at most WIDTH wide. */
static void
wrap(struct buf *out, const char *lead, struct str text)
{
	size_t column = WIDTH;
	struct str word;

	for (bool first = true; str_split(&text, ' ', &word); first = false) {
		if (column + 1 + word.n > WIDTH) {
			buf_z(out, first ? "" : "\n");
			buf_z(out, lead);
			column = strlen(lead);
		} else {
			buf_char(out, ' ');
			column++;
		}
		buf_str(out, word);
		column += word.n;
	}
	buf_char(out, '\n');
}

/* What a value may be, beyond what its description says. */
static void
allowed(const struct config_setting *s, struct buf *out)
{
	switch (s->type) {
	case CONFIG_NUMBER:
		buf_printf(out, "%lld to %lld %s", (long long)s->min,
		    (long long)s->max, s->unit);
		break;
	case CONFIG_SWITCH:
	case CONFIG_CHOICE:
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_LISTEN:
	case CONFIG_NETWORKS:
	case CONFIG_LOCATION:
	case CONFIG_HOST:
	case CONFIG_EMAIL:
	case CONFIG_TYPE_COUNT:
	default:
		buf_z(out, s->unit);
		break;
	}
}

/* "About (1 to 64 threads)." */
static void
sentence(const struct config_setting *s, struct buf *out)
{
	char first = s->about[0];

	buf_char(out, first >= 'a' && first <= 'z'
	    ? (char)(first - 'a' + 'A') : first);
	buf_z(out, s->about + 1);
	buf_z(out, " (");
	allowed(s, out);
	buf_z(out, ").");
}

static void
each_of(const char *section,
    void (*print)(const struct config_setting *s, struct buf *out),
    struct buf *out)
{
	for (size_t i = 0; i < config_settings_n; i++) {
		if (strcmp(config_settings[i].section, section) == 0) {
			print(&config_settings[i], out);
		}
	}
}

static void
sample_setting(const struct config_setting *s, struct buf *out)
{
	struct buf text;

	buf_init(&text, 1024);
	sentence(s, &text);
	buf_char(out, '\n');
	wrap(out, "# ", buf_view(&text));
	buf_printf(out, ";%s =%s%s\n", s->key, s->initial[0] == '\0' ? "" : " ",
	    s->initial);
	buf_done(&text);
}

void
config_print_sample(struct buf *out)
{
	buf_z(out,
	    "# watchword.conf: see watchword.conf(5).  Every setting stands "
	    "here with its\n"
	    "# default; take the semicolon away to change it.  \"watchword "
	    "config check FILE\"\n"
	    "# says what is wrong with a file.\n");
	for (size_t i = 0; i < config_sections_n; i++) {
		buf_printf(out, "\n# %s.\n[%s]\n", config_sections[i].about,
		    config_sections[i].name);
		each_of(config_sections[i].name, sample_setting, out);
	}
}

static void
man_setting(const struct config_setting *s, struct buf *out)
{
	struct buf text;

	buf_init(&text, 1024);
	sentence(s, &text);
	buf_printf(out, ".It Ic %s\n", s->key);
	wrap(out, "", buf_view(&text));
	if (s->initial[0] != '\0') {
		buf_printf(out, "The default is\n.Ql %s .\n", s->initial);
	} else {
		buf_z(out, "The default is empty.\n");
	}
	buf_done(&text);
}

static const char man_head[] =
    ".\\\" Made from src/config/config.def: change it there.\n"
    ".Dd November 22, 2026\n"
    ".Dt WATCHWORD.CONF 5\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm watchword.conf\n"
    ".Nd settings of the one-time-password service watchword\n"
    ".Sh DESCRIPTION\n"
    "The file given to\n"
    ".Xr watchword 1\n"
    "with\n"
    ".Fl Fl config\n"
    "has sections,\n"
    ".Ql [section] ,\n"
    "and in them settings,\n"
    ".Ql key = value .\n"
    "Lines that begin with\n"
    ".Ql #\n"
    "or\n"
    ".Ql \\&;\n"
    "are comments, and so is what follows a blank and a semicolon.\n"
    "It is UTF-8, with lines of at most 2000 bytes and 64 KiB in all.\n"
    ".Pp\n"
    "A section or setting that is not listed here, a value out of its range\n"
    "and a setting that is given twice are refused: the server does not\n"
    "start.\n"
    "The command\n"
    ".Ql watchword config check FILE\n"
    "reports every problem with its line.\n";

static const char man_tail[] =
    ".Sh ENVIRONMENT\n"
    "Each setting can also be given as a variable\n"
    ".Ev WATCHWORD_SECTION_KEY ,\n"
    "such as\n"
    ".Ev WATCHWORD_MAIL_PORT ,\n"
    "which goes before the file.\n"
    "A variable that begins with\n"
    ".Ql WATCHWORD_\n"
    "and names no setting is refused.\n"
    "Options of the command line go before both.\n"
    ".Sh FILES\n"
    "A secret is never a value, only the content of a file that a setting\n"
    "names: one line of at most 128 bytes, in a file that belongs to the\n"
    "server's user or to root and that group and others cannot read.\n"
    ".Sh EXAMPLES\n"
    ".Bd -literal -offset indent\n"
    "[server]\n"
    "listen = 127.0.0.1:8640\n"
    "\n"
    "[mail]\n"
    "host = mail.example.com\n"
    "port = 587\n"
    "user = watchword\n"
    "password_file = /etc/watchword/mail-password\n"
    "from = codes@example.com\n"
    ".Ed\n"
    ".Sh SEE ALSO\n"
    ".Xr watchword 1\n";

void
config_print_man(struct buf *out)
{
	buf_z(out, man_head);
	for (size_t i = 0; i < config_sections_n; i++) {
		buf_printf(out, ".Ss [%s]\n%s.\n.Bl -tag -width Ds\n",
		    config_sections[i].name, config_sections[i].about);
		each_of(config_sections[i].name, man_setting, out);
		buf_z(out, ".El\n");
	}
	buf_z(out, man_tail);
}

static void
help_setting(const struct config_setting *s, struct buf *out)
{
	struct buf text;

	buf_init(&text, 1024);
	sentence(s, &text);
	buf_printf(out, "  %s.%s", s->section, s->key);
	buf_printf(out, s->initial[0] == '\0' ? "\n" : " = %s\n", s->initial);
	wrap(out, "      ", buf_view(&text));
	buf_done(&text);
}

void
config_print_help(struct buf *out)
{
	for (size_t i = 0; i < config_sections_n; i++) {
		each_of(config_sections[i].name, help_setting, out);
	}
}
