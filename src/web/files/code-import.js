/**
 * What other authenticators write: Aegis, 2FAS, andOTP, FreeOTP, lists of
 * otpauth URIs, Google Authenticator's series, and our own backups.  The
 * format is known by its content, never by a file's name.  Nothing here
 * changes the vault: the caller shows what was found first.
 */

import { ENTRIES_MAX, Flaw, makeEntry, parseUri } from "./code-entry.js";
import { isMigration, readMigration, Series } from "./code-migration.js";
import { aesKey, fromBase64, openVault, readVault, scrypt, unlockKey, VAULT_MAX }
	from "./code-vault.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

/**
 * @typedef {{entries: Entry[], flaws: Flaw[]}} Found  accounts that can be
 *     taken, and why others cannot
 */

/**
 * A format: whether text is in it, and what is in that.
 * @typedef {{
 *   name: string,
 *   locked: boolean,
 *   read: (password: string) => Promise<Found>
 * }} Source  locked: read wants a password and throws Flaw("password")
 *     when it is wrong
 */

export const FILE_MAX = VAULT_MAX;

/**
 * @param {unknown[]} list
 * @param {(item: any) => Entry} make
 * @returns {Found}
 */
function each(list, make) {
	if (list.length > ENTRIES_MAX) {
		throw new Flaw("too_many");
	}
	/** @type {Found} */
	const found = { entries: [], flaws: [] };
	list.forEach((item, i) => {
		try {
			if (typeof item !== "object" || item === null) {
				throw new Flaw("damaged");
			}
			found.entries.push(make(item));
		} catch (error) {
			if (!(error instanceof Flaw)) {
				throw error;
			}
			found.flaws.push(new Flaw(error.reason, String(i + 1)));
		}
	});
	return found;
}

/** @param {unknown} list */
function array(list) {
	if (!Array.isArray(list)) {
		throw new Flaw("damaged");
	}
	return list;
}

/** @param {unknown} text */
function fromHex(text) {
	if (typeof text !== "string" || !/^([0-9a-f]{2})*$/i.test(text)) {
		throw new Flaw("damaged");
	}
	return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} iv
 * @param {Uint8Array<ArrayBuffer>} box with its tag
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function decrypt(key, iv, box) {
	try {
		return new Uint8Array(await crypto.subtle.decrypt(
			{ name: "AES-GCM", iv }, key, box));
	} catch {
		throw new Flaw("password");
	}
}

/**
 * @param {string} password
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {"SHA-1" | "SHA-256"} hash
 * @param {number} iterations
 */
async function pbkdf2(password, salt, hash, iterations) {
	const from = await crypto.subtle.importKey("raw",
		new TextEncoder().encode(password), "PBKDF2", false, ["deriveKey"]);
	return crypto.subtle.deriveKey({ name: "PBKDF2", salt, hash, iterations },
		from, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

/** @param {Uint8Array} bytes */
function parse(bytes) {
	try {
		return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch {
		throw new Flaw("damaged");
	}
}

/**
 * @param {Uint8Array<ArrayBuffer>} a
 * @param {Uint8Array<ArrayBuffer>} b
 */
function joined(a, b) {
	const both = new Uint8Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

/* ---- Aegis: docs/vault.md of its project ---- */

/** @param {any} db */
function aegisEntries(db) {
	return each(array(db?.entries), (e) => makeEntry({ type: e.type,
		issuer: e.issuer, account: e.name, secret: e.info?.secret,
		algorithm: e.info?.algo, digits: e.info?.digits,
		period: e.info?.period, counter: e.info?.counter }));
}

/**
 * @param {any} file
 * @param {string} password
 */
async function aegisLocked(file, password) {
	const db = fromBase64(file.db);
	for (const slot of array(file.header?.slots)) {
		if (slot?.type !== 1) {
			continue;
		}
		const cost = { n: slot.n, r: slot.r, p: slot.p };
		if (!Number.isInteger(cost.n) || cost.n < 2 || cost.n > 1 << 20
			|| (cost.n & cost.n - 1) !== 0 || !Number.isInteger(cost.r)
			|| cost.r < 1 || cost.r > 16 || !Number.isInteger(cost.p)
			|| cost.p < 1 || cost.p > 4 || cost.n * cost.r > 1 << 23) {
			throw new Flaw("damaged", "scrypt");
		}
		const key = await aesKey(await scrypt(password, fromHex(slot.salt), cost));
		try {
			const master = await decrypt(key, fromHex(slot.key_params?.nonce),
				joined(fromHex(slot.key), fromHex(slot.key_params?.tag)));
			const { nonce, tag } = file.header.params ?? {};
			return aegisEntries(parse(await decrypt(await aesKey(master),
				fromHex(nonce), joined(db, fromHex(tag)))));
		} catch (error) {
			if (!(error instanceof Flaw) || error.reason !== "password") {
				throw error;
			}
		}
	}
	throw new Flaw("password");
}

/* ---- 2FAS ---- */

/** @param {unknown} services */
function twofasEntries(services) {
	return each(array(services), (s) => makeEntry({
		type: s.otp?.tokenType ?? "TOTP",
		issuer: s.otp?.issuer || s.name,
		account: s.otp?.account || s.otp?.label,
		secret: s.secret, algorithm: s.otp?.algorithm, digits: s.otp?.digits,
		period: s.otp?.period, counter: s.otp?.counter }));
}

/**
 * @param {string} text "data:salt:iv", each base64
 * @param {string} password
 */
async function twofasLocked(text, password) {
	const [data, salt, iv] = text.split(":").map((part) => fromBase64(part));
	if (iv === undefined) {
		throw new Flaw("damaged");
	}
	const key = await pbkdf2(password, salt, "SHA-256", 10000);
	return twofasEntries(parse(await decrypt(key, iv, data)));
}

/* ---- andOTP ---- */

/** @param {unknown[]} list */
function andotpEntries(list) {
	return each(list, (e) => makeEntry({ type: e.type, issuer: e.issuer,
		account: e.label, secret: e.secret, algorithm: e.algorithm,
		digits: e.digits, period: e.period, counter: e.counter }));
}

/**
 * Iterations (4 bytes), salt (12), nonce (12), box.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} password
 */
async function andotpLocked(bytes, password) {
	const iterations = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
	const key = await pbkdf2(password, bytes.slice(4, 16), "SHA-1", iterations);
	return andotpEntries(array(parse(await decrypt(key, bytes.slice(16, 28),
		bytes.slice(28)))));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function isAndotpLocked(bytes) {
	if (bytes.length < 28 + 16) {
		return false;
	}
	const iterations = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
	return iterations >= 1000 && iterations <= 2000000;
}

/* ---- FreeOTP and FreeOTP+ ---- */

/** @param {any} token  secret: signed bytes, as Java writes them */
function freeotpEntry(token) {
	const secret = array(token.secret);
	if (!secret.every((b) => Number.isInteger(b) && b >= -128 && b < 256)) {
		throw new Flaw("secret");
	}
	return makeEntry({ type: token.type,
		issuer: token.issuerExt || token.issuerInt || token.issuer,
		account: token.label, secret: Uint8Array.from(secret),
		algorithm: token.algo, digits: token.digits, period: token.period,
		counter: token.counter });
}

const REFERENCES = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

/** @param {string} text */
function unescapeXml(text) {
	return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi,
		(_, decimal, hex, name) => {
			const known = /** @type {Record<string, string>} */ (REFERENCES)[name];
			const point = decimal ? Number(decimal) : parseInt(hex, 16);
			if (known === undefined && !(point <= 0x10ffff)) {
				throw new Flaw("damaged");
			}
			return known ?? String.fromCodePoint(point);
		});
}

/**
 * FreeOTP 1's tokens.xml: a map of strings that hold JSON, in the one form in
 * which Android writes it.  The platform's parser is not used: the policy of
 * this page allows no text to become a document.
 * @param {string} text
 */
function freeotpXml(text) {
	const map = /^(?:<\?xml[^<>]*\?>\s*)?<map>([^]*)<\/map>\s*$/.exec(text);
	if (map === null) {
		throw new Flaw("damaged");
	}
	const string = /\s*<string name="([^"<>]*)">([^<>]*)<\/string>\s*/y;
	const tokens = [];
	for (let at = 0; at < map[1].trimEnd().length; at = string.lastIndex) {
		string.lastIndex = at;
		const found = string.exec(map[1]);
		if (found === null) {
			throw new Flaw("damaged");
		}
		if (found[1] !== "tokenOrder") {
			tokens.push({ json: found[2] });
		}
	}
	return each(tokens, ({ json }) => {
		let token;
		try {
			token = JSON.parse(unescapeXml(json));
		} catch {
			throw new Flaw("damaged");
		}
		return freeotpEntry(token ?? {});
	});
}

/* ---- lists ---- */

/** @param {string} text */
function listEntries(text) {
	const series = new Series();
	/** @type {Found} */
	const found = { entries: [], flaws: [] };
	let waiting = 0;
	text.split(/\r\n|\n|\r/).forEach((line, i) => {
		if (line.trim() === "" || line.startsWith("#")) {
			return;
		}
		try {
			if (isMigration(line)) {
				const whole = series.add(readMigration(line));
				waiting = whole === null ? i + 1 : 0;
				found.entries.push(...whole ?? []);
			} else {
				found.entries.push(parseUri(line));
			}
		} catch (error) {
			if (!(error instanceof Flaw)) {
				throw error;
			}
			found.flaws.push(new Flaw(error.reason, String(i + 1)));
		}
	});
	if (waiting > 0) {
		found.flaws.push(new Flaw("series", String(waiting)));
	}
	if (found.entries.length > ENTRIES_MAX) {
		throw new Flaw("too_many");
	}
	return found;
}

/* ---- which is it? ---- */

/**
 * @param {string} name
 * @param {() => Found} read
 * @returns {Source}
 */
const plain = (name, read) => ({ name, locked: false, read: async () => read() });

/**
 * @param {string} text
 * @returns {Source}
 */
function ownBackup(text) {
	const vault = readVault(text);
	return { name: "Watchword", locked: true, read: async (password) => {
		const raw = await unlockKey(vault, { passphrase: password });
		if (raw === null) {
			throw new Flaw("password");
		}
		const { content } = await openVault(vault, raw);
		return { entries: content.entries, flaws: [] };
	} };
}

/**
 * @param {any} json
 * @param {string} text
 * @returns {Source}
 */
function fromJson(json, text) {
	if (json?.format === "watchword-vault") {
		return ownBackup(text);
	}
	if (json?.header !== undefined && json?.db !== undefined) {
		return typeof json.db === "string"
			? { name: "Aegis", locked: true, read: (p) => aegisLocked(json, p) }
			: plain("Aegis", () => aegisEntries(json.db));
	}
	if (json?.schemaVersion !== undefined && (Array.isArray(json?.services)
		|| typeof json?.servicesEncrypted === "string")) {
		return typeof json.servicesEncrypted === "string"
			? { name: "2FAS", locked: true,
				read: (p) => twofasLocked(json.servicesEncrypted, p) }
			: plain("2FAS", () => twofasEntries(json.services));
	}
	if (Array.isArray(json?.tokens)) {
		return plain("FreeOTP", () => each(json.tokens, freeotpEntry));
	}
	if (Array.isArray(json) && json.length > 0
		&& json.every((e) => typeof e?.secret === "string")) {
		return plain("andOTP", () => andotpEntries(json));
	}
	throw new Flaw("unknown");
}

/**
 * Says what a file is; throws a Flaw when it is nothing we know.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Source}
 */
export function recognise(bytes) {
	if (bytes.length > FILE_MAX) {
		throw new Flaw("too_big");
	}
	/* A Java object stream. */
	if (bytes[0] === 0xac && bytes[1] === 0xed) {
		return { name: "FreeOTP", locked: true, read: async (password) => {
			const { readFreeOtp2 } = await import("./code-freeotp.js");
			return each(await readFreeOtp2(bytes, password), freeotpEntry);
		} };
	}
	let text;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		text = null;
	}
	const start = text?.trimStart() ?? "";
	if (text !== null && /^otpauth(-migration)?:|^#/i.test(start)) {
		return plain("otpauth", () => listEntries(start));
	}
	if (text !== null && start.startsWith("<")) {
		return plain("FreeOTP", () => freeotpXml(start));
	}
	if (text !== null && /^[[{]/.test(start)) {
		return fromJson(parse(bytes), start);
	}
	if (isAndotpLocked(bytes)) {
		return { name: "andOTP", locked: true, read: (p) => andotpLocked(bytes, p) };
	}
	throw new Flaw("unknown");
}
