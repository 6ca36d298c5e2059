/**
 * Opening the vault by a passkey: WebAuthn's PRF extension gives the same 32
 * bytes for the same passkey and salt, and only after the platform has seen
 * its owner.  Nothing is sent to a server; the challenge is not checked by
 * anybody, since what counts is the bytes.
 */

import { random } from "./code-vault.js";

/** @typedef {import("./code-vault.js").PasskeySlot} PasskeySlot */

/** @param {Uint8Array | ArrayBuffer} bytes */
function toBase64Url(bytes) {
	return btoa(String.fromCharCode(...new Uint8Array(bytes)))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
function fromBase64Url(text) {
	const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

/** Whether it is worth offering. */
export async function passkeyPossible() {
	try {
		return await PublicKeyCredential
			.isUserVerifyingPlatformAuthenticatorAvailable();
	} catch {
		return false;
	}
}

/** @param {Credential | null} credential */
function secretOf(credential) {
	if (!(credential instanceof PublicKeyCredential)) {
		return null;
	}
	const first = credential.getClientExtensionResults().prf?.results?.first;
	if (first === undefined) {
		return null;
	}
	return new Uint8Array(first instanceof ArrayBuffer ? first : first.buffer).slice(0, 32);
}

/**
 * @param {{credential: string, salt: Uint8Array<ArrayBuffer>}[]} slots
 * @returns {Promise<{credential: string, secret: Uint8Array<ArrayBuffer>} | null>}
 */
async function ask(slots) {
	/** @type {Record<string, {first: Uint8Array<ArrayBuffer>}>} */
	const evalByCredential = {};
	for (const slot of slots) {
		evalByCredential[slot.credential] = { first: slot.salt };
	}
	const credential = await navigator.credentials.get({ publicKey: {
		challenge: random(32), userVerification: "required",
		allowCredentials: slots.map((slot) => ({ type: "public-key",
			id: fromBase64Url(slot.credential) })),
		extensions: { prf: { evalByCredential } },
	} });
	const secret = secretOf(credential);
	return secret === null || credential === null ? null
		: { credential: credential.id, secret };
}

/**
 * Opens by one of the vault's passkeys; null: not this time.
 * @param {PasskeySlot[]} slots
 */
export async function usePasskey(slots) {
	try {
		return await ask(slots.map((slot) => ({ credential: slot.credential,
			salt: Uint8Array.from(atob(slot.salt), (c) => c.charCodeAt(0)) })));
	} catch {
		return null;
	}
}

/**
 * Makes a passkey; null: the platform has none with a PRF, or its owner said
 * no.
 * @param {string} name shown by the platform
 */
export async function makePasskey(name) {
	const salt = random(32);
	try {
		const made = await navigator.credentials.create({ publicKey: {
			challenge: random(32), rp: { name },
			user: { id: random(16), name, displayName: name },
			pubKeyCredParams: [{ type: "public-key", alg: -7 },
				{ type: "public-key", alg: -257 }],
			authenticatorSelection: { residentKey: "preferred",
				userVerification: "required" },
			extensions: { prf: { eval: { first: salt } } },
		} });
		if (!(made instanceof PublicKeyCredential)) {
			return null;
		}
		const credential = toBase64Url(made.rawId);
		const secret = secretOf(made)
			?? (await ask([{ credential, salt }]))?.secret;
		return secret === undefined ? null : { credential, salt, secret };
	} catch {
		return null;
	}
}
