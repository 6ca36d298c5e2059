/**
 * Sign-ins, and what can be told of who has an account.
 *
 *     node accounts.mjs PROGRAM BENCH_HASH SECONDS PAIRS
 *
 * Prints one JSON object.  Exits with 1 when an answer was not what was asked
 * for, or when a known and an unknown person's answers differ in bytes; never
 * because something was slow.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [program, benchHash, seconds, pairs] = process.argv.slice(2);
const cores = availableParallelism();
const ROUNDS = 3;
const folder = mkdtempSync(join(tmpdir(), "watchword-bench-"));
const data = ["--data", join(folder, "data")];
const key = execFileSync(program, ["init", ...data], { encoding: "utf8" })
	.trim().replace("api_key=", "");
const server = spawn(program, ["serve", ...data, "--sandbox", "--listen",
	"127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
const agent = new Agent({ keepAlive: true });
const password = "seven wet umbrellas";
let url;

function call(method, path, body) {
	const text = body === undefined ? "" : JSON.stringify(body);
	return new Promise((done, fail) => {
		const asked = request(new URL(path, url), { agent, method, headers: {
			"Authorization": `Bearer ${key}`, ...(text ? {
				"Content-Type": "application/json",
				"Content-Length": Buffer.byteLength(text) } : {}),
		} }, (answer) => {
			let got = "";
			answer.setEncoding("utf8");
			answer.on("data", (part) => (got += part));
			answer.on("end", () => done({ status: answer.statusCode, got,
				names: Object.keys(answer.headers).join() }));
		});
		asked.on("error", fail);
		asked.end(text);
	});
}

async function expect(status, ...what) {
	const answer = await call(...what);
	if (answer.status !== status) {
		throw new Error(`${what[0]} ${what[1]}: ${answer.status} ${answer.got}`);
	}
	return answer.got ? JSON.parse(answer.got) : {};
}

let addresses = 0;
const ip = () => {
	const n = ++addresses;
	return `10.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}`;
};

async function codeOf(challenge) {
	for (;;) {
		const { messages } = await expect(200, "GET", "/sandbox/inbox");
		const found = messages.find((m) => m.challenge === challenge);
		if (found) {
			return found.code;
		}
	}
}

/** Somebody whose device is trusted, so that a sign-in is a password alone. */
async function person(n) {
	const email = `p${n}@example.com`;
	await expect(201, "POST", "/v1/accounts", { email, password });
	const begun = await expect(200, "POST", "/v1/sign_ins",
		{ identifier: email, password, context: { ip: ip() } });
	const done = await expect(200, "POST", `/v1/sign_ins/${begun.id}/complete`,
		{ code: await codeOf(begun.challenge.id), remember_device: true });
	return { email, device: done.device };
}

async function signIns(people) {
	const ends = performance.now() + seconds * 1000;
	let n = 0;
	const one = async (k) => {
		while (performance.now() < ends) {
			const p = people[k++ % people.length];
			const { result } = await expect(200, "POST", "/v1/sign_ins", {
				identifier: p.email, password,
				context: { ip: ip(), device: p.device } });
			if (result !== "signed_in") {
				throw new Error(`a sign-in was ${result}`);
			}
			n++;
		}
	};
	await Promise.all(Array.from({ length: 4 * cores }, (_, k) => one(k)));
	return n / seconds;
}

async function decisions() {
	const ends = performance.now() + seconds * 1000;
	let n = 0;
	const one = async () => {
		while (performance.now() < ends) {
			await expect(200, "POST", "/v1/decisions", { event: "sign_in",
				signals: { new_device: true } });
			n++;
		}
	};
	await Promise.all(Array.from({ length: 64 }, one));
	return n / seconds;
}

const masked = (answer) => JSON.stringify([answer.status, answer.names,
	answer.got.replace(/sgn_[0-9a-z]{36}/, "sgn_")]);
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

/** P(at most k of n heads), both sides; by the normal curve for so many. */
function signTest(k, n) {
	const z = Math.max(0, Math.abs(k - n / 2) - 0.5) / Math.sqrt(n / 4);
	const t = 1 / (1 + 0.2316419 * z);
	const tail = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * t *
		(0.31938153 + t * (-0.356563782 + t * (1.781477937 +
		t * (-1.821255978 + t * 1.330274429))));
	return Math.min(1, 2 * tail);
}

/** S79: in random order, one after the other. */
async function alike(known) {
	const times = { known: [], unknown: [] };
	let slower = 0, seen;
	for (let i = 0; i < pairs; i++) {
		const order = Math.random() < 0.5 ? ["known", "unknown"]
			: ["unknown", "known"];
		const took = {};
		for (const who of order) {
			const begun = performance.now();
			const answer = await call("POST", "/v1/sign_ins", {
				identifier: who === "known" ? known.email
					: `q${i}@example.com`,
				password: "not this one", context: { ip: ip() } });
			took[who] = performance.now() - begun;
			times[who].push(took[who]);
			seen ??= masked(answer);
			if (masked(answer) !== seen) {
				throw new Error(`they differ: ${seen} ${masked(answer)}`);
			}
		}
		slower += took.known > took.unknown;
	}
	return { pairs: Number(pairs), median_known_ms: median(times.known),
		median_unknown_ms: median(times.unknown), known_slower: slower,
		p: signTest(slower, pairs) };
}

try {
	for await (const line of createInterface({ input: server.stdout })) {
		url = /^ready (\S+)/.exec(line)?.[1];
		if (url) {
			break;
		}
	}
	const people = [];
	for (let n = 0; n < 16; n++) {
		people.push(await person(n));
	}
	/* In turns, so that what else the machine does meets both. */
	let hashes = 0, rate = 0;
	for (let round = 0; round < ROUNDS; round++) {
		hashes += Number(execFileSync(benchHash, [String(cores), seconds],
			{ encoding: "utf8" })) / ROUNDS;
		rate += await signIns(people) / ROUNDS;
	}
	console.log(JSON.stringify({ cores, hashes_per_s: hashes,
		sign_ins_per_s: rate, share: rate / hashes,
		decisions_per_s: await decisions(), alike: await alike(people[0]) }));
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	agent.destroy();
	server.kill("SIGTERM");
	server.once("close", () => rmSync(folder, { recursive: true }));
}
