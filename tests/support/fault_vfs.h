/*
 * A file system for SQLite that fails where it is told to, or loses power.
 *
 * It stands in front of the system's own, for the database and its log only.
 * Writes reach the real file at once, and what was there before is kept until
 * the next sync of that file; a power cut puts it back, whole or in part.
 */
#ifndef SUPPORT_FAULT_VFS_H
#define SUPPORT_FAULT_VFS_H

enum fault_vfs_kind {
	FAULT_VFS_NONE,		/* count only */
	FAULT_VFS_READ,		/* the n-th read: EIO */
	FAULT_VFS_WRITE,	/* the n-th write: EIO, nothing written */
	FAULT_VFS_SHORT,	/* the n-th write: half of it, then EIO */
	FAULT_VFS_FULL,		/* the n-th write and the next three: no space */
	FAULT_VFS_SYNC,		/* the n-th sync: EIO */
	/* At the n-th write or sync the process ends, and of the writes since
	 * the last sync of each file … */
	FAULT_VFS_CUT_DROP,	/* … none is there */
	FAULT_VFS_CUT_SOME,	/* … some are, later ones without earlier */
	FAULT_VFS_CUT_TORN	/* … some are, some of these in part */
};

/* fault_vfs_install(): once in a process, before a store is opened. */
void fault_vfs_install(void);

/* fault_vfs_arm(which, n): n from 1, counted from here. */
void fault_vfs_arm(enum fault_vfs_kind which, unsigned n);

/*
 * Since fault_vfs_arm: how often it struck, and how many there were of the
 * calls that it counts.
 */
unsigned fault_vfs_fired(void);
unsigned fault_vfs_counted(void);

/*
 * fault_vfs_hold(): from here on a sync does not return; fault_vfs_held()
 * waits until one has come; fault_vfs_release() lets them go.
 */
void fault_vfs_hold(void);
void fault_vfs_held(void);
void fault_vfs_release(void);

/* How the process ends at a power cut. */
#define FAULT_VFS_CUT_STATUS 99

#endif
