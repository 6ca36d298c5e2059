/**
 * Running it: stop and start again under load, commands while it serves, key
 * rotation, audit log, backup and restore.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { authenticator, code } from "./factors.mjs";
import { jose } from "./packages.mjs";
import { Browser, PASSWORD, person } from "./people.mjs";
import { finish, Installation, sandbox } from "./server.mjs";
import { ENGINE } from "./tree.mjs";

const SQLITE = ENGINE === "sqlite";

describe("the end", () => {
	/* Who has connected to the control socket and says nothing: the end
	 * does not wait for him. */
	test("is not held up by somebody who says nothing", async () => {
		const server = await sandbox();
		const idle = connect(join(server.installation.data, "control"));
		idle.on("error", () => {});
		await new Promise((done) => idle.once("connect", done));
		// Its turn comes: the next one waits behind it.
		idle.write(Buffer.from([0, 0]));
		await server.get("/healthz");
		await finish(server);
		idle.destroy();
	}, { timeout: 20000 });
});

describe("commands while it serves", () => {
	let server;
	let installation;
	before(async () => {
		server = await sandbox();
		installation = server.installation;
	});
	after(() => finish(server));

	const status = async (key) =>
		(await server.get("/v1/audit/head", { key })).status;
	const keys = () => installation.do("key", "list", "--json").trim()
		.split("\n").map(JSON.parse);

	/* S110, S76: within a second; here, before the command has ended. */
	test("keys: new ones count at once, revoked ones end at once", async () => {
		await server.advance(1);
		const old = installation.newKey("default", "audit", "--label", "old");
		const fresh = installation.newKey("default", "audit", "--label", "fresh");
		assert.deepEqual([await status(old), await status(fresh)], [200, 200],
			"both during a rotation");
		const { id } = keys().find((k) => k.label === "old");
		installation.do("key", "revoke", id);
		assert.deepEqual([await status(old), await status(fresh)], [401, 200]);
		const again = installation.cli("key", "revoke", id);
		assert.equal(again.code, 1);
		assert.match(again.err, /no such key, or it was revoked before/);
		assert.ok(keys().find((k) => k.label === "old").revoked_at);
		assert.ok(!installation.do("key", "list").includes(old), "shown once");
	});

	test("tenants: new ones count at once", async () => {
		assert.equal(installation.do("tenant", "new", "books", "--brand",
			"Example Books"), "tenant=books\n");
		const key = installation.newKey("books", "challenges,admin");
		const made = await server.start({}, { key });
		assert.match((await server.messages(made))[0].text, /Example Books/);
		assert.equal((await server.get("/v1/tenants/books/policy", { key }))
			.status, 200);
		assert.equal((await server.get("/v1/tenants/default/policy", { key }))
			.status, 404);
		const twice = installation.cli("tenant", "new", "books");
		assert.deepEqual([twice.code, twice.out], [1, ""]);
		const listed = installation.do("tenant", "list", "--json").trim()
			.split("\n").map(JSON.parse);
		assert.deepEqual(listed.map((t) => t.name).sort(), ["books", "default"]);
		for (const args of [["tenant", "new", "Bad Name"], ["tenant", "new"],
			["tenant", "new", "x", "--brand", "https://evil.example"],
			["key", "new", "--tenant", "books"], ["key", "revoke", "x"],
			["key", "new", "--tenant", "books", "--scope", "everything"],
			["key", "new", "--scope", "all"], ["tenant"], ["tenant", "sell"],
			["key", "list", "--colour"]]) {
			const { code, out, err } = installation.cli(...args);
			assert.equal(code, 2, `${args.join(" ")}: ${err}`);
			assert.equal(out, "", args.join(" "));
			assert.match(err, /./, args.join(" "));
		}
		assert.equal(installation.cli("key", "new", "--tenant", "none",
			"--scope", "all").code, 1);
	});

	test("policy: show, use, and it holds at once", async () => {
		const file = join(installation.folder, "policy.ini");
		const shown = installation.do("policy", "show", "--tenant", "default");
		assert.match(shown, /^\[sign_in\]\nlength = 6\n/);
		writeFileSync(file, shown.replace("length = 6", "length = 7"));
		installation.do("policy", "use", file, "--tenant", "default");
		assert.match(await server.code(await server.start()), /^\d{7}$/);
		writeFileSync(file, "[delivery]\nlength = 4\n");
		const unsafe = installation.cli("policy", "use", file, "--tenant",
			"default");
		assert.equal(unsafe.code, 1);
		assert.match(unsafe.err, /once in 2000/);
		assert.match(await server.code(await server.start()), /^\d{7}$/);
		const fifo = join(installation.folder, "fifo");
		execFileSync("mkfifo", [fifo]);
		assert.equal(installation.cli("policy", "use", fifo, "--tenant",
			"default").code, 1, "nobody waits for its other end");
		writeFileSync(file, "");
		installation.do("policy", "use", "--tenant", "default", file);
		assert.match(await server.code(await server.start()), /^\d{6}$/);
	});

	/* R76, R77: in a domain that the operator made a key for, nowhere else. */
	test("senders: what a key covers, and back", async () => {
		const path = "/v1/tenants/default/senders";
		const put = (status, body) => server.expect(status, "PUT", path, body);
		const email = { address: "code@mail.shop.example" };
		const unsigned = await put(400, { email });
		assert.deepEqual(unsigned.errors.map((e) => e.field),
			["email.address"]);
		installation.do("dkim", "new", "--tenant", "default", "--domain",
			"shop.example", "--selector", "s1");
		const made = await put(200, { email: { ...email, name: "Lindenhof" } });
		assert.deepEqual(made, { email: { ...email, name: "Lindenhof",
			signed: true }, sms: null, voice: null });
		assert.deepEqual((await server.get(path)).json, made);
		assert.equal(installation.do("sender", "show", "--tenant", "default"),
			"Lindenhof <code@mail.shop.example>, signed\n");
		for (const address of ["code@myshop.example",
			"code@shop.example.evil.example", "code@shop", "a@b.example\r\nX:"]) {
			const { errors } = await put(400, { email: { address } });
			assert.equal(errors[0].field, "email.address", address);
		}
		const link = await put(400, { email: { ...email, name: "www.x" } });
		assert.equal(link.errors[0].field, "email.name");
		await put(400, { email: { ...email, more: 1 } });
		assert.deepEqual((await server.get(path)).json, made);
		const other = installation.newKey("books", "admin");
		assert.equal((await server.get(path, { key: other })).status, 404);
		const none = { email: null, sms: null, voice: null };
		assert.deepEqual(await put(200, { email: null }), none);
		assert.deepEqual(await put(200, {}), none);
		assert.deepEqual((await server.get(path)).json, none);
	});

	test("the audit log: whole, with every approval, without what is secret", async () => {
		const made = await server.start();
		const code = await server.code(made);
		await server.check(made, code);
		await server.advance(1);
		assert.match(installation.do("audit", "verify"), /the log is whole/);
		const log = installation.do("audit", "export");
		const events = log.trim().split("\n").map(JSON.parse);
		const mine = events.filter((e) => e.challenge === made.id);
		assert.deepEqual(mine.map((e) => e.event).filter((e) =>
			e.startsWith("challenge.")), ["challenge.created", "challenge.approved"]);
		assert.ok(events.some((e) => e.event === "key.revoked"));
		assert.ok(!log.includes(`"${code}"`));
		for (const address of server.addresses) {
			assert.ok(!log.includes(address));
		}
		const head = (await server.get("/v1/audit/head")).json;
		assert.ok(head.segment >= 1 && head.events >= 0);
	});

	test("doctor", () => {
		const { code, out } = installation.cli("doctor", "--json");
		assert.equal(code, 0);
		const found = out.trim().split("\n").map(JSON.parse);
		assert.deepEqual(found.map((f) => f.check),
			["folder", "keys", "store", "clock", "mail"]);
		assert.ok(found.every((f) => f.health !== "bad"), out);
		assert.match(installation.do("doctor"), /^good +folder/m);
	});

	test("a second server on the same folder: 3", () => {
		const { code, out, err } = installation.cli("serve", "--listen",
			"127.0.0.1:0");
		assert.deepEqual([code, out], [3, ""], err);
		assert.match(err, /has it open|uses this data folder/);
	});
});

describe("stop and start", () => {
	let installation;
	before(() => {
		installation = new Installation().init();
	});
	after(() => installation.remove());

	/* S135, I3 */
	test("live challenges, limits and keys go on", async () => {
		const one = await installation.serve("--sandbox");
		const made = await one.start();
		const code = await one.code(made);
		await one.check(made, one.wrong(code));
		const headers = { "Idempotency-Key": "over" };
		const to = { email: "kept@example.com" };
		const kept = await one.start({ to }, { headers });
		await one.messages(kept);
		for (let i = 0; i < 4; i++) {
			await one.start({ to });
		}
		const approved = await one.start();
		const { receipt } = (await one.check(approved,
			await one.code(approved))).json;
		await one.stop();

		const two = await installation.serve("--sandbox");
		assert.equal((await two.get(`/v1/challenges/${made.id}`)).json
			.attempts_left, 4);
		assert.equal((await two.check(made, code)).json.result, "approved");
		assert.equal((await two.post("/v1/challenges",
			{ purpose: "sign_in", to }, { headers })).json.id, kept.id);
		assert.equal((await two.post("/v1/challenges",
			{ purpose: "sign_in", to })).status, 429);
		assert.equal((await two.check(approved, "000000")).json.result,
			"consumed");
		assert.equal((await two.post("/v1/receipts/redeem",
			{ receipt, purpose: "sign_in" })).json.result, "redeemed");
		await two.stop();
	});

	/* S135: what was taken is answered, whatever is asked at that moment. */
	test("SIGTERM under load: every request that was read is answered", async () => {
		const created = () => installation.do("audit", "export").trim()
			.split("\n").map(JSON.parse)
			.filter((e) => e.event === "challenge.created")
			.map((e) => e.challenge);
		const server = await installation.serve("--sandbox");
		const older = created();
		const { hostname, port } = new URL(server.url);
		const body = (i) => JSON.stringify({ purpose: "sign_in",
			to: { email: `load${i}@example.com` } });
		const request = (i) => `POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\n` +
			`Authorization: Bearer ${installation.key}\r\n` +
			`Content-Type: application/json\r\n` +
			`Content-Length: ${body(i).length}\r\n\r\n${body(i)}`;
		const connections = Array.from({ length: 64 }, (_, i) => {
			const c = { got: "", socket: connect(Number(port), hostname) };
			c.closed = new Promise((done) => c.socket.once("close", done));
			c.socket.on("error", () => {});
			c.answers = () => c.got.split("HTTP/1.1 201 ").length - 1;
			c.first = new Promise((done) => c.socket.on("data", (part) => {
				c.got += part;
				if (c.answers() === 1) {
					done();
				}
			}));
			c.socket.write(request(i));
			return c;
		});
		await Promise.all(connections.map((c) => c.first));
		/* Each has two more, pipelined, when the signal comes. */
		connections.forEach((c, i) => c.socket.write(request(i) + request(i)));
		server.child.kill("SIGTERM");
		assert.equal(await server.ended, 0, server.log);
		await Promise.all(connections.map((c) => c.closed));
		const ids = [];
		for (const { got } of connections) {
			/* Whole answers only: nothing is cut off in the middle. */
			for (const part of got.split(/(?=HTTP\/1\.1 )/)) {
				const [head, text] = part.split("\r\n\r\n");
				assert.match(head, /^HTTP\/1\.1 201 /);
				ids.push(JSON.parse(text).id);
			}
		}
		const again = await installation.serve("--sandbox");
		for (const id of ids) {
			assert.equal((await again.get(`/v1/challenges/${id}`)).status, 200,
				"what was answered is there");
		}
		/* And nothing was done that was not answered. */
		const made = created().filter((id) => !older.includes(id));
		assert.deepEqual(made.sort(), ids.sort());
		await again.stop();
	});

	/* S135: the best of three, since the machine has others to serve. */
	test("ready in less than a second", async () => {
		const took = [];
		for (let i = 0; i < 3; i++) {
			const server = await installation.serve();
			took.push(server.startedIn);
			await server.stop();
		}
		assert.ok(Math.min(...took) < 1000, took.join(", "));
	});

	test("a new receipt key: old receipts are still verified", async () => {
		const one = await installation.serve("--sandbox");
		const made = await one.start();
		const { receipt } = (await one.check(made, await one.code(made))).json;
		await one.stop();
		for (const use of ["receipt", "code", "seal", "audit"]) {
			assert.match(installation.do("keyring", "rotate", use), /added/);
		}
		assert.match(installation.do("keyring", "list"), /^receipt +2 .* in use$/m);
		const two = await installation.serve("--sandbox");
		const set = jose.createRemoteJWKSet(
			new URL("/.well-known/jwks.json", two.url));
		const old = await jose.jwtVerify(receipt, set);
		const next = await two.start();
		const fresh = await jose.jwtVerify((await two.check(next,
			await two.code(next))).json.receipt, set);
		assert.notEqual(old.protectedHeader.kid, fresh.protectedHeader.kid);
		assert.equal((await two.get(`/v1/challenges/${made.id}`)).json.to,
			made.to, "what was sealed before is opened");
		await two.stop();
		assert.match(installation.do("audit", "verify"), /the log is whole/);
		for (const [args, code] of [[["rotate", "index"], 1],
			[["rotate", "door"], 2], [[], 2], [["paint"], 2]]) {
			assert.equal(installation.cli("keyring", ...args).code, code);
		}
	});

	/* S136 */
	test("backup while it serves; a restore ends what was alive", async () => {
		const file = join(installation.folder, "backup.db");
		const one = await installation.serve("--sandbox");
		const made = await one.start();
		const code = await one.code(made);
		if (!SQLITE) {
			const { code: status, err } = installation.cli("backup", file);
			assert.equal(status, 3);
			assert.match(err, /pg_dump/);
			await one.stop();
			installation.do("restore", "--epoch");
		} else {
			assert.equal(installation.do("backup", file), `${file}\n`);
			assert.equal(installation.cli("backup", file).code, 1,
				"nothing is written over");
			await one.check(made, one.wrong(code));
			assert.equal(installation.cli("restore", file, "--replace").code, 3,
				"not under a server");
			await one.stop();
			assert.equal(installation.cli("restore", file).code, 1,
				"not over a store, unasked");
			installation.do("restore", file, "--replace");
			assert.ok(existsSync(file));
		}
		const two = await installation.serve("--sandbox");
		assert.equal((await two.get(`/v1/challenges/${made.id}`)).json.status,
			"cancelled");
		assert.equal((await two.check(made, code)).json.result, "cancelled");
		const next = await two.start();
		assert.equal((await two.check(next, await two.code(next))).json.result,
			"approved");
		await two.stop();
		assert.match(installation.do("audit", "verify"), /the log is whole/);
	});

	/* S136: whoever signed out, was forgotten or used a code up since the
	 * backup is not let in by it. */
	test("a restore ends sessions, trust and recovery codes", { skip: !SQLITE },
		async () => {
			const file = join(installation.folder, "accounts.db");
			const one = await installation.serve("--sandbox");
			const ada = await person(one);
			const own = `/v1/accounts/${ada.id}`;
			const { codes } = await one.expect(201, "POST",
				`${own}/recovery_codes`, {});
			const b = new Browser(one);
			await b.signIn(ada.email, PASSWORD, { remember_device: true });
			await b.expect(200, "GET", "/v1/session");
			assert.equal((await b.signIn(ada.email)).challenge, undefined);
			installation.do("backup", file);
			await one.stop();
			installation.do("restore", file, "--replace");
			const two = await installation.serve("--sandbox");
			b.server = two;
			await b.expect(401, "GET", "/v1/session");
			const begun = await b.expect(200, "POST", "/v1/sign_ins",
				{ identifier: ada.email, password: PASSWORD });
			assert.equal(begun.result, "code_required");
			assert.deepEqual(begun.factors.map((f) => f.factor), ["email"]);
			assert.notEqual((await b.call("POST",
				`/v1/sign_ins/${begun.id}/complete`,
				{ factor: "recovery_code", code: codes[0] })).json.result,
			"signed_in");
			for (const what of ["sessions", "devices"]) {
				assert.deepEqual((await two.expect(200, "GET",
					`${own}/${what}`)).data, [], what);
			}
			assert.equal((await two.expect(200, "GET", `${own}/factors`))
				.recovery_codes.left, 0);
			/* He is himself by his password and a new code. */
			assert.equal((await b.signIn(ada.email)).result, "signed_in");
			await two.stop();
		});

	/* S13, I2: a crash and another spelling are no new beginning. */
	test("wrong passwords and codes are counted over kill -9 and spellings", async () => {
		const one = await installation.serve("--sandbox");
		const ada = await person(one);
		const typed = (server, identifier, password) => server.post("/v1/sign_ins",
			{ identifier, password, context: { ip: "203.0.113.9" } });
		/* Until the wait is a minute, longer than any restart. */
		for (let wrong = 0; wrong < 9;) {
			const { status } = await typed(one, ada.email, "not at all this");
			await (status === 429 ? one.advance(61) : wrong++);
		}
		assert.equal((await typed(one, ada.email, PASSWORD)).status, 429);
		const made = await one.start({ to: { email: ada.email } });
		const code = await one.code(made);
		for (let i = 0; i < 3; i++) {
			await one.check(made, one.wrong(code));
		}
		one.child.kill("SIGKILL");
		await one.ended;
		const two = await installation.serve("--sandbox");
		assert.equal((await typed(two, ada.email.toUpperCase(), PASSWORD)).status, 429);
		assert.equal((await two.get(`/v1/challenges/${made.id}`)).json.attempts_left, 2);
		await two.stop();
	});

	/* S58, S136, I1: what was accepted since the backup is not right again. */
	test("a restore takes no authenticator's code twice", async () => {
		const file = join(installation.folder, "factors.db");
		const tokens = join(installation.folder, "tokens");
		const one = await installation.serve("--sandbox");
		const [ada, bob] = [await person(one),
			await person(one, { external_id: "bob-hotp" })];
		const app = await authenticator(one, `/v1/accounts/${ada.id}`);
		writeFileSync(tokens, `# version: 2\nbob-hotp,r,r,S9,${"41".repeat(20)},hotp\n`);
		installation.do("import", tokens, "--tenant", "default");
		const sign = async (server, who, typed) => {
			const b = new Browser(server);
			const begun = await b.expect(200, "POST", "/v1/sign_ins",
				{ identifier: who.email, password: PASSWORD });
			return (await b.expect(200, "POST", `/v1/sign_ins/${begun.id}/complete`,
				{ factor: "totp", code: typed })).result;
		};
		const press = (n) => execFileSync("oathtool", ["-c", String(n),
			"41".repeat(20)], { encoding: "utf8" }).trim();
		if (SQLITE) {
			installation.do("backup", file);
		}
		const next = await code(one, app, 1);
		assert.equal(await sign(one, ada, next), "signed_in");
		assert.equal(await sign(one, bob, press(0)), "signed_in");
		await one.stop();
		/* With PostgreSQL the rows are put back, as pg_restore would. */
		if (SQLITE) {
			installation.do("restore", file, "--replace");
		} else {
			installation.sql("UPDATE authenticators SET moved = 0");
			installation.do("restore", "--epoch");
		}
		const two = await installation.serve("--sandbox");
		assert.notEqual(await sign(two, ada, next), "signed_in");
		for (const n of [0, 1, 2]) {
			assert.notEqual(await sign(two, bob, press(n)), "signed_in");
		}
		assert.deepEqual((await two.expect(200, "GET",
			`/v1/accounts/${bob.id}/factors`)).authenticators, []);
		/* An app goes on after two minutes. */
		await two.advance(600);
		assert.equal(await sign(two, ada, await code(two, app)), "signed_in");
		await two.stop();
	});
});
