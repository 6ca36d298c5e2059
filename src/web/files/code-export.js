/** The ways out of the vault: lists and Aegis files for other authenticators. */

import { buildUri } from "./code-entry.js";
import { aesKey, random, scrypt, toBase64 } from "./code-vault.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

/** @param {Uint8Array} bytes */
const toHex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/**
 * One otpauth URI for each account: the secrets are readable in it.
 * @param {Entry[]} entries
 */
export function asList(entries) {
	return entries.map((entry) => `${buildUri(entry)}\n`).join("");
}

/**
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function aegisBox(key, bytes) {
	const iv = random(12);
	const box = new Uint8Array(await crypto.subtle.encrypt(
		{ name: "AES-GCM", iv }, key, bytes));
	return { data: box.slice(0, -16),
		params: { nonce: toHex(iv), tag: toHex(box.slice(-16)) } };
}

/**
 * An Aegis vault under a password; its own cost for scrypt is taken, since
 * that is what it opens on the phones it runs on.
 * @param {Entry[]} entries
 * @param {string} password
 */
export async function asAegis(entries, password) {
	const db = { version: 2, entries: entries.map((entry) => ({
		type: entry.type, uuid: crypto.randomUUID(), name: entry.account,
		issuer: entry.issuer, note: "", favorite: false, icon: null,
		info: { secret: entry.secret, algo: entry.algorithm,
			digits: entry.digits, ...entry.type === "totp"
				? { period: entry.period } : { counter: entry.counter } },
	})) };
	const cost = { n: 1 << 15, r: 8, p: 1 };
	const salt = random(32);
	const master = random(32);
	const slot = await aegisBox(await aesKey(await scrypt(password, salt, cost)), master);
	const box = await aegisBox(await aesKey(master),
		new TextEncoder().encode(JSON.stringify(db)));
	return JSON.stringify({
		version: 1,
		header: {
			slots: [{ type: 1, uuid: crypto.randomUUID(), key: toHex(slot.data),
				key_params: slot.params, ...cost, salt: toHex(salt), repaired: true }],
			params: box.params,
		},
		db: toBase64(box.data),
	}, null, 4);
}
