/*
 * Accounts and their authenticators, for the tests of factors.
 */
#ifndef TESTS_FLOW_PEOPLE_H
#define TESTS_FLOW_PEOPLE_H

#include "flow/authenticator.h"
#include "flow/issue.h"
#include "world.h"

/* people_person(w): somebody with one registered e-mail address. */
struct id people_person(struct world *w);

/* people_erase(w, account): what he has, as an erasure takes it. */
void people_erase(struct world *w, struct id account);

/* An authenticator as its owner has it. */
struct app {
	struct id id;
	struct secret secret;
	struct totp totp;
};

struct app people_app(const struct authenticator_new *n);

/* people_code(app, now, off, code): of the step of now and off more. */
void people_code(const struct app *app, unix_ms now, int64_t off,
    char code[static HOTP_CODE_SIZE]);

/* people_begin: an authenticator that waits; people_confirm: a try. */
struct authenticator_new people_begin(struct world *w, struct id account,
    enum hmac_hash hash, unsigned digits);
enum authenticator_verdict people_confirm(struct world *w,
    struct id account, struct id id, const char *code);

/* people_enrol: with the code of now, whose step is burnt. */
struct app people_enrol(struct world *w, struct id account,
    enum hmac_hash hash, unsigned digits);

/* people_ask(w, account, channel): a sign-in's challenge. */
struct issue people_ask(struct world *w, struct id account,
    enum channel channel);

/* people_challenge: on the channel totp, which must be there. */
struct id people_challenge(struct world *w, struct id account);

/* people_check: a new challenge, and one try. */
enum check_verdict people_check(struct world *w, struct id account,
    const char *code);

#endif
