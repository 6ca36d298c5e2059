/**
 * The open vault.  While it is locked nothing of it is in memory but its
 * sealed text; every change is sealed and on disk before it is shown.
 */

import { Flaw } from "./code-entry.js";
import { erase, load, save } from "./code-store.js";
import { newVault, openVault, readVault, unlockKey, writeVault }
	from "./code-vault.js";

/** @typedef {import("./code-vault.js").Opened} Opened */
/** @typedef {import("./code-vault.js").Content} Content */
/** @typedef {import("./code-vault.js").Slot} Slot */

/** @type {string | null} */
let stored = null;
/** @type {{opened: Opened, content: Content} | null} */
let open = null;

/** Reads what is stored; true when there is a vault. */
export async function refresh() {
	stored = await load();
	return stored !== null;
}

/** The sealed text; it is a bug to ask while there is none. */
export function sealed() {
	if (stored === null) {
		throw new Error("no vault");
	}
	return stored;
}

/** @returns {Content | null} null: locked */
export function content() {
	return open?.content ?? null;
}

/** The same where it is known to be open. */
export function opened() {
	if (open === null) {
		throw new Flaw("locked");
	}
	return open.content;
}

/** Forgets keys and accounts. */
export function lock() {
	open = null;
}

/**
 * Makes a new vault and opens it; fails when there is one already.
 * @param {string} passphrase
 */
export async function create(passphrase) {
	const made = await newVault(passphrase);
	const text = await writeVault(made.opened, made.content);
	if (!await save(text, null)) {
		throw new Flaw("conflict");
	}
	stored = text;
	open = made;
}

/**
 * @param {Parameters<typeof unlockKey>[1]} by
 * @returns {Promise<boolean>} false: wrong
 */
export async function unlock(by) {
	await refresh();
	const vault = readVault(sealed());
	const raw = await unlockKey(vault, by);
	if (raw === null) {
		return false;
	}
	open = await openVault(vault, raw);
	return true;
}

/**
 * The vault's raw key, for who proves to be its owner again; to be wiped.
 * @param {string} passphrase
 */
export function ownerKey(passphrase) {
	return unlockKey(readVault(sealed()), { passphrase });
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * @param {(now: {opened: Opened, content: Content}) => void} change
 */
async function write(change) {
	if (open === null) {
		throw new Flaw("locked");
	}
	const next = { opened: { ...open.opened }, content: structuredClone(open.content) };
	change(next);
	const text = await writeVault(next.opened, next.content);
	if (!await save(text, stored)) {
		lock();
		await refresh();
		throw new Flaw("conflict");
	}
	stored = text;
	if (open !== null) {
		open = next;
	}
}

/**
 * Changes the vault: on disk first, then here; one change after the other.
 * Throws a Flaw and changes nothing when another window was faster.
 * @param {(content: Content) => void} change
 */
export function commit(change) {
	const done = last.then(() => write((now) => change(now.content)));
	last = done.catch(() => {});
	return done;
}

/**
 * The same for the ways to open it.
 * @param {Slot[]} slots
 */
export function commitSlots(slots) {
	const done = last.then(() => write((now) => {
		now.opened.slots = slots;
	}));
	last = done.catch(() => {});
	return done;
}

/** Removes everything from this device. */
export async function forget() {
	lock();
	await erase();
	stored = null;
}
