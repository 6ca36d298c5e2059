/*
 * Restoring a backup (S136): a new epoch, so that nothing that was used since
 * the backup can be used again.
 */
#ifndef APP_RESTORE_H
#define APP_RESTORE_H

#include "app/install.h"

/*
 * install_restore(config, dir, file, replace, reason): puts a copy of file in
 * the store's place.  The key ring must be in dir already.  ERR_EXISTS: there
 * is a store, and replace is false.  The store that was there is kept beside
 * it, as watchword.db.before.  What fails leaves everything as it was.
 */
enum err install_restore(const struct config *config, const char *dir,
    const char *file, bool replace, struct buf *reason) MUST_CHECK NONNULL;

/*
 * install_new_epoch(config, dir, reason): only the epoch, for a PostgreSQL
 * store that was restored with that database's own tools.
 */
enum err install_new_epoch(const struct config *config, const char *dir,
    struct buf *reason) MUST_CHECK NONNULL;

#endif
