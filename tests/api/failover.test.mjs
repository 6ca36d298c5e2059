/**
 * Plans: the code comes by another road when the first one fails, the same
 * code, and never after it has died; and what a circuit breaker makes of a
 * provider that answers nobody.
 */

import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { finish, Installation, sandbox } from "./server.mjs";
import { ENGINE } from "./tree.mjs";

let number = 0;

/** A telephone in a block of its own (S40), and an address. */
const somebody = () => ({
	to: { phone: `+49151${String(23000017 + 3456 * ++number).padStart(8, "0")}` },
	fallback: { email: `road${number}@example.com` }, channel: "auto",
});

describe("a plan", () => {
	let server;
	before(async () => {
		server = await sandbox();
		await server.expect(200, "PUT", "/v1/tenants/default/policy",
			{ sign_in: { plan: "sms 20s > voice 20s > email" } });
	});
	after(() => finish(server));

	const fault = (channel, name, count = 1) => server.expect(200, "POST",
		"/sandbox/faults", { channel, fault: name, count });
	const start = async () => {
		const who = somebody();
		server.addresses.add(who.fallback.email);
		return Object.assign(await server.start(who), { phone: who.to.phone });
	};
	const steps = async (made) => (await server.expect(200, "GET",
		`/v1/challenges/${made.id}`)).messages;
	const inbox = async (made) => (await server.get("/sandbox/inbox")).json.messages
		.filter((m) => m.challenge === made.id);
	const rerouted = (made) => server.installation.do("audit", "export").trim()
		.split("\n").map(JSON.parse).filter((e) => e.event === "message.rerouted" &&
			e.challenge === made.id);

	test("refused: the same code by the next step, at once", async () => {
		await fault("sms", "fail");
		const made = await start();
		const [message] = await server.messages(made);
		assert.equal(message.channel, "voice");
		await server.settled(made);
		assert.deepEqual((await steps(made)).map((m) => [m.channel, m.outcome]).sort(),
			[["sms", "refused"], ["voice", "accepted"]]);
		assert.deepEqual(rerouted(made).map((e) => [e.cause, e.reason, e.channel, e.step]),
			[["refused", "sandbox_fail", "voice", 1]]);
		assert.equal((await server.check(made, message.code)).json.result, "approved");
	});

	test("refused twice: by the last step, and one message of the limits", async () => {
		await fault("sms", "fail");
		await fault("voice", "fail");
		const made = await start();
		const [message] = await server.messages(made);
		assert.equal(message.channel, "email");
		await server.settled(made);
		assert.equal((await steps(made)).length, 3);
		const shown = await server.expect(200, "GET", `/v1/challenges/${made.id}`);
		assert.equal(shown.sends_left, made.sends_left, "S36: the road costs no resend");
		const listed = await server.expect(200, "GET",
			`/v1/messages?to=${encodeURIComponent(made.phone)}`);
		assert.deepEqual(listed.data.map((m) => m.challenge), [made.id, made.id, made.id]);
		assert.deepEqual(listed.data.map((m) => m.outcome).sort(),
			["accepted", "refused", "refused"]);
		assert.equal((await server.check(made, message.code)).json.result, "approved");
	});

	test("hangs: the next step at its deadline, not before, with the same code", async () => {
		await fault("sms", "hang");
		const made = await start();
		await server.advance(19);
		assert.deepEqual(await inbox(made), []);
		await server.advance(2);
		const [message] = await server.messages(made);
		assert.equal(message.channel, "voice");
		assert.equal(rerouted(made)[0].cause, "no_receipt");
		/* What hung is tried again while the code lives: the same code. */
		for (const again of await inbox(made)) {
			assert.equal(again.code, message.code, "S33");
		}
		assert.equal((await server.check(made, message.code)).json.result, "approved");
	});

	/* Every way in which a code dies, while its first road hangs. */
	for (const [how, end] of [
		["cancelled", (made) => server.expect(200, "POST", `/v1/challenges/${made.id}/cancel`)],
		["expired", () => server.advance(3600)],
	]) {
		test(`never after the code was ${how}`, async () => {
			await fault("sms", "hang");
			const made = await start();
			await end(made);
			for (let i = 0; i < 4; i++) {
				await server.advance(21);
			}
			await server.settled(made);
			assert.deepEqual(await inbox(made), []);
			assert.deepEqual(rerouted(made), []);
			assert.equal((await steps(made)).length, 1);
		});
	}

	test("after its last step nothing follows", async () => {
		for (const channel of ["sms", "voice", "email"]) {
			await fault(channel, "fail");
		}
		const made = await start();
		await server.settled(made);
		await server.until(async () => (await steps(made)).length === 3);
		await server.settled(made);
		assert.deepEqual(await inbox(made), []);
		assert.ok((await steps(made)).every((m) => m.outcome === "refused"));
	});
});

/** A provider's interface that answers, refuses for now, or says nothing. */
class Gateway {
	mode = "ok";
	seen = [];
	server = createServer((request, response) => {
		const parts = [];
		request.on("data", (part) => parts.push(part));
		request.on("end", () => {
			const message = JSON.parse(Buffer.concat(parts).toString());
			this.seen.push(message);
			if (this.mode === "ok") {
				response.end(JSON.stringify({ id: message.id }));
			} else if (this.mode === "busy") {
				response.writeHead(503).end();
			}
		});
	});

	async listen() {
		await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
		return this.server.address().port;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}

	/** The code that it was sent to somebody; or undefined. */
	code(phone) {
		return this.seen.filter((m) => m.to === phone)
			.map((m) => /\b(\d{6})\b/.exec(m.text)[1]).at(-1);
	}
}

/* What is PostgreSQL's own is above; here it is time that passes. */
describe("a circuit", { skip: ENGINE !== "sqlite" && "once is enough" }, () => {
	const first = new Gateway();
	const second = new Gateway();
	let server;
	before(async () => {
		const installation = new Installation();
		installation.init();
		const secret = join(installation.folder, "secret");
		writeFileSync(secret, "secret\n");
		chmodSync(secret, 0o600);
		let text = "";
		for (const [name, gateway] of [["first", first], ["second", second]]) {
			text += `[${name}]\nprofile = generic_json\nsender = Shop\ncountries = DE\n` +
				`url = http://127.0.0.1:${await gateway.listen()}/\ntimeout_s = 1\n` +
				`secret_file = ${secret}\n`;
		}
		writeFileSync(join(installation.data, "providers.ini"), text);
		const policy = join(installation.folder, "policy.ini");
		writeFileSync(policy, "[sign_in]\nplan = sms:first 5s > sms:second\n" +
			"cooldown_s = 30\n");
		installation.do("policy", "use", policy, "--tenant", "default");
		server = await installation.serve();
	});
	after(async () => {
		await finish(server);
		first.close();
		second.close();
	});

	const start = async () => {
		const { to } = somebody();
		const made = await server.start({ to, channel: "sms" });
		return { ...made, phone: to.phone };
	};
	const messages = async (made) => (await server.expect(200, "GET",
		`/v1/messages?to=${encodeURIComponent(made.phone)}`)).data
		.sort((a, b) => a.created_at < b.created_at ? -1 : 1);
	const circuit = async (name) => {
		const { text } = await server.get("/metrics");
		const value = (metric) => Number(new RegExp(
			`^${metric}\\{channel="sms",provider="${name}"\\} (\\d+)$`, "m").exec(text)[1]);
		return { state: value("watchword_circuit_state"),
			opened: value("watchword_circuit_opened_total") };
	};

	test("opens, is gone round, and closes again", async () => {
		assert.deepEqual(await circuit("first"), { state: 0, opened: 0 });
		first.mode = "busy";
		const made = [], left_by = [];
		for (let i = 0; i < 5; i++) {
			made.push(await start());
		}
		/* All of them arrive, by the second, each with its one code. */
		for (const one of made) {
			const code = await server.until(() => second.code(one.phone));
			await server.until(async () => (await messages(one))[1]?.outcome === "accepted");
			const [left] = await messages(one);
			assert.equal(left.outcome, "rerouted");
			assert.match(left.said, /sent another way\.$/);
			left_by.push(left.detail);
			server.codes.add(code);
			assert.equal(code, first.code(one.phone), "the same code");
			assert.equal((await server.check(one, code)).json.result, "approved");
		}
		assert.ok(left_by.includes("circuit_open"), left_by.join());
		assert.equal((await circuit("first")).opened, 1);
		assert.deepEqual(await circuit("second"), { state: 0, opened: 0 });
		assert.match(server.log, /"courier\.circuit".*"first".*"open"/);

		/* While it is open, it is not asked; a message may try it later. */
		const round = await start();
		server.codes.add(await server.until(() => second.code(round.phone)));
		const { opened } = await circuit("first");
		if (opened === 1) {
			assert.equal(first.code(round.phone), undefined);
		}

		/* Well again: one message tries it, and it is asked as before. */
		first.mode = "ok";
		await server.until(async () => (await circuit("first")).state === 2);
		const probe = await start();
		server.codes.add(await server.until(() => first.code(probe.phone)));
		await server.until(async () => (await circuit("first")).state === 0);
		assert.equal(second.code(probe.phone), undefined);
		assert.equal((await circuit("first")).opened, opened);
		assert.match(server.log, /"courier\.circuit".*"first".*"closed"/);
	});
});
