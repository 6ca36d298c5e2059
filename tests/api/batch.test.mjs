/**
 * Batches: NDJSON in and out, by lines (R1, R2, R6, S106).
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { assertSchema } from "./contract.mjs";
import { Shop } from "./door.mjs";
import { finish, sandbox } from "./server.mjs";

const SHIPMENTS = "/v1/shipments/batch";
const DISPATCHES = "/v1/shipments/dispatch";
const type = "application/x-ndjson";

describe("batches", () => {
	let server, shop;
	before(async () => {
		server = await sandbox();
		shop = new Shop(server);
	});
	after(() => finish(server));

	const orders = async (n, more = {}) => {
		const one = await shop.order();
		return Array.from({ length: n }, () => {
			const name = randomBytes(6).toString("hex");
			server.addresses.add(`b${name}@example.com`);
			return { ...one, order: `B-${name}`, recipient: {
				name: "Ada Lovelace", email: `b${name}@example.com` },
			parcels: [{ tracking: `B${name}` }], ...more };
		});
	};
	const ndjson = (lines) => lines.map((l) => typeof l === "string" ? l
		: JSON.stringify(l)).join("\n");
	const send = async (path, lines, schema) => {
		const answer = await server.post(path, ndjson(lines), { type });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.headers.get("content-type"), type);
		const got = answer.text.trim().split("\n").map((l) => JSON.parse(l));
		for (const line of got) {
			assertSchema(["components", "schemas", schema], line, path);
		}
		return got;
	};
	const ship = (lines) => send(SHIPMENTS, lines, "ShipmentLine");

	test("a line for each, however often it is sent", async () => {
		const lines = await orders(300);
		const first = await ship(lines);
		assert.deepEqual(first.map((l) => [l.line, l.order, l.again]),
			lines.map((l, i) => [i + 1, l.order, false]));
		assert.ok(first.every((l) => l.code.required && l.status ===
			"scheduled"));
		const second = await ship(lines);
		assert.deepEqual(second.map((l) => [l.id, l.again]),
			first.map((l) => [l.id, true]));
		const shown = await server.expect(200, "GET",
			`/v1/shipments/${first[299].id}`);
		assert.equal(shown.track, first[299].track);
		assert.equal(shown.parcels[0].tracking, lines[299].parcels[0].tracking);
	});

	test("wrong lines hurt no other", async () => {
		const [a, b, c, d] = await orders(4);
		const got = await ship([a, "{", "", { ...b, colour: "red" },
			{ ...b, promised_on: "2020-01-01" },
			{ ...c, signals: { blocked: true } }, a, { ...a, method: "post" },
			"x".repeat(70000), d]);
		assert.deepEqual(got.map((l) => [l.line, l.error?.code ?? "done",
			l.error?.errors?.[0].field ?? l.again]), [
			[1, "done", false], [2, "invalid_request", ""],
			[4, "invalid_request", "colour"],
			[5, "invalid_request", "promised_on"],
			[6, "invalid_request", "signals.blocked"], [7, "done", true],
			[8, "conflict", "order"], [9, "too_large", ""],
			[10, "done", false],
		]);
		assert.equal(got[5].id, got[0].id);
		assert.equal(got[6].shipment, got[0].id);
	});

	test("a line is a tenant's", async () => {
		const lines = await orders(1);
		server.installation.do("tenant", "new", "batches");
		const key = server.installation.newKey("batches", "shipments");
		const [ours] = await ship(lines);
		const theirs = await server.until(async () => {
			const answer = await server.post(SHIPMENTS, ndjson(lines),
				{ type, key });
			return answer.status === 200 && JSON.parse(answer.text);
		});
		assert.equal(theirs.again, false);
		assert.notEqual(theirs.id, ours.id);
	});

	test("who may, and with what", async () => {
		const lines = ndjson(await orders(1));
		for (const path of [SHIPMENTS, DISPATCHES]) {
			await server.expect(401, "POST", path, lines, { type, key: false });
			await server.expect(403, "POST", path, lines, { type,
				key: server.installation.newKey("default", "audit") });
			await server.expect(415, "POST", path, lines);
			const empty = await server.post(path, "\n\n", { type });
			assert.deepEqual([empty.status, empty.text], [200, ""]);
		}
	});

	/* A batch whose lines are written one by one. */
	const begin = (key) => {
		const r = request(server.url + SHIPMENTS, { method: "POST",
			headers: { Authorization: `Bearer ${key}`,
				"Content-Type": type } });
		r.on("error", () => {});
		r.answer = new Promise((done, failed) => {
			r.on("error", failed);
			r.on("response", (answer) => done(answer.setEncoding("utf8")
				.on("error", () => {})));
		});
		return r;
	};

	/* S110: a revoked key ends what it has begun. */
	test("a key that is revoked between two lines", async () => {
		const lines = await orders(2);
		const { installation } = server;
		const batch = begin(installation.newKey("default", "shipments",
			"--label", "leaver"));
		let got = "";
		batch.write(`${JSON.stringify(lines[0])}\n`);
		const answer = await batch.answer;
		const gone = new Promise((done) => answer.on("close", done));
		await new Promise((done) => answer.on("data", (text) => {
			got += text;
			done();
		}));
		const { id } = installation.do("key", "list", "--json").trim()
			.split("\n").map(JSON.parse).find((k) => k.label === "leaver");
		installation.do("key", "revoke", id);
		batch.end(`${JSON.stringify(lines[1])}\n`);
		await gone;
		const [first, last, ...more] = got.trim().split("\n").map(JSON.parse);
		assert.equal(first.order, lines[0].order);
		assert.deepEqual([last.line, last.error.code, more],
			[2, "unauthorized", []]);
		assert.ok(!answer.complete, "and it is cut, not ended");
		const [before, after_] = await ship(lines);
		assert.deepEqual([before.again, after_.again], [true, false]);
	});

	test("answers come while lines do; a client goes away", async () => {
		const lines = await orders(3);
		const first = begin(server.installation.key);
		first.write(`${JSON.stringify(lines[0])}\n`);
		const said = await (await first.answer)[Symbol.asyncIterator]().next();
		assert.equal(JSON.parse(said.value).order, lines[0].order);
		/* Half a line, and away: it is no shipment. */
		first.write(JSON.stringify(lines[1]).slice(0, -1));
		first.destroy();
		const [again, fresh] = await ship([lines[0], lines[1]]);
		assert.deepEqual([again.again, fresh.again], [true, false]);
	});

	test("a morning's routes at once", async () => {
		const grace = await shop.agent();
		const alan = await shop.agent("Alan Turing");
		const made = await ship(await orders(20));
		const routes = made.map((s, i) => ({ shipment: s.id,
			agent: i % 2 ? grace.id : alan.id, stop: i }));
		const dispatch = (l) => send(DISPATCHES, l, "DispatchLine");
		const first = await dispatch(routes);
		assert.ok(first.every((l) => l.code_sent && !l.again &&
			l.status === "out_for_delivery"));
		/* The same code stays; another agent is another visit. */
		const again = await dispatch([...routes.slice(0, 2),
			{ ...routes[2], agent: grace.id }]);
		assert.deepEqual(again.map((l) => [l.again, l.visit]), [
			[true, first[0].visit], [true, first[1].visit],
			[false, again[2].visit]]);
		assert.notEqual(again[2].visit, first[2].visit);
		await server.expect(200, "POST",
			`/v1/shipments/${made[3].id}/cancel`);
		const nobody = grace.id.replace(/..$/, (s) => s === "00" ? "10" : "00");
		const wrong = await dispatch([routes[3], { ...routes[4],
			agent: nobody }, { ...routes[5], shipment: made[5].id
			.replace(/..$/, (s) => s === "00" ? "10" : "00") }, { stop: 1 }]);
		assert.deepEqual(wrong.map((l) => l.error.code), ["conflict",
			"invalid_request", "not_found", "invalid_request"]);
		assert.equal(wrong[0].status, "cancelled");
	});
});
