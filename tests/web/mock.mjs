/**
 * A stand-in for the server, for what a real one will not do on demand: be
 * slow, be broken, go away.  It serves src/web/files as the binary does
 * (pages.txt and the policies of web.h are read, not repeated) and fakes the
 * few routes that the pages call.  What the service answers is tested against
 * the service itself, in e2e.test.mjs.
 */

import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { AccountMock } from "./mock_account.mjs";
import { ConsoleMock } from "./mock_console.mjs";
import { DoorMock } from "./mock_door.mjs";
import { pageHtml, SRC } from "./tree.mjs";

const TYPES = {
	".html": "text/html; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".webmanifest": "application/manifest+json",
};

const header = readFileSync(join(SRC, "web.h"), "utf8");

/** The value of a string macro of web.h. */
function policy(name) {
	const define = new RegExp(`#define ${name} ((?:.*\\\\\\n)+.*)`).exec(header);
	return [...define[1].matchAll(/"([^"]*)"/g)].map((m) => m[1]).join("");
}

const CSP_MAIL = policy("WEB_CSP_MAIL");

const pages = new Map(readFileSync(join(SRC, "pages.txt"), "utf8").split("\n")
	.filter((line) => line !== "" && !line.startsWith("#"))
	.map((line) => line.split(/\s+/))
	.map(([path, file, mode, name = "page"]) => [path, { file,
		sandbox: mode === "sandbox", policy: policy(`WEB_CSP_${name.toUpperCase()}`) }]));

const base64url = (value) => Buffer.from(value).toString("base64url");
const newId = (prefix) => `${prefix}_${randomBytes(13).toString("hex")}`;

export class Mock {
	constructor({ sandbox = true } = {}) {
		this.sandbox = sandbox;
		this.messages = [];
		this.challenges = new Map();
		this.clockOffset = 0;
		this.faults = [];
		this.helpWait = 0;
		this.requests = [];
		/** path prefix → {status, body, headers}: answers that path instead */
		this.instead = new Map();
		const { publicKey, privateKey } = generateKeyPairSync("ed25519");
		this.privateKey = privateKey;
		this.jwks = { keys: [{ ...publicKey.export({ format: "jwk" }),
			kid: "rk1", use: "sig", alg: "EdDSA" }] };
		this.account = new AccountMock(this);
		this.console = new ConsoleMock();
		this.door = new DoorMock(this);
		this.server = createServer((req, res) => void this.answer(req, res));
	}

	async listen(port = 0) {
		await new Promise((done) => this.server.listen(port, "127.0.0.1", done));
		this.port = this.server.address().port;
		this.url = `http://127.0.0.1:${this.port}`;
		return this;
	}

	async close() {
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}

	now() {
		return new Date(Date.now() + this.clockOffset);
	}

	/** Puts a message into the inbox, newest first. */
	deliver(message) {
		this.messages.unshift({ id: newId("msg"), kind: "code", channel: "email",
			to: "ada@example.com", subject: "Your code for Example Shop",
			text: "482913 is your code to sign in.\n\nNever share it with anybody.\n",
			html: null, code: "482913", purpose: "sign_in",
			challenge: newId("chl"), created_at: this.now().toISOString(),
			...message });
	}

	async answer(req, res) {
		const url = new URL(req.url, "http://mock");
		let body = "";
		for await (const part of req) {
			body += part;
		}
		this.requests.push({ method: req.method, path: url.pathname,
			query: url.search, headers: req.headers, body });
		for (const [prefix, other] of this.instead) {
			if (url.pathname.startsWith(prefix)) {
				json(res, other.status, other.body, other.headers);
				return;
			}
		}
		const file = this.file(url.pathname);
		if (file !== null) {
			res.writeHead(200, file.headers);
			res.end(file.body);
			return;
		}
		this.route(req, res, url, body === "" ? null : JSON.parse(body));
	}

	file(path) {
		const page = pages.get(path.replace(/^\/track\/[^/]+$/, "/track/{token}"));
		if (page !== undefined && (!page.sandbox || this.sandbox)) {
			return { body: pageHtml(page.file),
				headers: { "Content-Type": TYPES[extname(page.file)],
					"Content-Security-Policy": page.policy,
					"Cache-Control": "no-store", ...COMMON,
					"Cross-Origin-Opener-Policy": "same-origin" } };
		}
		const asset = /^\/assets\/([a-z0-9_/-]+\.[a-z]+)$/.exec(path);
		if (asset === null) {
			return null;
		}
		const words = /^\/assets\/(locale\/\w+\/\w+)\.js$/.exec(path);
		if (words !== null) {
			return { body: `export default ${readFileSync(
				join(SRC, "files", `${words[1]}.json`), "utf8").trimEnd()};\n`,
			headers: { "Content-Type": TYPES[".js"], "Cache-Control": "no-cache",
				...COMMON } };
		}
		try {
			const folder = asset[1].startsWith("vendor/") ? "." : "files";
			return { body: readFileSync(join(SRC, folder, asset[1])),
				headers: { "Content-Type": TYPES[extname(path)],
					"Cache-Control": "no-cache", ...COMMON } };
		} catch {
			return null;
		}
	}

	route(req, res, url, body) {
		const path = url.pathname;
		const changes = req.method !== "GET";
		if (changes && req.headers["x-watchword"] !== "1") {
			problem(res, 403, "forbidden", "The header X-Watchword is missing.");
			return;
		}
		const own = this.account.route(req.method, path, body)
			?? this.console.route(req.method, path, body)
			?? this.door.route(req.method, path, body);
		if (own !== null) {
			json(res, own[0], own[1]);
			return;
		}
		if (path === "/readyz") {
			json(res, 200, { status: "ready", sandbox: this.sandbox });
		} else if (path === "/.well-known/jwks.json") {
			json(res, 200, this.jwks);
		} else if (path.startsWith("/v1/help")) {
			this.helpRoute(req, res, path);
		} else if (!this.sandbox) {
			problem(res, 404, "not_found", "There is nothing here.");
		} else if (path === "/sandbox/inbox") {
			const after = this.messages.findIndex(
				(m) => m.id === url.searchParams.get("after"));
			json(res, 200, { messages: after < 0
				? this.messages : this.messages.slice(0, after) });
		} else if (/^\/sandbox\/inbox\/\w+\/html$/.test(path)) {
			this.mail(res, path.split("/")[3]);
		} else if (path === "/sandbox/clock") {
			this.clock(res, changes, body);
		} else if (path === "/sandbox/faults" && changes) {
			this.faults.push(body);
			json(res, 200, body);
		} else if (path === "/sandbox/try/challenges" && changes) {
			this.start(res, body);
		} else if (/^\/sandbox\/try\/challenges\/\w+\/check$/.test(path) && changes) {
			this.check(res, path.split("/")[4], body);
		} else {
			problem(res, 404, "not_found", "There is nothing here.");
		}
	}

	mail(res, id) {
		const message = this.messages.find((m) => m.id === id);
		if (!message?.html) {
			problem(res, 404, "not_found", "There is nothing here.");
			return;
		}
		res.writeHead(200, { "Content-Type": TYPES[".html"],
			"Content-Security-Policy": CSP_MAIL, "Cache-Control": "no-store",
			...COMMON });
		res.end(message.html);
	}

	clock(res, changes, body) {
		if (changes && body.now !== undefined) {
			this.clockOffset = new Date(body.now).getTime() - Date.now();
		} else if (changes) {
			this.clockOffset += body.advance_s * 1000;
		}
		json(res, 200, { now: this.now().toISOString() });
	}

	start(res, body) {
		const now = this.now();
		const challenge = { id: newId("chl"), status: "pending",
			purpose: body.purpose, channel: "email",
			to: body.to.email.replace(/^(.)[^@]*/, "$1•••"),
			expires_at: new Date(now.getTime() + 600000).toISOString(),
			attempts_left: 5, sends_left: 4,
			resend_at: new Date(now.getTime() + 30000).toISOString(),
			created_at: now.toISOString() };
		const code = String(randomBytes(4).readUInt32BE() % 1000000).padStart(6, "0");
		this.challenges.set(challenge.id, { challenge, code, binding: body.binding });
		this.deliver({ to: body.to.email, purpose: body.purpose, code,
			challenge: challenge.id, created_at: now.toISOString(),
			subject: `${code} is your code for Example Shop`,
			text: `${code} is your code for Example Shop.\n\nIt is good for 10 minutes and for signing in only.\n\nNever share it with anybody, as you would not share a password. Nobody from Example Shop will ever ask you for it. If you did not ask for this code, somebody may know your password: change it now.\n`,
			html: `<!doctype html><html lang="en"><head><title>Code</title></head><body style="font-family: sans-serif; color: #1c2422; margin: 24px"><p>Your code for Example Shop:</p><p style="font-size: 32px; letter-spacing: 4px"><strong>${code}</strong></p><p>Never share it with anybody.</p></body></html>` });
		json(res, 201, challenge);
	}

	check(res, id, body) {
		const held = this.challenges.get(id);
		if (held === undefined) {
			problem(res, 404, "not_found", "There is no such challenge.");
			return;
		}
		const typed = body.code.replace(/[ -]/g, "");
		if (!/^\d{6}$/.test(typed)) {
			json(res, 400, { type: "about:blank", title: "Bad request", status: 400,
				detail: "The request is not valid.", code: "invalid_request",
				errors: [{ field: "code", reason: "must be 6 digits" }] },
			{ "Content-Type": "application/problem+json" });
			return;
		}
		const c = held.challenge;
		let result = c.status === "approved" ? "consumed" : c.status;
		if (c.status === "pending") {
			c.attempts_left--;
			result = typed === held.code ? "approved"
				: c.attempts_left === 0 ? "exhausted" : "wrong";
			c.status = result === "wrong" ? "pending" : result;
		}
		json(res, 200, { id, result, status: c.status,
			attempts_left: c.attempts_left,
			...(result === "approved" ? { receipt: this.receipt(held), amr: ["otp"],
				restricted: true, phishing_resistant: false } : {}) });
	}

	/** A code that was mailed, and may be sent again after 30 s. */
	helpRoute(req, res, path) {
		if (req.headers.authorization !== "Bearer wwh_good") {
			problem(res, 401, "unauthorized", "The help token is not right.");
			return;
		}
		this.help ??= { brand: "Example Shop", purpose: "sign_in",
			channel: "sms", to: "+•••42", status: "pending",
			expires_at: new Date(Date.now() + 300000).toISOString(),
			resend_at: new Date(Date.now() + this.helpWait).toISOString(),
			sends_left: 4, locale: "en", messages: [{ channel: "sms", kind: "code",
				outcome: "accepted", created_at: this.now().toISOString(),
				said: "The mobile network has accepted the text message to +•••42." }],
			next: [{ do: "check_address", say: "Check whether +•••42 is right." },
				{ do: "resend", say: "It can be sent again." },
				{ do: "other_channel", channel: "voice", say: "By a call." },
				{ do: "support", say: "Contact the customer service of Example Shop." }] };
		if (path === "/v1/help/resend") {
			this.help.messages.push({ ...this.help.messages[0],
				said: "+•••42 is being called." });
			this.help.resend_at = new Date(Date.now() + 60000).toISOString();
		}
		json(res, 200, { ...this.help, now: new Date().toISOString() });
	}

	receipt({ challenge, binding = {} }) {
		const iat = Math.floor(this.now().getTime() / 1000);
		const head = base64url(JSON.stringify({ alg: "EdDSA", kid: "rk1",
			typ: "watchword-receipt+jwt" }));
		const claims = base64url(JSON.stringify({ iss: this.url, aud: "default",
			sub: "8f2c…", jti: newId("rct"), iat, exp: iat + 120,
			purpose: challenge.purpose, binding, amr: ["otp"],
			challenge: challenge.id }));
		const signature = sign(null, Buffer.from(`${head}.${claims}`), this.privateKey);
		return `${head}.${claims}.${base64url(signature)}`;
	}
}

const COMMON = {
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
};

function json(res, status, body, headers = {}) {
	res.writeHead(status, { "Content-Type": "application/json",
		"Cache-Control": "no-store", ...COMMON, ...headers });
	res.end(JSON.stringify(body));
}

function problem(res, status, code, detail) {
	json(res, status, { type: "about:blank", title: detail, status, detail, code },
		{ "Content-Type": "application/problem+json" });
}

/* By hand: node mock.mjs [PORT], then look at the pages. */
if (process.argv[1] === new URL(import.meta.url).pathname) {
	const mock = await new Mock().listen(Number(process.argv[2] ?? 0));
	console.log(mock.url);
}
