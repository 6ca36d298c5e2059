/**
 * The account's routes, as the pages need them.  The only module that knows
 * their paths and bodies; docs/openapi.yaml describes them.
 */

import { call } from "./api.js";
import { isSent, learnTime } from "./code.js";

/** @typedef {import("./api.js").Challenge} Challenge */
/** @typedef {import("./api.js").CheckAnswer} CheckAnswer */
/** @typedef {import("./code.js").Way} Way */
/** @typedef {import("./code.js").Outcome} Outcome */

/**
 * @typedef {{
 *   id: string, result: "signed_in" | "code_required" | "refused",
 *   ways: Way[], challenge: Challenge | null
 * }} SignIn
 *
 * What is known of a code without saying whose it is.
 * @typedef {{ id: string, expires_at: string, resend_at: string,
 *   sends_left?: number }} Again
 *
 * usable: codes go there; verified: one came back.
 * @typedef {{
 *   id: string, kind: "email" | "phone", to: string, use: string[],
 *   usable: boolean, verified: boolean
 * }} Contact
 *
 * @typedef {{ id: string, label: string, created_at: string }} App
 * @typedef {{ id: string, label: string, created_at: string, seen_at: string,
 *   expires_at: string }} Device
 * current: the one of this page.
 * @typedef {{ id: string, label: string, current: boolean, created_at: string,
 *   seen_at: string, expires_at: string }} SignedIn
 * @typedef {{ two_step: boolean, delivery_codes: boolean, channel: string,
 *   channels: string[], locale: string }} Preferences
 *
 * @typedef {{
 *   name: string, preferences: Preferences, contacts: Contact[],
 *   apps: App[], recovery_left: number, devices: Device[],
 *   sessions: SignedIn[]
 * }} Overview
 *
 * @typedef {{
 *   id: string, secret: string, otpauth_uri: string, qr_svg: string
 * }} NewApp
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
 * What GET …/factors and a sign-in say of a way.
 * @typedef {{ factor: Way["kind"], id?: string, to?: string, label?: string }} Factor
 * @param {Factor} factor
 * @returns {Way}
 */
function wayOf({ factor, id = "", to, label }) {
	return { kind: factor, id: `${factor} ${id}`.trim(), to, label };
}

/**
 * @param {string} identifier
 * @param {string} password
 * @returns {Promise<SignIn>}
 */
export async function signIn(identifier, password) {
	const said = await call("POST", "/v1/sign_ins", { identifier, password });
	return { id: said.id, result: said.result, challenge: said.challenge ?? null,
		ways: (said.factors ?? []).map(wayOf) };
}

/**
 * @param {SignIn} said
 * @param {Way} way
 * @param {string} code
 * @param {boolean} remember
 * @returns {Promise<Outcome>}
 */
export async function completeSignIn(said, way, code, remember) {
	return outcomeOf(await call("POST", `/v1/sign_ins/${said.id}/complete`,
		{ code: way.kind === "recovery_code" ? withoutNumber(code) : code,
			remember_device: remember,
			...(isSent(way) ? {} : { factor: way.kind }) }));
}

/**
 * A recovery code as it was copied from the list, with its number before it.
 * @param {string} typed
 */
function withoutNumber(typed) {
	return typed.replace(/^\s*\d{1,2}[.):\s]\s*/, "");
}

/**
 * "signed_in" is the word for a code that was right and opened a session.
 * @param {Outcome} said
 * @returns {Outcome}
 */
function outcomeOf({ result, attempts_left: left }) {
	return { result: result === "signed_in" ? "approved" : result,
		attempts_left: left };
}

/**
 * Sends the same code again, for somebody who is not signed in.
 * @param {"sign_ins" | "sign_ups" | "password_resets"} what
 * @param {string} id
 * @param {Way} [way] of a sign-in: by another channel
 * @returns {Promise<Again>}
 */
export async function sendAgain(what, id, way) {
	return call("POST", `/v1/${what}/${id}/resend`,
		way === undefined ? undefined : { channel: way.kind });
}

/**
 * @param {Record<string, string>} person name, email, password, locale
 * @returns {Promise<Again>}
 */
export async function signUp(person) {
	return call("POST", "/v1/sign_ups", person);
}

/**
 * @param {string} id
 * @param {string} code
 * @returns {Promise<Outcome>}
 */
export async function completeSignUp(id, code) {
	return outcomeOf(await call("POST", `/v1/sign_ups/${id}/complete`, { code }));
}

/**
 * The answer is the same for everybody, known or not (S78).
 * @param {string} identifier
 * @returns {Promise<Again>}
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
	const said = await call("GET", `/v1/challenges/${encodeURIComponent(id)}`);
	return { challenge: said, binding: said.binding };
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
 * @param {Way} [way] by another channel: the same code
 * @returns {Promise<Challenge>}
 */
export async function resend(challenge, way) {
	return call("POST", `/v1/challenges/${challenge.id}/resend`,
		way === undefined ? {} : { channel: way.kind });
}

/**
 * By what the signed-in person can be asked for a code: one way for each
 * channel, since the account chooses among contacts of one.
 * @type {Way[]}
 */
let ownWays = [];

/** @returns {Promise<Overview>} */
export async function readOverview() {
	const [own, factors, devices, sessions] = await Promise.all([
		call("GET", "/v1/accounts/me"),
		call("GET", "/v1/accounts/me/factors"),
		call("GET", "/v1/accounts/me/devices"),
		call("GET", "/v1/accounts/me/sessions"),
	]);
	const ways = /** @type {Way[]} */ ((factors.factors ?? []).map(wayOf));
	ownWays = ways.filter((way, at) => way.kind !== "recovery_code"
		&& ways.findIndex((other) => other.kind === way.kind) === at);
	return { name: own.name ?? "", preferences: own.preferences,
		contacts: own.contacts, apps: factors.authenticators ?? [],
		recovery_left: factors.recovery_codes?.left ?? 0,
		devices: devices.data, sessions: sessions.data };
}

/**
 * @param {Record<string, unknown>} wish fields and their new values
 * @param {Way} [way]
 * @returns {Promise<Pending>}
 */
export async function change(wish, way) {
	const said = await call("POST", "/v1/account_changes", { account: "me",
		change: wish, ...(way === undefined ? {} : { channel: way.kind }) });
	return { ...pendingOf(said), ways: ownWays };
}

/**
 * A change that waits for the code of its challenge.
 * @param {Challenge} challenge
 * @returns {Pending}
 */
function pendingOf(challenge) {
	const kind = /** @type {Way["kind"]} */ (challenge.channel);
	const known = ownWays.find((way) => way.kind === kind);
	learnTime(challenge.created_at);
	return { way: { id: known?.id ?? kind, kind, to: challenge.to },
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

/** @param {SignedIn} session */
export async function endSession(session) {
	await call("DELETE", `/v1/accounts/me/sessions/${session.id}`);
}

/** Ends every session of the account, this one too. */
export async function signOutEverywhere() {
	await call("POST", "/v1/sign_out", { everywhere: true });
}

/**
 * @param {Partial<Preferences>} preferences
 * @returns {Promise<Pending | null>} null: done; what makes the account less
 *     safe waits for a code
 */
export async function setPreferences(preferences) {
	const said = await call("PATCH", "/v1/accounts/me/preferences", preferences);
	return said.challenge === undefined ? null : pendingOf(said.challenge);
}
