/**
 * Operators: people of the shop who sign in with a second factor and reach
 * what is the tenant's; and nobody else who tries (R59, S115, S116, S124).
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Shop } from "./door.mjs";
import { address, Browser, number, PASSWORD, person } from "./people.mjs";
import { finish, sandbox } from "./server.mjs";

const NONE = (prefix) => `${prefix}_${"0".repeat(36)}`;

/* What the console and the dispatcher's page ask for. */
const READS = ["/v1/messages?to=nobody%40example.com", "/v1/cases",
	"/v1/shipments", "/v1/agents"];
const WITHIN = [["GET", `/v1/messages/${NONE("msg")}`],
	["GET", `/v1/cases/${NONE("cas")}`],
	["PATCH", `/v1/cases/${NONE("cas")}`, { status: "closed" }],
	["GET", `/v1/shipments/${NONE("shp")}`],
	...["recall", "cancel", "release", "return"].map((what) =>
		["POST", `/v1/shipments/${NONE("shp")}/${what}`]),
	["POST", `/v1/shipments/${NONE("shp")}/dispatch`, { agent: NONE("agt") }],
	["POST", `/v1/shipments/${NONE("shp")}/overrides`, { reason: "none" }],
	["POST", `/v1/shipments/${NONE("shp")}/overrides/${NONE("ovr")}/approve`],
	["GET", `/v1/agents/${NONE("agt")}`],
	["POST", `/v1/agents/${NONE("agt")}/pairings`],
	["DELETE", `/v1/agents/${NONE("agt")}`]];

describe("operators", () => {
	let server;
	let olga;
	let b;

	before(async () => {
		server = await sandbox();
		olga = await person(server, { kind: "operator", name: "Olga" });
		b = new Browser(server);
		await b.signIn(olga.email);
	});
	after(() => finish(server));

	const events = () => server.installation.do("audit", "export")
		.split("\n").filter(Boolean).map((line) => JSON.parse(line))
		.filter((e) => e.event === "operator.acted");

	test("S115: their accounts are made and changed with the scope admin only", async () => {
		const key = server.installation.newKey("default",
			"accounts,challenges,shipments");
		await server.expect(403, "POST", "/v1/accounts",
			{ email: address(), password: PASSWORD, kind: "operator" }, { key });
		const short = await server.expect(400, "POST", "/v1/accounts",
			{ email: address(), password: "seven wet owls", kind: "operator" });
		assert.match(JSON.stringify(short.errors), /at least 15 characters/);
		await server.expect(201, "POST", "/v1/accounts",
			{ email: address(), password: PASSWORD, kind: "seller" }, { key });
		const own = `/v1/accounts/${olga.id}`;
		for (const [method, path, body] of [["GET", ""],
			["PATCH", "", { name: "Eve" }], ["DELETE", ""], ["GET", "/factors"],
			["GET", "/sessions"], ["GET", "/devices"],
			["POST", "/contacts", { email: address() }],
			["POST", "/authenticators", { label: "Eve's" }],
			["POST", "/recovery_codes", {}],
			["PATCH", "/preferences", { channel: "sms" }]]) {
			const answer = await server.call(method, own + path, body, { key });
			assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
		}
		await server.expect(403, "POST", "/v1/account_changes",
			{ account: olga.id, change: { phone: number() } }, { key });
		await server.expect(200, "GET", own);
		await b.expect(200, "GET", "/v1/accounts/me");
	});

	/* No device is trusted instead of a code; no tenant's rule does without. */
	test("R59: a password alone opens no console", async () => {
		await server.expect(200, "PUT", "/v1/tenants/default/rules", { rules: [
			{ name: "all", event: "sign_in", code: "not_required", when: {} }] });
		const other = new Browser(server);
		await other.signIn(olga.email, PASSWORD, { remember_device: true });
		const begun = await other.expect(200, "POST", "/v1/sign_ins",
			{ identifier: olga.email, password: PASSWORD });
		assert.equal(begun.result, "code_required");
		await server.expect(200, "PUT", "/v1/tenants/default/rules", { rules: [] });
		const { kind, idle_s: idle } = await b.expect(200, "GET", "/v1/session");
		assert.deepEqual([kind, idle], ["operator", 900]);
	});

	test("they reach what is the tenant's; customers and sellers do not", async () => {
		for (const path of READS) {
			await b.expect(200, "GET", path);
		}
		for (const [method, path, body] of WITHIN) {
			await b.expect(404, method, path, body);
		}
		for (const kind of ["customer", "seller"]) {
			const other = new Browser(server);
			await other.signIn((await person(server, { kind })).email);
			for (const [method, path, body] of [
				...READS.map((each) => ["GET", each]), ...WITHIN]) {
				await other.expect(403, method, path, body);
			}
		}
		const nobody = new Browser(server);
		for (const [method, path, body] of WITHIN) {
			await nobody.expect(401, method, path, body);
			const forged = await b.call(method, path, body,
				{ "Sec-Fetch-Site": "cross-site" });
			assert.equal(forged.status, method === "GET" ? 404 : 403, path);
		}
		/* What a key may do, and no operator. */
		for (const [method, path, body] of [["GET", "/v1/audit/head"],
			["PUT", "/v1/tenants/default/policy", {}],
			["POST", "/v1/challenges", { purpose: "sign_in", to: { email: address() } }],
			["GET", "/v1/tenants/default/rules"]]) {
			await b.expect(401, method, path, body);
		}
		await b.expect(404, "GET", `/v1/accounts/${(await person(server)).id}`);
	});

	test("S116: they see what became of a code, and no code, address or binding", async () => {
		const to = { email: address() };
		const made = await server.start({ to, purpose: "transaction",
			binding: { amount: "129.00", currency: "EUR", payee: "Bookshop" } });
		await server.settled(made);
		const seen = await b.expect(200, "GET", `/v1/challenges/${made.id}`);
		assert.equal(seen.status, "pending");
		assert.match(seen.to, /^\w•••@/);
		assert.equal(seen.binding, undefined);
		const { data: [message] } = await b.expect(200, "GET",
			`/v1/messages?to=${encodeURIComponent(to.email)}`);
		assert.equal(message.challenge, made.id);
		await b.expect(200, "GET", `/v1/messages/${message.id}`);
		for (const [what, body] of [["check", { code: "123456" }], ["resend"],
			["reissue"], ["cancel"]]) {
			await b.expect(404, "POST", `/v1/challenges/${made.id}/${what}`, body);
		}
		assert.equal((await server.get(`/v1/challenges/${made.id}`)).json
			.attempts_left, 3);
		const shipment = await new Shop(server).ship();
		assert.ok(shipment.track);
		const { track, recipient } = await b.expect(200, "GET",
			`/v1/shipments/${shipment.id}`);
		assert.equal(track, undefined, "the track page may show the code");
		assert.ok(recipient.name);
	});

	test("S124: what they do stands in the audit log, with their name on it", async () => {
		const made = await b.expect(201, "POST", "/v1/cases",
			{ kind: "spoof", text: "Somebody called me." });
		await b.expect(200, "PATCH", `/v1/cases/${made.id}`, { status: "closed" });
		await server.until(() => events().some((e) => e.about === made.id));
		const mine = events();
		assert.ok(mine.every((e) => e.account === olga.id && /^ses_/.test(e.session)));
		const [done] = mine.filter((e) => e.about === made.id);
		assert.equal(done.did, "PATCH /v1/cases/{id}");
		assert.ok(mine.some((e) => e.did === "GET /v1/messages"));
	});

	test("alerts: what happened at a door, and who asks for what", async () => {
		const shop = new Shop(server);
		const { agent } = await shop.courier();
		const shipment = await shop.ship();
		await shop.dispatch(shipment, agent);
		const other = await shop.courier();
		await shop.door(other, shipment, "handover", { code: "000000" });
		const { data } = await b.expect(200, "GET", "/v1/alerts");
		const [alert] = data;
		assert.deepEqual([alert.event, alert.reason, alert.shipment],
			["door.alert", "not_yours", shipment.id]);
		const { data: [one], next_cursor: next } = await b.expect(200, "GET",
			"/v1/alerts?limit=1");
		assert.equal(one.id, alert.id);
		const later = await b.expect(200, "GET", `/v1/alerts?limit=1&cursor=${next}`);
		assert.ok(later.data.every((e) => e.id < alert.id));
		await b.expect(400, "GET", "/v1/alerts?limit=0");
		await b.expect(400, "GET", "/v1/alerts?cursor=x");
		const seller = new Browser(server);
		await seller.signIn((await person(server, { kind: "seller" })).email);
		await seller.expect(403, "GET", "/v1/alerts");
	});

	/* R66: two people, each under his own name; the customer is told. */
	test("an override takes two operators, each with a fresh code", async () => {
		const shop = new Shop(server);
		const courier = await shop.courier();
		const to = address();
		const shipment = await shop.ship({ recipient: { name: "Ada", email: to } });
		await shop.dispatch(shipment, courier.agent);
		await shop.door(courier, shipment, "arrive");
		const path = `/v1/shipments/${shipment.id}/overrides`;
		const asked = await b.expect(201, "POST", path,
			{ reason: "He showed his passport." });
		assert.equal(asked.mine, true);
		await b.expect(409, "POST", `${path}/${asked.id}/approve`);
		/* The same person in another browser is the same person. */
		const again = new Browser(server);
		await again.signIn(olga.email);
		await again.expect(409, "POST", `${path}/${asked.id}/approve`);
		await shop.expectStatus(shipment, "at_door");

		const second = await person(server, { kind: "operator", name: "Piet" });
		const other = new Browser(server);
		await other.signIn(second.email);
		const seen = await other.expect(200, "GET", `/v1/shipments/${shipment.id}`);
		assert.deepEqual(seen.overrides.map((o) => [o.mine, o.status]),
			[[false, "asked"]]);
		await server.advance(11 * 60);
		assert.equal((await other.expect(403, "POST",
			`${path}/${asked.id}/approve`)).code, "code_needed");
		await other.change({ confirm: true });
		await other.expect(200, "POST", `${path}/${asked.id}/approve`);
		const done = await shop.show(shipment);
		assert.deepEqual([done.status, done.visits[0].proof],
			["delivered", "override"]);
		const { proof } = JSON.parse(Buffer.from(
			done.receipt.split(".")[1], "base64url"));
		assert.equal(proof, "override", "the receipt says so");
		const told = `/sandbox/inbox?to=${to}`;
		await server.until(async () => (await server.expect(200, "GET", told))
			.messages.some((m) => /without (a|the|your) code/i.test(m.text)));
		const acted = events().filter((e) => e.about === shipment.id)
			.map((e) => [e.account, e.did]);
		assert.ok(acted.some(([who, did]) => who === olga.id && did === "POST /v1/shipments/{id}/overrides"));
		assert.ok(acted.some(([who, did]) => who === second.id && /approve$/.test(did)));
		await server.advance(-11 * 60);
	});

	test("S114, S115: a fresh code for pairing; the session ends after 15 minutes", async () => {
		const agent = await b.expect(201, "POST", "/v1/agents", { name: "Ravi" });
		await b.expect(201, "POST", `/v1/agents/${agent.id}/pairings`);
		await server.advance(11 * 60);
		const late = await b.expect(403, "POST", `/v1/agents/${agent.id}/pairings`);
		assert.equal(late.code, "code_needed");
		await b.change({ confirm: true });
		await b.expect(201, "POST", `/v1/agents/${agent.id}/pairings`);
		await server.advance(15 * 60 + 61);
		await b.expect(401, "GET", "/v1/cases");
		await server.advance(-26 * 60 - 61);
	});
});
