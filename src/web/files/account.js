/**
 * The account's routes, as the pages need them.  The only module that knows
 * their paths and bodies; docs/openapi.yaml describes them.
 */

import { call } from "./api.js";

/** @typedef {import("./api.js").Challenge} Challenge */
/** @typedef {import("./api.js").CheckAnswer} CheckAnswer */
/** @typedef {import("./code.js").Way} Way */
/** @typedef {import("./code.js").Outcome} Outcome */

/**
 * @typedef {{
 *   id: string, result: "signed_in" | "code_required" | "refused",
 *   ways: Way[], way: string, challenge: Challenge | null
 * }} SignIn
 *
 * @typedef {{ id: string, challenge: Challenge }} SignUp
 *
 * @typedef {{
 *   id: string, kind: "email" | "phone", to: string, verified: boolean,
 *   use: string[]
 * }} Contact
 *
 * @typedef {{ id: string, label: string, created_at: string }} App
 * @typedef {{ id: string, label: string, created_at: string,
 *   expires_at: string, current: boolean }} Device
 *
 * @typedef {{
 *   id: string, name: string, locale: string, channel: string,
 *   two_step: boolean, delivery_codes: boolean, contacts: Contact[],
 *   apps: App[], recovery_left: number, devices: Device[],
 *   sessions: Device[], ways: Way[]
 * }} Overview
 *
 * @typedef {{ id: string, secret: string, qr_svg: string }} NewApp
 *
 * A change that waits for a code, and what came of it; next: a new address
 * has a code of its own on its way.
 * @typedef {{ way: Way, ways: Way[], challenge: Challenge }} Pending
 * @typedef {Outcome & {
 *   outcome: "applied" | "stale" | "address_taken", next: Pending | null
 * }} Done
 *
 * @typedef {{ challenge: Challenge, binding: Record<string, string> }} Payment
 */

/**
 * @param {string} identifier
 * @param {string} password
 * @returns {Promise<SignIn>}
 */
export async function signIn(identifier, password) {
	return call("POST", "/v1/sign_ins", { identifier, password });
}

/**
 * @param {SignIn} said
 * @param {Way} way
 * @returns {Promise<Challenge>}
 */
export async function sendSignInCode(said, way) {
	return call("POST", `/v1/sign_ins/${said.id}/send`, { factor: way.id });
}

/**
 * @param {SignIn} said
 * @param {Way} way
 * @param {Challenge | null} challenge
 * @param {string} code
 * @param {boolean} remember
 * @returns {Promise<Outcome>}
 */
export async function completeSignIn(said, way, challenge, code, remember) {
	return call("POST", `/v1/sign_ins/${said.id}/complete`, {
		...(challenge === null ? { factor: way.id } : { challenge: challenge.id }),
		code, remember_device: remember,
	});
}

/**
 * @param {string} name
 * @param {string} email
 * @param {string} password
 * @param {string} locale
 * @returns {Promise<SignUp>}
 */
export async function signUp(name, email, password, locale) {
	return call("POST", "/v1/sign_ups", { name, email, password, locale });
}

/**
 * @param {SignUp} said
 * @param {string} code
 * @returns {Promise<Outcome>}
 */
export async function completeSignUp(said, code) {
	return call("POST", `/v1/sign_ups/${said.id}/complete`, { code });
}

/**
 * @param {string} identifier
 * @returns {Promise<{id: string}>}
 */
export async function startReset(identifier) {
	return call("POST", "/v1/password_resets", { identifier });
}

/**
 * @param {string} id
 * @param {string} code
 * @param {string} password
 * @returns {Promise<Outcome>}
 */
export async function completeReset(id, code, password) {
	return call("POST", `/v1/password_resets/${id}/complete`,
		{ code, new_password: password });
}

/**
 * @param {string} id of the challenge
 * @returns {Promise<Payment>}
 */
export async function readPayment(id) {
	return call("GET", `/v1/transactions/${encodeURIComponent(id)}`);
}

/**
 * @param {Payment} payment
 * @param {string} code
 * @returns {Promise<Outcome>}
 */
export async function checkPayment(payment, code) {
	return call("POST", `/v1/challenges/${payment.challenge.id}/check`,
		{ code, binding: payment.binding });
}

/**
 * @param {Challenge} challenge
 * @returns {Promise<Challenge>}
 */
export async function resend(challenge) {
	return call("POST", `/v1/challenges/${challenge.id}/resend`, {});
}

/** @returns {Promise<Overview>} */
export async function readOverview() {
	return call("GET", "/v1/accounts/me");
}

/**
 * @param {Record<string, unknown>} wish fields and their new values
 * @param {Way} [way]
 * @returns {Promise<Pending>}
 */
export async function change(wish, way) {
	const said = await call("POST", "/v1/account_changes", { account: "me",
		change: wish, ...(way === undefined ? {} : { factor: way.id }) });
	return pendingOf(said);
}

/**
 * A change that waits for the code of its challenge.
 * @param {Challenge} challenge
 * @returns {Pending}
 */
function pendingOf(challenge) {
	return { way: { id: challenge.channel, to: challenge.to,
		kind: /** @type {Way["kind"]} */ (challenge.channel) },
	ways: [], challenge };
}

/**
 * @param {Pending} pending
 * @param {string} code
 * @returns {Promise<Done>}
 */
export async function checkChange(pending, code) {
	const said = await call("POST",
		`/v1/challenges/${pending.challenge.id}/check`, { code });
	return { result: said.result, attempts_left: said.attempts_left,
		outcome: said.outcome ?? "applied",
		next: said.next === undefined ? null : pendingOf(said.next) };
}

/**
 * @param {Record<string, unknown>} contact
 * @returns {Promise<Pending>}
 */
export async function addContact(contact) {
	const said = await call("POST", "/v1/accounts/me/contacts", contact);
	return pendingOf(said.challenge);
}

/**
 * @param {string} label
 * @returns {Promise<NewApp>}
 */
export async function addApp(label) {
	return call("POST", "/v1/accounts/me/authenticators", { label });
}

/**
 * @param {NewApp} app
 * @param {string} code
 * @returns {Promise<Outcome>}
 */
export async function confirmApp(app, code) {
	return call("POST", `/v1/accounts/me/authenticators/${app.id}/confirm`, { code });
}

/** @returns {Promise<string[]>} ten new ones; the old ones are dead */
export async function makeRecovery() {
	return (await call("POST", "/v1/accounts/me/recovery_codes", {})).codes;
}

/** @param {Device} device */
export async function removeDevice(device) {
	await call("DELETE", `/v1/accounts/me/devices/${device.id}`);
}

/** Ends every session of the account, this one too. */
export async function signOutEverywhere() {
	await call("POST", "/v1/sign_out", { everywhere: true });
}

/** @param {Record<string, unknown>} preferences */
export async function setPreferences(preferences) {
	await call("PATCH", "/v1/accounts/me/preferences", preferences);
}
