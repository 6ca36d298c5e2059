/**
 * A morning: shipments taken in, dispatched and told of by mail; then doors.
 *
 *     node deliveries.mjs PROGRAM SHIPMENTS AGENTS
 *
 * Prints one JSON object.  Exits with 1 when an answer was not what was asked
 * for; never because something was slow.  Needs smtp-sink and sqlite3.
 */
import { execFileSync, spawn } from "node:child_process";
import { webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [program, shipments, agents] = process.argv.slice(2).map((a, i) =>
	i ? Number(a) : a);
const CONNECTIONS = 16;
const folder = mkdtempSync(join(tmpdir(), "watchword-bench-"));
const connections = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const children = [];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const today = new Date().toISOString().slice(0, 10);
const perSecond = (n, began) => n / (performance.now() - began) * 1000;

/** An installation and its server. */
async function start(name, config, ...options) {
	const place = ["--data", join(folder, name), "--config",
		join(folder, `${name}.conf`)];
	writeFileSync(place[3], `[server]\nlog_level = error\n${config}`);
	const key = execFileSync(program, ["init", ...place], { encoding: "utf8" })
		.trim().replace("api_key=", "");
	const child = spawn(program, ["serve", ...place, "--listen",
		"127.0.0.1:0", ...options], { stdio: ["ignore", "pipe", "ignore"] });
	children.push(child);
	for await (const line of createInterface({ input: child.stdout })) {
		if (line.startsWith("ready ")) {
			return { key, url: line.slice(6), pid: child.pid,
				file: join(folder, name, "watchword.db") };
		}
	}
	throw new Error("the server does not start");
}

/** The field of /proc/PID/status, in MiB. */
const memory = (server, field) => Number(new RegExp(`${field}:\\s+(\\d+)`)
	.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024;

function call(server, method, path, body, key = server.key) {
	const text = body === undefined ? "" : JSON.stringify(body);
	return new Promise((done, fail) => {
		const asked = request(new URL(path, server.url), { agent: connections,
			method, headers: { ...(key ? { Authorization: `Bearer ${key}` } : {}),
				...(text ? { "Content-Type": "application/json",
					"Content-Length": Buffer.byteLength(text) } : {}) },
		}, (answer) => {
			let got = "";
			answer.setEncoding("utf8");
			answer.on("data", (part) => (got += part));
			answer.on("end", () => answer.statusCode < 300 ? done(got)
				: fail(new Error(`${path}: ${answer.statusCode} ${got}`)));
		});
		asked.on("error", fail);
		asked.end(text);
	});
}

const json = async (...what) => JSON.parse(await call(...what));

/** Lines out, lines in, on one connection. */
function stream(server, path, count, lineOf) {
	return new Promise((done, fail) => {
		const answers = [];
		const asked = request(new URL(path, server.url), { method: "POST",
			headers: { Authorization: `Bearer ${server.key}`,
				"Content-Type": "application/x-ndjson" } }, async (answer) => {
			for await (const line of createInterface({ input: answer })) {
				const made = JSON.parse(line);
				if (made.error) {
					fail(new Error(line));
					return;
				}
				answers.push(made.id);
			}
			done(answers);
		});
		asked.on("error", fail);
		let i = 0;
		const more = () => {
			let room = true;
			while (room && i < count) {
				let text = "";
				for (let k = 0; k < 64 && i < count; k++, i++) {
					text += `${JSON.stringify(lineOf(i))}\n`;
				}
				room = asked.write(text);
			}
			if (i === count) {
				asked.end();
			} else {
				asked.once("drain", more);
			}
		};
		more();
	});
}

const shipment = (i) => ({
	order: `A-${i}`,
	recipient: { name: "Ada Lovelace", email: `p${i}@example.com` },
	address: { lines: ["1 High Street", "London"], postcode: "E1 6AN",
		country: "GB", time_zone: "Etc/UTC" },
	value: { amount: "129.00", currency: "GBP" },
	promised_on: today,
	parcels: [{ tracking: `T${i}`, what: "Camera" }],
});

/** each(n, one): one(i) for all, on all connections. */
async function each(n, one) {
	let next = 0;
	await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
		while (next < n) {
			await one(next++);
		}
	}));
}

async function freePort() {
	const s = createServer().listen(0, "127.0.0.1");
	await new Promise((done) => s.once("listening", done));
	const { port } = s.address();
	await new Promise((done) => s.close(done));
	return port;
}

async function sink() {
	const port = await freePort();
	children.push(spawn("smtp-sink", ["-u", "nobody", `127.0.0.1:${port}`,
		"256"], { stdio: "ignore" }));
	for (;;) {
		const there = await new Promise((done) => {
			const s = connect(port, "127.0.0.1", () => done(true));
			s.on("error", () => done(false));
			s.on("connect", () => s.destroy());
		});
		if (there) {
			return port;
		}
		await sleep(20);
	}
}

const waiting = (server) => Number(execFileSync("sqlite3",
	["-cmd", ".timeout 5000", `file:${server.file}?mode=ro`,
		"SELECT COUNT(*) FROM messages WHERE state = 0"],
	{ encoding: "utf8" }));

async function allSent(server) {
	while (waiting(server) > 0) {
		await sleep(100);
	}
}

async function morning() {
	const port = await sink();
	const server = await start("morning", `[mail]\nhost = 127.0.0.1\n` +
		`port = ${port}\nsecurity = none\nfrom = shop@example.com\n`);
	const before = memory(server, "VmRSS");
	let began = performance.now();
	const made = await stream(server, "/v1/shipments/batch", shipments,
		shipment);
	const taken = perSecond(shipments, began);
	await allSent(server);
	const riders = [];
	for (let i = 0; i < Math.ceil(shipments / 1000); i++) {
		riders.push((await json(server, "POST", "/v1/agents",
			{ name: "Grace Hopper" })).id);
	}
	began = performance.now();
	await stream(server, "/v1/shipments/dispatch", shipments, (i) => ({
		shipment: made[i], agent: riders[Math.floor(i / 1000)],
		stop: i % 1000 }));
	const committed = (performance.now() - began) / 1000;
	await allSent(server);
	const sent = (performance.now() - began) / 1000;
	return { taken, committed, sent, memory_before: before,
		memory_most: memory(server, "VmHWM") };
}

async function codeOf(server, to) {
	for (;;) {
		const { messages } = await json(server, "GET",
			`/sandbox/inbox?to=${to}`);
		const code = messages.find((m) => m.code)?.code;
		if (code) {
			return code;
		}
		await sleep(5);
	}
}

async function checks(server) {
	const codes = [];
	await each(agents, async (i) => {
		const to = `c${i}@example.com`;
		const { id } = await json(server, "POST", "/v1/challenges",
			{ purpose: "sign_in", to: { email: to } });
		codes[i] = { id, code: await codeOf(server, to) };
	});
	const began = performance.now();
	await each(agents, async (i) => {
		const { result } = await json(server, "POST",
			`/v1/challenges/${codes[i].id}/check`, { code: codes[i].code });
		if (result !== "approved") {
			throw new Error(`a check was ${result}`);
		}
	});
	return perSecond(agents, began);
}

/** A door with its agent, who stands before it, and the code for it. */
async function door(server, keys, i) {
	const made = await json(server, "POST", "/v1/shipments", shipment(i));
	const { id } = await json(server, "POST", "/v1/agents",
		{ name: "Alan Turing" });
	const { pairing_code: code } = await json(server, "POST",
		`/v1/agents/${id}/pairings`);
	const { token } = await json(server, "POST", "/v1/agent/pair",
		{ pairing_code: code, device_key: keys }, null);
	await call(server, "POST", `/v1/shipments/${made.id}/dispatch`,
		{ agent: id });
	await call(server, "POST", `/v1/agent/stops/${made.id}/arrive`,
		undefined, token);
	return { id: made.id, token, track: made.track,
		code: await codeOf(server, `p${i}@example.com`) };
}

async function doors() {
	const server = await start("doors", "", "--sandbox");
	const pair = await webcrypto.subtle.generateKey({ name: "ECDSA",
		namedCurve: "P-256" }, true, ["sign"]);
	const { kty, crv, x, y } = await webcrypto.subtle.exportKey("jwk",
		pair.publicKey);
	const checked = await checks(server);
	const all = [];
	await each(agents, async (i) => {
		all[i] = await door(server, { kty, crv, x, y }, i);
	});
	let began = performance.now();
	await each(agents, async (i) => {
		const { result } = await json(server, "POST",
			`/v1/agent/stops/${all[i].id}/handover`, { code: all[i].code,
				parcels: [`T${i}`], typed_by: "agent" }, all[i].token);
		if (result !== "delivered") {
			throw new Error(`a hand-over was ${result}`);
		}
	});
	const handed = perSecond(agents, began);
	began = performance.now();
	await each(agents, (i) => call(server, "GET",
		`/v1/track/${all[i].track}`, undefined, null));
	const tracked = perSecond(agents, began);
	began = performance.now();
	await each(agents, (i) => call(server, "GET", `/track/${all[i].track}`,
		undefined, null));
	return { checked, handed, tracked, pages: perSecond(agents, began) };
}

try {
	console.log(JSON.stringify({ ...await morning(), ...await doors() }));
} finally {
	await Promise.all(children.map((child) => new Promise((done) => {
		child.once("close", done);
		if (!child.kill() || child.exitCode !== null) {
			done();
		}
	})));
	connections.destroy();
	rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
