/**
 * An installation of its own for a test: its commands, its server, and what
 * the server said.  What leaves the server is searched for codes and
 * addresses when it stops (S108, S124, rule 6).
 */

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { assertConforms } from "./contract.mjs";
import { BINARY, ENGINE } from "./tree.mjs";

/* The program reads its settings from WATCHWORD_…; the tests' own are not. */
const env = Object.fromEntries(Object.entries(process.env)
	.filter(([name]) => !name.startsWith("WATCHWORD")));

function psql(command, database = process.env.TEST_POSTGRES) {
	execFileSync("psql", ["-q", "-d", database, "-c", command],
		{ stdio: ["ignore", "ignore", "inherit"] });
}

/** Runs the program to its end: { code, out, err }. */
export function run(args, options = {}) {
	const done = spawnSync(BINARY, args, { env, encoding: "utf8",
		timeout: 60000, ...options });
	assert.equal(done.signal, null, `${args.join(" ")}: ${done.stderr}`);
	return { code: done.status, out: done.stdout, err: done.stderr };
}

export class Installation {
	constructor({ engine = ENGINE, config = "" } = {}) {
		this.folder = mkdtempSync(join(tmpdir(), "watchword-api-"));
		this.data = join(this.folder, "data");
		this.config = join(this.folder, "watchword.conf");
		this.engine = engine;
		this.servers = new Set();
		let store = "";
		if (engine === "postgresql") {
			const server = process.env.TEST_POSTGRES;
			assert.ok(server, "run it by tests/support/with-postgres");
			this.database = `api_${randomBytes(8).toString("hex")}`;
			psql(`CREATE DATABASE ${this.database}`);
			store = `[store]\nlocation = ${server.replace("/postgres?",
				`/${this.database}?`)}\n`;
		}
		this.configure(store + config);
		this.place = ["--data", this.data, "--config", this.config];
	}

	configure(text) {
		writeFileSync(this.config, text);
	}

	/** A command on this installation. */
	cli(...args) {
		return run([...args, ...this.place]);
	}

	/** The same; it must succeed.  Its standard output. */
	do(...args) {
		const { code, out, err } = this.cli(...args);
		assert.equal(code, 0, `${args.join(" ")}: ${err}`);
		return out;
	}

	init() {
		this.key = /^api_key=(wwk_[0-9a-z]+)\n$/.exec(this.do("init"))?.[1];
		assert.ok(this.key, "init prints one line with the key");
		return this;
	}

	/** A statement in its own database, where that is PostgreSQL's. */
	sql(text) {
		psql(text, process.env.TEST_POSTGRES.replace("/postgres?",
			`/${this.database}?`));
	}

	newKey(tenant, scope, ...more) {
		return /^api_key=(wwk_\S+)$/m.exec(this.do("key", "new", "--tenant",
			tenant, "--scope", scope, ...more))[1];
	}

	async serve(...options) {
		const server = new Server(this, options);
		this.servers.add(server);
		await server.ready;
		return server;
	}

	async remove() {
		for (const server of this.servers) {
			server.child.kill("SIGKILL");
			await server.ended;
		}
		rmSync(this.folder, { recursive: true, force: true });
		if (this.database) {
			psql(`DROP DATABASE ${this.database} WITH (FORCE)`);
		}
	}
}

/** What must not be found where it does not belong. */
const alone = (text) => new RegExp(`(?<![0-9A-Za-z])${text
	.replace(/[^0-9A-Za-z]/g, "\\$&")}(?![0-9A-Za-z])`);

export class Server {
	constructor(installation, options) {
		this.installation = installation;
		this.codes = new Set();
		this.addresses = new Set();
		this.answers = [];
		this.log = "";
		const started = performance.now();
		this.child = spawn(BINARY, ["serve", ...installation.place,
			"--listen", "127.0.0.1:0", ...options],
		{ env, stdio: ["ignore", "pipe", "pipe"] });
		this.child.stderr.on("data", (part) => {
			this.log += part;
		});
		this.ended = new Promise((done) => this.child.once("close",
			(code) => {
				installation.servers.delete(this);
				done(code);
			}));
		this.ready = Promise.race([this.ended.then((code) => assert.fail(
			`serve exited with ${code}: ${this.log}`)), this.#url()]).then(
			(url) => {
				this.url = url;
				this.startedIn = performance.now() - started;
			});
	}

	async #url() {
		for await (const line of createInterface({ input: this.child.stdout })) {
			const found = /^ready (https?:\/\/\S+)$/.exec(line);
			if (found) {
				return found[1];
			}
		}
		return this.ended.then(() => assert.fail(`no "ready": ${this.log}`));
	}

	/**
	 * One request, its answer held against the description.  body: an object
	 * is sent as JSON, a string or bytes as they are.  key: false for none.
	 */
	async call(method, path, body, { key = this.installation.key,
		headers = {}, type = "application/json" } = {}) {
		const text = body === undefined || typeof body === "string" ||
			body instanceof Uint8Array ? body : JSON.stringify(body);
		const response = await fetch(this.url + path, {
			method, body: text,
			headers: {
				...(key ? { Authorization: `Bearer ${key}` } : {}),
				...(text !== undefined && type ? { "Content-Type": type } : {}),
				...headers,
			},
		});
		const answer = {
			status: response.status,
			headers: response.headers,
			text: await response.text(),
		};
		if (/[/+]json/.test(answer.headers.get("content-type")) &&
			answer.text) {
			answer.json = JSON.parse(answer.text);
		}
		if (!path.startsWith("/sandbox/inbox")) {
			this.answers.push(answer);
		}
		assertConforms({ method, path, sent: text === body ? undefined : body },
			answer);
		return answer;
	}

	/** The same for a status that is known: its JSON. */
	async expect(status, ...request) {
		const answer = await this.call(...request);
		assert.equal(answer.status, status,
			`${request[0]} ${request[1]}: ${answer.text}`);
		return answer.json;
	}

	get(path, options) {
		return this.call("GET", path, undefined, options);
	}

	post(path, body, options) {
		return this.call("POST", path, body, options);
	}

	/** A challenge, by default for somebody new: the answer of its making. */
	start(more = {}, options) {
		const body = {
			purpose: "sign_in",
			to: { email: `p${randomBytes(6).toString("hex")}@example.com` },
			...more,
		};
		this.addresses.add(body.to.email ?? body.to.phone);
		return this.expect(201, "POST", "/v1/challenges", body, options);
	}

	check(challenge, code, more = {}, options) {
		return this.post(`/v1/challenges/${challenge.id}/check`,
			{ code, ...more }, options);
	}

	/** Waits for another thread, the courier's: until it holds, with its value. */
	async until(holds) {
		for (let i = 0; i < 2000; i++) {
			const value = await holds();
			if (value) {
				return value;
			}
			await new Promise((again) => setTimeout(again, 10));
		}
		return assert.fail(`it did not come: ${holds}`);
	}

	/** The messages of a challenge in the inbox, newest first; or its notices. */
	async messages(challenge, count = 1, kind = "code") {
		const found = await this.until(async () => {
			const { messages } = (await this.get("/sandbox/inbox")).json;
			const mine = messages.filter((m) =>
				m.challenge === challenge.id && m.kind === kind);
			return mine.length >= count && mine;
		});
		found.filter((m) => m.code !== null)
			.forEach((m) => this.codes.add(m.code));
		return found;
	}

	/**
	 * Waits until nothing of a challenge is on its way.  A clock that is moved
	 * while a message is sends it once more: its lease has run out.
	 */
	async settled(challenge) {
		await this.until(async () => (await this.get(
			`/v1/challenges/${challenge.id}`)).json.messages
			.every((m) => m.state !== "queued"));
	}

	async code(challenge, count = 1) {
		return (await this.messages(challenge, count))[0].code;
	}

	/** A code that is wrong, but has the right form. */
	wrong(code) {
		return code.replace(/.$/, (d) => String((Number(d) + 1) % 10));
	}

	/** Moves the sandbox's clock: seconds. */
	advance(seconds) {
		return this.expect(200, "POST", "/sandbox/clock",
			{ advance_s: seconds });
	}

	/** No code and no full address in any answer, metric or line of the log. */
	assertNoLeak() {
		const places = [["the log", this.log], ...this.answers.map((a) =>
			["an answer", `${a.text}\n${[...a.headers].join("\n")}`])];
		for (const [place, text] of places) {
			for (const code of this.codes) {
				assert.ok(!alone(code).test(text) && !alone(
					`${code.slice(0, 3)} ${code.slice(3)}`).test(text),
				`${place} has the code ${code}: ${text}`);
			}
			for (const address of this.addresses) {
				assert.ok(!text.includes(address),
					`${place} has ${address}: ${text}`);
			}
		}
	}

	/** SIGTERM; it must end with 0, and have kept its secrets. */
	async stop() {
		await this.get("/metrics");
		this.child.kill("SIGTERM");
		assert.equal(await this.ended, 0, `serve after SIGTERM: ${this.log}`);
		this.assertNoLeak();
		for (const line of this.log.split("\n").filter(Boolean)) {
			assert.doesNotThrow(() => JSON.parse(line), `a log line: ${line}`);
		}
	}
}

/** An installation that serves a sandbox, for a whole file of tests. */
export async function sandbox(options) {
	const installation = new Installation(options).init();
	try {
		return await installation.serve("--sandbox");
	} catch (error) {
		await installation.remove();
		throw error;
	}
}

/** Its end. */
export async function finish(server) {
	try {
		await server?.stop();
	} finally {
		await server?.installation.remove();
	}
}
