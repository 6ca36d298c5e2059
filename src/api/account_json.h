/*
 * Accounts as JSON, in and out.
 */
#ifndef API_ACCOUNT_JSON_H
#define API_ACCOUNT_JSON_H

#include "api/call.h"
#include "flow/edit_account.h"

/*
 * The readers note flaws and return whether the member was there; "" is
 * taken only where empty is allowed, and means "none".
 */
bool read_name(struct jsonr_object *o, bool may_be_empty, struct str *ret)
    MUST_CHECK NONNULL;
bool read_locale(struct jsonr_object *o, struct str *ret) MUST_CHECK NONNULL;
bool read_time_zone(struct jsonr_object *o, struct str *ret) MUST_CHECK
    NONNULL;
bool read_country(struct jsonr_object *o, struct str *ret) MUST_CHECK NONNULL;
bool read_external(struct jsonr_object *o, bool may_be_empty,
    struct str *ret) MUST_CHECK NONNULL;
bool read_email(struct jsonr_object *o, const char *name, unsigned flags,
    struct recipient *ret) MUST_CHECK NONNULL;
bool read_phone(struct jsonr_object *o, const char *name, unsigned flags,
    struct recipient *ret) MUST_CHECK NONNULL;

/*
 * A new password, of at least so many characters (domain/password.h), looked
 * over as far as it can be without its owner.
 */
bool read_new_password(struct jsonr_object *o, const char *name,
    unsigned flags, unsigned least, struct str *ret) MUST_CHECK NONNULL;

/* "channel", one or "auto", or "channels", a list; as account_row's channel. */
bool read_preference(struct jsonr_object *o, int64_t *ret) MUST_CHECK NONNULL;

/* preference_text: the same as a change has it; p NULL: there is no memory. */
struct str preference_text(struct arena *arena, int64_t ways) NONNULL;

/* account_write(w, s): the account, as an object. */
void account_write(struct jsonw *w, const struct show_account *s) NONNULL;

/* contact_write(w, a, c): one contact, masked, as an object. */
void contact_write(struct jsonw *w, const struct account_contact *c) NONNULL;

/* preferences_write(w, row): the member "preferences". */
void preferences_write(struct jsonw *w, const struct account_row *row)
    NONNULL;

/* ways_write(w, f, a, set): the member "factors": what he can answer with. */
void ways_write(struct jsonw *w, const struct flow *f,
    const struct account *a, const struct factor_set *set) NONNULL;

/* factors_write(w, s): the members "authenticators" and "recovery_codes". */
void factors_write(struct jsonw *w, const struct show_account *s) NONNULL;

#endif
