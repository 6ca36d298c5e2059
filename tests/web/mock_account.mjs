/**
 * One customer's account, as far as the account pages ask about it: what a
 * real server will not do on demand.  Part of the mock.
 */

import { randomBytes } from "node:crypto";

const newId = (prefix) => `${prefix}_${randomBytes(13).toString("hex")}`;
const CODE = "482913";
const LONG_AGO = "2026-09-01T10:00:00.000Z";

export class AccountMock {
	constructor(mock) {
		this.mock = mock;
		this.signedIn = false;
		const contact = (kind, to, verified, use) => ({ id: newId("con"), kind, to,
			use, usable: verified, verified, created_at: LONG_AGO });
		this.account = { id: newId("acc"), kind: "customer", name: "Ada Lovelace",
			has_password: true, created_at: LONG_AGO,
			preferences: { two_step: true, delivery_codes: true, channel: "auto", channels: [], locale: "en" },
			contacts: [contact("email", "a•••@example.com", true, ["email"]),
				contact("phone", "•••89", true, ["sms", "voice"]),
				contact("phone", "•••67", false, ["voice"])] };
		this.authenticators = [{ id: newId("aut"), label: "My phone", created_at: LONG_AGO }];
		this.recovery_codes = { left: 2 };
		this.devices = [{ id: newId("dev"), label: "Firefox on Linux",
			created_at: LONG_AGO, seen_at: LONG_AGO, expires_at: "2026-12-01T10:00:00.000Z" }];
		this.sessions = [true, false].map((current) => ({ id: newId("ses"),
			label: "Firefox on Linux", current, created_at: LONG_AGO,
			seen_at: LONG_AGO, expires_at: "2026-12-01T10:00:00.000Z" }));
		this.factors = [{ factor: "email", id: newId("con"), to: "a•••@example.com" },
			{ factor: "totp" }, { factor: "recovery_code" }];
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
			return this.signedIn ? [200, { account: this.account.id, kind: this.account.kind, name: this.account.name,
				created_at: LONG_AGO, expires_at: "2026-12-01T10:00:00.000Z" }]
				: [401, { status: 401, code: "unauthorized", title: "Sign in first" }];
		}
		if (path === "/v1/sign_out") {
			this.signedIn = false;
			return [200, {}];
		}
		if (path === "/v1/sign_ins") {
			return [200, { id: newId("sin"), result: this.result, reasons: [],
				...(this.result === "code_required"
					? { factors: this.factors, challenge: this.challenge() } : {}) }];
		}
		if (/^\/v1\/(sign_ins|sign_ups|password_resets)\/\w+\/complete$/.test(path)) {
			const said = this.check(body.code);
			this.signedIn = said.result === "approved";
			return [200, said];
		}
		if (path === "/v1/sign_ups" || path === "/v1/password_resets"
			|| /^\/v1\/(sign_ins|sign_ups|password_resets)\/\w+\/resend$/.test(path)) {
			const { expires_at: end, resend_at: again, sends_left: left } = this.challenge();
			return [202, { id: newId("sup"), expires_at: end, resend_at: again, sends_left: left }];
		}
		if (/^\/v1\/challenges\/\w+$/.test(path)) {
			return [200, { ...this.challenge("transaction"), binding: { amount: "129.00", currency: "EUR", payee: "Example Books" } }];
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
		if (/^\/v1\/accounts\/\w+\/factors$/.test(path)) {
			return [200, { authenticators: this.authenticators, recovery_codes: this.recovery_codes }];
		}
		if (/^\/v1\/accounts\/\w+\/sessions$/.test(path)) {
			return [200, { data: this.sessions, next_cursor: null }];
		}
		if (/^\/v1\/accounts\/\w+\/sessions\//.test(path)) {
			this.sessions = this.sessions.filter((s) => !path.endsWith(s.id));
			return [204];
		}
		if (/^\/v1\/accounts\/\w+\/devices$/.test(path)) {
			return [200, { data: this.devices, next_cursor: null }];
		}
		if (/^\/v1\/accounts\/\w+\/authenticators$/.test(path)) {
			return [201, { id: newId("aut"), secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", otpauth_uri: "otpauth://totp/Watchword:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Watchword&algorithm=SHA1&digits=6&period=30", qr_svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path fill="#fff" d="M0 0h29v29H0z"/><path fill="#000" d="M4 4h7v7h-7zM14 14h3v3h-3z"/></svg>' }];
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
