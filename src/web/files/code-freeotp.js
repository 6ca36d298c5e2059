/**
 * FreeOTP 2's backup, "externalBackup.xml": in spite of its name a Java object
 * stream with one HashMap of strings.  Each key is sealed with AES-GCM under a
 * master key, which is sealed under one that PBKDF2 makes from the password.
 * Of Java's format only what such a map needs is read.
 */

import { Flaw } from "./code-entry.js";
import { aesKey } from "./code-vault.js";

const ENTRIES_MAX = 4096;
const ITERATIONS_MAX = 2000000;

/* Magic, version, an object of a class: java.util.HashMap with its two fields. */
const HEAD = "aced0005737200116a6176612e7574696c2e486173684d6170"
	+ "0507dac1c31660d103000246000a6c6f6164466163746f72"
	+ "4900097468726573686f6c647870";

/** @param {Uint8Array<ArrayBuffer>} bytes */
function isMap(bytes) {
	return HEAD === [...bytes.subarray(0, HEAD.length / 2)]
		.map((b) => b.toString(16).padStart(2, "0")).join("");
}

/**
 * Java's modified UTF-8: each UTF-16 unit in one to three bytes.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function javaText(bytes) {
	let text = "";
	for (let at = 0; at < bytes.length;) {
		const first = bytes[at];
		const more = first < 0x80 ? 0 : first >> 5 === 6 ? 1 : first >> 4 === 14 ? 2 : -1;
		if (more < 0 || at + more >= bytes.length) {
			throw new Flaw("damaged");
		}
		let unit = more === 0 ? first : first & (more === 1 ? 31 : 15);
		for (let i = 1; i <= more; i++) {
			unit = unit << 6 | bytes[at + i] & 63;
		}
		text += String.fromCharCode(unit);
		at += more + 1;
	}
	return text;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Map<string, string>}
 */
function readMap(bytes) {
	if (!isMap(bytes)) {
		throw new Flaw("damaged");
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	/** @type {string[]} */
	const strings = [];
	let at = HEAD.length / 2 + 8;	/* loadFactor and threshold */
	/** @param {number} n */
	const skip = (n) => {
		if (n > bytes.length - at) {
			throw new Flaw("damaged");
		}
		at += n;
		return at - n;
	};
	const string = () => {
		const tag = bytes[skip(1)];
		if (tag === 0x71) {
			/* A string that was there before; the class and the map came first. */
			const text = strings[view.getUint32(skip(4)) - 0x7e0002];
			if (text === undefined) {
				throw new Flaw("damaged");
			}
			return text;
		}
		if (tag !== 0x74) {
			throw new Flaw("damaged");
		}
		const n = view.getUint16(skip(2));
		const from = skip(n);
		strings.push(javaText(bytes.subarray(from, from + n)));
		return strings[strings.length - 1];
	};
	const block = skip(10);
	const size = bytes[block] === 0x77 && bytes[block + 1] === 8
		? view.getUint32(block + 6) : ENTRIES_MAX + 1;
	if (size > ENTRIES_MAX) {
		throw new Flaw("damaged");
	}
	/** @type {Map<string, string>} */
	const map = new Map();
	for (let i = 0; i < size; i++) {
		const key = string();
		map.set(key, string());
	}
	return map;
}

/**
 * @param {string | undefined} text
 * @returns {any}
 */
function json(text) {
	try {
		return JSON.parse(text ?? "");
	} catch {
		throw new Flaw("damaged");
	}
}

/**
 * Bytes as Java's JSON has them: a list of signed numbers.
 * @param {unknown} list
 */
function javaBytes(list) {
	if (!Array.isArray(list) || list.length > 4096) {
		throw new Flaw("damaged");
	}
	return Uint8Array.from(list);
}

/**
 * @param {CryptoKey} key
 * @param {any} sealed mCipherText, mParameters, mToken
 */
async function unseal(key, sealed) {
	const parameters = javaBytes(sealed?.mParameters);
	/* SEQUENCE { OCTET STRING nonce, INTEGER 16 } */
	const n = parameters[3];
	if (parameters[0] !== 0x30 || parameters[2] !== 4 || n < 8 || n > 32
		|| typeof sealed.mToken !== "string") {
		throw new Flaw("damaged");
	}
	try {
		return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM",
			iv: parameters.slice(4, 4 + n),
			additionalData: new TextEncoder().encode(sealed.mToken) },
		key, javaBytes(sealed.mCipherText)));
	} catch {
		throw new Flaw("password");
	}
}

/**
 * @param {any} master
 * @param {string} password
 */
async function masterKey(master, password) {
	const hash = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" }[
		String(master?.mAlgorithm).toLowerCase().replace("pbkdf2withhmac", "")];
	const iterations = master?.mIterations;
	if (hash === undefined || !Number.isInteger(iterations) || iterations < 1
		|| iterations > ITERATIONS_MAX) {
		throw new Flaw("damaged");
	}
	const from = await crypto.subtle.importKey("raw",
		new TextEncoder().encode(password), "PBKDF2", false, ["deriveKey"]);
	const outer = await crypto.subtle.deriveKey({ name: "PBKDF2", hash, iterations,
		salt: javaBytes(master.mSalt) }, from,
	{ name: "AES-GCM", length: 256 }, false, ["decrypt"]);
	return aesKey(await unseal(outer, master.mEncryptedKey));
}

/**
 * Its tokens, as FreeOTP's other files have them, with their secrets.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} password
 * @returns {Promise<any[]>}
 */
export async function readFreeOtp2(bytes, password) {
	const map = readMap(bytes);
	const key = await masterKey(json(map.get("masterKey")), password);
	const tokens = [];
	for (const [name, text] of map) {
		if (!map.has(`${name}-token`)) {
			continue;
		}
		const secret = await unseal(key, json(json(text)?.key));
		tokens.push({ ...json(map.get(`${name}-token`)), secret: [...secret] });
	}
	return tokens;
}
