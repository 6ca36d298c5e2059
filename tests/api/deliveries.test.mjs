/**
 * Deliveries, as a shop, an agent's device and a customer meet them (R1 to
 * R47, R86).
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Device, Shop } from "./door.mjs";
import { finish, sandbox } from "./server.mjs";

describe("deliveries", () => {
	let server, shop, grace, alan;
	before(async () => {
		server = await sandbox();
		shop = new Shop(server);
		grace = await shop.courier("Grace Hopper");
		alan = await shop.courier("Alan Turing");
	});
	after(() => finish(server));

	/* R2 to R6: the decision, with its reason, is part of the answer. */
	test("what is decided when a shipment is made", async () => {
		const cases = [
			[{}, true, "delivery.value"],
			[{ value: { amount: "9.99", currency: "GBP" } }, false,
				"delivery.default"],
			[{ value: { amount: "9", currency: "GBP" }, method: "unattended" },
				true, "delivery.method"],
			[{ value: { amount: "9", currency: "GBP" },
				signals: { risky_place: true } }, true, "delivery.place"],
			[{ signals: { region_off: true } }, false, "delivery.region_off"],
		];
		for (const [more, required, rule] of cases) {
			const { code } = await shop.ship(more);
			assert.equal(code.required, required, rule);
			assert.equal(code.rule, rule);
			assert.equal(code.reasons.length, 1);
		}
	});

	test("what is no shipment", async () => {
		const good = await shop.order();
		const bad = [
			["recipient", { ...good, recipient: { name: "Ada" } }],
			["recipient.name", { ...good, recipient: { name: "a.example.com",
				email: "a@example.com" } }],
			["address.time_zone", { ...good, address: { ...good.address,
				time_zone: "Europe/Atlantis" } }],
			["address.country", { ...good, address: { ...good.address,
				country: "gb" } }],
			["promised_on", { ...good, promised_on: "2020-01-01" }],
			["promised_on", { ...good, promised_on: "2026-02-30" }],
			["parcels", { ...good, parcels: [] }],
			["parcels[1].tracking", { ...good, parcels: [{ tracking: "A" },
				{ tracking: "A" }] }],
			["value.amount", { ...good, value: { amount: "1,5",
				currency: "GBP" } }],
			["signals.blocked", { ...good, signals: { blocked: true } }],
			["colour", { ...good, colour: "red" }],
		];
		for (const [field, body] of bad) {
			const { status, json } = await server.post("/v1/shipments", body);
			assert.equal(status, 400, field);
			assert.ok(json.errors.some((e) => e.field === field),
				`${field}: ${JSON.stringify(json.errors)}`);
		}
	});

	/* R27 to R29, R25: shown to the agent, compared, handed over, proven. */
	test("the right code opens the door, once", async () => {
		const shipment = await shop.ship();
		const sent = await shop.dispatch(shipment, grace.agent, 7);
		assert.equal(sent.code_sent, true);
		const code = await shop.code(sent);
		const { stops } = await server.expect(200, "GET", "/v1/agent/route",
			undefined, { key: grace.device.token });
		const stop = stops.find((s) => s.shipment === shipment.id);
		assert.equal(stop.stop, 7);
		assert.match(stop.countersign, /^[a-z]{4,}$/);
		/* R86 */
		assert.ok(!JSON.stringify(stops).includes("@"));
		await shop.door(grace, shipment, "arrive");
		const given = await shop.door(grace, shipment, "handover",
			{ code: `${code.slice(0, 3)} ${code.slice(3)}`,
				parcels: shipment.parcels, typed_by: "customer",
				place: { lat: "51.50735", lon: "-0.12776", accuracy_m: 8 } });
		assert.equal(given.result, "delivered");
		const payload = JSON.parse(Buffer.from(
			given.receipt.split(".")[1], "base64url").toString());
		assert.deepEqual(payload.parcels, shipment.parcels);
		assert.equal(payload.agent, grace.agent.id);
		assert.equal(payload.typed_by, "customer");
		const shown = await shop.show(shipment);
		assert.equal(shown.status, "delivered");
		assert.equal(shown.receipt, given.receipt);
		assert.equal(shown.receipt_short, payload.short);
		const again = await shop.door(grace, shipment, "handover", { code });
		assert.equal(again.result, "not_now");
	});

	/* S13: five wrong ones, and a person must look. */
	test("five wrong codes and it is held", async () => {
		const shipment = await shop.ship();
		const code = await shop.code(await shop.dispatch(shipment, alan.agent));
		await shop.door(alan, shipment, "arrive");
		for (let left = 4; left >= 0; left--) {
			const tried = await shop.door(alan, shipment, "handover",
				{ code: server.wrong(code) });
			assert.equal(tried.result, left > 0 ? "wrong" : "locked");
			assert.equal(tried.attempts_left, left);
		}
		const late = await shop.door(alan, shipment, "handover", { code });
		assert.equal(late.result, "locked");
		await shop.expectStatus(shipment, "held");
		const freed = await server.expect(200, "POST",
			`/v1/shipments/${shipment.id}/release`);
		assert.equal(freed.status, "scheduled");
		assert.equal(freed.attempts_left, 5);
	});

	/* R29: the agent's own stop, from his own paired device, at the door. */
	test("early, elsewhere, and from a device that is not paired", async () => {
		const shipment = await shop.ship();
		const code = await shop.code(await shop.dispatch(shipment, grace.agent));
		const early = await shop.door(grace, shipment, "handover", { code });
		assert.equal(early.result, "not_now");
		assert.equal(early.attempts_left, 5);
		await shop.door(grace, shipment, "arrive");
		const other = await shop.door(alan, shipment, "handover", { code });
		assert.deepEqual(other, { result: "not_yours" });
		const path = `/v1/agent/stops/${shipment.id}/handover`;
		for (const key of [false, server.installation.key,
			grace.device.token.replace(/.$/, "x"), "wwd_x"]) {
			assert.equal((await server.post(path, { code }, { key })).status, 401);
		}
		const second = await shop.pair(grace.agent);
		await server.expect(200, "DELETE",
			`/v1/agents/${grace.agent.id}/devices/${second.id}`);
		assert.equal((await server.post(path, { code },
			{ key: second.token })).status, 401);
		assert.equal((await shop.door(grace, shipment, "handover", { code }))
			.result, "delivered");
		/* Both are in the log, for people. */
		const events = server.installation.cli("audit", "export").out
			.split("\n").filter((line) => line.includes('"door.alert"') &&
				line.includes(shipment.id));
		assert.deepEqual(events.map((line) => JSON.parse(line).reason),
			["not_now", "not_yours"]);
	});

	/* S27: once, for ten minutes, by whoever has it. */
	test("a pairing code works once", async () => {
		const agent = await shop.agent("Edsger Dijkstra");
		const device = await Device.make();
		const body = await server.expect(201, "POST",
			`/v1/agents/${agent.id}/pairings`).then(({ pairing_code }) =>
			({ pairing_code: pairing_code.toUpperCase().replaceAll("-", ""),
				device_key: device.jwk }));
		const none = { key: false };
		await server.expect(403, "POST", "/v1/agent/pair",
			{ ...body, pairing_code: "wwp_0000-0000-0000-0000-0000-0000" }, none);
		await server.expect(201, "POST", "/v1/agent/pair",
			{ ...body, pairing_code: body.pairing_code.replace("WWP_", "wwp_") },
			none);
		await server.expect(403, "POST", "/v1/agent/pair", body, none);
		const { pairing_code } = await server.expect(201, "POST",
			`/v1/agents/${agent.id}/pairings`);
		await server.advance(601);
		await server.expect(403, "POST", "/v1/agent/pair",
			{ pairing_code, device_key: device.jwk }, none);
		await server.advance(-601);
	});

	test("a device signs in with its key, and a nonce works once", async () => {
		const { device, agent } = await shop.courier("Barbara Liskov");
		const none = { key: false };
		const path = "/v1/agent/sign_in";
		const { nonce } = await server.expect(200, "POST", path,
			{ device: device.id }, none);
		const signature = await device.sign(nonce);
		const stranger = await Device.make();
		stranger.id = device.id;
		await server.expect(401, "POST", path, { device: device.id, nonce,
			signature: await stranger.sign(nonce) }, none);
		const signed = await server.expect(200, "POST", path,
			{ device: device.id, nonce, signature }, none);
		assert.equal(signed.agent.name, "Barbara Liskov");
		await server.expect(401, "POST", path,
			{ device: device.id, nonce, signature }, none);
		await server.expect(200, "GET", "/v1/agent/route", undefined,
			{ key: signed.token });
		await server.expect(200, "DELETE", `/v1/agents/${agent.id}`);
		await server.expect(401, "GET", "/v1/agent/route", undefined,
			{ key: signed.token });
		const shipment = await shop.ship();
		await server.expect(400, "POST",
			`/v1/shipments/${shipment.id}/dispatch`, { agent: agent.id });
	});

	/* Partial outcomes are per parcel. */
	test("two of three parcels, and one is refused", async () => {
		const shipment = await shop.ship({ parcels: ["A", "B", "C"].map((t) =>
			({ tracking: `${t}1` })) });
		const first = await shop.dispatch(shipment, grace.agent);
		await shop.door(grace, shipment, "arrive");
		assert.equal((await server.post(
			`/v1/agent/stops/${shipment.id}/handover`,
			{ code: await shop.code(first), parcels: ["A1", "Z9"] },
			{ key: grace.device.token })).status, 400);
		const part = await shop.door(grace, shipment, "handover",
			{ code: await shop.code(first), parcels: ["A1"], refused: ["B1"] });
		assert.equal(part.result, "partial");
		const { parcels, status } = await shop.show(shipment);
		assert.deepEqual(parcels.map((p) => p.state),
			["delivered", "refused", "expected"]);
		assert.equal(status, "attempted");
	});

	test("refused at the door, and an address that cannot be found", async () => {
		for (const [outcome, status] of [["refused", "returning"],
			["address", "held"]]) {
			const shipment = await shop.ship();
			await shop.dispatch(shipment, grace.agent);
			await shop.door(grace, shipment, "arrive");
			const said = await shop.door(grace, shipment, "attempt",
				{ outcome, note: "third floor" });
			assert.equal(said.status, status);
			await shop.expectStatus(shipment, status);
		}
	});

	/* S106 */
	test("the same order twice under one key is one shipment", async () => {
		const body = await shop.order();
		const options = { headers: { "Idempotency-Key": "ship-1" } };
		const first = await server.expect(201, "POST", "/v1/shipments", body,
			options);
		const second = await server.expect(201, "POST", "/v1/shipments", body,
			options);
		assert.equal(first.id, second.id);
		server.addresses.add(body.recipient.email);
	});

	test("the list goes from the newest to the oldest", async () => {
		const seen = new Set();
		let cursor = "";
		do {
			const page = await server.expect(200, "GET",
				`/v1/shipments?limit=3${cursor && `&cursor=${cursor}`}`);
			page.data.forEach((s) => seen.add(s.id));
			cursor = page.next_cursor;
		} while (cursor);
		assert.ok(seen.size > 10);
	});
});
