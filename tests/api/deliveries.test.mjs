/**
 * Deliveries, as a shop, an agent's device and a customer meet them (R1 to
 * R47, R86).
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
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
	/** A counter of /metrics; what is not there has not happened. */
	const counted = async (name, label) => Number(
		(await server.get("/metrics")).text.split("\n")
			.find((line) => line.startsWith(`watchword_${name}{${label}} `))
			?.split(" ")[1] ?? 0);

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

	/* R1, R20: told at once of the day and the code; at the end, of the
	 * receipt, whose short form both sides have. */
	test("its customer is told: the day, then the hand-over", async () => {
		const to = `n${randomBytes(6).toString("hex")}@example.com`;
		const shipment = await shop.ship({ recipient: { name: "Ada", email: to } });
		const news = () => server.until(async () => {
			const { messages } = await server.expect(200, "GET",
				`/sandbox/inbox?to=${to}`);
			const found = messages.filter((m) => m.kind === "notice");
			return found.length >= 2 && found.map((m) => m.text).reverse();
		});
		const sent = await shop.dispatch(shipment, grace.agent, 9);
		await shop.door(grace, shipment, "arrive");
		await shop.door(grace, shipment, "handover",
			{ code: await shop.code(sent), typed_by: "agent" });
		const [expected, delivered] = await news();
		assert.match(expected, /need a delivery code/);
		assert.ok(expected.includes(shipment.order));
		const { receipt_short: short } = await shop.show(shipment);
		assert.ok(delivered.includes(short), delivered);
		assert.doesNotMatch(expected + delivered, /\d{3} \d{3}/);
	});

	/* S13: five wrong ones, and a person must look. */
	test("five wrong codes and it is held", async () => {
		const wrong = await counted("handovers_total", 'result="wrong"');
		const locked = await counted("handovers_total", 'result="locked"');
		const alerts = await counted("door_alerts_total", 'reason="locked"');
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
		assert.deepEqual([await counted("handovers_total", 'result="wrong"'),
			await counted("handovers_total", 'result="locked"')],
		[wrong + 4, locked + 2]);
		assert.equal(await counted("door_alerts_total", 'reason="locked"'),
			alerts + 1, "one alert, whatever is asked after it");
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
			grace.device.token.replace(/.$/, (c) => c === "x" ? "y" : "x"), "wwd_x"]) {
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

	/* One of two hand-overs was not what it was said to be: a person looks. */
	test("a delivered parcel in an agent's hand again is a case", async () => {
		const before = await shop.ship();
		const sent = await shop.dispatch(before, grace.agent);
		await shop.door(grace, before, "arrive");
		await shop.door(grace, before, "handover",
			{ code: await shop.code(sent), typed_by: "customer" });
		const shipment = await shop.ship();
		const { challenge } = await shop.dispatch(shipment, alan.agent);
		await shop.door(alan, shipment, "arrive");
		const code = await shop.code({ challenge });
		const other = await shop.ship();
		for (const parcels of [before.parcels, before.parcels,
			other.parcels, ["NOBODYS"]]) {
			await shop.door(alan, shipment, "handover",
				{ code, parcels, typed_by: "agent" }, 400);
		}
		const { data } = await server.expect(200, "GET", "/v1/cases?limit=50");
		const opened = data.filter((c) => c.kind === "parcel_again");
		assert.deepEqual(opened.map((c) => c.shipment), [before.id]);
		await shop.expectStatus(before, "delivered");
		/* No try was spent: the right parcel goes out with the same code. */
		assert.equal((await shop.door(alan, shipment, "handover",
			{ code, parcels: shipment.parcels, typed_by: "agent" })).result,
		"delivered");
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

	const page = { key: false, headers: { "X-Watchword": "1" } };
	const track = async (shipment) => {
		const answer = await fetch(`${server.url}/v1/track/${shipment.track}`);
		assert.equal(answer.status, 200);
		return answer.json();
	};

	/* R21, R31, R32, R47 */
	test("the track page's answer: the word, and the code where trusted", async () => {
		const shipment = await shop.ship();
		const before = await track(shipment);
		assert.equal(before.status, "scheduled");
		assert.equal(before.code_required, true);
		assert.equal(before.countersign, undefined);
		const sent = await shop.dispatch(shipment, grace.agent);
		const stranger = await track(shipment);
		assert.equal(stranger.agent, "Grace");
		assert.match(stranger.countersign, /^[a-z]+$/);
		assert.equal(stranger.code, undefined);
		assert.equal(stranger.pass, undefined);
		assert.equal(stranger.may_delegate, false);
		const { stops } = await server.expect(200, "GET", "/v1/agent/route",
			undefined, { key: grace.device.token });
		assert.equal(stops.find((s) => s.shipment === shipment.id).countersign,
			stranger.countersign);
		const policy = "/v1/tenants/default/policy";
		await server.expect(200, "PUT", policy,
			{ limits: { delivery_code_on_track: 1 } });
		const trusted = await track(shipment);
		assert.equal(trusted.code, await shop.code(sent));
		assert.ok((trusted.pass.text ?? trusted.pass).length < 600);
		await server.expect(200, "PUT", policy, {});
	});

	/* R36 to R38: a code of his own, and only until it is taken back. */
	test("a delegate's code opens, a revoked one's does not", async () => {
		const shipment = await shop.ship();
		const sent = await shop.dispatch(shipment, grace.agent);
		const path = `/v1/shipments/${shipment.id}/delegates`;
		const people = [];
		for (const name of ["Charles", "Mary"]) {
			const email = `${name}-${shipment.order}@example.com`.toLowerCase();
			server.addresses.add(email);
			const named = await server.expect(201, "POST", path, { name, email });
			const { messages } = await server.until(async () => {
				const { json } = await server.get(`/sandbox/inbox?to=${email}`);
				return json.messages.length > 0 && json;
			});
			people.push({ ...named, code: messages[0].code });
		}
		await server.expect(409, "POST", path,
			{ name: "Eve", email: "eve@example.com" });
		const [charles, mary] = people;
		const own = await shop.code(sent);
		assert.equal(new Set([own, charles.code, mary.code]).size, 3);
		await server.expect(204, "DELETE", `${path}/${mary.id}`);
		await shop.door(grace, shipment, "arrive");
		assert.equal((await shop.door(grace, shipment, "handover",
			{ code: mary.code })).result, "wrong");
		const given = await shop.door(grace, shipment, "handover",
			{ code: charles.code });
		assert.equal(given.result, "delivered");
		assert.equal(given.proof, "delegate");
	});

	/* R29: the shop's own check does not know the codes of doors. */
	test("a code of the door opens nothing else", async () => {
		const shipment = await shop.ship();
		const sent = await shop.dispatch(shipment, grace.agent);
		const code = await shop.code(sent);
		await server.expect(404, "POST",
			`/v1/challenges/${sent.challenge}/check`, { code });
	});

	/* No coverage: the pass, told twice, settled once. */
	test("an offline hand-over by pass is settled once", async () => {
		const policy = "/v1/tenants/default/policy";
		await server.expect(200, "PUT", policy,
			{ limits: { delivery_code_on_track: 1 } });
		const shipment = await shop.ship();
		await shop.dispatch(shipment, grace.agent);
		const { pass } = await track(shipment);
		await server.expect(200, "PUT", policy, {});
		const { now } = await server.expect(200, "GET", "/sandbox/clock");
		const line = { shipment: shipment.id, pass: pass.text ?? pass,
			parcels: shipment.parcels, at: now, typed_by: "customer" };
		const sync = async (lines, device) => {
			const answer = await fetch(`${server.url}/v1/agent/sync`, {
				method: "POST", body: lines.map((l) => JSON.stringify(l))
					.join("\n"),
				headers: { Authorization: `Bearer ${device.token}`,
					"Content-Type": "application/x-ndjson" } });
			assert.equal(answer.status, 200);
			return (await answer.text()).trim().split("\n")
				.map((l) => JSON.parse(l));
		};
		/* Another agent's device, and a pass that was changed. */
		assert.equal((await sync([line], alan.device))[0].result, "wrong");
		assert.equal((await sync([{ ...line,
			pass: line.pass.replace(/.$/, (c) => c === "A" ? "Q" : "A") }], grace.device))[0].result,
		"wrong");
		const before = await counted("handovers_total", 'result="delivered"');
		const [first, second] = await sync([line, line], grace.device);
		assert.deepEqual([first.result, first.again], ["delivered", false]);
		assert.deepEqual([second.result, second.again], ["delivered", true]);
		assert.equal(first.receipt, second.receipt);
		const [third] = await sync([line], grace.device);
		assert.equal(third.again, true);
		assert.equal(await counted("handovers_total", 'result="delivered"'),
			before + 1, "once, however often it is told");
		const { visits } = await shop.show(shipment);
		assert.equal(visits[0].proof, "pass");
	});

	/* S118: what the device says of its place is told, and decides nothing. */
	test("a code typed far from the stop opens, and opens a case", async () => {
		const geo = { lat: "51.51750", lon: "-0.07310" };
		const { address } = await shop.order();
		const shipment = await shop.ship({ address: { ...address, geo } });
		assert.deepEqual((await shop.show(shipment)).address.geo, geo);
		const code = await shop.code(await shop.dispatch(shipment, alan.agent));
		const route = await server.expect(200, "GET", "/v1/agent/route",
			undefined, { key: alan.device.token });
		assert.equal(route.stops.find((s) => s.shipment === shipment.id)
			.address.geo, undefined, "the agent is not told");
		await shop.door(alan, shipment, "arrive");
		const far = { lat: "51.50750", lon: "-0.07310", accuracy_m: 12 };
		assert.equal((await shop.door(alan, shipment, "handover",
			{ code, place: far })).result, "delivered");
		const { data } = await server.expect(200, "GET", "/v1/cases");
		const [opened] = data.filter((c) => c.kind === "far_from_stop");
		assert.equal(opened.shipment, shipment.id);
		assert.match(opened.text, /1112 m away/);
		for (const bad of [{ lat: "91", lon: "0" }, { lat: "51.5" },
			{ lat: 51.5, lon: 0 }, { ...geo, accuracy_m: 3 }]) {
			await server.expect(400, "POST", "/v1/shipments",
				await shop.order({ address: { ...address, geo: bad } }));
		}
	});

	/* Two people, each with a key of his own; and then a dispute. */
	test("an override takes two, and a delivery can be disputed", async () => {
		const shipment = await shop.ship();
		const code = await shop.code(await shop.dispatch(shipment, alan.agent));
		await shop.door(alan, shipment, "arrive");
		const path = `/v1/shipments/${shipment.id}`;
		const asked = await server.expect(201, "POST", `${path}/overrides`,
			{ reason: "The customer is known to us" });
		await server.expect(409, "POST",
			`${path}/overrides/${asked.id}/approve`);
		const second = server.installation.newKey("default", "shipments");
		await server.expect(200, "POST",
			`${path}/overrides/${asked.id}/approve`, undefined, { key: second });
		const shown = await shop.show(shipment);
		assert.equal(shown.status, "delivered");
		assert.equal(shown.visits[0].proof, "override");
		assert.equal((await server.expect(200, "GET",
			`/v1/track/${shipment.track}`, undefined, page)).proof, "override");
		assert.equal((await shop.door(alan, shipment, "handover", { code }))
			.result, "not_now");
		await server.expect(201, "POST", `/v1/track/${shipment.track}/disputes`,
			{ kind: "not_received", text: "Nobody came" }, page);
		await shop.expectStatus(shipment, "disputed");
	});

	/* It is disputed for as long as somebody has to look into it. */
	test("with the last case closed a dispute is over", async () => {
		const shipment = await shop.ship();
		const code = await shop.code(await shop.dispatch(shipment, alan.agent));
		await shop.door(alan, shipment, "arrive");
		assert.equal((await shop.door(alan, shipment, "handover", { code }))
			.result, "delivered");
		for (const kind of ["not_received", "wrong_parcel", "wrong_word"]) {
			await server.expect(201, "POST",
				`/v1/track/${shipment.track}/disputes`, { kind }, page);
		}
		const { data } = await server.expect(200, "GET", "/v1/cases");
		const about = (kind) => data.find((c) => c.kind === kind &&
			c.shipment === shipment.id);
		const set = async (kind, status, becomes) => {
			await server.expect(200, "PATCH", `/v1/cases/${about(kind).id}`,
				{ status });
			await shop.expectStatus(shipment, becomes);
		};
		await set("not_received", "closed", "disputed");
		await set("wrong_parcel", "closed", "delivered");
		await set("wrong_word", "closed", "delivered");
		await set("wrong_word", "open", "delivered");
		await set("not_received", "open", "disputed");
		await set("not_received", "closed", "delivered");
	});

	/* R33, R34, R40: over a bank holiday and a weekend, with a new code. */
	test("absent: the next working day, and the old code is dead", async () => {
		const ics = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//",
			"BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20291225",
			"SUMMARY:Christmas Day", "END:VEVENT", "END:VCALENDAR", ""]
			.join("\r\n");
		const calendars = "/v1/tenants/default/calendars";
		/* Christmas Eve of 2029 is a Monday; a week without days of work. */
		await server.expect(200, "POST", "/sandbox/clock",
			{ now: "2029-12-21T09:00:00.000Z" });
		await server.expect(200, "PUT", calendars, { regions: [{ region: "gb",
			weekdays: "tue wed thu fri", file: "gb.ics", ics }] });
		const courier = await shop.courier("Ida Rhodes");
		const shipment = await shop.ship();
		const first = await shop.code(await shop.dispatch(shipment,
			courier.agent));
		await shop.door(courier, shipment, "arrive");
		const absent = await counted("attempts_total", 'outcome="absent"');
		const missed = await shop.door(courier, shipment, "attempt",
			{ outcome: "absent" });
		assert.equal(await counted("attempts_total", 'outcome="absent"'),
			absent + 1);
		assert.equal(missed.next_attempt_on, "2029-12-26");
		assert.match(missed.why, /Tue 25 Dec 2029 is a holiday \(Christmas Day\)/);
		await server.expect(409, "POST",
			`/v1/shipments/${shipment.id}/dispatch`,
			{ agent: courier.agent.id });
		await server.expect(200, "POST", "/sandbox/clock",
			{ now: "2029-12-26T08:00:00.000Z" });
		await shop.expectStatus(shipment, "scheduled");
		const again = await shop.pair(courier.agent);
		const morning = { agent: courier.agent, device: again };
		const second = await shop.code(await shop.dispatch(shipment,
			courier.agent));
		assert.notEqual(first, second);
		await shop.door(morning, shipment, "arrive");
		assert.equal((await shop.door(morning, shipment, "handover",
			{ code: first })).result, "wrong");
		/* R14: dead at the first moment of the next day there. */
		await server.expect(200, "POST", "/sandbox/clock",
			{ now: "2029-12-27T00:00:00.000Z" });
		const late = { agent: courier.agent,
			device: await shop.pair(courier.agent) };
		assert.equal((await shop.door(late, shipment, "handover",
			{ code: second })).result, "not_now");
		await shop.expectStatus(shipment, "scheduled");
		assert.equal((await shop.show(shipment)).visits_left, 1);
		/* The third that fails goes back. */
		await shop.dispatch(shipment, courier.agent);
		await shop.door(late, shipment, "arrive");
		assert.equal((await shop.door(late, shipment, "attempt",
			{ outcome: "absent" })).status, "returning");
	});
});
