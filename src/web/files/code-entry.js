/**
 * What an account of the vault may be, and its text form, the otpauth URI.
 * All that comes from outside goes through makeEntry.
 */

/** @typedef {import("./code-otp.js").Entry} Entry */

/** Why something was refused; the words are under "flaw." in the locales. */
export class Flaw extends Error {
	/**
	 * @param {string} reason
	 * @param {string} [place] line, index or name; never a secret
	 */
	constructor(reason, place = "") {
		super(place === "" ? reason : `${reason} (${place})`);
		this.reason = reason;
		this.place = place;
	}
}

export const ENTRIES_MAX = 1000;
export const PERIOD_MAX = 86400;
const TEXT_MAX = 128;	/* bytes; as src/otp/otpauth.h */
const SECRET_MAX = 128;
const URI_MAX = 2048;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * RFC 4648 section 6, without padding.
 * @param {Uint8Array} bytes
 */
export function toBase32(bytes) {
	let text = "";
	let held = 0;
	let bits = 0;
	for (const byte of bytes) {
		held = (held & 31) << 8 | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += BASE32[held >> bits & 31];
		}
	}
	return bits > 0 ? text + BASE32[held << 5 - bits & 31] : text;
}

/**
 * As people and other programs write it: either case, blanks, hyphens and
 * padding are passed over, and so are unused bits at the end.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase32(text) {
	const symbols = text.toUpperCase().replace(/[\s-]/g, "").replace(/=+$/, "");
	/* Lengths of 1, 3 or 6 beyond a whole group cannot be. */
	if (!/^[A-Z2-7]+$/.test(symbols) || [1, 3, 6].includes(symbols.length % 8)) {
		throw new Flaw("secret");
	}
	const bytes = new Uint8Array(Math.floor(symbols.length * 5 / 8));
	let held = 0;
	let bits = 0;
	let n = 0;
	for (const symbol of symbols) {
		held = (held & 255) << 5 | BASE32.indexOf(symbol);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[n++] = held >> bits & 255;
		}
	}
	return bytes;
}

/**
 * A name as it is kept: on one line, without what turns the direction of
 * writing round, and without colons, which part issuer and account.
 * @param {unknown} value
 */
function cleanText(value) {
	if (value === undefined || value === null) {
		return "";
	}
	if (typeof value !== "string") {
		throw new Flaw("text");
	}
	const text = value.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
		.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")
		.replace(/\s*:\s*/g, " - ").trim();
	if (new TextEncoder().encode(text).length > TEXT_MAX || !isWellFormed(text)) {
		throw new Flaw("text");
	}
	return text;
}

/** @param {string} text */
function isWellFormed(text) {
	try {
		encodeURIComponent(text);
		return true;
	} catch {
		return false;
	}
}

/**
 * @param {unknown} value
 * @param {number} otherwise what an absent one means
 * @param {number} min
 * @param {number} max
 * @param {string} reason
 */
function integer(value, otherwise, min, max, reason) {
	if (value === undefined || value === null) {
		return otherwise;
	}
	const number = typeof value === "string" && /^\d{1,16}$/.test(value)
		? Number(value) : value;
	if (typeof number !== "number" || !Number.isSafeInteger(number)
		|| number < min || number > max) {
		throw new Flaw(reason);
	}
	return number;
}

/** @param {unknown} value */
function algorithmOf(value) {
	const name = value === undefined || value === null ? "SHA1"
		: String(value).toUpperCase().replace(/^HMAC|[-_]/g, "");
	if (name !== "SHA1" && name !== "SHA256" && name !== "SHA512") {
		throw new Flaw("algorithm");
	}
	return name;
}

/**
 * An account from what was read, or a Flaw that says what is wrong.
 * @param {{
 *   type?: unknown, issuer?: unknown, account?: unknown, secret: unknown,
 *   algorithm?: unknown, digits?: unknown, period?: unknown, counter?: unknown
 * }} from secret: base32 text or bytes
 * @returns {Entry}
 */
export function makeEntry(from) {
	const type = from.type === undefined ? "totp" : String(from.type).toLowerCase();
	if (type !== "totp" && type !== "hotp") {
		throw new Flaw("type");
	}
	if (typeof from.secret !== "string" && !(from.secret instanceof Uint8Array)) {
		throw new Flaw("secret");
	}
	const secret = typeof from.secret === "string"
		? fromBase32(from.secret) : from.secret;
	if (secret.length < 1 || secret.length > SECRET_MAX) {
		throw new Flaw("secret");
	}
	const issuer = cleanText(from.issuer);
	const account = cleanText(from.account);
	if (issuer === "" && account === "") {
		throw new Flaw("name");
	}
	return {
		id: crypto.randomUUID(),
		type,
		issuer,
		account,
		secret: toBase32(secret),
		algorithm: algorithmOf(from.algorithm),
		digits: integer(from.digits, 6, 6, 8, "digits"),
		period: type === "totp"
			? integer(from.period, 30, 1, PERIOD_MAX, "period") : 30,
		counter: type === "hotp"
			? integer(from.counter, 0, 0, Number.MAX_SAFE_INTEGER, "counter") : 0,
	};
}

/** @param {string} text */
function unescape(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new Flaw("uri");
	}
}

/**
 * otpauth://TYPE/LABEL?PARAMETERS as the Google Authenticator project
 * describes it; unknown parameters are passed over, known ones may stand once.
 * @param {string} text
 * @returns {Entry}
 */
export function parseUri(text) {
	const found = /^otpauth:\/\/([a-z]+)\/([^?#]*)\?([^#]*)$/i.exec(text.trim());
	if (found === null || text.length > URI_MAX) {
		throw new Flaw("uri");
	}
	const [, type, label, query] = found;
	/** @type {Map<string, string>} */
	const given = new Map();
	for (const pair of query.split("&")) {
		const at = pair.indexOf("=");
		const name = pair.slice(0, at < 0 ? pair.length : at).toLowerCase();
		if (given.has(name)) {
			throw new Flaw("uri");
		}
		given.set(name, unescape(pair.slice(name.length + 1).replaceAll("+", " ")));
	}
	const whole = unescape(label);
	const colon = whole.indexOf(":");
	const issuer = given.get("issuer") || (colon > 0 ? whole.slice(0, colon) : "");
	/* A label without a colon is the account's, or the issuer's once more. */
	const account = colon < 0 && whole === issuer ? "" : whole.slice(colon + 1);
	if (type.toLowerCase() === "hotp" && !given.has("counter")) {
		throw new Flaw("counter");
	}
	return makeEntry({
		type,
		issuer,
		account,
		secret: given.get("secret"),
		algorithm: given.get("algorithm"),
		digits: given.get("digits"),
		period: given.get("period"),
		counter: given.get("counter"),
	});
}

/**
 * The URI that every other authenticator reads; it holds the secret.
 * @param {Entry} entry
 */
export function buildUri(entry) {
	const label = [entry.issuer, entry.account].filter((s) => s !== "")
		.map(encodeURIComponent).join(":");
	const parts = [`secret=${entry.secret}`];
	if (entry.issuer !== "") {
		parts.push(`issuer=${encodeURIComponent(entry.issuer)}`);
	}
	parts.push(`algorithm=${entry.algorithm}`, `digits=${entry.digits}`,
		entry.type === "totp" ? `period=${entry.period}` : `counter=${entry.counter}`);
	return `otpauth://${entry.type}/${label}?${parts.join("&")}`;
}

/**
 * Whether both make the same codes for the same name.
 * @param {Entry} a
 * @param {Entry} b
 */
export function sameEntry(a, b) {
	return a.secret === b.secret && a.type === b.type && a.issuer === b.issuer
		&& a.account === b.account && a.algorithm === b.algorithm
		&& a.digits === b.digits && (a.type === "hotp" || a.period === b.period);
}
