/**
 * This device as the server knows it: paired once by a code of the dispatcher
 * (R29), afterwards known by a key that never leaves it and that no script can
 * read.  With it the device signs a nonce and gets a token of half an hour,
 * which stays in memory.
 */

import { ApiError, call } from "./api.js";
import { forgetAll, keepKey, readKey } from "./agent_vault.js";

/** @typedef {{id: string, agent: string, name: string}} Device */

/* What is signed: this line, the device and the nonce, by newlines. */
const SIGN_IN = "watchword agent sign-in";
/* On every phone's WebCrypto; Ed25519 is not. */
const KEY = { name: "ECDSA", namedCurve: "P-256" };

/** @type {Device | null | undefined} undefined: not read yet */
let known;
let token = "";

/** @returns {Promise<Device | null>} null: not paired */
export async function device() {
	if (known === undefined) {
		known = await readKey("device") ?? null;
	}
	return known ?? null;
}

/** @param {ArrayBuffer} bytes */
function base64url(bytes) {
	return btoa(String.fromCharCode(...new Uint8Array(bytes)))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} typed as read from the dispatcher's screen
 * @returns {Promise<void>} throws ApiError
 */
export async function pair(typed) {
	const keys = /** @type {CryptoKeyPair} */ (
		await crypto.subtle.generateKey(KEY, false, ["sign", "verify"]));
	const said = await call("POST", "/v1/agent/pair", {
		pairing_code: typed.trim(),
		device_key: await crypto.subtle.exportKey("jwk", keys.publicKey) });
	await keepKey("pair", keys.privateKey);
	await keepKey("device", { id: said.device, agent: said.agent.id,
		name: said.agent.name });
	known = undefined;
	token = said.token;
	await navigator.storage?.persist?.();
}

/** Forgets everything that this device knows. */
export async function leave() {
	await forgetAll();
	known = null;
	token = "";
}

/** @param {Device} self */
async function signIn(self) {
	const { nonce } = await call("POST", "/v1/agent/sign_in", { device: self.id });
	const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" },
		await readKey("pair"),
		new TextEncoder().encode(`${SIGN_IN}\n${self.id}\n${nonce}`));
	const said = await call("POST", "/v1/agent/sign_in",
		{ device: self.id, nonce, signature: base64url(signature) });
	token = said.token;
}

/**
 * A request as this device; signs in where the token is missing or over.
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [more] header fields
 * @returns {Promise<any>} throws ApiError; 401: the device was unpaired
 */
export async function ask(method, path, body, more = {}) {
	const self = await device();
	if (self === null) {
		throw new ApiError(401, {}, 0);
	}
	const send = () => call(method, path, body, token, more);
	if (token !== "") {
		try {
			return await send();
		} catch (error) {
			if (!(error instanceof ApiError) || error.status !== 401) {
				throw error;
			}
		}
	}
	await signIn(self);
	return send();
}
