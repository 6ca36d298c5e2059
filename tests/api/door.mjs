/**
 * A shop's deliveries, an agent, and his device with its key: what the tests
 * of the door stand on.
 */

import assert from "node:assert/strict";
import { randomBytes, webcrypto } from "node:crypto";

const { subtle } = webcrypto;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A device as a browser has it: its private key cannot be taken out. */
export class Device {
	static async make() {
		const device = new Device();
		device.keys = await subtle.generateKey(CURVE, false,
			["sign", "verify"]);
		device.jwk = await subtle.exportKey("jwk", device.keys.publicKey);
		return device;
	}

	async sign(nonce) {
		const text = `watchword agent sign-in\n${this.id}\n${nonce}`;
		return Buffer.from(await subtle.sign({ name: "ECDSA", hash: "SHA-256" },
			this.keys.privateKey, new TextEncoder().encode(text)))
			.toString("base64url");
	}
}

export class Shop {
	constructor(server) {
		this.server = server;
	}

	/** The date of the server's clock, in a zone. */
	async today(zone = "Europe/London", days = 0) {
		const { now } = await this.server.expect(200, "GET", "/sandbox/clock");
		return new Intl.DateTimeFormat("sv-SE", { timeZone: zone })
			.format(new Date(Date.parse(now) + days * 86400e3));
	}

	/** What a shop says of one parcel or more; more replaces members. */
	async order(more = {}) {
		return {
			order: `A-${randomBytes(4).toString("hex")}`,
			recipient: { name: "Ada Lovelace",
				email: `d${randomBytes(6).toString("hex")}@example.com` },
			address: { lines: ["1 High Street", "London"], postcode: "E1 6AN",
				country: "GB", time_zone: "Europe/London" },
			value: { amount: "129.00", currency: "GBP" },
			promised_on: await this.today(),
			parcels: [{ tracking: `P${randomBytes(6).toString("hex")}`,
				what: "Camera" }],
			...more,
		};
	}

	async ship(more, options) {
		const body = await this.order(more);
		this.server.addresses.add(body.recipient.email);
		const made = await this.server.expect(201, "POST", "/v1/shipments",
			body, options);
		return { ...made, parcels: body.parcels.map((p) => p.tracking) };
	}

	agent(name = "Grace Hopper") {
		return this.server.expect(201, "POST", "/v1/agents", { name });
	}

	async pair(agent) {
		const device = await Device.make();
		const { pairing_code } = await this.server.expect(201, "POST",
			`/v1/agents/${agent.id}/pairings`);
		const paired = await this.server.expect(201, "POST", "/v1/agent/pair",
			{ pairing_code, device_key: device.jwk }, { key: false });
		device.id = paired.device;
		device.token = paired.token;
		return device;
	}

	/** An agent with a device: his calls take a path under /v1/agent. */
	async courier(name) {
		const agent = await this.agent(name);
		return { agent, device: await this.pair(agent) };
	}

	dispatch(shipment, agent, stop = 1) {
		return this.server.expect(200, "POST",
			`/v1/shipments/${shipment.id}/dispatch`, { agent: agent.id, stop });
	}

	/** The newest code of a visit, as its customer reads it. */
	code(dispatched) {
		return this.server.code({ id: dispatched.challenge });
	}

	async door(courier, shipment, what, body, status = 200) {
		return this.server.expect(status, "POST",
			`/v1/agent/stops/${shipment.id}/${what}`, body,
			{ key: courier.device.token });
	}

	async show(shipment) {
		return this.server.expect(200, "GET", `/v1/shipments/${shipment.id}`);
	}

	async expectStatus(shipment, status) {
		assert.equal((await this.show(shipment)).status, status);
	}
}
