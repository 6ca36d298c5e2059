/**
 * Accounts as people and attackers meet them: signing in, sessions, changes,
 * resets, and what may not be told apart (R49 to R59, S19, S53, S78 to S80,
 * S111, S113).
 */

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { OPERATIONS } from "./contract.mjs";
import { authenticator } from "./factors.mjs";
import { DESCRIPTION } from "./tree.mjs";
import { address, Browser, challengeOf, number, PASSWORD, person, setCookies }
	from "./people.mjs";
import { finish, sandbox } from "./server.mjs";

const ID = /(?<=(?:acc|sgn|chl|rst|sup|con|req|msg)_)[0-9a-z]{36}/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What is left of an answer when identifiers and times are masked. */
const masked = ({ status, headers, text }) => JSON.stringify([status,
	[...headers].filter(([name]) => name !== "date" && name !== "x-request-id"),
	text.replace(ID, "").replace(TIME, "")]);

/** A browser somewhere else: behind another address, as its proxy says. */
let from = 0;
const place = () => `198.51.${100 + (from >> 8)}.${from++ & 255}`;

/* Walked by the customer's browser alone: what the shop's key may do there,
 * and why it is no way around a code. */
const BY_THE_SHOP = {
	/* The account as a whole is erased; nothing of it is changed. */
	"DELETE /v1/accounts/{id}": "erases",
	/* A shop with sign-in of its own asks its customer itself, before. */
	"DELETE /v1/accounts/{id}/authenticators/{aid}": "takes away",
	"POST /v1/accounts/{id}/recovery_codes": "replaces",
};

describe("accounts", () => {
	let server;
	before(async () => {
		server = await sandbox({
			config: "[server]\ntrusted_proxies = 127.0.0.1/32\n",
		});
	});
	after(() => finish(server));
	const browser = (where = place()) =>
		new Browser(server, { "X-Forwarded-For": where });

	test("R15, R49, R50, R58: a code, a trusted device, and no code", async () => {
		const ada = await person(server);
		const b = browser();
		const wrong = await b.expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: "not at all this" });
		assert.equal(wrong.result, "refused");
		const { messages } = (await server.get("/sandbox/inbox")).json;
		assert.ok(!messages.some((m) => m.to === ada.email), "no code goes out");
		const done = await b.signIn(ada.email.toUpperCase(), PASSWORD,
			{ remember_device: true });
		assert.equal(done.result, "signed_in");
		const again = await b.signIn(ada.email);
		assert.equal(again.result, "signed_in");
		assert.deepEqual(again.reasons, ["The customer trusts this device."]);
		const { data } = await b.expect(200, "GET", "/v1/accounts/me/devices");
		assert.equal(data.length, 1);
		await b.expect(204, "DELETE", `/v1/accounts/me/devices/${data[0].id}`);
		assert.equal((await b.expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD })).result,
		"code_required");
	});

	test("S117: trust ends after 30 days, however often it is used", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email, PASSWORD, { remember_device: true });
		await server.advance(29 * 86400);
		assert.deepEqual((await b.signIn(ada.email)).reasons,
			["The customer trusts this device."]);
		await server.advance(2 * 86400);
		const late = await b.expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD });
		assert.equal(late.result, "code_required");
		await server.advance(-31 * 86400);
	});

	test("R59: sellers and operators give a code every time", async () => {
		for (const kind of ["seller", "operator"]) {
			const sam = await person(server, { kind });
			const b = browser();
			await b.signIn(sam.email, PASSWORD, { remember_device: true });
			const again = await b.expect(200, "POST", "/v1/sign_ins",
				{ identifier: sam.email, password: PASSWORD });
			assert.equal(again.result, "code_required", kind);
			const refused = await b.call("POST", "/v1/account_changes",
				{ change: { two_step: false } });
			assert.equal(refused.status, 400, kind);
		}
	});

	test("S111: cookies; no fixation; signed out is signed out", async () => {
		const ada = await person(server);
		const b = browser();
		b.cookies.set("__Host-ww_session", `wws_${"0".repeat(52)}`);
		const begun = await b.expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD });
		const done = await b.call("POST", `/v1/sign_ins/${begun.id}/complete`,
			{ code: await server.code(begun.challenge), remember_device: true });
		const cookies = setCookies(done.headers);
		for (const line of cookies) {
			assert.match(line, /^__Host-ww_(session|device)=ww[sd]_[0-9a-z]{52}; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/);
		}
		assert.equal(cookies.length, 2);
		assert.equal(done.json.session.token, undefined,
			"a browser's script does not see it");
		const first = b.cookies.get("__Host-ww_session");
		assert.notEqual(first, `wws_${"0".repeat(52)}`);
		/* Signing in again makes a new one, and ends the old one. */
		await b.signIn(ada.email);
		const second = b.cookies.get("__Host-ww_session");
		assert.notEqual(second, first);
		const stale = browser();
		stale.cookies.set("__Host-ww_session", first);
		await stale.expect(401, "GET", "/v1/session");
		await b.expect(204, "POST", "/v1/sign_out");
		assert.equal(b.cookies.get("__Host-ww_session"), undefined);
		stale.cookies.set("__Host-ww_session", second);
		await stale.expect(401, "GET", "/v1/session");
	});

	test("S75, S76: one sees where one is signed in, and ends one of them", async () => {
		const [ada, eve] = [await person(server), await person(server)];
		const [b, other, foreign] = [browser(), browser(), browser()];
		await b.signIn(ada.email);
		await other.signIn(ada.email);
		await foreign.signIn(eve.email);
		const list = "/v1/accounts/me/sessions";
		const { data } = await b.expect(200, "GET", list);
		assert.deepEqual(data.map((s) => s.current), [false, true]);
		for (const s of data) {
			assert.deepEqual(Object.keys(s), ["id", "label", "current",
				"created_at", "seen_at", "expires_at"], "no token, no address");
		}
		/* Nobody else's, and none that is not. */
		await foreign.expect(404, "DELETE", `${list}/${data[0].id}`);
		await foreign.expect(404, "GET", `/v1/accounts/${ada.id}/sessions`);
		await b.expect(404, "DELETE", `${list}/ses_x`);
		await other.expect(200, "GET", "/v1/session");
		await b.expect(204, "DELETE", `${list}/${data[0].id}`);
		await other.expect(401, "GET", "/v1/session");
		await b.expect(404, "DELETE", `${list}/${data[0].id}`);
		/* The shop sees the same, but none of them is its own. */
		const seen = await server.expect(200, "GET",
			`/v1/accounts/${ada.id}/sessions`);
		assert.deepEqual(seen.data.map((s) => [s.id, s.current]),
			[[data[1].id, false]]);
		await server.expect(204, "DELETE",
			`/v1/accounts/${ada.id}/sessions/${data[1].id}`);
		await b.expect(401, "GET", "/v1/session");
	});

	test("S114: a session ends unused, and in any case", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email);
		await server.advance(59 * 60);
		await b.expect(200, "GET", "/v1/session");
		await server.advance(61 * 60);
		await b.expect(401, "GET", "/v1/session");
		await b.signIn(ada.email);
		for (let i = 0; i < 14; i++) {
			await server.advance(55 * 60);
			await b.call("GET", "/v1/session");
		}
		await b.expect(401, "GET", "/v1/session");
		await server.advance(-(120 + 14 * 55) * 60);
	});

	test("S113: no change without its header, from elsewhere, for another host", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email);
		const { host } = new URL(server.url);
		const changes = Object.entries(DESCRIPTION.paths).flatMap(
			([pattern, item]) => ["post", "patch", "delete", "put"]
				.filter((m) => item[m]?.security?.some((s) => s.session ||
					Object.keys(s).length === 0) && pattern.startsWith("/v1"))
				.map((m) => [m.toUpperCase(), pattern
					.replace("/accounts/{id}", "/accounts/me")
					.replace(/\{\w+\}/g, "x")]));
		assert.ok(changes.length >= 15);
		for (const [method, path] of changes) {
			const send = (headers) => b.server.call(method, path, {}, {
				key: false, headers: { Cookie: b.cookie, ...headers },
			});
			const about = `${method} ${path}`;
			for (const headers of [{}, { "X-Watchword": "0" },
				{ "X-Watchword": "1", Origin: "https://evil.example" },
				{ "X-Watchword": "1", Origin: "null" },
				{ "X-Watchword": "1", Origin: `https://${host}.evil.example` },
				{ "X-Watchword": "1", "Sec-Fetch-Site": "cross-site" },
				{ "X-Watchword": "1", "Sec-Fetch-Site": "same-site" }]) {
				const { status } = await send(headers);
				assert.ok([401, 403].includes(status),
					`${about} ${JSON.stringify(headers)}: ${status}`);
			}
		}
		/* The session is of the host that it was made for. */
		const { hostname, port } = new URL(server.url);
		const status = await new Promise((done, fail) => {
			request({ hostname, port, path: "/v1/session", setHost: false,
				headers: { Host: `localhost:${port}`, Cookie: b.cookie } },
			(answer) => {
				answer.resume();
				done(answer.statusCode);
			}).once("error", fail).end();
		});
		assert.equal(status, 401);
		await b.expect(200, "GET", "/v1/session");
	});

	/* S88: what somebody says that we are called stands nowhere. */
	test("S88: a forged host is in no mail, no page and no redirect", async () => {
		/* A sandbox answers to no name but localhost; an address is forged. */
		const EVIL = /evil\.example|203\.0\.113\.77/;
		const ada = await person(server);
		const { hostname, port } = new URL(server.url);
		const forged = (method, path, body) => new Promise((done, fail) => {
			const asked = request({ hostname, port, path, method, setHost: false,
				headers: { Host: "203.0.113.77", "X-Watchword": "1",
					"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
					"X-Original-URL": "https://evil.example/", Forwarded: "host=evil.example",
					...(body ? { "Content-Type": "application/json" } : {}) } },
			(answer) => {
				let text = "";
				answer.setEncoding("utf8").on("data", (part) => (text += part));
				answer.on("end", () => done({ status: answer.statusCode,
					said: JSON.stringify(answer.headers) + text,
					json: body ? JSON.parse(text) : undefined }));
			});
			asked.once("error", fail).end(body && JSON.stringify(body));
		});
		for (const path of ["/", "/signin", "/forgot", "/security", "/console",
			"/orders", "/v1/openapi.json", "/nothing", "//evil.example/"]) {
			const answer = await forged("GET", path);
			assert.ok(answer.status < 300 || answer.status >= 400, path);
			assert.doesNotMatch(answer.said, EVIL, path);
		}
		const reset = await forged("POST", "/v1/password_resets",
			{ identifier: ada.email });
		const signed = await forged("POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD });
		assert.deepEqual([reset.status, signed.status], [202, 200], reset.said);
		for (const of of [challengeOf(reset.json.id), signed.json.challenge]) {
			const [mail] = await server.messages(of);
			assert.doesNotMatch(JSON.stringify(mail), EVIL);
			assert.doesNotMatch(mail.text, /https?:|www\./);
		}
	});

	test("R57: a session reaches its own account and no other", async () => {
		const [ada, eve] = [await person(server), await person(server)];
		const b = browser();
		await b.signIn(eve.email);
		for (const [method, path, body] of [
			["GET", ""], ["PATCH", "", { name: "Mine" }], ["GET", "/factors"],
			["GET", "/devices"], ["PATCH", "/preferences", { two_step: true }],
			["POST", "/contacts", { email: address() }]]) {
			await b.expect(404, method, `/v1/accounts/${ada.id}${path}`, body);
		}
		await b.expect(404, "POST", "/v1/account_changes",
			{ account: ada.id, change: { phone: number() } });
		const foreign = await server.expect(201, "POST", "/v1/challenges",
			{ purpose: "sign_in", to: { account: ada.id } });
		for (const [method, path, body] of [["GET", ""],
			["POST", "/check", { code: "123456" }], ["POST", "/resend"],
			["POST", "/reissue"], ["POST", "/cancel"]]) {
			await b.expect(404, method, `/v1/challenges/${foreign.id}${path}`,
				body);
		}
		await b.expect(403, "DELETE", `/v1/accounts/${eve.id}`)
			.catch(() => b.expect(401, "DELETE", `/v1/accounts/${eve.id}`));
	});

	test("R51, R55: no route changes what protects an account without a code", async () => {
		const ada = await person(server, { phone: number() });
		const [b, other] = [browser(), browser()];
		const own = `/v1/accounts/${ada.id}`;
		await server.expect(200, "PATCH", `${own}/preferences`,
			{ two_step: true });
		const app = await authenticator(server, own);
		await other.signIn(ada.email);
		await b.signIn(ada.email, PASSWORD, { remember_device: true });
		const ids = {
			"{tenant}": "default", "{aid}": app.id,
			"{session}": (await server.expect(200, "GET", `${own}/sessions`))
				.data.at(-1).id,
			"{device}": (await server.expect(200, "GET", `${own}/devices`))
				.data[0].id,
		};
		/* What was proved at the sign-in is no code for what comes now. */
		await server.advance(11 * 60);
		assert.equal((await b.expect(200, "GET", "/v1/session")).proved, false);
		const view = async () => {
			const account = await server.expect(200, "GET", own);
			const factors = await server.expect(200, "GET", `${own}/factors`);
			return JSON.stringify([account.email, account.phone, account.address,
				account.preferences.two_step, account.preferences.delivery_codes,
				account.preferences.channel,
				account.contacts.filter((c) => c.usable).map((c) => c.id),
				factors.authenticators.map((a) => a.id),
				factors.recovery_codes]);
		};
		const values = { email: address(), phone: number(),
			password: "eight odd umbrellas", address: "1 Other Street",
			two_step: false, delivery_codes: false, channel: "sms",
			new_password: "eight odd umbrellas", code: "000000",
			identifier: ada.email, account: ada.id, amount: "1.00",
			currency: "EUR", payee: "Eve", use: ["sms"], kind: "customer",
			name: "Ada" };
		const bodies = [values, { change: values }, ...Object.entries(values)
			.flatMap(([name, value]) => [{ [name]: value },
				{ account: ada.id, change: { [name]: value } }])];
		const before_ = await view();
		const walked = new Map();
		for (const { method, pattern, operation } of OPERATIONS.filter((o) =>
			o.method !== "GET" && o.pattern.startsWith("/v1/"))) {
			const route = `${method} ${pattern}`;
			const path = Object.entries(ids).reduce((p, [name, id]) =>
				p.replace(name, id), pattern)
				.replace("{id}", /accounts/.test(pattern) ? ada.id : "x")
				.replace(/\{\w+\}/g, "x");
			const answers = new Set();
			for (const body of operation.requestBody ? bodies : [undefined]) {
				if (!(route in BY_THE_SHOP)) {
					answers.add((await server.call(method, path, body)).status);
				}
				answers.add((await b.call(method, path, body)).status);
			}
			assert.equal(await view(), before_, route);
			walked.set(route, answers);
		}
		/* It got as far as the routes that do something. */
		assert.ok(Object.keys(BY_THE_SHOP).every((r) => walked.has(r)));
		for (const route of ["DELETE /v1/accounts/{id}/devices/{device}",
			"DELETE /v1/accounts/{id}/sessions/{session}"]) {
			assert.ok(walked.get(route).has(204), route);
		}
		await b.expect(200, "GET", "/v1/session");
		/* And the password is what it was; so many codes want a pause. */
		await server.advance(3700);
		assert.equal((await browser().expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD })).result,
		"code_required");
		await server.advance(-3700 - 11 * 60);
	});

	test("R51, S45, S75: a change of e-mail; every contact is told; sessions end", async () => {
		const ada = await person(server);
		const [b, other] = [browser(), browser()];
		await b.signIn(ada.email);
		await other.signIn(ada.email);
		const email = address();
		const checked = await b.change({ email });
		assert.equal(checked.outcome, "applied");
		/* Until the new address has given its code, the old one stands. */
		assert.equal((await browser().expect(200, "POST", "/v1/sign_ins",
			{ identifier: email, password: PASSWORD })).result, "refused");
		assert.equal((await b.give(checked.next)).outcome, "applied");
		await b.expect(200, "GET", "/v1/session");
		await other.expect(401, "GET", "/v1/session");
		assert.equal((await browser().signIn(email)).result, "signed_in");
		assert.equal((await browser().expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD })).result, "refused");
		await server.until(async () => {
			const { messages } = (await server.get("/sandbox/inbox")).json;
			const told = messages.filter((m) => m.kind === "notice")
				.map((m) => m.to);
			return told.includes(email) && told.includes(ada.email);
		});
	});

	test("a corrected change supersedes the one that waits", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email);
		const first = await b.expect(201, "POST", "/v1/account_changes",
			{ change: { address: "1 Old Street" } });
		const code = await server.code(first);
		await b.expect(201, "POST", "/v1/account_changes",
			{ change: { address: "2 New Street" } });
		assert.equal((await b.expect(200, "POST",
			`/v1/challenges/${first.id}/check`, { code })).result, "superseded");
	});

	test("R19, S75: a preferred way and back-ups in their order", async () => {
		const ada = await person(server, { phone: number() });
		const own = `/v1/accounts/${ada.id}`;
		const app = await authenticator(server, own);
		const b = browser();
		await b.signIn(ada.email);
		const order = ["totp", "sms", "email"];
		for (const wish of [{ channels: ["sms", "sms"] }, { channels: ["fax"] },
			{ channels: order, channel: "sms" }]) {
			await b.expect(400, "PATCH", "/v1/accounts/me/preferences", wish);
		}
		/* Each change of a list waits for a code, and every contact is told. */
		const { challenge, preferences } = await b.expect(202, "PATCH",
			"/v1/accounts/me/preferences", { channels: order });
		assert.deepEqual(preferences.channels, []);
		await b.give(challenge);
		for (const to of [ada.email, ada.phone]) {
			await server.until(async () => (await server.get("/sandbox/inbox"))
				.json.messages.some((m) => m.to === to && m.kind === "notice"));
		}
		const seen = (await b.expect(200, "GET", "/v1/accounts/me")).preferences;
		assert.deepEqual([seen.channel, seen.channels], ["totp", order]);
		await b.expect(202, "PATCH", "/v1/accounts/me/preferences",
			{ channels: ["email"] });
		const begin = () => browser().expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD });
		const begun = await begin();
		assert.equal(begun.challenge.channel, "totp");
		assert.deepEqual(begun.factors.map((f) => f.factor), [...order, "voice"]);
		/* What is removed leaves the list; the next one is asked first. */
		await server.advance(700);
		await server.expect(204, "DELETE", `${own}/authenticators/${app.id}`);
		assert.deepEqual((await server.expect(200, "GET", own)).preferences
			.channels, ["sms", "email"]);
		assert.equal((await begin()).challenge.channel, "sms");
		const c = browser();
		await c.signIn(ada.email);
		const { contacts } = await c.expect(200, "GET", "/v1/accounts/me");
		await c.change({ remove: contacts.find((each) => each.kind === "phone").id });
		assert.deepEqual((await server.expect(200, "GET", own)).preferences
			.channels, ["email"]);
		assert.equal((await begin()).challenge.channel, "email");
		await server.advance(-700);
	});

	test("R41, R44: codes for deliveries off, with a code, and on again", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email);
		const path = "/v1/accounts/me/preferences";
		const asked = await b.expect(202, "PATCH", path,
			{ delivery_codes: false });
		assert.equal(asked.preferences.delivery_codes, true);
		await b.give(asked.challenge);
		const off = await b.expect(200, "GET", "/v1/accounts/me");
		assert.equal(off.preferences.delivery_codes, false);
		const on = await b.expect(200, "PATCH", path,
			{ delivery_codes: true });
		assert.equal(on.preferences.delivery_codes, true);
	});

	test("S75: adding a contact wants a fresh code", async () => {
		const ada = await person(server);
		const b = browser();
		await b.signIn(ada.email);
		await server.advance(11 * 60);
		const refused = await b.expect(403, "POST",
			"/v1/accounts/me/contacts", { phone: number() });
		assert.equal(refused.code, "code_needed");
		await b.change({ confirm: true });
		const { contact, challenge } = await b.expect(201, "POST",
			"/v1/accounts/me/contacts", { phone: number(), use: ["sms"] });
		assert.equal(contact.usable, false);
		/* R22: before its code came back it gets none of the account's. */
		const none = await server.call("POST", "/v1/challenges",
			{ purpose: "sign_in", to: { account: ada.id }, channel: "sms" });
		assert.equal(none.status, 503);
		await b.give(challenge);
		await server.expect(201, "POST", "/v1/challenges",
			{ purpose: "sign_in", to: { account: ada.id }, channel: "sms" });
		/* R23: it is for text messages, not for calls. */
		assert.equal((await server.call("POST", "/v1/challenges",
			{ purpose: "sign_in", to: { account: ada.id }, channel: "voice" }))
			.status, 503);
		await server.advance(-11 * 60);
	});

	test("R52, S53: a reset", async () => {
		const ada = await person(server);
		const [b, thief] = [browser(), browser()];
		await b.signIn(ada.email, PASSWORD, { remember_device: true });
		await b.expect(200, "PATCH", "/v1/accounts/me/preferences",
			{ two_step: true });
		const reset = await thief.expect(202, "POST", "/v1/password_resets",
			{ identifier: ada.email });
		const code = await server.code(challengeOf(reset.id));
		const path = `/v1/password_resets/${reset.id}/complete`;
		/* A refused password leaves the code as it was. */
		for (const new_password of ["short", "password123",
			`${ada.email.split("@")[0]}1`]) {
			const answer = await b.call("POST", path, { code, new_password });
			assert.equal(answer.status, 400, new_password);
			assert.equal(answer.json.errors[0].field, "new_password");
		}
		const done = await b.expect(200, "POST", path,
			{ code, new_password: "nine dry umbrellas" });
		assert.equal(done.result, "approved");
		assert.equal(done.session, undefined);
		await b.expect(401, "GET", "/v1/session");
		assert.equal((await browser().expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD })).result, "refused");
		const back = await b.expect(200, "POST", "/v1/sign_ins",
			{ identifier: ada.email, password: "nine dry umbrellas" });
		assert.equal(back.result, "code_required", "trust has ended, too");
		assert.equal((await server.expect(200, "GET",
			`/v1/accounts/${ada.id}`)).preferences.two_step, true);
	});

	test("S13, S19: tries are one person's; a stranger locks nobody out", async () => {
		const ada = await person(server, { external_id: address() });
		const stranger = place();
		const spellings = [ada.email, ada.email.toUpperCase(),
			` ${ada.email} `, ada.external_id];
		let status = 200;
		for (let i = 0; i < 12 && status === 200; i++) {
			status = (await browser(stranger).call("POST", "/v1/sign_ins", {
				identifier: spellings[i % 4], password: `wrong thing ${i}`,
			})).status;
		}
		assert.equal(status, 429, "whatever the spelling");
		/* The right password does not help him either (S16). */
		assert.equal((await browser(stranger).call("POST", "/v1/sign_ins",
			{ identifier: ada.email, password: PASSWORD })).status, 429);
		/* Nor do many places: the owner comes in from his own. */
		for (let i = 0; i < 30; i++) {
			await browser().call("POST", "/v1/sign_ins",
				{ identifier: ada.email, password: `wrong thing ${i}` });
		}
		assert.equal((await browser().signIn(ada.email)).result, "signed_in");
		await server.advance(7200);
		await server.advance(-7200);
	});

	test("S13, R19: wrong codes are one person's, over challenges and channels", async () => {
		const ada = await person(server, { phone: number() });
		const start = (channel) => server.expect(201, "POST",
			"/v1/challenges", { purpose: "sign_in", channel,
				to: { account: ada.id } });
		const mail = await start("email");
		const text = await start("sms");
		for (const challenge of [mail, text, mail, text, mail]) {
			const code = server.wrong(await server.code(challenge));
			await server.check(challenge, code);
		}
		assert.equal((await server.check(text, "000000")).status, 200);
		assert.equal((await server.check(text, "000001")).status, 429);
		assert.equal((await server.check(mail, "000001")).status, 429);
		await server.advance(3600);
		await server.advance(-3600);
	});

	test("S47, S48: another amount is another code, and the end of this one", async () => {
		const ada = await person(server);
		const { decision, challenge } = await server.expect(201, "POST",
			"/v1/transactions", { account: ada.id, amount: "129.00",
				currency: "EUR", payee: "Bookshop" });
		assert.equal(decision.code, "required");
		assert.equal(challenge.attempts_left, 3);
		const [message] = await server.messages(challenge);
		assert.match(message.text, /129\.00 EUR/);
		assert.match(message.text, /Bookshop/);
		const changed = await server.check(challenge, message.code,
			{ binding: { amount: "1290.00", currency: "EUR", payee: "Bookshop" } });
		assert.equal(changed.json.result, "mismatch");
		const right = await server.check(challenge, message.code);
		assert.equal(right.json.result, "mismatch");
	});

	test("S15: psd2: five wrong codes block payments, with a warning before", async () => {
		const path = "/v1/tenants/default/policy";
		await server.expect(200, "PUT", path, { limits: { psd2: 1 } });
		const ada = await person(server);
		const pay = (amount = "129.00") => server.post("/v1/transactions", {
			account: ada.id, amount, currency: "EUR", payee: "Bookshop" });
		const binding = { amount: "129.00", currency: "EUR", payee: "Bookshop" };
		const left = [];
		for (const tries of [3, 2]) {
			const { challenge } = (await pay()).json;
			const wrong = server.wrong(await server.code(challenge));
			/* S48: nobody forgets to say what is paid. */
			const unsaid = await server.check(challenge, wrong);
			assert.equal(unsaid.status, 400);
			assert.equal(unsaid.json.errors[0].field, "binding");
			for (let i = 0; i < tries; i++) {
				const { json } = await server.check(challenge, wrong,
					{ binding });
				left.push(json.payments.failures_left);
				assert.equal(json.payments.block_s, 1800);
			}
		}
		assert.deepEqual(left, [4, 3, 2, 1, 0]);
		for (const amount of ["129.00", "1.00"]) {
			const { status, json, headers } = await pay(amount);
			assert.equal(status, 429);
			assert.equal(json.code, "throttled");
			assert.match(json.detail, /payments/);
			assert.equal(headers.get("retry-after"), "1800");
		}
		const subjects = await server.until(async () => {
			const { messages } = (await server.get("/sandbox/inbox")).json;
			const told = messages.filter((m) => m.to === ada.email &&
				m.kind === "notice").map((m) => m.text);
			return told.length >= 2 ? told.join("\n") : false;
		});
		assert.match(subjects, /After one more, no code releases a payment for 30 min/);
		assert.match(subjects, /For the next 30 min no code releases a payment/);
		/* Signing in is another thing. */
		const b = browser();
		await b.signIn(ada.email);
		assert.equal((await b.expect(200, "GET", "/v1/session")).idle_s, 300);
		await server.advance(1800);
		const { challenge } = (await pay()).json;
		const { json } = await server.check(challenge,
			await server.code(challenge), { binding });
		assert.equal(json.result, "approved");
		await server.expect(200, "PUT", path, {});
		await server.advance(-1800);
	});

	test("S78: a sign-up says nothing of who has an account", async () => {
		const ada = await person(server);
		const ask = (email) => browser().call("POST", "/v1/sign_ups",
			{ email, password: PASSWORD, name: "Ada" });
		const [known, unknown] = [await ask(ada.email), await ask(address())];
		assert.equal(masked(known), masked(unknown));
		/* Who reads its mail is told. */
		const done = await browser().expect(200, "POST",
			`/v1/sign_ups/${known.json.id}/complete`,
			{ code: await server.code(challengeOf(known.json.id)) });
		assert.equal(done.result, "address_taken");
		const b = browser();
		const made = await b.expect(200, "POST",
			`/v1/sign_ups/${unknown.json.id}/complete`,
			{ code: await server.code(challengeOf(unknown.json.id)) });
		assert.equal(made.result, "signed_in");
		await b.expect(200, "GET", "/v1/accounts/me");
	});

	test("S78: known and unknown are alike, then and later", async () => {
		for (let i = 0; i < 3; i++) {
			const ada = await person(server);
			const where = [place(), place()];
			const walk = async (identifier, at) => {
				const b = browser(at);
				const seen = [];
				const note = async (...call) => {
					const answer = await b.call(...call);
					seen.push(masked(answer));
					return answer;
				};
				for (let k = 0; k < 7; k++) {
					await note("POST", "/v1/sign_ins",
						{ identifier, password: `wrong thing ${k}` });
				}
				const { json } = await note("POST", "/v1/password_resets",
					{ identifier });
				const path = `/v1/password_resets/${json.id}`;
				await note("POST", `${path}/resend`);
				for (let k = 0; k < 6; k++) {
					await note("POST", `${path}/complete`, { code: `00000${k}`,
						new_password: "nine dry umbrellas" });
				}
				return seen;
			};
			assert.deepEqual(await walk(ada.email, where[0]),
				await walk(address(), where[1]));
		}
	});
});
