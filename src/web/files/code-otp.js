/**
 * HOTP (RFC 4226) and TOTP (RFC 6238) by the platform's own HMAC.  Everything
 * beyond it is the cutting of a number out of a MAC; tests hold the result
 * equal to src/otp and to oathtool.
 */

/**
 * One account of the vault, as code-entry.js makes it.
 * @typedef {{
 *   id: string, type: "totp" | "hotp", issuer: string, account: string,
 *   secret: string, algorithm: "SHA1" | "SHA256" | "SHA512",
 *   digits: number, period: number, counter: number
 * }} Entry
 */

/** What WebCrypto calls the hashes. */
const HASHES = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };

/**
 * A key that can compute codes but not be read out again.
 * @param {Entry["algorithm"]} algorithm
 * @param {Uint8Array<ArrayBuffer>} secret not empty
 */
export function codeKey(algorithm, secret) {
	return crypto.subtle.importKey("raw", secret,
		{ name: "HMAC", hash: HASHES[algorithm] }, false, ["sign"]);
}

/**
 * RFC 4226 section 5.3.
 * @param {CryptoKey} key
 * @param {number} counter 0 to 2^53 - 1
 * @param {number} digits 6 to 8
 */
export async function hotp(key, counter, digits) {
	const message = new DataView(new ArrayBuffer(8));
	message.setUint32(0, Math.floor(counter / 2 ** 32));
	message.setUint32(4, counter % 2 ** 32);
	const mac = new DataView(await crypto.subtle.sign("HMAC", key, message.buffer));
	const at = mac.getUint8(mac.byteLength - 1) & 15;
	const number = mac.getUint32(at) & 0x7fffffff;
	return String(number % 10 ** digits).padStart(digits, "0");
}

/**
 * RFC 6238 section 4.2: the step that a time belongs to.
 * @param {number} period in seconds
 * @param {number} ms Unix time
 */
export function stepAt(period, ms) {
	return Math.max(0, Math.floor(ms / 1000 / period));
}
