/**
 * One delivery and one agent's day, as far as the pages ask about them: what a
 * real server will not do on demand.  Part of the mock.
 */

import { sign } from "node:crypto";

export const STOP = "shp_000000000000000000000000000000000001";
export const WORD = "lantern";
export const CODE = "482913";
export const PAIRING = "wwp_0123-4567-89ab-cdef-ghjk-mnpq";
const OPEN = ["out_for_delivery", "at_door"];

export class DoorMock {
	constructor(mock) {
		this.mock = mock;
		this.track = { order: "A-1042", shop: "Example Shop",
			status: "out_for_delivery", day: "2026-11-23", why: "",
			parcels: [
				{ tracking: "EX0001", what: "Headphones", state: "expected" },
				{ tracking: "EX0002", what: "Two books", state: "expected" }],
			agent: "Ravi", countersign: WORD, code_required: true,
			reasons: ["value of 250.00 EUR or more"], code: CODE,
			valid_until: "2026-11-23T23:00:00.000Z", time_zone: "Europe/Berlin",
			pass: undefined, sent_to: "a•••@example.com", delegates: [],
			may_delegate: true, may_put_off: true,
			disputes: ["not_ordered", "wrong_word"] };
		this.paired = false;
		this.stop = { shipment: STOP, visit: "vis_1", stop: 3,
			status: "out_for_delivery", name: "Ada Lovelace",
			address: { lines: ["Lindenstraße 5", "2nd floor, left"],
				postcode: "10969", country: "DE", region: "de",
				time_zone: "Europe/Berlin" },
			parcels: this.track.parcels, code_required: true, attempts_left: 5,
			countersign: WORD, day: "2026-11-23",
			valid_until: "2026-11-23T23:00:00.000Z" };
		this.left = 5;
		this.shipments = [
			{ id: STOP, order: "A-1042", status: "out_for_delivery", next_on: "2026-11-23" },
			{ id: `${STOP.slice(0, -1)}2`, order: "A-1043", status: "scheduled", next_on: "2026-11-27",
				why: "Thu 26 Nov 2026 is a holiday (Example Day)" },
			{ id: `${STOP.slice(0, -1)}3`, order: "A-1044", status: "held", next_on: "2026-11-23" },
		].map((s) => ({ ...s, promised_on: s.next_on, visits_left: 3, attempts_left: 5,
			track: "abc", parcels: [{}, {}], code: { required: true, reasons: [] } }));
	}

	/** The pass as the server signs it; changed claims make others of it. */
	pass(changes = {}) {
		const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const input = `${text({ alg: "EdDSA", kid: "rk1", typ: "pass+jwt" })}.${text({
			aud: "default", shipment: STOP, visit: this.stop.visit, agent: "agt_1",
			exp: Math.floor(Date.now() / 1000) + 3600, ...changes })}`;
		return `${input}.${sign(null, Buffer.from(input), this.mock.privateKey).toString("base64url")}`;
	}

	/** [status, body], or null: not one of these routes. */
	route(method, path, body) {
		if (/^\/v1\/track\/\w+$/.test(path)) {
			return path.endsWith("none") ? [404, { status: 404, code: "not_found" }]
				: [200, this.track];
		}
		if (/^\/v1\/track\/\w+\//.test(path)) {
			return [201, {}];
		}
		if (path === "/v1/accounts/me/shipments") {
			return [200, { data: this.shipments, next_cursor: null }];
		}
		return path.startsWith("/v1/agent/") ? this.agent(path, body)
			: this.desk(method, path, body);
	}

	agent(path, body) {
		if (path === "/v1/agent/pair") {
			this.paired = body.pairing_code === PAIRING;
			return this.paired ? [201, this.token()]
				: [403, { status: 403, code: "forbidden", detail: "No such code." }];
		}
		if (path === "/v1/agent/sign_in") {
			return !this.paired ? [401, { status: 401, code: "unauthorized" }]
				: [200, body.nonce === undefined ? { nonce: "n" } : this.token()];
		}
		if (path === "/v1/agent/route") {
			return [200, { stops: OPEN.includes(this.stop.status) ? [this.stop] : [],
				agent: { id: "agt_1", name: "Ravi" } }];
		}
		if (path === `/v1/agent/stops/${STOP}/arrive`) {
			this.stop.status = "at_door";
			return [200, { result: "at_door", arrived_at: "2026-11-23T10:00:00.000Z" }];
		}
		if (path === `/v1/agent/stops/${STOP}/handover`) {
			return [200, this.handOver(body)];
		}
		if (path === `/v1/agent/stops/${STOP}/attempt`) {
			this.stop.status = "attempted";
			return [200, { result: "recorded", status: "attempted",
				next_attempt_on: "2026-11-24", why: "" }];
		}
		return null;
	}

	token() {
		return { device: "dev_1", token: "wwd_x", agent: { id: "agt_1", name: "Ravi" } };
	}

	desk(method, path, body) {
		if (path === "/v1/agents" && method === "GET") {
			return [200, { data: [{ id: "agt_1", name: "Ravi", status: "active" },
				{ id: "agt_2", name: "Noor", status: "active" }], next_cursor: null }];
		}
		if (path === "/v1/agents") {
			return [201, { id: "agt_3", name: body.name, status: "active" }];
		}
		if (/^\/v1\/agents\/\w+\/pairings$/.test(path)) {
			return [201, { pairing_code: PAIRING, expires_at: "2026-11-23T10:10:00.000Z" }];
		}
		if (path === "/v1/shipments") {
			return [200, { data: this.shipments, next_cursor: null }];
		}
		if (/^\/v1\/shipments\/\w+$/.test(path)) {
			return [200, { ...this.shipments[2], overrides: [
				{ id: "ovr_1", reason: "Known to the shop", status: "asked" }] }];
		}
		return /^\/v1\/shipments\/\w+\//.test(path) ? [200, {}] : null;
	}

	handOver(body) {
		if (body.code !== CODE) {
			this.left--;
			this.stop.status = this.left === 0 ? "held" : this.stop.status;
			return { result: this.left === 0 ? "locked" : "wrong",
				status: this.stop.status, attempts_left: this.left };
		}
		this.stop.status = body.parcels.length < 2 ? "attempted" : "delivered";
		return { result: body.parcels.length < 2 ? "partial" : "delivered",
			status: this.stop.status, attempts_left: this.left, receipt: "r" };
	}
}
