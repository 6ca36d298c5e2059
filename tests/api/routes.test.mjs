/**
 * Every route with every status that its description lists.  What each answer
 * must look like is checked by contract.mjs, for all tests of this folder.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { after, before, describe, test } from "node:test";
import { OPERATIONS, seen } from "./contract.mjs";
import { Shop } from "./door.mjs";
import { everyFactor } from "./factors.mjs";
import { Browser, everyPart, person } from "./people.mjs";
import { finish, Installation, sandbox } from "./server.mjs";
import { read } from "./tree.mjs";

/* Not to be had on demand; the first two need a store that is away, the
 * other a moment before the keeper's first round. */
const NOT_HERE = ["GET /readyz 503", "POST /sandbox/try/challenges 503",
	"GET /v1/audit/head 404",
	/* After many codes and tries: accounts.test.mjs */
	...["PATCH /v1/accounts/{id}/preferences", "POST /v1/account_changes",
		"POST /v1/sign_ins", "POST /v1/transactions"].map((o) => `${o} 429`),
	/* templates.test.mjs */
	...["GET /v1/tenants/{tenant}/templates", "PUT /v1/tenants/{tenant}/templates",
		"POST /v1/tenants/{tenant}/templates/preview",
		"DELETE /v1/tenants/{tenant}/templates/{purpose}/{channel}/{locale}",
	].flatMap((o) => [`${o} 200`, `${o} 404`]),
	/* A call, by a provider that dials: tests/sms/test_voice.py. */
	"GET /v1/providers/{name}/call 200", "POST /v1/providers/{name}/call 200"];

const NO_CHALLENGE = "chl_000000000000000000000000000000000000";
const nobody = (prefix) => NO_CHALLENGE.replace("chl_", prefix);
const NO_MESSAGE = "msg_000000000000000000000000000000000000";
/* Identifiers that nothing has, by what stands before them. */
const NOTHING = Object.entries({ accounts: "acc", sign_ins: "sgn",
	sign_ups: "sup", password_resets: "rst", shipments: "shp",
	agents: "agt", cases: "cas" }).map(([name, prefix]) =>
	[`/${name}/{id}`, `/${name}/${NO_CHALLENGE.replace("chl", prefix)}`]);
const concrete = (pattern) => NOTHING.reduce((path, [from, to]) =>
	path.replace(from, to), pattern.replace("{tenant}", "default")
	.replace("{aid}", NO_CHALLENGE.replace("chl", "aut"))
	.replace("{device}", NO_CHALLENGE.replace("chl", "dev")))
	.replace("{shipment}", nobody("shp_"))
	.replace("{delegate}", nobody("dlg_")).replace("{override}", nobody("ovr_"))
	.replace("/inbox/{id}", `/inbox/${NO_MESSAGE}`)
	.replace("{token}", "00000000000000000000000000")
	.replace("{delegate}", nobody("dlg_"))
	.replace("{id}", NO_CHALLENGE).replace("{file}", "none.css")
	.replace("{package}", "none");

/* Bodies with which a route looks for what its path names. */
const RIGHT = [
	[/resets\/{id}\/complete$/, { code: "123456",
		new_password: "seven wet umbrellas" }],
	[/(check|complete)$/, { code: "123456" }],
	[/confirm$/, { code: "123456" }],
	[/contacts$/, { email: "nobody@example.com" }],
	[/devices/, undefined],
	[/dispatch$/, { agent: nobody("agt_") }],
	[/delegates$/, { name: "Eve", email: "nobody@example.com" }],
	[/disputes$/, { kind: "nobody_came" }],
	[/overrides$/, { reason: "none" }],
	[/cases/, { status: "closed" }],
];

const NDJSON = "application/x-ndjson";
const isByLines = (operation) => NDJSON in
	(operation.requestBody?.content ?? {}) &&
	!("413" in operation.responses);

describe("every route and status", () => {
	let server;
	before(async () => {
		server = await sandbox();
	});
	after(() => finish(server));

	test("challenges: 201, 200, 202, 409, 429", async () => {
		const made = await server.start({ locale: "de", ttl_s: 300, length: 8,
			channel: "auto", binding: { device: "Firefox on Linux" },
			context: { ip: "2001:db8::1", user_agent: "Mozilla/5.0" } });
		const path = `/v1/challenges/${made.id}`;
		await server.expect(200, "GET", path);
		const early = await server.post(`${path}/resend`);
		assert.equal(early.status, 429);
		assert.match(early.headers.get("ratelimit-policy"), /^"cooldown";q=1;w=/);
		assert.equal((await server.post(`${path}/reissue`, {})).status, 429);
		await server.settled(made);
		await server.advance(31);
		await server.expect(202, "POST", `${path}/resend`, { channel: "email" });
		await server.settled(made);
		await server.advance(61);
		await server.expect(202, "POST", `${path}/reissue`, {});
		const [newest] = await server.messages(made, 3);
		assert.match(newest.code, /^\d{8}$/);
		assert.equal((await server.check(made, newest.code)).json.result,
			"approved");
		assert.equal((await server.post(`${path}/resend`, {})).status, 409);
		assert.equal((await server.post(`${path}/reissue`)).status, 409);
		await server.expect(200, "POST", `${path}/cancel`);
		await server.advance(-92);
	});

	test("challenges: 429 of creating and of checking", async () => {
		const to = { email: "often@example.com" };
		let challenge;
		for (let i = 0; i < 5; i++) {
			challenge = await server.start({ to });
		}
		assert.equal((await server.post("/v1/challenges",
			{ purpose: "sign_in", to })).status, 429);
		const [other] = [await server.start()];
		const code = await server.code(other);
		const path = `/v1/challenges/${other.id}/check`;
		for (let i = 0; i < 5; i++) {
			await server.post(path, { code: server.wrong(code) });
		}
		const again = await server.post("/v1/challenges", { purpose: "sign_in",
			to: { email: [...server.addresses].at(-1) } });
		/* Five wrong ones are free; the sixth makes the subject wait. */
		assert.equal(again.status, 201);
		assert.equal((await server.check(again.json, "000000", {})).status, 200);
		assert.equal((await server.check(again.json, "000000", {})).status, 429);
		assert.equal((await server.check(challenge, "000000")).status, 200);
	});

	test("receipts and decisions: 200", async () => {
		const made = await server.start();
		const { json } = await server.check(made, await server.code(made));
		await server.expect(200, "POST", "/v1/receipts/redeem",
			{ receipt: json.receipt, purpose: "sign_in" });
		const { id } = await server.expect(200, "POST", "/v1/decisions", {
			event: "delivery", account: "acc-1",
			signals: { amount: { amount: "1", currency: "EUR" } } });
		await server.expect(200, "GET", `/v1/decisions/${id}`);
		await server.expect(404, "GET",
			`/v1/decisions/${id.slice(0, -1)}${id.endsWith("0") ? "8" : "0"}`);
		await server.expect(200, "POST", "/v1/decisions/replay", { rules: [] });
		await server.expect(200, "GET", "/v1/tenants/default/rules");
		await server.expect(200, "PUT", "/v1/tenants/default/rules",
			{ rules: [] });
		await server.expect(404, "GET", "/v1/tenants/other/rules");
		await server.expect(404, "PUT", "/v1/tenants/other/rules",
			{ rules: [] });
	});

	test("receipts of providers: 200, 400, 401, 404", async () => {
		const installation = new Installation().init();
		try {
			const token = join(installation.data, "token");
			writeFileSync(token, "t0ken\n", { mode: 0o400 });
			writeFileSync(join(installation.data, "providers.ini"),
				"[kannel]\nprofile = kannel\nurl = http://127.0.0.1:1/\n" +
				`secret_file = ${token}\nreceipts_token_file = ${token}\n`);
			const own = await installation.serve("--sandbox");
			const made = await own.start({ to: { phone: "+491701234567" },
				channel: "sms" });
			const [message] = (await own.get(`/v1/challenges/${made.id}`)).json
				.messages;
			const path = "/v1/providers/kannel/receipts?token=t0ken";
			const form = { type: "application/x-www-form-urlencoded" };
			for (const [status, id] of [[200, message.id], [404, NO_MESSAGE]]) {
				await own.expect(status, "GET", `${path}&id=${id}&status=1`);
				await own.expect(status, "POST", path, `status=1&id=${id}`, form);
			}
			await own.expect(400, "GET", path);
			await own.expect(400, "POST", path, "id=x", form);
			await own.expect(401, "GET", path.replace("t0ken", "t0kem"));
			/* A profile without calls has none to speak of. */
			const call = path.replace("receipts", "call");
			await own.expect(401, "GET", call.replace("t0ken", "t0kem"));
			await own.expect(404, "GET", `${call}&id=${message.id}`);
			await own.expect(404, "POST", call, "Digits=1", form);
			await own.stop();
		} finally {
			await installation.remove();
		}
	});

	test("messages and help: 200, 201, 400, 429", async () => {
		const made = await server.start();
		await server.settled(made);
		const { messages: [message] } = (await server.get(`/v1/challenges/${made.id}`)).json;
		await server.expect(200, "GET", `/v1/messages/${message.id}`);
		await server.expect(200, "GET", "/v1/messages?to=nobody%40example.com");
		await server.expect(200, "GET", "/v1/alerts");
		await server.expect(400, "GET", "/v1/alerts?limit=0");
		await server.expect(400, "GET", "/v1/messages");
		const { token: key } = await server.expect(201, "POST", `/v1/challenges/${made.id}/help`);
		await server.expect(200, "GET", "/v1/help", undefined, { key });
		await server.expect(401, "GET", "/v1/help");
		await server.expect(429, "POST", "/v1/help/resend", undefined, { key });
		await server.expect(400, "POST", "/v1/help/resend", { to: "x" }, { key });
		await server.post(`/v1/challenges/${made.id}/cancel`);
		await server.expect(200, "POST", "/v1/help/resend", undefined, { key });
	});

	test("idempotency: 422", async () => {
		const headers = { "Idempotency-Key": "routes-1" };
		const made = await server.start({}, { headers });
		assert.equal((await server.post("/v1/challenges", { purpose: "sign_in",
			to: { email: "b@example.com" } }, { headers })).status, 422);
		const check = `/v1/challenges/${made.id}/check`;
		await server.expect(200, "POST", check, { code: "000000" }, { headers });
		await server.expect(422, "POST", check, { code: "000001" }, { headers });
	});

	test("deliveries: 200, 201, 400, 401, 403, 404, 409, 422", async () => {
		const shop = new Shop(server);
		const keyed = { headers: { "Idempotency-Key": "door" } };
		const shipment = await shop.ship({}, keyed);
		await server.expect(422, "POST", "/v1/shipments", await shop.order(),
			keyed);
		const path = `/v1/shipments/${shipment.id}`;
		for (const list of ["/v1/shipments", "/v1/agents"]) {
			await server.expect(200, "GET", `${list}?limit=5`);
			await server.expect(400, "GET", `${list}?limit=0`);
			await server.expect(400, "GET", `${list}?cursor=x`);
		}
		const owner = await person(server);
		const orders = `/v1/accounts/${owner.id}/shipments`;
		await server.expect(200, "GET", orders);
		await server.expect(400, "GET", `${orders}?limit=0`);
		await server.expect(201, "POST", "/v1/agents", { name: "Ada" }, keyed);
		await server.expect(422, "POST", "/v1/agents", { name: "Eve" }, keyed);
		const courier = await shop.courier();
		const { agent, device } = courier;
		await server.expect(200, "GET", `/v1/agents/${agent.id}`);
		const body = { agent: agent.id };
		await server.expect(409, "POST", `${path}/recall`);
		await server.expect(200, "POST", `${path}/dispatch`, body, keyed);
		await server.expect(422, "POST", `${path}/dispatch`,
			{ ...body, stop: 2 }, keyed);
		await server.expect(200, "POST", `${path}/recall`);
		const sent = await shop.dispatch(shipment, agent);
		await shop.door(courier, shipment, "arrive");
		const own = { key: device.token };
		const stop = `/v1/agent/stops/${shipment.id}`;
		const none = `/v1/agent/stops/${nobody("shp_")}`;
		for (const [what, sent] of [["arrive"], ["handover", { code: "1" }],
			["attempt", { outcome: "absent" }]]) {
			await server.expect(404, "POST", `${none}/${what}`, sent, own);
			await server.expect(401, "POST", `${stop}/${what}`, sent);
			if (sent) {
				await server.expect(400, "POST", `${stop}/${what}`, { x: 1 }, own);
			}
		}
		const code = await shop.code(sent);
		const own_keyed = { ...own, ...keyed };
		await server.expect(200, "POST", `${stop}/handover`,
			{ code: server.wrong(code) }, own_keyed);
		await server.expect(422, "POST", `${stop}/handover`, { code },
			own_keyed);
		await server.expect(200, "GET", "/v1/agent/route", undefined, own);
		await server.expect(401, "GET", "/v1/agent/route");
		await shop.door(courier, shipment, "attempt", { outcome: "address" });
		await server.expect(409, "POST", `${path}/dispatch`, body);
		await server.expect(200, "POST", `${path}/release`);
		await server.expect(409, "POST", `${path}/release`);
		await server.expect(409, "POST", `${path}/return`);
		const other = await shop.ship();
		await shop.dispatch(other, agent);
		await shop.door(courier, other, "arrive");
		await shop.door(courier, other, "attempt", { outcome: "address" });
		await server.expect(200, "POST", `/v1/shipments/${other.id}/return`);
		await server.expect(200, "POST", `${path}/cancel`);
		await server.expect(409, "POST", `${path}/cancel`);
		await server.expect(200, "GET", path);
		await server.expect(403, "POST", "/v1/agent/pair",
			{ pairing_code: "x", device_key: device.jwk }, { key: false });
		await server.expect(401, "POST", "/v1/agent/sign_in",
			{ device: device.id, nonce: "x", signature: "A".repeat(86) });
		await server.expect(200, "POST", "/v1/agent/sign_in",
			{ device: device.id });
		await server.expect(200, "DELETE",
			`/v1/agents/${agent.id}/devices/${device.id}`);
		await server.expect(200, "DELETE", `/v1/agents/${agent.id}`);
	});

	test("the track page: 200, 201, 204, 400, 401, 404, 409", async () => {
		const shop = new Shop(server);
		const visitor = new Browser(server);
		const made = await shop.ship();
		const path = `/v1/track/${made.track}`;
		const none = `/v1/track/${made.track.slice(0, -1)}${
			made.track.endsWith("0") ? "4" : "0"}`;
		const person = { name: "Alan", email: "alan@example.com" };
		const { next_on: day } = await shop.show(made);
		const seen = await visitor.expect(200, "GET", path);
		assert.equal(seen.code, undefined, "not for whoever has the address");
		await visitor.expect(401, "POST", `${path}/delegates`, person);
		await visitor.expect(401, "POST", `${path}/day`, { on: day });
		await visitor.expect(401, "DELETE", `${path}/delegates/${nobody("dlg_")}`);
		await server.expect(200, "PUT", "/v1/tenants/default/policy",
			{ limits: { delivery_code_on_track: 1 } });
		try {
			await visitor.expect(404, "GET", none);
			await visitor.expect(404, "POST", `${none}/delegates`, person);
			await visitor.expect(404, "POST", `${none}/day`, { on: day });
			await visitor.expect(404, "POST", `${none}/disputes`,
				{ kind: "not_ordered" });
			await visitor.expect(404, "DELETE",
				`${path}/delegates/${nobody("dlg_")}`);
			for (const what of ["delegates", "day", "disputes"]) {
				await visitor.expect(400, "POST", `${path}/${what}`, { x: 1 });
			}
			await visitor.expect(400, "POST", `${path}/day`, { on: day });
			const later = await shop.today("Europe/London", 4);
			const { day: put } = await visitor.expect(200, "POST", `${path}/day`,
				{ on: later });
			assert.ok(put >= later);
			const { id } = await visitor.expect(201, "POST", `${path}/delegates`,
				person);
			await visitor.expect(204, "DELETE", `${path}/delegates/${id}`);
			await visitor.expect(409, "POST", `${path}/disputes`,
				{ kind: "not_received" });
			for (let twice = 0; twice < 2; twice++) {
				await visitor.expect(201, "POST", `${path}/disputes`,
					{ kind: "not_ordered", text: "Who sends me this?" });
			}
			await server.expect(200, "POST", `/v1/shipments/${made.id}/cancel`);
			await visitor.expect(409, "POST", `${path}/day`, { on: later });
			await visitor.expect(409, "POST", `${path}/delegates`, person);
		} finally {
			await server.expect(200, "PUT", "/v1/tenants/default/policy", {});
		}
	});

	test("what a shop does for its deliveries: 200 to 409", async () => {
		const shop = new Shop(server);
		const courier = await shop.courier();
		const own = { key: courier.device.token, type: "application/x-ndjson" };
		const shipment = await shop.ship();
		const path = `/v1/shipments/${shipment.id}`;
		await server.expect(409, "POST", `${path}/disputes`,
			{ kind: "not_received" });
		await server.expect(409, "POST", `${path}/overrides`, { reason: "x" });
		const someone = { name: "Eve", email: "receives@example.com" };
		const named = await server.expect(201, "POST", `${path}/delegates`,
			someone);
		await server.expect(204, "DELETE", `${path}/delegates/${named.id}`);
		const made = await server.expect(201, "POST", `${path}/disputes`,
			{ kind: "not_ordered", text: "not mine" });
		await server.expect(200, "GET", "/v1/cases?limit=1");
		await server.expect(400, "GET", "/v1/cases?limit=0");
		await server.expect(200, "GET", `/v1/cases/${made.case}`);
		await server.expect(200, "PATCH", `/v1/cases/${made.case}`,
			{ status: "closed" });
		await server.expect(201, "POST", "/v1/cases", { kind: "other" });
		const calendars = "/v1/tenants/default/calendars";
		await server.expect(200, "PUT", calendars, { regions: [] });
		await server.expect(200, "GET", calendars);
		await server.expect(404, "GET", "/v1/tenants/none/calendars");
		await server.expect(404, "PUT", "/v1/tenants/none/calendars",
			{ regions: [] });
		await shop.dispatch(shipment, courier.agent);
		await shop.door(courier, shipment, "arrive");
		const asked = await server.expect(201, "POST", `${path}/overrides`,
			{ reason: "known" });
		const approve = `${path}/overrides/${asked.id}/approve`;
		await server.expect(409, "POST", approve);
		await server.expect(200, "POST", approve, undefined,
			{ key: server.installation.newKey("default", "shipments") });
		await server.expect(409, "POST", `${path}/delegates`, someone);
		await server.expect(401, "POST", "/v1/agent/sync", "{}",
			{ type: "application/x-ndjson" });
		await server.expect(400, "POST", "/v1/agent/sync", "{}", own);
		await server.expect(200, "POST", "/v1/agent/sync",
			JSON.stringify({ shipment: shipment.id, outcome: "absent",
				at: "2026-11-22T10:00:00Z" }), own);
	});

	test("operations: 200", async () => {
		/* The keeper seals before this answers. */
		await server.advance(1);
		for (const path of ["/v1/tenants/default/policy",
			"/v1/tenants/default/senders", "/v1/tenants/default/brand", "/v1/audit/head",
			"/v1/openapi.json", "/.well-known/jwks.json", "/healthz", "/readyz",
			"/metrics"]) {
			const answer = await server.get(path);
			assert.equal(answer.status, 200, path);
			const head = await server.call("HEAD", path);
			assert.equal(head.status, 200, path);
			assert.equal(head.text, "", path);
		}
		await server.expect(200, "PUT", "/v1/tenants/default/policy", {});
		await server.expect(200, "PUT", "/v1/tenants/default/senders", {});
		await server.expect(200, "PUT", "/v1/tenants/default/brand", { name: "Shop" });
		assert.deepEqual((await server.get("/v1/openapi.json")).json,
			JSON.parse(read("docs/openapi.json")));
	});

	test("pages: 200, 304, 404", async () => {
		for (const path of ["/", "/help/code", "/signin", "/signup", "/forgot", "/confirm",
			"/security", "/sandbox/", "/authenticator",
			"/authenticator-worker.js", "/agent", "/agent_worker.js", "/dispatch", "/console",
			"/orders", "/track/00000000000000000000000000"]) {
			assert.equal((await server.get(path, { key: false })).status, 200);
		}
		for (const path of ["/assets/tokens.css", "/assets/locale/en/common.json",
			"/assets/vendor/qr/index.js"]) {
			const { status, headers } = await server.get(path, { key: false });
			assert.equal(status, 200, path);
			assert.equal((await server.get(path, { key: false,
				headers: { "If-None-Match": headers.get("etag") } })).status, 304);
		}
		for (const path of ["/assets/none.css", "/assets/locale/xx/common.json",
			"/assets/vendor/qr/none.js"]) {
			assert.equal((await server.get(path)).status, 404);
		}
	});

	test("an asset comes packed to who takes it, and is the same", async () => {
		const path = "/assets/vendor/qr/decode.js";
		const get = (coding) => new Promise((done, fail) => {
			request(server.url + path, { headers: coding }, (answer) => {
				const parts = [];
				answer.on("data", (part) => parts.push(part));
				answer.on("end", () => done({ headers: answer.headers,
					body: Buffer.concat(parts) }));
			}).on("error", fail).end();
		});
		const plain = await get({});
		assert.equal(plain.headers["content-encoding"], undefined);
		for (const no of ["deflate, br", "gzip;q=0", "xgzip"]) {
			assert.equal((await get({ "Accept-Encoding": no }))
				.headers["content-encoding"], undefined, no);
		}
		const packed = await get({ "Accept-Encoding": "gzip, deflate, br" });
		assert.equal(packed.headers["content-encoding"], "gzip");
		assert.equal(packed.headers.vary, "Accept-Encoding");
		assert.ok(packed.body.length < plain.body.length / 2);
		assert.ok(gunzipSync(packed.body).equals(plain.body));
	});

	test("sandbox: 200, 400, 404", async () => {
		const none = { key: false };
		const made = await server.start({ to: { email: "Box@example.com" } });
		const [message] = await server.messages(made);
		for (const query of ["", "?to=box@EXAMPLE.com", "?channel=email",
			"?after=2020-01-01T00:00:00.000Z", `?after=${NO_MESSAGE}`]) {
			const { status, json } = await server.get(`/sandbox/inbox${query}`,
				none);
			assert.equal(status, 200, query);
			assert.ok(json.messages.some((m) => m.id === message.id), query);
		}
		/* Others are from times that the clock was moved to. */
		assert.deepEqual((await server.get(
			`/sandbox/inbox?after=${message.id}&to=box@example.com`, none))
			.json.messages, []);
		for (const query of ["channel=pigeon", "after=yesterday", "to=%ff",
			"to=a&to=b"]) {
			assert.equal((await server.get(`/sandbox/inbox?${query}`, none))
				.status, 400, query);
		}
		const html = `/sandbox/inbox/${message.id}/html`;
		assert.equal((await server.get(html, none)).status, 200);
		for (const body of [{}, { advance_s: "1" }, { advance_s: 1e9 },
			{ now: "soon" }, { advance_s: 1, now: "2030-01-01T00:00:00.000Z" }]) {
			assert.equal((await server.post("/sandbox/clock", body, none)).status,
				400, JSON.stringify(body));
		}
		await server.expect(200, "GET", "/sandbox/clock");
		await server.expect(200, "POST", "/sandbox/clock", { advance_s: 0 });
		assert.equal((await server.get("/sandbox/clock")).status, 200);
		await server.expect(200, "POST", "/sandbox/faults",
			{ channel: "voice", fault: "lost", count: 0 });
		assert.equal((await server.post("/sandbox/faults",
			{ channel: "totp", fault: "lost" }, none)).status, 400);
	});

	test("the start page's own: 201, 200, 403", async () => {
		const try_ = "/sandbox/try/challenges";
		const asked = { purpose: "sign_in", to: { email: "try@example.com" } };
		const page = { key: false, headers: { "X-Watchword": "1" } };
		const made = await server.expect(201, "POST", try_, asked, page);
		await server.expect(403, "POST", try_, asked, { key: false });
		const check = `${try_}/${made.id}/check`;
		await server.expect(403, "POST", check, { code: "1" }, { key: false });
		const wrong = server.wrong(await server.code(made));
		await server.expect(200, "POST", check, { code: wrong }, page);
		for (let i = 0; i < 5; i++) {
			await server.post(check, { code: wrong }, page);
		}
		/* The five were free and have exhausted it; the next one waits. */
		const next = await server.expect(201, "POST", try_, asked, page);
		const second = `${try_}/${next.id}/check`;
		await server.expect(200, "POST", second, { code: wrong }, page);
		await server.expect(429, "POST", second, { code: wrong }, page);
		const keyed = { key: false,
			headers: { "X-Watchword": "1", "Idempotency-Key": "t" } };
		await server.advance(3600);
		await server.expect(201, "POST", try_, asked, keyed);
		await server.expect(422, "POST", try_, { ...asked, locale: "de" }, keyed);
		await server.expect(200, "POST", second, { code: wrong }, keyed);
		await server.expect(422, "POST", second, { code: "123456", binding: {} },
			keyed);
		let limited = 201;
		for (let i = 0; i < 10 && limited === 201; i++) {
			limited = (await server.post(try_, asked, page)).status;
		}
		assert.equal(limited, 429);
	});

	test("accounts", () => everyPart(server));

	test("factors", () => everyFactor(server));

	/* A page of another origin may give its own name our address: the browser
	 * then lets it read every answer, and send any header. */
	test("the sandbox by a name that somebody may own: 403", async () => {
		const { hostname, port } = new URL(server.url);
		const status = (path, host) => new Promise((done, fail) => {
			request({ hostname, port, path, setHost: false,
				headers: { Host: host } }, (answer) => {
				answer.resume();
				answer.once("end", () => done(answer.statusCode));
			}).once("error", fail).end();
		});
		for (const path of ["/", "/sandbox/", "/sandbox/inbox", "/healthz"]) {
			for (const host of ["rebound.example", "rebound.example:80",
				"localhost.example", "notlocalhost", "127.0.0.1.example"]) {
				assert.equal(await status(path, host), 403, `${host}${path}`);
			}
			for (const host of ["localhost", `LocalHost:${port}`,
				"a.localhost:1", "127.0.0.1", `127.0.0.1:${port}`, "[::1]:80",
				"[::1]"]) {
				assert.equal(await status(path, host), 200, `${host}${path}`);
			}
		}
	});

	/* S99 to S105 on all of them. */
	for (const { method, pattern, operation } of OPERATIONS) {
		const path = concrete(pattern);
		const about = `${method} ${pattern}`;
		const means = operation.security ?? [{ key: [] }];
		const keyed = means.some((m) => m.key);
		const anybody = means.some((m) => Object.keys(m).length === 0);
		const browser = !keyed && means.some((m) => m.session);
		const signedIn = browser && !anybody;
		/* Taken line by line: what is wrong stands in the answer's lines. */
		const lines = isByLines(operation);
		const page = pattern.startsWith("/sandbox/try") || browser
			? { key: false, headers: { "X-Watchword": "1" } }
			: lines ? { type: NDJSON } : {};

		test(`${about}: what is refused`, async () => {
			const body = lines ? "{}" : operation.requestBody ? {} : undefined;
			if (keyed) {
				for (const key of [...(anybody ? [] : [false]), "wwk_x", "x".repeat(300),
					server.installation.key.slice(0, -1)]) {
					assert.equal((await server.call(method, path, body,
						{ ...page, key })).status, 401, about);
				}
				assert.equal((await server.call(method, path, body, { ...page, key: false,
					headers: { Authorization: `Basic ${btoa("a:b")}` } })).status,
				401, about);
			}
			if (signedIn) {
				assert.equal((await server.call(method, path, body, page)).status,
					401, about);
				assert.equal((await server.call(method, path, body)).status, 403,
					about);
			}
			if (method !== "GET") {
				assert.equal((await server.call(method, path, "{}",
					{ ...page, type: "text/plain" })).status, 415, about);
				assert.equal((await server.call(method, path,
					`{"a":"${"x".repeat(65536)}"}`, page)).status,
				lines ? 200 : 413, about);
			}
			if (operation.requestBody) {
				/* Who asks is looked at before the body is read. */
				assert.equal((await server.call(method, path, "[", page)).status,
					/^\/v1\/(providers|help|agent\/s[ty])/.test(pattern) || signedIn ? 401
						: lines ? 200 : 400, about);
			}
			if (/\{id\}/.test(pattern)) {
				const right = body && (RIGHT.find(([end]) =>
					end.test(pattern))?.[1] ?? body);
				for (const id of [path, path.replace(/_0/, "_1"),
					path.replace(/[a-z]{3}_0+/, "x")]) {
					assert.equal((await server.call(method, id, right, page))
						.status, 404, about);
				}
			}
			/* "/v1/decisions/replay" is an {id} to the other methods. */
			const leads = (o) => new RegExp(
				`^${o.pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(pattern);
			const others = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
				(other) => !OPERATIONS.some((o) => o.method === other &&
					leads(o)));
			for (const other of others) {
				const answer = await server.call(other, path, undefined, page);
				assert.equal(answer.status, 405, `${other} ${about}`);
				assert.ok(answer.headers.get("allow").split(", ")
					.includes(method), about);
			}
		});
	}

	/* S110 */
	test("a key without the scope: 403", async () => {
		const keys = {
			challenges: server.installation.newKey("default", "audit,admin"),
			admin: server.installation.newKey("default", "challenges,audit"),
			audit: server.installation.newKey("default", "challenges,admin"),
			accounts: server.installation.newKey("default", "challenges,admin"),
			shipments: server.installation.newKey("default", "agents,admin"),
			agents: server.installation.newKey("default", "shipments,admin"),
		};
		for (const { method, pattern, operation } of OPERATIONS) {
			if (operation.security?.some((m) => m.key) ??
				true) {
				const scope = /Scope `(\w+)`/.exec(operation.description)[1];
				assert.equal((await server.call(method, concrete(pattern),
					isByLines(operation) ? "{}"
						: operation.requestBody ? {} : undefined,
					{ key: keys[scope], ...(isByLines(operation)
						? { type: NDJSON } : {}) })).status, 403, pattern);
			}
		}
	});

	test("another tenant's policy, senders and brand, and none: 404", async () => {
		server.installation.do("tenant", "new", "books");
		for (const tenant of ["books", "none"]) {
			for (const what of ["policy", "senders", "brand"]) {
				const path = `/v1/tenants/${tenant}/${what}`;
				await server.expect(404, "GET", path);
				await server.expect(404, "PUT", path, {});
			}
		}
	});

	test("nothing outside: 404", async () => {
		for (const path of ["/v1", "/v1/", "/v1/challenges/", "/v2/challenges",
			"/v1/challenges/../healthz", "/V1/challenges", "/favicon.ico",
			"/.git/config", "/v1/account"]) {
			assert.equal((await server.get(path)).status, 404, path);
		}
	});

	test("outside the sandbox: its routes are 404, a channel that is not set up is 503", async () => {
		const installation = new Installation().init();
		try {
			const plain = await installation.serve();
			for (const { method, pattern } of OPERATIONS) {
				if (pattern.startsWith("/sandbox")) {
					assert.equal((await plain.call(method, concrete(pattern)))
						.status, 404, pattern);
				}
			}
			for (const to of [{ email: "a@example.com" },
				{ phone: "+491701234567" }]) {
				const { status, json } = await plain.post("/v1/challenges",
					{ purpose: "sign_in", to });
				assert.equal(status, 503);
				assert.equal(json.code, "channel_unavailable");
			}
			assert.equal((await plain.get("/readyz")).json.sandbox, false);
			await plain.stop();
		} finally {
			await installation.remove();
		}
	});

	test("every status that is described was seen", () => {
		const missing = OPERATIONS.flatMap((o) => Object.keys(
			o.operation.responses).filter((status) => status !== "default")
			.map((status) => `${o.method} ${o.pattern} ${status}`))
			.filter((entry) => !seen.has(entry) && !NOT_HERE.includes(entry));
		assert.deepEqual(missing, []);
	});
});
