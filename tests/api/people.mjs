/**
 * Somebody with an account: through the shop's server, or in a browser of his
 * own, which keeps its cookies.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

export const PASSWORD = "seven wet umbrellas";

/** The cookies that are set.  Node 18 has them in one line only. */
export function setCookies(headers) {
	return headers.getSetCookie?.() ??
		(headers.get("set-cookie") ?? "").split(/, (?=[^;,= ]+=)/).filter(Boolean);
}

/** A browser: no key, its cookies, and the header that no form can send. */
export class Browser {
	constructor(server, headers = {}) {
		this.server = server;
		this.cookies = new Map();
		this.headers = headers;
	}

	get cookie() {
		return [...this.cookies].map(([n, v]) => `${n}=${v}`).join("; ");
	}

	async call(method, path, body, headers = {}) {
		const answer = await this.server.call(method, path, body, {
			key: false,
			headers: {
				...(method === "GET" ? {} : { "X-Watchword": "1" }),
				...(this.cookies.size ? { Cookie: this.cookie } : {}),
				...this.headers, ...headers,
			},
		});
		for (const line of setCookies(answer.headers)) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			if (value === "") {
				this.cookies.delete(name);
			} else {
				this.cookies.set(name, value);
			}
		}
		return answer;
	}

	async expect(status, ...request) {
		const answer = await this.call(...request);
		assert.equal(answer.status, status,
			`${request[0]} ${request[1]}: ${answer.text}`);
		return answer.json;
	}

	async signIn(identifier, password = PASSWORD, more = {}) {
		const begun = await this.expect(200, "POST", "/v1/sign_ins",
			{ identifier, password });
		if (begun.result !== "code_required") {
			return begun;
		}
		const code = await this.server.code(begun.challenge);
		return this.expect(200, "POST", `/v1/sign_ins/${begun.id}/complete`,
			{ code, ...more });
	}

	/** Asks for a change and gives its code: the check's answer. */
	async change(change) {
		const challenge = await this.expect(201, "POST",
			"/v1/account_changes", { change });
		return this.give(challenge);
	}

	async give(challenge) {
		return this.expect(200, "POST", `/v1/challenges/${challenge.id}/check`,
			{ code: await this.server.code(challenge) });
	}
}

export const address = () =>
	`p${randomBytes(6).toString("hex")}@example.com`;
export const number = () =>
	`+4917${String(randomBytes(4).readUInt32BE()).padStart(10, "0")}`
		.slice(0, 14);

export async function person(server, more = {}) {
	const email = more.email ?? address();
	const account = await server.expect(201, "POST", "/v1/accounts",
		{ email, password: PASSWORD, ...more });
	return { ...account, email };
}

/** The challenge of a reset or a sign-up, whose identifiers are its own. */
export const challengeOf = (id) => ({ id: id.replace(/^\w+_/, "chl_") });

/** Every route of the accounts with every status that is described. */
export async function everyPart(server) {
	const ada = await person(server, { name: "Ada", external_id: "ada-1",
		phone: number(), locale: "de", country: "DE",
		time_zone: "Europe/Berlin", kind: "customer" });
	const path = `/v1/accounts/${ada.id}`;
	await server.expect(200, "GET", path);
	await server.expect(200, "PATCH", path, { name: "Ada L." });
	const eve = await person(server);
	await server.expect(409, "PATCH", `/v1/accounts/${eve.id}`,
		{ external_id: "ada-1" });
	await server.expect(409, "POST", "/v1/accounts", { email: ada.email });
	await server.expect(201, "POST", `${path}/contacts`,
		{ phone: number(), use: ["voice"] });
	await server.expect(200, "GET", `${path}/factors`);
	await server.expect(200, "PATCH", `${path}/preferences`,
		{ two_step: true });
	await server.expect(202, "PATCH", `${path}/preferences`,
		{ two_step: false });
	await server.expect(201, "POST", "/v1/transactions", { account: ada.id,
		amount: "129.00", currency: "EUR", payee: "Bookshop" });
	const browser = new Browser(server);
	await browser.signIn(ada.email, PASSWORD, { remember_device: true });
	await browser.expect(200, "GET", "/v1/session");
	const { data: [device] } = await browser.expect(200, "GET",
		"/v1/accounts/me/devices");
	await browser.expect(204, "DELETE",
		`/v1/accounts/me/devices/${device.id}`);
	await browser.expect(201, "POST", "/v1/account_changes",
		{ change: { confirm: true } });
	await browser.expect(400, "POST", "/v1/sign_out", { everywhere: 1 });
	await browser.expect(204, "POST", "/v1/sign_out");
	const begun = await browser.expect(202, "POST", "/v1/password_resets",
		{ identifier: ada.email });
	const up = await browser.expect(202, "POST", "/v1/sign_ups",
		{ email: address(), password: PASSWORD });
	const sign = await browser.expect(200, "POST", "/v1/sign_ins",
		{ identifier: ada.email, password: PASSWORD });
	for (const id of [begun.id, up.id, sign.id]) {
		await server.settled(challengeOf(id));
	}
	const begins = [["password_resets", begun.id], ["sign_ups", up.id],
		["sign_ins", sign.id]];
	for (const [kind, id] of begins) {
		await browser.expect(429, "POST", `/v1/${kind}/${id}/resend`);
	}
	await server.advance(31);
	for (const [kind, id] of begins) {
		await browser.expect(202, "POST", `/v1/${kind}/${id}/resend`);
		await server.settled(challengeOf(id));
	}
	await browser.expect(200, "POST",
		`/v1/password_resets/${begun.id}/complete`,
		{ code: await server.code(challengeOf(begun.id)),
			new_password: "nine dry umbrellas" });
	await browser.expect(200, "POST", `/v1/sign_ups/${up.id}/complete`,
		{ code: await server.code(challengeOf(up.id)) });
	const { data: [own] } = await browser.expect(200, "GET",
		"/v1/accounts/me/sessions");
	assert.equal(own.current, true);
	await browser.expect(204, "DELETE", `/v1/accounts/me/sessions/${own.id}`);
	await server.advance(-31);
	await server.expect(204, "DELETE", path);
	await server.expect(404, "GET", path);
	await server.expect(404, "POST", "/v1/account_changes",
		{ account: ada.id, change: { confirm: true } });
	await server.expect(404, "POST", "/v1/transactions", { account: ada.id,
		amount: "129.00", currency: "EUR", payee: "Bookshop" });
}
