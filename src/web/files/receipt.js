/**
 * Reading and checking a receipt (a JWS signed with EdDSA, RFC 7515 and
 * RFC 8037) in the browser, with nothing but the published public key.
 */

/**
 * @typedef {{
 *   header: Record<string, unknown>,
 *   claims: Record<string, unknown>,
 *   signed: Uint8Array<ArrayBuffer>,
 *   signature: Uint8Array<ArrayBuffer>
 * }} Receipt
 */

/** @typedef {"valid" | "invalid" | "unknown_key" | "unsupported"} Proof */

/**
 * @param {string} text base64url without padding
 * @returns {Uint8Array<ArrayBuffer>}
 */
function fromBase64url(text) {
	const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
	return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function fromJson(text) {
	return JSON.parse(new TextDecoder().decode(fromBase64url(text)));
}

/**
 * Splits and decodes; says nothing about the signature.
 * @param {string} compact
 * @returns {Receipt} throws when it is not of the form of a JWS
 */
export function readReceipt(compact) {
	const parts = compact.split(".");
	if (parts.length !== 3) {
		throw new Error("not three parts");
	}
	return {
		header: fromJson(parts[0]),
		claims: fromJson(parts[1]),
		signed: new TextEncoder().encode(`${parts[0]}.${parts[1]}`),
		signature: fromBase64url(parts[2]),
	};
}

/**
 * Checks the signature against the key set.  Only Ed25519 is accepted,
 * whatever the receipt's header asks for.
 * @param {Receipt} receipt
 * @param {{keys?: Record<string, string>[]}} jwks
 * @returns {Promise<Proof>}
 */
export async function proveReceipt(receipt, jwks) {
	const key = (jwks.keys ?? []).find((k) =>
		k.kid === receipt.header.kid && k.kty === "OKP" && k.crv === "Ed25519");
	if (key === undefined || receipt.header.alg !== "EdDSA") {
		return "unknown_key";
	}
	/** @type {CryptoKey} */
	let imported;
	try {
		imported = await crypto.subtle.importKey("jwk",
			{ kty: "OKP", crv: "Ed25519", x: key.x },
			{ name: "Ed25519" }, false, ["verify"]);
	} catch {
		return "unsupported";
	}
	const right = await crypto.subtle.verify({ name: "Ed25519" }, imported,
		receipt.signature, receipt.signed);
	return right ? "valid" : "invalid";
}
