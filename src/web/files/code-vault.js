/**
 * The vault: accounts and settings as JSON, sealed with AES-256-GCM under a
 * random key, which is sealed once for each way to open it (a slot): under a
 * passphrase by scrypt, under a passkey by its PRF.  The terminal's
 * `watchword code` reads and writes the same text; docs/authenticator.md has
 * the format.
 *
 *	{"format":"watchword-vault","version":1,"slots":[…],"nonce":…,"box":…}
 */

import { ENTRIES_MAX, Flaw, makeEntry } from "./code-entry.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

/**
 * @typedef {{
 *   hide: boolean, lock_after: number, leave_after: number
 * }} Settings  lock_after, leave_after: seconds
 */

/** @typedef {{entries: Entry[], settings: Settings}} Content */

/**
 * @typedef {{
 *   kind: "passphrase", kdf: "scrypt", n: number, r: number, p: number,
 *   salt: string, nonce: string, key: string
 * }} PassphraseSlot
 */

/**
 * @typedef {{
 *   kind: "passkey", credential: string, salt: string, nonce: string,
 *   key: string
 * }} PasskeySlot  salt: what the authenticator's PRF is asked for
 */

/** @typedef {PassphraseSlot | PasskeySlot} Slot */

/**
 * @typedef {{
 *   format: string, version: number, slots: Slot[], nonce: string, box: string
 * }} Vault
 */

/** An open vault: what it takes to write it again. */
/** @typedef {{key: CryptoKey, slots: Slot[]}} Opened */

export const VAULT_MAX = 4 << 20;
export const PASSPHRASE_MIN = 8;
const SLOTS_MAX = 8;

/* OWASP's recommendation for scrypt: 128 MiB for each guess.  Less than 2^14
 * is refused as too weak to have been ours, more than 2^20 as an attack. */
const SCRYPT = { n: 1 << 17, r: 8, p: 1 };
const SCRYPT_N_MIN = 1 << 14;
const SCRYPT_N_MAX = 1 << 20;

/* Sizes tell how many accounts there are to within so many bytes. */
const PAD = 1024;

/** @type {Settings} */
const SETTINGS = { hide: false, lock_after: 300, leave_after: 30 };

const utf8 = new TextEncoder();

/** @param {string} purpose */
const about = (purpose) => utf8.encode(`watchword-vault 1 ${purpose}`);

/** @param {Uint8Array | ArrayBuffer} bytes */
export function toBase64(bytes) {
	let text = "";
	const all = new Uint8Array(bytes);
	for (let at = 0; at < all.length; at += 4096) {
		text += String.fromCharCode(...all.subarray(at, at + 4096));
	}
	return btoa(text);
}

/**
 * @param {unknown} text
 * @param {number} [size] in bytes, where there is one
 */
export function fromBase64(text, size) {
	if (typeof text !== "string") {
		throw new Flaw("damaged");
	}
	let raw = "";
	try {
		raw = atob(text);
	} catch {
		throw new Flaw("damaged");
	}
	if (size !== undefined && raw.length !== size) {
		throw new Flaw("damaged");
	}
	return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

/** @param {number} n */
export const random = (n) => crypto.getRandomValues(new Uint8Array(n));

/**
 * scrypt (RFC 7914), in slices, so that the page stays alive.
 * @param {string} passphrase
 * @param {Uint8Array} salt
 * @param {{n: number, r: number, p: number}} cost
 * @returns {Promise<Uint8Array<ArrayBuffer>>} 32 bytes
 */
export async function scrypt(passphrase, salt, cost) {
	const { scryptAsync } = await import("./vendor/noble-hashes/scrypt.js");
	const key = await scryptAsync(utf8.encode(passphrase.normalize("NFC")), salt,
		{ N: cost.n, r: cost.r, p: cost.p, dkLen: 32, asyncTick: 50,
			maxmem: 2 ** 31 });
	return new Uint8Array(key);
}

/** @param {Uint8Array<ArrayBuffer>} raw */
export function aesKey(raw) {
	return crypto.subtle.importKey("raw", raw, "AES-GCM", false,
		["encrypt", "decrypt"]);
}

/**
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Uint8Array<ArrayBuffer>} additionalData
 */
async function seal(key, bytes, additionalData) {
	const iv = random(12);
	const box = await crypto.subtle.encrypt(
		{ name: "AES-GCM", iv, additionalData }, key, bytes);
	return { nonce: toBase64(iv), box: toBase64(box) };
}

/**
 * @param {CryptoKey} key
 * @param {string} nonce
 * @param {string} box
 * @param {Uint8Array<ArrayBuffer>} additionalData
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null: not under this key
 */
async function unseal(key, nonce, box, additionalData) {
	const iv = fromBase64(nonce, 12);
	const bytes = fromBase64(box);
	try {
		return new Uint8Array(await crypto.subtle.decrypt(
			{ name: "AES-GCM", iv, additionalData }, key, bytes));
	} catch {
		return null;
	}
}

/**
 * @param {string} passphrase
 * @param {Uint8Array<ArrayBuffer>} raw the vault's key
 * @returns {Promise<PassphraseSlot>}
 */
async function passphraseSlot(passphrase, raw) {
	const salt = random(32);
	const key = await aesKey(await scrypt(passphrase, salt, SCRYPT));
	const { nonce, box } = await seal(key, raw, about("passphrase"));
	return { kind: "passphrase", kdf: "scrypt", ...SCRYPT,
		salt: toBase64(salt), nonce, key: box };
}

/**
 * @param {Uint8Array<ArrayBuffer>} secret the PRF's output, 32 bytes
 */
async function passkeyKey(secret) {
	const from = await crypto.subtle.importKey("raw", secret, "HKDF", false,
		["deriveKey"]);
	return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256",
		salt: new Uint8Array(), info: about("passkey") }, from,
	{ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {PassphraseSlot} slot */
function checkScrypt(slot) {
	const { n, r, p } = slot;
	if (slot.kdf !== "scrypt" || !Number.isInteger(n) || n < SCRYPT_N_MIN
		|| n > SCRYPT_N_MAX || (n & n - 1) !== 0 || r !== 8
		|| !Number.isInteger(p) || p < 1 || p > 4) {
		throw new Flaw("damaged", "scrypt");
	}
}

/**
 * The outer form; throws a Flaw.
 * @param {string} text
 * @returns {Vault}
 */
export function readVault(text) {
	if (text.length > VAULT_MAX) {
		throw new Flaw("too_big");
	}
	/** @type {Vault} */
	let vault;
	try {
		vault = JSON.parse(text);
	} catch {
		throw new Flaw("damaged");
	}
	if (vault?.format !== "watchword-vault") {
		throw new Flaw("unknown");
	}
	if (vault.version !== 1) {
		throw new Flaw("version");
	}
	if (!Array.isArray(vault.slots) || vault.slots.length < 1
		|| vault.slots.length > SLOTS_MAX) {
		throw new Flaw("damaged", "slots");
	}
	for (const slot of vault.slots) {
		if (slot?.kind !== "passphrase" && slot?.kind !== "passkey") {
			throw new Flaw("damaged", "slots");
		}
		fromBase64(slot.nonce, 12);
		fromBase64(slot.key, 48);
		fromBase64(slot.salt, 32);
	}
	fromBase64(vault.nonce, 12);
	return vault;
}

/** @param {Vault} vault */
export function passkeysOf(vault) {
	return vault.slots.flatMap((slot) => slot.kind === "passkey" ? [slot] : []);
}

/**
 * The vault's raw key, or null: no slot opens with this.
 * @param {Vault} vault
 * @param {{passphrase: string} | {credential: string, secret: Uint8Array<ArrayBuffer>}} by
 */
export async function unlockKey(vault, by) {
	for (const slot of vault.slots) {
		let key;
		if ("passphrase" in by) {
			if (slot.kind !== "passphrase") {
				continue;
			}
			checkScrypt(slot);
			key = await aesKey(await scrypt(by.passphrase,
				fromBase64(slot.salt), slot));
		} else {
			if (slot.kind !== "passkey" || slot.credential !== by.credential) {
				continue;
			}
			key = await passkeyKey(by.secret);
		}
		const raw = await unseal(key, slot.nonce, slot.key, about(slot.kind));
		if (raw !== null) {
			return raw;
		}
	}
	return null;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Content}
 */
function readContent(bytes) {
	const json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	if (!Array.isArray(json.entries) || json.entries.length > ENTRIES_MAX) {
		throw new Flaw("damaged");
	}
	return {
		entries: json.entries.map((/** @type {Entry} */ from) => {
			const entry = makeEntry(from);
			return { ...entry, id: String(from.id ?? entry.id) };
		}),
		settings: { ...SETTINGS, ...json.settings },
	};
}

/**
 * Opens with the raw key of unlockKey, and wipes it.
 * @param {Vault} vault
 * @param {Uint8Array<ArrayBuffer>} raw
 * @returns {Promise<{opened: Opened, content: Content}>}
 */
export async function openVault(vault, raw) {
	const key = await aesKey(raw);
	raw.fill(0);
	const bytes = await unseal(key, vault.nonce, vault.box, about("box"));
	if (bytes === null) {
		throw new Flaw("damaged");
	}
	const content = readContent(bytes);
	bytes.fill(0);
	return { opened: { key, slots: vault.slots }, content };
}

/**
 * The vault's text with this content.
 * @param {Opened} opened
 * @param {Content} content
 */
export async function writeVault(opened, content) {
	const json = utf8.encode(JSON.stringify(content));
	const padded = new Uint8Array(Math.ceil((json.length + 1) / PAD) * PAD).fill(32);
	padded.set(json);
	const { nonce, box } = await seal(opened.key, padded, about("box"));
	json.fill(0);
	padded.fill(0);
	return JSON.stringify({ format: "watchword-vault", version: 1,
		slots: opened.slots, nonce, box });
}

/**
 * A new, empty vault.
 * @param {string} passphrase
 * @returns {Promise<{opened: Opened, content: Content}>}
 */
export async function newVault(passphrase) {
	const raw = random(32);
	const slots = [await passphraseSlot(passphrase, raw)];
	const key = await aesKey(raw);
	raw.fill(0);
	return { opened: { key, slots }, content: { entries: [], settings: { ...SETTINGS } } };
}

/**
 * The slots of a vault with another passphrase; passkeys stay.
 * @param {Vault} vault
 * @param {Uint8Array<ArrayBuffer>} raw its key
 * @param {string} passphrase the new one
 */
export async function changePassphrase(vault, raw, passphrase) {
	return [await passphraseSlot(passphrase, raw), ...passkeysOf(vault)];
}

/**
 * The slots of a vault with one more passkey.
 * @param {Vault} vault
 * @param {Uint8Array<ArrayBuffer>} raw its key
 * @param {{credential: string, salt: Uint8Array, secret: Uint8Array<ArrayBuffer>}} passkey
 * @returns {Promise<Slot[]>}
 */
export async function addPasskey(vault, raw, passkey) {
	const key = await passkeyKey(passkey.secret);
	const { nonce, box } = await seal(key, raw, about("passkey"));
	return [...vault.slots, { kind: "passkey", credential: passkey.credential,
		salt: toBase64(passkey.salt), nonce, key: box }];
}
