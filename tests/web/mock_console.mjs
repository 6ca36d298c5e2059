/**
 * What an operator's console reads, as far as the page asks about it.  Part of
 * the mock.
 */

const AT = "2026-11-22T10:00:00.000Z";
const SHIPMENT = "shp_000000000000000000000000000000000001";
const id = (prefix, n) => `${prefix}_${String(n).padStart(36, "0")}`;

export class ConsoleMock {
	constructor() {
		this.cases = ["not_received", "contradiction", "own_kind"].map((kind, n) => ({
			id: id("cas", n), kind, status: n === 1 ? "closed" : "open",
			text: n === 0 ? "Nobody was here. ".repeat(20) : "", created_at: AT,
			changed_at: AT, ...(n < 2 ? { shipment: SHIPMENT } : {}) }));
		this.alerts = [
			{ event: "door.alert", reason: "guessing", shipment: SHIPMENT },
			{ event: "tenant.sprayed" },
			{ event: "override.asked", shipment: SHIPMENT },
			{ event: "something.new" },
		].map((alert, n) => ({ id: id("evt", n), at: AT, tenant: id("ten", 1), ...alert }));
	}

	/** [status, body], or null: not one of these routes. */
	route(method, path, body) {
		if (path === "/v1/cases") {
			return [200, { data: this.cases, next_cursor: null }];
		}
		if (/^\/v1\/cases\/\w+$/.test(path) && method === "PATCH") {
			const found = this.cases.find((c) => path.endsWith(c.id));
			found.status = body.status;
			return [200, found];
		}
		if (path === "/v1/alerts") {
			return [200, { data: this.alerts, next_cursor: null }];
		}
		if (path === "/v1/messages") {
			return [200, { data: [{ id: id("msg", 1), challenge: id("chl", 1),
				kind: "code", channel: "email", to: "a•••@example.com",
				state: "sent", attempts: 1, created_at: AT, outcome: "accepted",
				said: "The mail server of a•••@example.com has taken it." }],
			next_cursor: null }];
		}
		return null;
	}
}
