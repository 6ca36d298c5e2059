/**
 * The program from outside: its commands with their exit statuses, what it
 * refuses to start with, and TLS.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync,
	statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertAlways } from "./contract.mjs";
import { Installation, run } from "./server.mjs";
import { read } from "./tree.mjs";

const COMMANDS = [...read("src/cli/commands.def")
	.matchAll(/^COMMAND\("(\w+)"/gm)].map((m) => m[1]);

describe("commands", () => {
	let installation;
	before(() => {
		installation = new Installation().init();
	});
	after(() => installation.remove());

	test("each has --help with an example, on standard output", () => {
		assert.ok(COMMANDS.length >= 13);
		const all = run(["--help"]);
		assert.equal(all.code, 0);
		for (const name of COMMANDS) {
			assert.match(all.out, new RegExp(`^ {2}${name} `, "m"));
			for (const args of [[name, "--help"], ["help", name]]) {
				const { code, out, err } = run(args);
				assert.deepEqual([code, err], [0, ""], name);
				assert.match(out, new RegExp(`^usage: watchword ${name} `));
				assert.match(out, /^example: watchword /m, name);
			}
		}
	});

	test("--version", () => {
		const { code, out } = run(["--version"]);
		assert.equal(code, 0);
		assert.match(out, /^watchword \d+\.\d+\.\d+\n$/);
	});

	test("wrong usage: 2, with words on standard error only", () => {
		for (const args of [[], ["frob"], ["init"], ["serve"], ["config"],
			["config", "check"], ["policy"], ["policy", "check"], ["audit"],
			["audit", "burn"], ["backup"], ["restore"], ["keyring"], ["key"],
			["tenant"], ["doctor"], ["init", "--data"],
			["serve", "--data", "x", "--colour"], ["serve", "--data", "x", "y"],
			["backup", "a", "b", "--data", "x"], ["demo", "x"],
			["backup", "a", "--data", "x", "--sandbox"],
			["init", "--data", "x", "--epoch"]]) {
			const { code, out, err } = run(args);
			assert.equal(code, 2, `${args.join(" ")}: ${err}`);
			assert.ok(args.length === 0 || out === "", args.join(" "));
			assert.ok(args.length === 0 || err !== "", args.join(" "));
		}
		assert.ok(!existsSync("x"));
	});

	test("an installation that is not there: 3", () => {
		const none = join(installation.folder, "none");
		for (const args of [["serve", "--listen", "127.0.0.1:0"],
			["tenant", "list"], ["key", "list"], ["audit", "verify"],
			["audit", "export"], ["backup", "b"], ["keyring", "list"],
			["policy", "show", "--tenant", "default"]]) {
			const { code, out, err } = run([...args, "--data", none]);
			assert.deepEqual([code, out], [3, ""], args.join(" "));
			assert.match(err, /it is not there/, args.join(" "));
		}
		const { code, out } = run(["doctor", "--data", none]);
		assert.equal(code, 1);
		assert.match(out, /Run "watchword init"/);
	});

	test("init: once, and closed to others", () => {
		const ring = join(installation.data, "keyring");
		assert.equal(statSync(ring).mode & 0o777, 0o400);
		assert.equal(statSync(installation.data).mode & 0o777, 0o700);
		const before = readFileSync(ring);
		const { code, out, err } = installation.cli("init");
		assert.deepEqual([code, out], [1, ""]);
		assert.match(err, /it is there already/);
		assert.deepEqual(readFileSync(ring), before);
	});

	test("config check and sample", () => {
		const file = join(installation.folder, "check.conf");
		writeFileSync(file, run(["config", "sample"]).out);
		const good = run(["config", "check", file]);
		assert.deepEqual([good.code, good.err], [0, ""]);
		writeFileSync(file, "[server]\ncolour = red\nthreads = many\n[sauce]\nx = 1\n");
		const { code, out, err } = run(["config", "check", file]);
		assert.deepEqual([code, out], [1, ""]);
		for (const line of [":2: there is no setting server.colour",
			":3: server.threads must be a whole number",
			":4: there is no section [sauce]"]) {
			assert.ok(err.includes(`${file}${line}\n`), err);
		}
	});

	test("policy check", () => {
		const file = join(installation.folder, "check.ini");
		writeFileSync(file, "[password_reset]\nlength = 8\n");
		const good = run(["policy", "check", file]);
		assert.deepEqual([good.code, good.err], [0, ""]);
		assert.match(good.out, /^password_reset +8 digits, +5 tries: .* 20000000;/m);
		writeFileSync(file, "[sign_in]\nlength = 4\n[delivery]\nlength = 4\n");
		const { code, out, err } = run(["policy", "check", file]);
		assert.deepEqual([code, out], [1, ""]);
		assert.match(err, /:2: sign_in\.length must be from 6 to 10/);
		assert.match(err, /4 digits with 5 tries would be guessed once in 2000 /);
	});

	test("audit verify finds a changed log: 1", () => {
		assert.equal(installation.cli("audit", "verify").code, 0);
		const whole = JSON.parse(installation.do("audit", "verify", "--json"));
		assert.equal(whole.whole, true);
		const copy = join(installation.folder, "copy");
		cpSync(installation.data, copy, { recursive: true });
		const file = join(copy, "watchword.db");
		const bytes = readFileSync(file);
		/* A letter of an event, wherever the store has put it. */
		const at = bytes.indexOf("tenant.created");
		assert.ok(at > 0, "the event stands in the file");
		bytes[at] = "T".charCodeAt(0);
		writeFileSync(file, bytes);
		const { code, out, err } = run(["audit", "verify", "--json", "--data",
			copy]);
		assert.equal(code, 1, err);
		assert.equal(JSON.parse(out).whole, false);
	});
});

describe("what it refuses to start with", () => {
	let installation;
	before(() => {
		installation = new Installation().init();
	});
	after(() => installation.remove());

	const serve = (config, ...args) => {
		installation.configure(config);
		return run(["serve", ...installation.place, ...args]);
	};

	function refused(wanted, reason, config, ...args) {
		const { code, out, err } = serve(config, ...args);
		assert.equal(code, wanted, err);
		assert.equal(out, "", "it was never ready");
		assert.match(err, reason);
		assert.ok(!/[0-9]+ != |assert|\.c:/.test(err), err);
	}

	test("unknown and unfit settings: 2", () => {
		refused(2, /there is no setting server\.colour/, "[server]\ncolour = 1\n");
		refused(2, /there is no section \[sauce\]/, "[sauce]\nx = 1\n");
		refused(2, /server\.threads/, "[server]\nthreads = 65\n");
		refused(2, /ADDRESS:PORT/, "", "--listen", "example.com:80");
		refused(2, /ADDRESS:PORT/, "", "--listen", "127.0.0.1:99999");
		refused(2, /mail\.from/, "[mail]\nhost = mail.example.com\nfrom = me\n");
		const { code, err } = run(["serve", ...installation.place],
			{ env: { WATCHWORD_SERVER_COLOUR: "1" } });
		assert.equal(code, 2);
		assert.match(err, /WATCHWORD_SERVER_COLOUR: there is no such setting/);
	});

	test("plain HTTP where others can hear it: 2", () => {
		for (const where of ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"]) {
			refused(2, /is not a loopback address/, "", "--listen", where);
		}
	});

	test("a sandbox where others can see it: 2", () => {
		refused(2, /a sandbox shows its codes/,
			"[server]\nbehind_proxy = yes\n", "--listen", "0.0.0.0:0",
			"--sandbox");
	});

	test("a key ring that others may read: 3", () => {
		const ring = join(installation.data, "keyring");
		for (const mode of [0o440, 0o404, 0o644]) {
			chmodSync(ring, mode);
			refused(3, /keyring: others may read it/, "", "--listen",
				"127.0.0.1:0");
		}
		chmodSync(ring, 0o400);
	});

	test("a key ring that is missing, or of another installation: 3", async () => {
		const ring = join(installation.data, "keyring");
		renameSync(ring, `${ring}.kept`);
		refused(3, /keyring: it is not there/, "", "--listen", "127.0.0.1:0");
		writeFileSync(ring, "x".repeat(100), { mode: 0o400 });
		refused(3, /keyring: it is damaged/, "", "--listen", "127.0.0.1:0");
		rmSync(ring);
		renameSync(`${ring}.kept`, ring);
	});

	test("a port that is taken: 3", async () => {
		const other = createServer();
		await new Promise((done) => other.listen(0, "127.0.0.1", done));
		refused(3, /the port is taken/, "", "--listen",
			`127.0.0.1:${other.address().port}`);
		await new Promise((done) => other.close(done));
	});

	test("a certificate that is not there, or without its key: 2 or 3", () => {
		const local = ["--listen", "127.0.0.1:0"];
		const files = (certificate, key) => "[server]\n" +
			`tls_certificate_file = ${certificate}\ntls_key_file = ${key}\n`;
		refused(2, /server\.tls_key_file/,
			"[server]\ntls_certificate_file = /none.pem\n", ...local);
		refused(3, /server\.tls_certificate_file.*cannot be read/,
			files("/none.pem", "/none.key"), ...local);
		const file = join(installation.folder, "no.pem");
		writeFileSync(file, "no certificate", { mode: 0o600 });
		refused(3, /not a certificate and its key/, files(file, file), ...local);
	});
});

describe("TLS", () => {
	let installation;
	let server;
	before(async () => {
		installation = new Installation().init();
		const at = (name) => join(installation.folder, name);
		execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
			"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
			"/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
			"-keyout", at("key.pem"), "-out", at("cert.pem")],
		{ stdio: "ignore" });
		chmodSync(at("key.pem"), 0o600);
		installation.configure(`[server]\ntls_certificate_file = ${
			at("cert.pem")}\ntls_key_file = ${at("key.pem")}\n`);
		server = await installation.serve();
		installation.ca = readFileSync(at("cert.pem"));
	});
	after(() => installation.remove());

	const ask = (options = {}) => new Promise((done, failed) => {
		const asked = request(`${server.url}/healthz`,
			{ ca: installation.ca, agent: false, ...options }, (response) => {
				let text = "";
				response.on("data", (part) => {
					text += part;
				});
				response.on("end", () => done({ text, status: response.statusCode,
					headers: new Headers(response.headers),
					protocol: response.socket.getProtocol?.() }));
			});
		asked.on("error", failed);
		asked.end();
	});

	test("it answers, with HSTS", async () => {
		assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
		const answer = await ask();
		assert.equal(answer.status, 200);
		assertAlways(answer, "TLS");
		assert.equal(answer.headers.get("strict-transport-security"),
			"max-age=31536000");
		await ask({ maxVersion: "TLSv1.2" });
	});

	test("not below TLS 1.2, and not in plain (S104)", async () => {
		await assert.rejects(ask({ minVersion: "TLSv1", maxVersion: "TLSv1.1",
			ciphers: "DEFAULT@SECLEVEL=0" }));
		await assert.rejects(async () => {
			const plain = await fetch(server.url.replace("https", "http"),
				{ redirect: "manual" });
			assert.ok(plain.status < 300, `${plain.status}`);
		});
	});

	test("SIGTERM ends it with 0", async () => {
		server.child.kill("SIGTERM");
		assert.equal(await server.ended, 0, server.log);
	});
});
