/**
 * "I did not get it": what became of the messages, in words for a person, for
 * the shop and, with a help token, for the customer (R45 to R48).
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { finish, sandbox } from "./server.mjs";

const LOCALES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "hi", "ja"];

describe("what became of the messages", () => {
	let server;
	before(async () => {
		server = await sandbox();
	});
	after(() => finish(server));

	const dos = (said) => said.next.map((n) => n.do);
	const show = (made, query = "") => server.expect(200, "GET",
		`/v1/challenges/${made.id}${query}`);
	const fault = (channel, name) => server.expect(200, "POST",
		"/sandbox/faults", { channel, fault: name, count: 1 });
	const help = async (made) => (await server.expect(201, "POST",
		`/v1/challenges/${made.id}/help`)).token;

	/* R45, R46, R48 */
	test("a message that was taken: where to look, and when again", async () => {
		const made = await server.start();
		await server.settled(made);
		const said = await show(made);
		assert.equal(said.locale, "en");
		assert.equal(said.messages[0].outcome, "accepted");
		assert.equal(said.messages[0].to, made.to);
		assert.match(said.messages[0].said, /^The mail provider of .•••@example\.com has accepted/);
		assert.deepEqual(dos(said), ["check_address", "look_in_spam", "wait", "support"]);
		const wait = said.next.find((n) => n.do === "wait");
		assert.equal(wait.at, made.resend_at);
		assert.match(wait.say, /again in (30|2\d) s\.$/);
		await server.advance(30);
		assert.ok(dos(await show(made)).includes("resend"));
	});

	test("a message that was refused says why, and not to look for it", async () => {
		await fault("email", "fail");
		const made = await server.start();
		await server.settled(made);
		const said = await show(made);
		assert.equal(said.messages[0].outcome, "refused");
		assert.equal(said.messages[0].state, "failed");
		assert.ok(!dos(said).includes("look_in_spam"));
	});

	test("a code that is used, and one that is over", async () => {
		const used = await server.start();
		await server.check(used, await server.code(used));
		assert.deepEqual(dos(await show(used)), ["done"]);
		const over = await server.start();
		await server.post(`/v1/challenges/${over.id}/cancel`);
		assert.deepEqual(dos(await show(over)), ["new_code", "check_address", "support"]);
	});

	test("a phone may be called, and a delivery has its track page", async () => {
		const made = await server.start({ to: { phone: "+491701234599" },
			channel: "sms" });
		const other = (await show(made)).next.find((n) => n.do === "other_channel");
		assert.equal(other.channel, "voice");
		const delivery = await server.start({ purpose: "delivery" });
		assert.ok(dos(await show(delivery)).includes("track_page"));
	});

	test("every locale says it in its own words", async () => {
		const made = await server.start({ locale: "pl-PL" });
		await server.settled(made);
		assert.equal((await show(made)).locale, "pl");
		const said = new Set();
		for (const locale of LOCALES) {
			const shown = await show(made, `?locale=${locale}`);
			assert.equal(shown.locale, locale);
			assert.ok(shown.messages[0].said.includes(made.to), locale);
			said.add(shown.messages[0].said);
			shown.next.forEach((n) => assert.doesNotMatch(n.say, /[{}]/));
		}
		assert.equal(said.size, LOCALES.length);
		assert.equal((await show(made, "?locale=tlh")).locale, "en");
	});

	test("those of a person, by pages, newest first", async () => {
		const to = { email: "Often.Asked@example.com" };
		const made = [];
		for (let i = 0; i < 3; i++) {
			made.push(await server.start({ to }));
			await server.settled(made[i]);
			await server.advance(61);
		}
		server.addresses.add("often.asked@example.com");
		const path = `/v1/messages?to=${encodeURIComponent("often.asked@Example.com")}`;
		const first = await server.expect(200, "GET", `${path}&limit=2&locale=de`);
		assert.deepEqual(first.data.map((m) => m.challenge), [made[2].id, made[1].id]);
		assert.match(first.data[0].said, /^Der Mailanbieter von o•••@example\.com/);
		const second = await server.expect(200, "GET",
			`${path}&limit=2&cursor=${first.next_cursor}`);
		assert.deepEqual(second.data.map((m) => m.challenge), [made[0].id]);
		assert.equal(second.next_cursor, null);
		const none = await server.expect(200, "GET", "/v1/messages?to=nobody%40example.com");
		assert.deepEqual(none, { data: [], next_cursor: null });
		const one = await server.expect(200, "GET", `/v1/messages/${first.data[0].id}`);
		assert.equal(one.message.challenge, made[2].id);
		assert.equal(one.purpose, "sign_in");
		assert.ok(dos(one).includes("look_in_spam"));
	});

	test("what is not right is 400, what is another's is not there", async () => {
		for (const query of ["", "?to=x", "?to=%2B1", "?to=a%40b.example&limit=0",
			"?to=a%40b.example&limit=101", "?to=a%40b.example&cursor=chl_1"]) {
			assert.equal((await server.get(`/v1/messages${query}`)).status, 400, query);
		}
		await server.expect(401, "GET", "/v1/messages?to=a%40b.example",
			undefined, { key: false });
		const stranger = server.installation.newKey("default", "audit");
		const made = await server.start({ to: { email: "theirs@example.com" } });
		await server.settled(made);
		await server.until(async () => (await server.get("/v1/messages?to=theirs%40example.com",
			{ key: stranger })).status === 403);
		server.installation.do("tenant", "new", "other");
		const other = server.installation.newKey("other", "all");
		const seen = await server.until(async () => {
			const answer = await server.get("/v1/messages?to=theirs%40example.com", { key: other });
			return answer.status === 200 && answer.json;
		});
		assert.deepEqual(seen.data, []);
		const [message] = (await show(made)).messages;
		for (const path of [`/v1/messages/${message.id}`, "/v1/messages/msg_1"]) {
			assert.equal((await server.get(path, { key: other })).status, 404);
		}
	});

	test("a help token shows, sends again, and ends", async () => {
		const made = await server.start({ locale: "fr" });
		await server.settled(made);
		const link = await server.expect(201, "POST", `/v1/challenges/${made.id}/help`);
		assert.ok(link.page.startsWith("/help/code?lang=fr#wwh_"));
		const key = link.token;
		const said = await server.expect(200, "GET", "/v1/help", undefined, { key });
		assert.equal(said.to, made.to);
		assert.equal(said.locale, "fr");
		assert.equal(said.messages.length, 1);
		await server.expect(429, "POST", "/v1/help/resend", undefined, { key });
		await server.advance(31);
		const again = await server.expect(200, "POST", "/v1/help/resend?locale=ja",
			{ channel: "email" }, { key });
		assert.equal(again.messages.length, 2);
		assert.equal(again.sends_left, 3);
		const [second, first] = await server.messages(made, 2);
		assert.equal(second.code, first.code, "S33");
		await server.expect(400, "POST", "/v1/help/resend", { channel: "sms" }, { key });
		await server.expect(400, "POST", "/v1/help/resend", { to: "x" }, { key });
		await server.settled(made);
		await server.advance(3600);
		await server.expect(401, "GET", "/v1/help", undefined, { key });
	});

	test("a help token of another making is nobody's", async () => {
		const made = await server.start();
		const key = await help(made);
		const bent = key.replace(/.$/, (c) => c === "A" ? "B" : "A");
		for (const wrong of [false, bent, key.slice(0, -1), `${key}A`, "wwh_",
			server.installation.key]) {
			await server.expect(401, "GET", "/v1/help", undefined, { key: wrong });
			await server.expect(401, "POST", "/v1/help/resend", undefined, { key: wrong });
		}
		await server.expect(401, "GET", `/v1/challenges/${made.id}`, undefined, { key });
		await server.expect(404, "POST", "/v1/challenges/chl_1/help");
	});
});
