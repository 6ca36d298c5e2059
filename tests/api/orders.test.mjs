/**
 * Shipments of accounts: who is told, who may look, and codes at the door
 * turned off and on (R17, R19, R21, R31, R32, R41 to R44).
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Shop } from "./door.mjs";
import { address, Browser, number, person } from "./people.mjs";
import { finish, sandbox } from "./server.mjs";

describe("the orders of an account", () => {
	let server, shop, grace;
	before(async () => {
		server = await sandbox();
		shop = new Shop(server);
		grace = await shop.courier("Grace Hopper");
	});
	after(() => finish(server));

	/** A body for an account: nothing is said of the recipient. */
	const order = async (account, more) => {
		const { recipient, ...body } = await shop.order(more);
		assert.ok(recipient);
		return { ...body, account: account.id };
	};
	const ship = async (account, more) => {
		const body = await order(account, more);
		const made = await server.expect(201, "POST", "/v1/shipments", body);
		return { ...made, parcels: body.parcels.map((p) => p.tracking) };
	};
	const worth = (amount) => ({ value: { amount, currency: "GBP" } });
	/* Its answer has a code, so it is kept from the tests' look for leaks. */
	const track = async (browser, shipment) => {
		const answer = await fetch(`${server.url}/v1/track/${shipment.track}`,
			{ headers: { Cookie: browser.cookie } });
		assert.equal(answer.status, 200);
		return answer.json();
	};
	const signedIn = async (who) => {
		const browser = new Browser(server);
		await browser.signIn(who.email);
		return browser;
	};

	test("R17, R19: name, contacts and language come from the account", async () => {
		const ada = await person(server, { name: "Ada Lovelace", locale: "de",
			phone: number() });
		const made = await ship(ada);
		assert.equal(made.account, ada.id);
		const { recipient } = await shop.show(made);
		assert.equal(recipient.name, "Ada Lovelace");
		assert.equal(recipient.channel, "email");
		assert.equal(recipient.locale, "de");
		assert.ok(recipient.phone);
		assert.ok(!JSON.stringify(recipient).includes(ada.email), "masked");
		const sent = await shop.dispatch(made, grace.agent);
		assert.equal(sent.code_sent, true);
		assert.match(await shop.code(sent), /^\d{6}$/);
		const said = await ship(ada, { locale: "fr", channel: "sms" });
		const other = (await shop.show(said)).recipient;
		assert.deepEqual([other.channel, other.locale], ["sms", "fr"]);
	});

	test("accounts that are none, or cannot be reached", async () => {
		const ada = await person(server);
		const gone = await person(server);
		await server.expect(204, "DELETE", `/v1/accounts/${gone.id}`);
		const refused = async (field, body) => {
			const { status, json } = await server.post("/v1/shipments", body);
			assert.equal(status, 400, JSON.stringify(json));
			assert.deepEqual(json.errors.map((e) => e.field), [field]);
			return json.errors[0].reason;
		};
		await refused("account", { ...await order(ada), account: "ada" });
		for (const digit of "01") {
			await refused("account", { ...await order(ada),
				account: `acc_${digit.repeat(36)}` });
		}
		assert.match(await refused("account", await order(gone)), /erased/);
		assert.match(await refused("account",
			{ ...await order(ada), channel: "sms" }), /no registered contact/);
		await refused("recipient", { ...await order(ada),
			recipient: { name: "Eve", email: address() } });
		await refused("channel", { ...await order(ada), channel: "pigeon" });
	});

	/* What waits follows the customer's wish; what is on its way does not. */
	test("R41 to R44: turned off, above the limit, and on again", async () => {
		const ada = await person(server);
		const browser = await signedIn(ada);
		const before = await ship(ada);
		const dear = await ship(ada, worth("500.00"));
		const underway = await ship(ada);
		assert.equal(before.code.required, true);
		const first = await shop.dispatch(underway, grace.agent);
		await browser.change({ delivery_codes: false });
		const after = await ship(ada);
		assert.equal(after.code.required, false);
		assert.equal(after.code.rule, "delivery.opted_out");
		assert.deepEqual(after.code.reasons,
			["The customer has turned delivery codes off."]);

		const off = await shop.dispatch(before, grace.agent);
		assert.equal(off.code.required, false);
		assert.equal(off.code.rule, "delivery.opted_out");
		assert.equal(off.challenge, undefined);
		assert.equal(off.code_sent, false);
		const held = await shop.dispatch(dear, grace.agent);
		assert.equal(held.code.rule, "delivery.value");
		assert.equal(held.code_sent, true);
		assert.match(await shop.code(held), /^\d{6}$/);
		const moved = await shop.dispatch(underway, grace.agent, 2);
		assert.equal(moved.code.required, true);
		assert.notEqual(moved.challenge, first.challenge);

		/* Nobody asks for a code at the door. */
		await shop.door(grace, before, "arrive");
		assert.equal((await shop.door(grace, before, "handover",
			{ parcels: before.parcels })).result, "delivered");

		const on = await browser.expect(200, "PATCH",
			"/v1/accounts/me/preferences", { delivery_codes: true });
		assert.equal(on.preferences.delivery_codes, true);
		const again = await shop.dispatch(after, grace.agent);
		assert.equal(again.code.rule, "delivery.value");
		assert.equal(again.code_sent, true);
	});

	/* What else the shop knew is not forgotten at the second look. */
	test("what the shop said stands when it is decided again", async () => {
		const ada = await person(server);
		const browser = await signedIn(ada);
		const risky = await ship(ada, { ...worth("9.00"),
			signals: { risky_place: true } });
		const alarm = await ship(ada, { ...worth("9.00"),
			signals: { suspicious: true } });
		const cheap = await ship(ada, worth("9.00"));
		await browser.change({ delivery_codes: false });
		assert.equal((await shop.dispatch(risky, grace.agent)).code.rule,
			"delivery.opted_out");
		assert.equal((await shop.dispatch(alarm, grace.agent)).code.rule,
			"delivery.suspicious");
		assert.equal((await shop.dispatch(cheap, grace.agent)).code.required,
			false);
	});

	test("R21, R32: all who share the account see the code, others do not", async () => {
		const ada = await person(server);
		const made = await ship(ada);
		const sent = await shop.dispatch(made, grace.agent);
		for (const at of [await signedIn(ada), await signedIn(ada)]) {
			const seen = await track(at, made);
			assert.equal(seen.code, await shop.code(sent));
			assert.ok(seen.pass.length > 0);
			assert.equal(seen.may_delegate, true);
			assert.equal(seen.signed_out, undefined);
		}
		for (const at of [new Browser(server),
			await signedIn(await person(server))]) {
			const seen = await track(at, made);
			assert.equal(seen.code, undefined);
			assert.equal(seen.pass, undefined);
			assert.equal(seen.signed_out, true);
			assert.match(seen.countersign, /^[a-z]+$/);
		}
	});

	test("R31, R32: the list is the account's own", async () => {
		const ada = await person(server);
		const made = [await ship(ada), await ship(ada), await ship(ada)];
		await ship(await person(server));
		const browser = await signedIn(ada);
		const first = await browser.expect(200, "GET",
			"/v1/accounts/me/shipments?limit=2");
		assert.deepEqual(first.data.map((s) => s.id),
			[made[2].id, made[1].id]);
		const rest = await browser.expect(200, "GET",
			`/v1/accounts/${ada.id}/shipments?limit=2&cursor=${first.next_cursor}`);
		assert.deepEqual(rest.data.map((s) => s.id), [made[0].id]);
		assert.equal(rest.next_cursor, null);
		const [{ track, parcels, value, code_required: required }] = rest.data;
		assert.equal(track, made[0].track);
		assert.equal(parcels[0].what, "Camera");
		assert.equal(required, true);
		assert.equal(value, undefined);
		const path = `/v1/accounts/${ada.id}/shipments`;
		assert.equal((await server.expect(200, "GET", path)).data.length, 3);
		const eve = await signedIn(await person(server));
		await eve.expect(404, "GET", path);
		await new Browser(server).expect(401, "GET", path);
		assert.equal((await server.get(path, { key:
			server.installation.newKey("default", "accounts") })).status, 403);
		await server.expect(404, "GET",
			`/v1/accounts/acc_${"0".repeat(36)}/shipments`);
		await server.expect(400, "GET", `${path}?limit=0`);
	});
});
