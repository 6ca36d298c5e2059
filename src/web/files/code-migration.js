/**
 * Google Authenticator's "otpauth-migration://offline?data=…": a protocol
 * buffer in base64, one QR code of a series.  Only what it needs of the wire
 * format (varints and length-prefixed fields) is read.
 */

import { Flaw, makeEntry } from "./code-entry.js";
import { fromBase64 } from "./code-vault.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

/** @typedef {{n: number, value: number | bigint | Uint8Array<ArrayBuffer>}} Field */

/** @typedef {{entries: Entry[], size: number, index: number, series: string}} Batch */

const URI_MAX = 8192;
const ALGORITHMS = ["SHA1", "SHA1", "SHA256", "SHA512"];
const DIGITS = [6, 6, 8];
const TYPES = [undefined, "hotp", "totp"];

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Field[]}
 */
function fields(bytes) {
	/** @type {Field[]} */
	const found = [];
	let at = 0;
	const varint = () => {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = bytes[at++];
			if (byte === undefined) {
				throw new Flaw("damaged");
			}
			value |= BigInt(byte & 127) << shift;
			if (byte < 128) {
				return BigInt.asUintN(64, value);
			}
		}
		throw new Flaw("damaged");
	};
	while (at < bytes.length) {
		const key = Number(varint());
		const wire = key & 7;
		const n = Math.floor(key / 8);
		if (wire === 0) {
			found.push({ n, value: varint() });
		} else if (wire === 2) {
			const length = Number(varint());
			if (length > bytes.length - at) {
				throw new Flaw("damaged");
			}
			found.push({ n, value: bytes.slice(at, at + length) });
			at += length;
		} else {
			throw new Flaw("damaged");
		}
	}
	return found;
}

/**
 * The last of a field, as the format has it.
 * @param {Field[]} all
 * @param {number} n
 */
function bytesOf(all, n) {
	const value = all.filter((f) => f.n === n).at(-1)?.value ?? new Uint8Array();
	if (!(value instanceof Uint8Array)) {
		throw new Flaw("damaged");
	}
	return value;
}

/**
 * @param {Field[]} all
 * @param {number} n
 */
function textOf(all, n) {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(all, n));
	} catch {
		throw new Flaw("text");
	}
}

/**
 * @param {Field[]} all
 * @param {number} n
 */
function numberOf(all, n) {
	const value = all.filter((f) => f.n === n).at(-1)?.value ?? 0n;
	if (value instanceof Uint8Array) {
		throw new Flaw("damaged");
	}
	return Number(value);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function readAccount(bytes) {
	const all = fields(bytes);
	const name = textOf(all, 2);
	const issuer = textOf(all, 3);
	const colon = name.indexOf(":");
	return makeEntry({
		type: TYPES[numberOf(all, 6)] ?? "unknown",
		issuer: issuer !== "" ? issuer : name.slice(0, Math.max(colon, 0)),
		account: colon < 0 ? name : name.slice(colon + 1),
		secret: bytesOf(all, 1),
		algorithm: ALGORITHMS[numberOf(all, 4)] ?? "unknown",
		digits: DIGITS[numberOf(all, 5)] ?? 0,
		counter: numberOf(all, 7),
	});
}

/** @param {string} text */
export function isMigration(text) {
	return /^otpauth-migration:\/\//i.test(text.trim());
}

/**
 * One code of a series; a Flaw names the account that is wrong.
 * @param {string} text
 * @returns {Batch}
 */
export function readMigration(text) {
	const found = /^otpauth-migration:\/\/offline\/?\?data=([^&#]+)$/i.exec(text.trim());
	if (found === null || text.length > URI_MAX) {
		throw new Flaw("uri");
	}
	let data = "";
	try {
		data = decodeURIComponent(found[1]);
	} catch {
		throw new Flaw("uri");
	}
	const bytes = fromBase64(data.replaceAll(" ", "+")
		.replaceAll("-", "+").replaceAll("_", "/"));
	const all = fields(bytes);
	const entries = all.filter((f) => f.n === 1).map((f, i) => {
		if (!(f.value instanceof Uint8Array)) {
			throw new Flaw("damaged");
		}
		try {
			return readAccount(f.value);
		} catch (error) {
			throw error instanceof Flaw
				? new Flaw(error.reason, String(i + 1)) : error;
		}
	});
	const size = Math.max(1, numberOf(all, 3));
	const index = numberOf(all, 4);
	if (entries.length === 0 || size > 100 || index >= size) {
		throw new Flaw("damaged");
	}
	return { entries, size, index, series: String(numberOf(all, 5)) };
}

/** The codes of one series, in whatever order they are shown. */
export class Series {
	constructor() {
		/** @type {Map<number, Entry[]>} */
		this.parts = new Map();
		this.size = 0;
		this.series = "";
	}

	/**
	 * @param {Batch} batch a code of another series begins anew
	 * @returns {Entry[] | null} all accounts, once the series is whole
	 */
	add(batch) {
		if (batch.series !== this.series || batch.size !== this.size) {
			this.parts.clear();
			this.series = batch.series;
			this.size = batch.size;
		}
		this.parts.set(batch.index, batch.entries);
		if (this.parts.size < this.size) {
			return null;
		}
		return [...this.parts.entries()].sort(([a], [b]) => a - b)
			.flatMap(([, entries]) => entries);
	}
}
