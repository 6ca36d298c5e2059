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
 * A change that waits for a code; done: it needed none.
 * @typedef {{
 *   done: boolean, way: Way, ways: Way[], challenge: Challenge | null,
 *   codes?: string[]
 * }} Pending
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

/**
 * @param {string} id
 * @returns {Promise<Overview>}
 */
export async function readOverview(id) {
	return call("GET", `/v1/accounts/${id}`);
}

/**
 * @param {Overview} overview
 * @param {Record<string, unknown>} change
 * @param {Way} [way]
 * @returns {Promise<Pending>}
 */
export async function change(overview, change, way) {
	return call("POST", "/v1/account_changes", { account: overview.id, change,
		...(way === undefined ? {} : { factor: way.id }) });
}

/**
 * @param {Pending} pending
 * @param {string} code
 * @returns {Promise<Outcome & {next?: Pending}>}
 */
export async function checkChange(pending, code) {
	return call("POST", `/v1/challenges/${pending.challenge?.id}/check`, { code });
}

/**
 * @param {Overview} overview
 * @param {Record<string, unknown>} contact
 * @returns {Promise<Pending>}
 */
export async function addContact(overview, contact) {
	return call("POST", `/v1/accounts/${overview.id}/contacts`, contact);
}

/**
 * @param {Overview} overview
 * @param {Contact} contact
 * @returns {Promise<Pending>}
 */
export async function verifyContact(overview, contact) {
	return call("POST",
		`/v1/accounts/${overview.id}/contacts/${contact.id}/verify`, {});
}

/**
 * @param {Overview} overview
 * @param {Contact} contact
 * @param {Way} [way]
 */
export async function removeContact(overview, contact, way) {
	return change(overview, { remove_contact: contact.id }, way);
}

/**
 * @param {Overview} overview
 * @param {string} label
 * @returns {Promise<NewApp>}
 */
export async function addApp(overview, label) {
	return call("POST", `/v1/accounts/${overview.id}/authenticators`, { label });
}

/**
 * @param {Overview} overview
 * @param {NewApp} app
 * @param {string} code
 * @returns {Promise<Outcome>}
 */
export async function confirmApp(overview, app, code) {
	return call("POST",
		`/v1/accounts/${overview.id}/authenticators/${app.id}/confirm`, { code });
}

/**
 * @param {Overview} overview
 * @param {App} app
 * @param {Way} [way]
 * @returns {Promise<Pending>}
 */
export async function removeApp(overview, app, way) {
	return change(overview, { remove_authenticator: app.id }, way);
}

/**
 * @param {Overview} overview
 * @param {Way} [way]
 * @returns {Promise<Pending>}
 */
export async function makeRecovery(overview, way) {
	return change(overview, { recovery_codes: true }, way);
}

/**
 * @param {Overview} overview
 * @returns {Promise<string[]>}
 */
export async function readRecovery(overview) {
	return (await call("POST", `/v1/accounts/${overview.id}/recovery_codes`, {})).codes;
}

/**
 * @param {Overview} overview
 * @param {Device} device
 */
export async function removeDevice(overview, device) {
	await call("DELETE", `/v1/accounts/${overview.id}/devices/${device.id}`);
}

/** @param {Overview} overview */
export async function endOtherSessions(overview) {
	await call("DELETE", `/v1/accounts/${overview.id}/sessions`);
}

/**
 * @param {Overview} overview
 * @param {Record<string, unknown>} preferences
 * @returns {Promise<Pending>}
 */
export async function setPreferences(overview, preferences) {
	return call("PATCH", `/v1/accounts/${overview.id}/preferences`, preferences);
}
