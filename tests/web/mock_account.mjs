/**
 * One customer's account, as far as the account pages ask about it: what a
 * real server will not do on demand.  Part of the mock.
 */

import { randomBytes } from "node:crypto";

const newId = (prefix) => `${prefix}_${randomBytes(13).toString("hex")}`;
const CODE = "482913";

export class AccountMock {
	constructor(mock) {
		this.mock = mock;
		this.signedIn = false;
		this.account = { id: newId("acc"), name: "Ada Lovelace", locale: "en",
			channel: "auto", two_step: true, delivery_codes: true,
			contacts: [
				{ id: newId("con"), kind: "email", to: "ada@example.com", verified: true, use: ["email"] },
				{ id: newId("con"), kind: "phone", to: "+49 151 23456789", verified: true, use: ["sms", "voice"] },
				{ id: newId("con"), kind: "phone", to: "+49 30 1234567", verified: false, use: ["voice"] }],
			apps: [{ id: newId("aut"), label: "My phone", created_at: "2026-09-01T10:00:00.000Z" }],
			recovery_left: 2,
			devices: [{ id: newId("dev"), label: "Firefox on Linux", created_at: "2026-11-01T10:00:00.000Z", expires_at: "2026-12-01T10:00:00.000Z", current: true }],
			sessions: [{ id: newId("ses"), label: "Firefox on Linux", created_at: "2026-11-21T10:00:00.000Z", expires_at: "2026-12-01T10:00:00.000Z", current: true },
				{ id: newId("ses"), label: "Safari on iPhone", created_at: "2026-11-20T10:00:00.000Z", expires_at: "2026-12-01T10:00:00.000Z", current: false }],
			ways: [] };
		this.ways = [{ id: "w1", kind: "email", to: "a•••@example.com" },
			{ id: "w2", kind: "sms", to: "•••89" }, { id: "w3", kind: "totp", label: "My phone" },
			{ id: "w4", kind: "recovery_code" }];
		this.result = "code_required";
	}

	challenge(purpose = "sign_in") {
		const now = Date.now();
		const at = (ms) => new Date(now + ms).toISOString();
		return { id: newId("chl"), status: "pending", purpose, channel: "email",
			to: "a•••@example.com", expires_at: at(600000), attempts_left: 5,
			sends_left: 4, resend_at: at(30000), created_at: at(0) };
	}

	check(code) {
		return code.replace(/\D/g, "") === CODE
			? { result: "approved", attempts_left: 4 } : { result: "wrong", attempts_left: 4 };
	}

	/** [status, body], or null: not one of these routes. */
	route(method, path, body) {
		if (path === "/v1/session" && method === "GET") {
			return this.signedIn ? [200, { account: this.account.id, name: this.account.name }]
				: [401, { status: 401, code: "unauthorized", title: "Sign in first" }];
		}
		if (path === "/v1/sign_out") {
			this.signedIn = false;
			return [200, {}];
		}
		if (path === "/v1/sign_ins") {
			return [200, { id: newId("sgn"), result: this.result, ways: this.ways, way: "w1",
				challenge: this.result === "code_required" ? this.challenge() : null }];
		}
		if (/^\/v1\/sign_ins\/\w+\/send$/.test(path)) {
			return [200, this.challenge()];
		}
		if (/^\/v1\/(sign_ins|sign_ups|password_resets)\/\w+\/complete$/.test(path)) {
			const said = this.check(body.code);
			this.signedIn = said.result === "approved";
			return [200, said];
		}
		if (path === "/v1/sign_ups") {
			return [201, { id: newId("sup"), challenge: this.challenge() }];
		}
		if (path === "/v1/password_resets") {
			return [202, { id: newId("rst") }];
		}
		if (/^\/v1\/transactions\/\w+$/.test(path)) {
			return [200, { challenge: this.challenge("transaction"), binding: { amount: "129.00", currency: "EUR", payee: "Example Books" } }];
		}
		if (/^\/v1\/challenges\/\w+\/check$/.test(path)) {
			return [200, this.check(body.code)];
		}
		if (/^\/v1\/challenges\/\w+\/resend$/.test(path)) {
			return [202, this.challenge()];
		}
		if (/^\/v1\/accounts\/\w+$/.test(path)) {
			return [200, this.account];
		}
		if (/^\/v1\/accounts\/\w+\/authenticators$/.test(path)) {
			return [201, { id: newId("aut"), secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", qr_svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path fill="#fff" d="M0 0h29v29H0z"/><path fill="#000" d="M4 4h7v7h-7zM14 14h3v3h-3z"/></svg>' }];
		}
		if (/^\/v1\/accounts\/\w+\/authenticators\/\w+\/confirm$/.test(path)) {
			return [200, this.check(body.code)];
		}
		if (/^\/v1\/accounts\/\w+\/recovery_codes$/.test(path)) {
			return [201, { codes: Array.from({ length: 10 }, () => "ABCD-EFGH-JKMN-PQRS") }];
		}
		if (path === "/v1/account_changes") {
			return [201, this.challenge("account_change")];
		}
		if (/^\/v1\/accounts\/\w+\/contacts$/.test(path)) {
			return [201, { challenge: this.challenge("contact_verification") }];
		}
		if (/^\/v1\/accounts\/\w+\/preferences$/.test(path)) {
			return [200, {}];
		}
		return null;
	}
}
