/**
 * The whole life of a code, as a shop and its customer meet it: every way it
 * ends, every limit on the way, the receipt, the decision, the policy, and
 * what others may not do to it.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { jose } from "./packages.mjs";
import { finish, sandbox } from "./server.mjs";
import { read } from "./tree.mjs";

const PAYMENT = { amount: "129.00", currency: "EUR", payee: "Ada Books" };
const payment = (more = {}) => ({ purpose: "transaction",
	to: { email: `pay${Math.random().toString(36).slice(2)}@example.com` },
	binding: PAYMENT, ...more });

describe("the life of a code", () => {
	let server;
	before(async () => {
		server = await sandbox();
	});
	after(() => finish(server));

	const show = async (challenge) => (await server.expect(200, "GET",
		`/v1/challenges/${challenge.id}`));
	const result = async (...check) => (await server.check(...check)).json.result;
	const now = async () => Date.parse(
		(await server.get("/sandbox/clock")).json.now);

	/* R10, R12, R13, S11, S23, S25 */
	test("create, wrong, right, consumed", async () => {
		const made = await server.start({ to: { email: "Ada@Example.com" } });
		assert.equal(made.status, "pending");
		assert.equal(made.to, "A•••@example.com");
		assert.equal(made.attempts_left, 5);
		assert.equal(made.sends_left, 4);
		assert.equal(Date.parse(made.expires_at) - Date.parse(made.created_at),
			600_000, "S25: ten minutes by e-mail");
		assert.equal(Date.parse(made.resend_at) - Date.parse(made.created_at),
			30_000, "S34");
		const [message] = await server.messages(made);
		assert.match(message.code, /^\d{6}$/);
		assert.equal(message.to, "Ada@example.com");
		assert.ok(message.text.includes(
			`${message.code.slice(0, 3)} ${message.code.slice(3)}`));
		assert.ok(!message.subject.includes(message.code), "S90");

		const first = (await server.check(made, server.wrong(message.code))).json;
		assert.deepEqual(first, { id: made.id, result: "wrong",
			status: "pending", attempts_left: 4, amr: ["otp"], method: "email",
			restricted: false, phishing_resistant: false });
		const second = (await server.check(made, message.code)).json;
		assert.equal(second.result, "approved");
		assert.equal(second.attempts_left, 3);
		const third = (await server.check(made, message.code)).json;
		assert.equal(third.result, "consumed");
		assert.equal(third.status, "approved");
		assert.equal(third.attempts_left, 3);
		assert.equal(third.receipt, undefined);
		const seen = await show(made);
		assert.equal(seen.status, "approved");
		assert.equal(seen.messages.length, 1);
		assert.equal(seen.messages[0].id, message.id);
		assert.equal(seen.messages[0].state, "sent");
	});

	/* R14, rule 12 */
	test("a text message and a call are restricted, and say so", async () => {
		for (const [channel, amr] of [["sms", "sms"], ["voice", "tel"]]) {
			const made = await server.start({ channel,
				to: { phone: channel === "sms" ? "+491701234567" : "+4930901820" } });
			assert.match(made.to, /^\+•••\d\d$/, "S81");
			assert.equal(Date.parse(made.expires_at) -
				Date.parse(made.created_at), 300_000);
			const { json } = await server.check(made, await server.code(made));
			assert.deepEqual([json.amr, json.method, json.restricted],
				[[amr], channel, true]);
		}
	});

	/* S33, S34, S35 */
	test("resend: the same code, the same budget, at most five messages", async () => {
		const made = await server.start({ purpose: "delivery" });
		const code = await server.code(made);
		await server.check(made, server.wrong(code));
		const path = `/v1/challenges/${made.id}/resend`;
		for (const [i, wait] of [30, 60, 120, 240].entries()) {
			const early = await server.post(path);
			assert.equal(early.status, 429);
			assert.equal(early.json.code, "rate_limited");
			assert.ok(Number(early.headers.get("retry-after")) <= wait);
			assert.ok(Number(early.headers.get("retry-after")) >= wait - 20);
			/* Also the recipient's own budget: five in ten minutes (S36). */
			await server.settled(made);
			await server.advance(wait + (i === 3 ? 600 : 0));
			const again = await server.expect(202, "POST", path);
			assert.equal(again.sends_left, 3 - i);
			assert.equal(again.attempts_left, 4, "a resend refills no tries");
			assert.equal(again.expires_at, made.expires_at);
		}
		const codes = (await server.messages(made, 5)).map((m) => m.code);
		assert.deepEqual(new Set(codes), new Set([code]));
		await server.advance(3600);
		const done = await server.post(path);
		assert.equal(done.status, 429);
		assert.match(done.json.detail, /have been sent/);
		assert.match(done.headers.get("ratelimit-policy"), /^"challenge";q=5;/);
		assert.equal(await result(made, code), "approved");
	});

	/* S33 */
	test("reissue: a new code, and the old one is wrong", async () => {
		const made = await server.start();
		const old = await server.code(made);
		await server.advance(30);
		await server.expect(202, "POST", `/v1/challenges/${made.id}/reissue`);
		const fresh = await server.code(made, 2);
		assert.notEqual(fresh, old);
		assert.equal(await result(made, old), "wrong");
		assert.equal(await result(made, fresh), "approved");
	});

	test("resend by another channel is refused with field and reason", async () => {
		const made = await server.start();
		for (const channel of ["sms", "pigeon", ""]) {
			const { errors } = await server.expect(400, "POST",
				`/v1/challenges/${made.id}/resend`, { channel });
			assert.equal(errors[0].field, "channel");
		}
		assert.equal((await show(made)).sends_left, 4);
	});

	/* R13: 4 wrong, resend, 1 wrong: exhausted. */
	test("exhausted", async () => {
		const made = await server.start();
		const code = await server.code(made);
		const wrong = server.wrong(code);
		for (const left of [4, 3, 2, 1]) {
			const { json } = await server.check(made, wrong);
			assert.deepEqual([json.result, json.attempts_left], ["wrong", left]);
		}
		await server.advance(30);
		await server.expect(202, "POST", `/v1/challenges/${made.id}/resend`);
		const last = (await server.check(made, wrong)).json;
		assert.deepEqual([last.result, last.status, last.attempts_left],
			["exhausted", "exhausted", 0]);
		assert.equal(await result(made, code), "exhausted");
		assert.equal((await show(made)).status, "exhausted");
		assert.equal((await server.post(`/v1/challenges/${made.id}/resend`))
			.json.code, "conflict");
	});

	/* S22 */
	test("five wrong codes, and a right one behind four: the owner is told", async () => {
		const made = await server.start();
		const wrong = server.wrong(await server.code(made));
		for (let i = 0; i < 5; i++) {
			await server.check(made, wrong);
		}
		const [failed] = await server.messages(made, 1, "notice");
		assert.equal(failed.code, null);
		assert.match(failed.text, /a wrong code was entered 5 times in a row/);
		const seen = (await show(made)).messages;
		assert.deepEqual(seen.map((m) => m.kind), ["code", "notice"]);
		const late = await server.start();
		const code = await server.code(late);
		for (let i = 0; i < 4; i++) {
			await server.check(late, server.wrong(code));
		}
		assert.equal(await result(late, code), "approved");
		const [told] = await server.messages(late, 1, "notice");
		assert.equal(told.code, null);
		assert.match(told.text, /right code was entered after 4 wrong codes/);
	});

	test("cancel: the code is dead, and a second cancel says the same", async () => {
		const made = await server.start();
		const code = await server.code(made);
		const cancel = () => server.expect(200, "POST",
			`/v1/challenges/${made.id}/cancel`);
		assert.equal((await cancel()).status, "cancelled");
		assert.equal((await cancel()).status, "cancelled");
		assert.equal(await result(made, code), "cancelled");
		const done = await server.start();
		await server.check(done, await server.code(done));
		assert.equal((await server.expect(200, "POST",
			`/v1/challenges/${done.id}/cancel`)).status, "approved");
	});

	/* I5, S30: forward it expires; back it stays expired. */
	test("expired, and for good", async () => {
		const made = await server.start({ ttl_s: 60 });
		const code = await server.code(made);
		await server.advance(61);
		assert.equal((await show(made)).status, "expired");
		assert.equal(await result(made, code), "expired");
		await server.advance(-61);
		assert.equal((await show(made)).status, "expired");
		assert.equal(await result(made, code), "expired");
		const untouched = await server.start({ ttl_s: 60 });
		const its = await server.code(untouched);
		await server.advance(61);
		await server.advance(-61);
		assert.equal(await result(untouched, its), "expired", "the keeper has seen to it, without any check");
	});

	/* R16, S46 to S48 */
	test("another binding kills the challenge", async () => {
		for (const other of [{ ...PAYMENT, amount: "129.01" },
			{ ...PAYMENT, payee: "Eve Books" }, { amount: "129.00" }, {},
			{ ...PAYMENT, more: "1" }]) {
			const made = await server.start(payment());
			const code = await server.code(made);
			const { json } = await server.check(made, code, { binding: other });
			assert.deepEqual([json.result, json.status], ["mismatch", "mismatch"]);
			assert.equal(await result(made, code, { binding: PAYMENT }),
				"mismatch");
		}
		const made = await server.start(payment());
		const turned = Object.fromEntries(Object.entries(PAYMENT).reverse());
		assert.equal(await result(made, await server.code(made),
			{ binding: turned }), "approved", "their order is no difference");
	});

	test("an amount and a payee stand in the message", async () => {
		const [message] = await server.messages(await server.start(payment()));
		assert.match(message.text, /129\.00\sEUR/);
		assert.match(message.text, /Ada Books/);
		for (const missing of ["amount", "payee"]) {
			const binding = { ...PAYMENT };
			delete binding[missing];
			const { errors } = await server.expect(400, "POST", "/v1/challenges",
				payment({ binding }));
			assert.deepEqual(errors, [{ field: `binding.${missing}`,
				reason: "is required for this purpose" }]);
		}
	});

	/* S13, S16, S107 */
	test("throttled: over challenges, obeyed even for the right code", async () => {
		const to = { email: "guessed@example.com" };
		const one = await server.start({ to });
		const code = await server.code(one);
		for (let i = 0; i < 5; i++) {
			await server.check(one, server.wrong(code));
		}
		const two = await server.start({ to });
		const right = await server.code(two);
		await server.check(two, server.wrong(right));
		const waiting = await server.check(two, right);
		assert.equal(waiting.status, 429);
		assert.equal(waiting.json.code, "throttled");
		assert.equal(waiting.headers.get("retry-after"), "1");
		assert.match(waiting.headers.get("ratelimit"), /^"subject";r=0;t=1$/);
		assert.equal((await show(two)).attempts_left, 4, "not an attempt");
		const refused = await server.post("/v1/challenges",
			{ purpose: "sign_in", to });
		assert.equal(refused.status, 429, "nor is another code sent");
		await server.advance(2);
		assert.equal(await result(two, right), "approved");
		const three = await server.start({ to });
		assert.equal(await result(three, server.wrong(await server.code(three))),
			"wrong", "S17: success has cleared the count");
		assert.equal(await result(three, await server.code(three)), "approved");
	});

	/* S36 and "creates per subject" */
	test("limits of sending and of creating", async () => {
		const to = { email: "flood@example.com" };
		const ask = () => server.post("/v1/challenges", { purpose: "sign_in", to });
		for (let i = 0; i < 5; i++) {
			await server.start({ to });
		}
		const sixth = await ask();
		assert.equal(sixth.status, 429);
		assert.equal(sixth.headers.get("ratelimit-policy"), '"sends";q=5;w=600');
		assert.match(sixth.headers.get("ratelimit"), /^"sends";r=0;t=\d+$/);
		const wait = Number(sixth.headers.get("retry-after"));
		assert.ok(wait > 590 && wait <= 600);
		await server.advance(600);
		await server.start({ to });
	});

	/* "60/h per IP (IPv6 by /64)", the end user's, canonical */
	test("limits of a network address", async () => {
		const path = "/v1/tenants/default/policy";
		await server.expect(200, "PUT", path,
			{ limits: { address_creates_per_hour: 2 } });
		const from = (ip) => ({ context: { ip } });
		for (const [a, b, c, other] of [
			["198.51.100.7", "198.51.100.7", "::ffff:198.51.100.7", "198.51.100.8"],
			["2001:db8:1:2::1", "2001:0DB8:1:2:ffff::", "2001:db8:1:2::9",
				"2001:db8:1:3::1"]]) {
			await server.start(from(a));
			await server.start(from(b));
			const { status, headers } = await server.post("/v1/challenges", {
				purpose: "sign_in", to: { email: "net@example.com" }, ...from(c) });
			assert.equal(status, 429, c);
			assert.equal(headers.get("ratelimit-policy"), '"address";q=2;w=3600');
			await server.start(from(other));
		}
		await server.expect(200, "PUT", path, {});
	});

	/* R7: S52 */
	test("a receipt: verified elsewhere, redeemed once of 32", async () => {
		const made = await server.start(payment());
		const { json } = await server.check(made, await server.code(made),
			{ binding: PAYMENT });
		const { payload, protectedHeader } = await jose.jwtVerify(json.receipt,
			jose.createRemoteJWKSet(new URL("/.well-known/jwks.json", server.url)),
			{ audience: "default", issuer: "watchword", algorithms: ["EdDSA"],
				typ: "receipt+jwt", currentDate: new Date(await now()) });
		assert.equal(protectedHeader.alg, "EdDSA");
		assert.deepEqual(payload.binding, PAYMENT);
		assert.deepEqual([payload.amr, payload.method], [["otp"], "email"]);
		assert.equal(payload.purpose, "transaction");
		assert.equal(payload.challenge, made.id);
		assert.equal(payload.exp - payload.iat, 120);
		assert.match(payload.jti, /^rct_/);
		assert.ok(payload.sub);

		const redeem = (more = {}) => server.expect(200, "POST",
			"/v1/receipts/redeem",
			{ receipt: json.receipt, purpose: "transaction", ...more });
		assert.equal((await redeem({ purpose: "sign_in" })).result, "mismatch");
		assert.equal((await redeem({ binding: { ...PAYMENT, amount: "1" } }))
			.result, "mismatch");
		const results = await Promise.all(Array.from({ length: 32 }, () =>
			redeem({ binding: PAYMENT })));
		assert.deepEqual(results.map((r) => r.result).sort(),
			[...Array(31).fill("already_redeemed"), "redeemed"]);
		await server.advance(121);
		assert.equal((await redeem()).result, "already_redeemed");
		await server.advance(-121);
	});

	test("a receipt: late, altered, another tenant's", async () => {
		const made = await server.start();
		const { receipt } = (await server.check(made,
			await server.code(made))).json;
		const redeem = (text, options) => server.post("/v1/receipts/redeem",
			{ receipt: text, purpose: "sign_in" }, options);
		const [head, body, signature] = receipt.split(".");
		const forged = Buffer.from(JSON.stringify({ ...JSON.parse(
			Buffer.from(body, "base64url")), purpose: "transaction" }))
			.toString("base64url");
		const none = Buffer.from('{"alg":"none"}').toString("base64url");
		for (const text of ["x", "a.b.c", `${head}.${forged}.${signature}`,
			`${none}.${body}.`, `${receipt}x`, receipt.slice(0, -2)]) {
			const { status, json } = await redeem(text);
			assert.equal(status, 400, text);
			assert.equal(json.errors[0].field, "receipt");
		}
		server.installation.do("tenant", "new", "reader");
		const key = server.installation.newKey("reader", "challenges");
		assert.equal((await redeem(receipt, { key })).status, 400);
		await server.advance(121);
		assert.equal((await redeem(receipt)).json.result, "expired");
		await server.advance(-121);
		assert.equal((await redeem(receipt)).json.result, "expired", "I5");
	});

	/* S12, S18, I1, I2 */
	test("64 right codes at once: one approved, 63 consumed", async () => {
		const made = await server.start();
		const code = await server.code(made);
		const answers = (await Promise.all(Array.from({ length: 64 },
			() => server.check(made, code)))).map((a) => a.json);
		const approved = answers.filter((a) => a.result === "approved");
		assert.equal(approved.length, 1);
		assert.ok(approved[0].receipt);
		assert.equal(answers.filter((a) => a.result === "consumed" &&
			!a.receipt).length, 63);
	});

	test("64 wrong codes at once: five are looked at", async () => {
		const made = await server.start();
		const wrong = server.wrong(await server.code(made));
		const answers = await Promise.all(Array.from({ length: 64 },
			() => server.check(made, wrong)));
		const judged = answers.map((a) => a.json.attempts_left)
			.filter((left, i) => answers[i].json.result === "wrong");
		assert.deepEqual(judged.sort(), [1, 2, 3, 4]);
		assert.equal((await show(made)).attempts_left, 0);
	});

	/* S38 */
	test("32 resends at once: one message", async () => {
		const made = await server.start();
		await server.messages(made);
		await server.advance(30);
		const answers = await Promise.all(Array.from({ length: 32 }, () =>
			server.post(`/v1/challenges/${made.id}/resend`)));
		assert.equal(answers.filter((a) => a.status === 202).length, 1);
		assert.equal(answers.filter((a) => a.status === 429).length, 31);
		await server.advance(1);
		assert.equal((await server.messages(made, 2)).length, 2);
	});

	/* S80 */
	test("another tenant's challenge is 404, like one that never was", async () => {
		server.installation.do("tenant", "new", "other", "--brand", "Other Shop");
		const key = server.installation.newKey("other", "all");
		const made = await server.start();
		const code = await server.code(made);
		const path = `/v1/challenges/${made.id}`;
		const never = `/v1/challenges/${made.id.replace(/...$/, "000")}`;
		const plain = ({ json }) => ({ ...json, request_id: "" });
		for (const [method, tail, body] of [["GET", ""], ["POST", "/check",
			{ code }], ["POST", "/resend"], ["POST", "/reissue"],
		["POST", "/cancel"]]) {
			const foreign = await server.call(method, path + tail, body, { key });
			const unknown = await server.call(method, never + tail, body, { key });
			assert.equal(foreign.status, 404);
			assert.deepEqual(plain(foreign), plain(unknown));
		}
		assert.equal((await show(made)).attempts_left, 5);
		const theirs = await server.start({ to: { email: "q@example.com" } },
			{ key });
		assert.match((await server.messages(theirs))[0].text, /Other Shop/);
	});

	test("faults: what cannot be sent is said, and sent again", async () => {
		const fault = (name, count = 1) => server.expect(200, "POST",
			"/sandbox/faults", { channel: "email", fault: name, count });
		const state = (challenge, want) => server.until(async () => {
			const [message] = (await show(challenge)).messages;
			return want(message) && message;
		});
		await fault("fail");
		const failed = await server.start();
		assert.ok((await state(failed, (m) => m.state === "failed")).detail);
		await fault("busy");
		const later = await server.start();
		await state(later, (m) => m.attempts === 1 && m.state === "queued");
		await server.advance(60);
		await state(later, (m) => m.state === "sent");
		await fault("twice");
		const twice = await server.start();
		const [a, b] = await server.messages(twice, 2);
		assert.deepEqual([a.id, a.code], [b.id, b.code]);
		assert.equal(await result(twice, a.code), "approved");
	});

	/* R49 to R55: every row of the table, and in its order. */
	test("decisions", async () => {
		const decide = async (event, signals) => (await server.expect(200, "POST",
			"/v1/decisions", { event, ...(signals && { signals }) }));
		const money = (amount) => ({ amount: { amount, currency: "EUR" } });
		const expected = [
			["sign_in", undefined, "required", "default"],
			["sign_in", { known_device: true }, "not_required", "known_device"],
			["sign_in", { known_device: true, two_step: true }, "required", "two_step"],
			["sign_in", { known_device: true, new_device: true }, "required", "new_device"],
			["sign_in", { known_device: true, new_place: true }, "required", "new_place"],
			["sign_in", { known_device: true, failures: 3 }, "required", "failures"],
			["sign_in", { known_device: true, failures: 2 }, "not_required", "known_device"],
			["sign_in", { known_device: true, recent_change: true }, "required", "recent_change"],
			["sign_in", { two_step: true, suspicious: true }, "required", "suspicious"],
			["sign_in", { suspicious: true, blocked: true }, "deny", "blocked"],
			["sign_in", { known_device: true, travel_kmh: 1000 }, "required", "travel"],
			["sign_in", { two_step: true, trusted_device: true }, "not_required", "trusted_device"],
			["transaction", { ...money("1"), travel_kmh: 5000 }, "required", "travel"],
			["transaction", undefined, "required", "no_amount"],
			["transaction", money("29.99"), "not_required", "default"],
			["transaction", money("30"), "required", "amount"],
			["transaction", money("30.0000"), "required", "amount"],
			["transaction", { ...money("1"), new_payee: true }, "required", "new_payee"],
			["transaction", { ...money("1"), recent_change: true }, "required", "recent_change"],
			["transaction", { ...money("1"), suspicious: true }, "required", "suspicious"],
			["transaction", { ...money("1"), blocked: true }, "deny", "blocked"],
			["transaction", { ...money("1"), new_device: true }, "required", "new_device"],
			["transaction", { ...money("1"), new_place: true }, "required", "new_place"],
			["transaction", { ...money("1"), failures: 3 }, "required", "failures"],
			["account_change", { known_device: true }, "required", "always"],
			["account_change", { blocked: true }, "deny", "blocked"],
			["delivery", undefined, "not_required", "default"],
			["delivery", money("100"), "required", "value"],
			["delivery", { blocked: true }, "deny", "blocked"],
			["delivery", { risky_place: true }, "required", "place"],
			["delivery", { unattended: true }, "required", "method"],
			["delivery", { ...money("5"), suspicious: true }, "required", "suspicious"],
			["delivery", { ...money("500"), region_off: true }, "not_required", "region_off"],
			["delivery", { ...money("100"), opted_out: true }, "not_required", "opted_out"],
		];
		for (const [event, signals, code, rule] of expected) {
			const decision = await decide(event, signals);
			assert.deepEqual([decision.code, decision.rule],
				[code, `${event}.${rule}`], JSON.stringify(signals));
			assert.match(decision.reasons[0], /^[A-Z].*\.$/);
		}
		const rules = (await server.expect(200, "GET",
			"/v1/tenants/default/rules")).builtin.rules.map((r) => r.name);
		assert.deepEqual(new Set(expected.map(([event, , , rule]) =>
			`${event}.${rule}`)), new Set(rules));
		for (const amount of ["1,5", "-1", "1.", ".5", "1e3", "1.00000",
			"1234567890123", "", " 1"]) {
			const { errors } = await server.expect(400, "POST", "/v1/decisions",
				{ event: "transaction", signals: money(amount) });
			assert.equal(errors[0].field, "signals.amount.amount", amount);
		}
	});

	/* R6, R7: rules are the shop's own, and say why. */
	test("rules take effect, are monitored, and are replayed", async () => {
		const path = "/v1/tenants/default/rules";
		const parcel = (country, amount) => server.expect(200, "POST",
			"/v1/decisions", { event: "delivery", signals: { country,
				amount: { amount, currency: "EUR" }, custom: { gift: true } } });
		const rules = [{ name: "off-in-malta", event: ["delivery"],
			code: "not_required", reason: "Not in Malta yet.",
			when: { country: ["MT"] } },
		{ name: "gifts", event: ["delivery"], code: "required",
			when: { "custom.gift": true,
				amount: { at_least: "50", below: "delivery_from" } } }];
		assert.deepEqual((await parcel("DE", "60")).rule, "delivery.default");
		const { json: none } = await server.get(path);
		assert.deepEqual([none.enforce, none.monitor], [null, null]);

		const replay = await server.expect(200, "POST", "/v1/decisions/replay",
			{ rules, event: "delivery" });
		assert.ok(replay.changed >= 1);
		assert.equal(replay.changes[0].would.rule, "gifts");
		assert.deepEqual(replay.changes[0].would.reasons,
			["amount is at least 50", "amount is below delivery_from (100)",
				"custom.gift is true"]);
		const page = await server.expect(200, "POST", "/v1/decisions/replay",
			{ rules, limit: 1 });
		assert.deepEqual([page.replayed, page.next_cursor],
			[1, replay.changes[0].id]);

		await server.expect(200, "PUT", path, { mode: "monitor", rules });
		const seen = await parcel("DE", "60");
		assert.deepEqual([seen.code, seen.monitored.code, seen.monitored.rule],
			["not_required", "required", "gifts"]);
		await server.expect(200, "PUT", path, { mode: "monitor", rules: [] });
		assert.deepEqual(await server.expect(200, "PUT", path, { rules }),
			{ mode: "enforce", rules });
		assert.equal((await parcel("DE", "60")).code, "required");
		assert.deepEqual((await parcel("MT", "600")).reasons,
			["Not in Malta yet."]);

		const kept = await server.expect(200, "GET",
			`/v1/decisions/${seen.id}`);
		assert.deepEqual(kept.signals, { amount: { amount: "60",
			currency: "EUR" }, country: "DE", custom: { gift: true } });
		assert.equal(kept.monitored.rule, "gifts");

		for (const [body, field, reason] of [
			[{ rules: [{ ...rules[0], when: { colour: "red" } }] },
				"rules[0].when.colour", /^is not known$/],
			[{ rules: [{ ...rules[0], event: "account_change" }] },
				"rules[0]", /without a code/],
			[{ rules: [{ ...rules[0], when: {} }, rules[1]] },
				"rules[1]", /never asked/],
			[{ mode: "off", rules }, "mode", /must be enforce or monitor/],
			[{}, "rules", /is required/],
		]) {
			const { errors } = await server.expect(400, "PUT", path, body);
			assert.deepEqual(errors.map((e) => e.field), [field]);
			assert.match(errors[0].reason, reason);
		}
		await server.expect(200, "PUT", path, { rules: [] });
		assert.equal((await parcel("DE", "60")).rule, "delivery.default");
	});

	test("a policy takes effect, and an unsafe one is refused with its odds", async () => {
		const path = "/v1/tenants/default/policy";
		const standard = await server.expect(200, "GET", path);
		assert.equal(standard.sign_in.attempts, 5);
		assert.equal(standard.odds.sign_in, 200000);
		assert.equal(standard.odds.transaction, 333333);
		for (const [policy, field, reason] of [
			[{ sign_in: { length: 5 } }, "sign_in.length", /^must be from 6 to 10$/],
			[{ sign_in: { attempts: 11 } }, "sign_in.attempts", /^must be from 1 to 10$/],
			[{ sign_in: { ttl_s: 601 } }, "sign_in.ttl_s", /^must be from 60 to 600$/],
			[{ delivery: { length: 4 } }, "delivery.attempts",
				/^4 digits with 5 tries .* once in 2000 challenges; at least 3333/],
			[{ limits: { failures_in_a_row: 10 } }, "limits.failures_per_day",
				/must not be above/],
			[{ limits: { failures_in_a_row: 101 } }, "limits.failures_in_a_row",
				/^must be from 5 to 100$/],
			[{ sign_in: { length: "6" } }, "sign_in.length", /whole number/],
			[{ sign_in: { colour: 1 } }, "sign_in.colour", /not known/],
			[{ sign_on: {} }, "sign_on", /not known/],
			[{ sign_in: 6 }, "sign_in", /must be an object/],
			[{ odds: standard.odds }, "odds", /not known/],
		]) {
			const { errors } = await server.expect(400, "PUT", path, policy);
			assert.equal(errors.length, 1, JSON.stringify(errors));
			assert.equal(errors[0].field, field);
			assert.match(errors[0].reason, reason);
		}
		assert.deepEqual(await server.expect(200, "GET", path), standard);

		const before = await server.start();
		const put = await server.expect(200, "PUT", path, { sign_in:
			{ length: 8, attempts: 2, ttl_email_s: 120, cooldown_s: 45, sends: 2 } });
		assert.equal(put.odds.sign_in, 50_000_000);
		assert.equal(put.sign_in.ttl_s, 300, "what is not said has its default");
		const made = await server.start();
		assert.deepEqual([made.attempts_left, made.sends_left,
			Date.parse(made.expires_at) - Date.parse(made.created_at),
			Date.parse(made.resend_at) - Date.parse(made.created_at)],
		[2, 1, 120_000, 45_000]);
		assert.match(await server.code(made), /^\d{8}$/);
		const { errors } = await server.expect(400, "POST", "/v1/challenges",
			{ purpose: "sign_in", to: { email: "s@example.com" }, length: 6 });
		assert.deepEqual(errors, [{ field: "length",
			reason: "must be from 8 to 10" }]);
		assert.equal((await show(before)).attempts_left, 5,
			"what was made before keeps its own");
		assert.equal(await result(before, await server.code(before)), "approved");
		await server.expect(200, "PUT", path, {});
		assert.deepEqual(await server.expect(200, "GET", path), standard);
	});
});
