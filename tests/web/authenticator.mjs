/** What the tests of the code app share: its vault, its clock, its pictures. */

import { createCipheriv, createHmac, pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { encodeQR } from "qr";

export const PASS = "four random words here";

/* RFC 6238, appendix B: the key of its SHA-1 vectors. */
export const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
export const URI = `otpauth://totp/Example%20Books:ada%40example.com?secret=${SECRET}&issuer=Example%20Books`;

/** RFC 6238 with SHA-1, six digits, 30 s: what the page is expected to show. */
export function codeAt(ms, key = "12345678901234567890") {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30000)));
	const mac = createHmac("sha1", key).update(counter).digest();
	const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
	return String(number % 1e6).padStart(6, "0");
}

function gcm(key, bytes, aad = Buffer.alloc(0)) {
	const nonce = randomBytes(12);
	const cipher = createCipheriv("aes-256-gcm", key, nonce);
	cipher.setAAD(aad);
	const data = Buffer.concat([cipher.update(bytes), cipher.final()]);
	return { nonce, data, tag: cipher.getAuthTag() };
}

/** A vault as docs/authenticator.md describes it, made without our code. */
export function makeVault(entries, { pass = PASS, n = 1 << 14 } = {}) {
	const aad = (purpose) => Buffer.from(`watchword-vault 1 ${purpose}`);
	const raw = randomBytes(32);
	const salt = randomBytes(32);
	const slot = gcm(scryptSync(pass, salt, 32, { N: n, r: 8, p: 1, maxmem: 2 ** 30 }),
		raw, aad("passphrase"));
	const box = gcm(raw, Buffer.from(JSON.stringify({ entries, settings: {} })), aad("box"));
	const text = (sealed) => Buffer.concat([sealed.data, sealed.tag]).toString("base64");
	return JSON.stringify({ format: "watchword-vault", version: 1, slots: [{
		kind: "passphrase", kdf: "scrypt", n, r: 8, p: 1, salt: salt.toString("base64"),
		nonce: slot.nonce.toString("base64"), key: text(slot) }],
	nonce: box.nonce.toString("base64"), box: text(box) });
}

/** Files of other apps, as those apps describe them. */
export const others = {
	aegis: () => JSON.stringify({ version: 1, header: { slots: null, params: null },
		db: { version: 2, entries: [
			{ type: "totp", uuid: "3ae6f1ad-2e65-4ed2-a953-1ec0dff2386d", name: "ada", issuer: "Deno",
				note: "", icon: null, info: { secret: SECRET, algo: "SHA1", digits: 6, period: 30 } },
			{ type: "hotp", uuid: "2", name: "bob", issuer: "Issuu", info: { secret: "YOOMIXWS5GN6RTBPUFFWKTW5M4",
				algo: "SHA256", digits: 7, counter: 50 } }] } }, null, 4),
	aegisLocked: (pass) => {
		const salt = randomBytes(32);
		const master = randomBytes(32);
		const slot = gcm(scryptSync(pass, salt, 32, { N: 1 << 14, r: 8, p: 1 }), master);
		const db = gcm(master, JSON.stringify(JSON.parse(others.aegis()).db));
		const params = ({ nonce, tag }) => ({ nonce: nonce.toString("hex"), tag: tag.toString("hex") });
		return JSON.stringify({ version: 1, header: { slots: [{ type: 1, uuid: "a",
			key: slot.data.toString("hex"), key_params: params(slot), n: 1 << 14, r: 8, p: 1,
			salt: salt.toString("hex") }], params: params(db) }, db: db.data.toString("base64") });
	},
	twofas: () => JSON.stringify({ services: [{ name: "Deno", secret: SECRET, updatedAt: 1,
		otp: { label: "ada", account: "ada", issuer: "Deno", digits: 6, period: 30,
			algorithm: "SHA1", tokenType: "TOTP", source: "Link" }, order: { position: 0 } }],
	groups: [], updatedAt: 1, schemaVersion: 4, appVersionCode: 5000012, appOrigin: "android" }),
	twofasLocked: (pass) => {
		const salt = randomBytes(256);
		const box = gcm(pbkdf2Sync(pass, salt, 10000, 32, "sha256"),
			JSON.stringify(JSON.parse(others.twofas()).services));
		return JSON.stringify({ services: [], servicesEncrypted: [Buffer.concat([box.data, box.tag]),
			salt, box.nonce].map((b) => b.toString("base64")).join(":"), schemaVersion: 4 });
	},
	andotp: () => JSON.stringify([{ secret: SECRET, issuer: "Deno", label: "ada", digits: 6,
		type: "TOTP", algorithm: "SHA1", thumbnail: "Default", last_used: 0, used_frequency: 0,
		period: 30, tags: [] }]),
	andotpLocked: (pass) => {
		const head = Buffer.alloc(4);
		head.writeUInt32BE(150000);
		const salt = randomBytes(12);
		const box = gcm(pbkdf2Sync(pass, salt, 150000, 32, "sha1"), others.andotp());
		return Buffer.concat([head, salt, box.nonce, box.data, box.tag]);
	},
	freeotp: () => JSON.stringify({ tokenOrder: ["Deno:ada"], tokens: [{ algo: "SHA1", counter: 0,
		digits: 6, issuerExt: "Deno", issuerInt: "Deno", label: "ada", period: 30,
		secret: [...Buffer.from("12345678901234567890")], type: "TOTP" }] }),
	freeotpXml: () => `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<string name="Deno:ada">${
		JSON.stringify(JSON.parse(others.freeotp()).tokens[0]).replaceAll('"', "&quot;")
	}</string>\n<string name="tokenOrder">[&quot;Deno:ada&quot;]</string>\n</map>\n`,
	freeotp2Locked: (pass) => {
		const bytes = (b) => [...b].map((v) => v > 127 ? v - 256 : v);
		const sealed = (key, plain, name) => {
			const { nonce, data, tag } = gcm(key, plain, Buffer.from(name));
			return { mCipher: "AES/GCM/NoPadding", mCipherText: bytes(Buffer.concat([data, tag])),
				mParameters: bytes(Buffer.concat([Buffer.from("3011040c", "hex"), nonce,
					Buffer.from("020110", "hex")])), mToken: name };
		};
		const salt = randomBytes(32);
		const master = randomBytes(32);
		const outer = pbkdf2Sync(pass, salt, 100000, 32, "sha512");
		const string = (text) => {
			const data = Buffer.from(text);
			return Buffer.concat([Buffer.from([0x74, data.length >> 8, data.length & 255]), data]);
		};
		const name = "6f1f1f9c-1f0e-4a2f-8a52-0d0c3c1a2b3c";
		const map = { masterKey: { mAlgorithm: "PBKDF2withHmacSHA512",
			mEncryptedKey: sealed(outer, master, "AES"), mIterations: 100000, mSalt: bytes(salt) },
		[name]: { key: JSON.stringify(sealed(master, Buffer.from("12345678901234567890"), "HmacSHA1")) },
		[`${name}-token`]: { algo: "SHA1", digits: 6, issuerExt: "Deno", issuerInt: "Deno",
			label: "ada", period: 30, type: "TOTP" } };
		return Buffer.concat([Buffer.from("aced0005737200116a6176612e7574696c2e486173684d6170"
			+ "0507dac1c31660d103000246000a6c6f6164466163746f724900097468726573686f6c647870"
			+ "3f4000000000000c77080000001000000003", "hex"),
		...Object.entries(map).flatMap(([key, value]) => [string(key), string(JSON.stringify(value))]),
		Buffer.from([0x78])]);
	},
	list: () => `# comment\n${URI}\r\n\notpauth://hotp/x?secret=${SECRET}&counter=7\n`,
};

const varint = (n) => {
	const bytes = [];
	for (let rest = BigInt(n); ; rest >>= 7n) {
		bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
		if (rest <= 127n) {
			return Buffer.from(bytes);
		}
	}
};
const field = (n, value) => typeof value === "number"
	? Buffer.concat([varint(n << 3), varint(value)])
	: Buffer.concat([varint(n << 3 | 2), varint(value.length), Buffer.from(value)]);

/** Google Authenticator's code number index of a series of size. */
export function migration(names, index = 0, size = 1) {
	const accounts = names.map((name) => field(1, Buffer.concat([
		field(1, "12345678901234567890"), field(2, name), field(3, "Deno"),
		field(4, 1), field(5, 1), field(6, 2)])));
	const payload = Buffer.concat([...accounts, field(2, 1), field(3, size),
		field(4, index), field(5, 4711)]);
	return `otpauth-migration://offline?data=${encodeURIComponent(payload.toString("base64"))}`;
}

/** The rows of a QR code with its quiet zone. */
const rowsOf = (text) => encodeQR(text, "raw", { ecc: "medium", border: 4 });

/** A QR code as a PPM-like picture that every browser reads: a GIF. */
export const picture = (text) => Buffer.from(encodeQR(text, "gif", { scale: 6 }));

/**
 * A video for Chromium's fake camera: the code at rest, in YUV4MPEG2.
 * @param {string} path
 * @param {string} text
 */
export function writeVideo(path, text) {
	const [width, height] = [640, 480];
	const rows = rowsOf(text);
	const scale = Math.floor(height / rows.length);
	const left = Math.floor((width - scale * rows.length) / 2);
	const top = Math.floor((height - scale * rows.length) / 2);
	const luma = Buffer.alloc(width * height, 200);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const dark = rows[Math.floor((y - top) / scale)]?.[Math.floor((x - left) / scale)];
			if (dark !== undefined) {
				luma[y * width + x] = dark ? 20 : 235;
			}
		}
	}
	const frame = Buffer.concat([Buffer.from("FRAME\n"), luma,
		Buffer.alloc(width * height / 2, 128)]);
	writeFileSync(path, Buffer.concat([
		Buffer.from(`YUV4MPEG2 W${width} H${height} F5:1 Ip A1:1 C420jpeg\n`),
		...Array(5).fill(frame)]));
}
