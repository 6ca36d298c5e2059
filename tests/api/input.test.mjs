/**
 * Bad input of every kind: it is refused with field and reason, it counts for
 * nothing, and it changes nothing (S102, S103, S10).  And Idempotency-Key
 * (S106).
 */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { assertAlways } from "./contract.mjs";
import { finish, sandbox } from "./server.mjs";

const SIGN_IN = { purpose: "sign_in", to: { email: "in@example.com" } };
const bytes = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)));

describe("bad input", () => {
	let server;
	let challenge;
	let code;
	before(async () => {
		server = await sandbox();
		await renew();
	});
	after(() => finish(server));

	/** A challenge to try things on; nothing about it is under way. */
	async function renew() {
		challenge = await server.start();
		code = await server.code(challenge);
		await server.until(async () => (await server.get(path())).json
			.messages[0].state === "sent");
	}

	const path = () => `/v1/challenges/${challenge.id}`;
	const sent = async () => (await server.get("/sandbox/inbox")).json
		.messages.length;

	/** All but what is said in words: those tell how long one waits. */
	const shown = async () => {
		const { next, messages, ...rest } = (await server.get(path())).json;
		return { ...rest, messages: messages.map(({ said, ...m }) => m) };
	};

	/** 400, these flaws, and everything as it was before. */
	async function refused(method, where, body, flaws) {
		const before = [await shown(), await sent()];
		const answer = await server.call(method, where, body);
		const about = `${where} ${typeof body === "string" ? body.slice(0, 80)
			: JSON.stringify(body)}: ${answer.text}`;
		assert.equal(answer.status, 400, about);
		assert.equal(answer.json.code, "invalid_request", about);
		const found = answer.json.errors.map((e) => [e.field, e.reason]);
		assert.equal(found.length, flaws.length, about);
		flaws.forEach(([field, reason], i) => {
			assert.equal(found[i][0], field, about);
			assert.match(found[i][1], reason, about);
		});
		assert.deepEqual([await shown(), await sent()], before, about);
	}

	const create = (body, ...flaws) =>
		refused("POST", "/v1/challenges", body, flaws);
	const check = (body, ...flaws) =>
		refused("POST", `${path()}/check`, body, flaws);

	test("bodies that are not JSON", async () => {
		for (const [body, reason] of [
			["", /^is missing$/],
			["{", /^is not JSON at line 1, column \d+$/],
			["{}x", /^is not JSON/],
			["{'code':'1'}", /^is not JSON/],
			['{"code":"1",}', /^is not JSON/],
			['{"code":NaN}', /^is not JSON/],
			['{"code":01}', /^is not JSON/],
			["\ufeff{}", /^is not JSON/],
			["null", /^is not an object$|^is not JSON/],
			["[]", /^is not an object$/],
			['"x"', /^is not an object$|^is not JSON/],
			["1", /^is not an object$|^is not JSON/],
			['{"code":"1","code":"2"}', /^has a member twice/],
			['{"code":"1","\\u0063ode":"2"}', /^has a member twice/],
			['{"code":"123\\u0000456"}', /^has a NUL character$/],
			[bytes('{"code":"123', [0], '456"}'), /^has a NUL character$/],
			[bytes('{"code":"1"}', [0]), /^has a NUL character$/],
			[bytes('{"code":"', [0xff], '"}'), /^is not UTF-8$/],
			[bytes('{"code":"', [0xc0, 0xaf], '"}'), /^is not UTF-8$/],
			[bytes('{"code":"', [0xed, 0xa0, 0x80], '"}'), /^is not UTF-8$/],
			['{"code":"\\ud800"}', /^is not (JSON|UTF-8)/],
			['{"code":1e999}', /^has a number out of range/],
			['{"a":'.repeat(17) + "1" + "}".repeat(17), /^is nested too deeply$/],
			["[".repeat(60000), /^is nested too deeply$/],
		]) {
			await check(body, ["", reason]);
			await create(body, ["", reason]);
		}
	});

	test("members: unknown, missing, of the wrong type", async () => {
		await check({}, ["code", /^is required$/]);
		await check({ code, extra: 1 }, ["extra", /^is not known$/]);
		for (const value of [Number(code), null, true, [code], { code }, 1.5]) {
			await check({ code: value }, ["code", /^must be a string$/]);
		}
		for (const value of ["x", 1, null, [], true]) {
			await check({ code, binding: value }, ["binding", /^must be an object$/]);
		}
		await check({ code, binding: { a: 1 } }, ["binding.a", /^must be a string$/]);
		await create({}, ["purpose", /^is required$/], ["to", /^is required$/]);
		await create({ ...SIGN_IN, x: 1, to: { ...SIGN_IN.to, y: 1 } },
			["to.y", /^is not known$/], ["x", /^is not known$/]);
		for (const [more, field, reason] of [
			[{ purpose: 1 }, "purpose", /^must be a string$/],
			[{ purpose: "signin" }, "purpose", /^must be sign_in, /],
			[{ purpose: "" }, "purpose", /^must not be empty$/],
			[{ to: "in@example.com" }, "to", /^must be an object$/],
			[{ to: {} }, "to", /^must have one of email, phone and account$/],
			[{ to: { email: "a@example.com", phone: "+491701234567" } }, "to",
				/^must have one of/],
			[{ to: { account: "acc_1" } }, "to.account", /account/],
			[{ channel: "fax" }, "channel", /^must be email, sms, /],
			[{ channel: "sms" }, "channel", /^must be email for an e-mail/],
			[{ channel: "totp" }, "channel", /^totp needs an account$/],
			[{ channel: "email", to: { phone: "+491701234567" } }, "channel",
				/^must be sms or voice for a phone$/],
			[{ ttl_s: "300" }, "ttl_s", /^must be a whole number$/],
			[{ ttl_s: 300.5 }, "ttl_s", /^must be a whole number$/],
			[{ ttl_s: 0 }, "ttl_s", /^must be from 60 to 600$/],
			[{ ttl_s: 601 }, "ttl_s", /^must be from 60 to 600$/],
			[{ ttl_s: -1 }, "ttl_s", /^must be from 60 to 600$/],
			[{ length: 5 }, "length", /^must be from 6 to 10$/],
			[{ length: 11 }, "length", /^must be from 6 to 10$/],
			[{ locale: "e" }, "locale", /^must have at least 2 bytes$/],
			[{ locale: "de/../x" }, "locale", /^is not a language tag$/],
			[{ context: { ip: "1.2.3" } }, "context.ip", /^is not an IP address$/],
			[{ context: { ip: "1.2.3.4:80" } }, "context.ip", /^is not an IP/],
			[{ context: { user_agent: "x".repeat(513) } }, "context.user_agent",
				/^must have at most 512 bytes$/],
			[{ context: { mac: "" } }, "context.mac", /^is not known$/],
		]) {
			await create({ ...SIGN_IN, ...more }, [field, reason]);
		}
	});

	test("addresses", async () => {
		for (const email of ["", "ada", "@example.com", "ada@", "a@b@example.com",
			"ada@example.com\r\nBcc: eve@example.com", "ada@example.com\n",
			"ada@-example.com", "ada@exam ple.com", "ada @example.com",
			"Ada <ada@example.com>", "ada@example..com", "x".repeat(65) + "@e.com",
			`ada@${"x".repeat(250)}.com`, "ada@bücher.example", '"a b"@example.com',
			"ada@[127.0.0.1]", "a\u202eb@example.com"]) {
			await create({ ...SIGN_IN, to: { email } }, ["to.email", /./]);
		}
		for (const phone of ["", "491701234567", "+0491701234567", "+49 170 12345",
			"+4917012345678901", "+4912", "+49170123456x", "+49170123456\n",
			"00491701234567", "+４９1701234567", "tel:+491701234567"]) {
			await create({ ...SIGN_IN, to: { phone } }, ["to.phone", /./]);
		}
	});

	test("bindings", async () => {
		const bind = (binding, ...flaws) =>
			create({ ...SIGN_IN, binding }, ...flaws);
		await bind(Object.fromEntries(Array.from({ length: 17 },
			(_, i) => [`k${i}`, "v"])), ["binding", /^must have at most 16 members$/]);
		await bind({ "": "x" }, ["binding", /1 to 32 bytes/]);
		await bind({ Device: "x" }, ["binding.Device", /a-z, 0-9 and _/]);
		await bind({ ["k".repeat(33)]: "x" }, ["binding", /1 to 32 bytes/]);
		await bind({ device: "" }, ["binding.device", /^is empty$/]);
		for (const [device, reason] of [
			["https://evil.example", /link/], ["evil.example", /link/],
			["a\u0007b", /control/], ["a\r\nb", /control/],
			["a\u202eb", /invisible/], ["a\u200bb", /invisible/],
			[" a", /blank/], ["x".repeat(41), /too long/],
		]) {
			await bind({ device }, ["binding.device", reason]);
		}
	});

	/* S10: what people type, and what is no code. */
	test("codes as they are typed", async () => {
		const groups = `${code.slice(0, 3)} ${code.slice(3)}`;
		for (const [typed, reason] of [
			["", /^is empty$/], [" - ", /^is empty$/],
			[code.slice(1), /as many digits/], [`${code}0`, /as many digits/],
			[`${code}\n`, /digits, spaces and hyphens only/],
			[`${code}\r`, /only/], [`\t${code}`, /only/], [`+${code}`, /only/],
			[`${code}.`, /only/], ["12345a", /only/], ["0x1234", /only/],
			["१२३४५६", /only/], ["１２３４５６", /only/],
			[`${code.slice(0, 3)}\u00a0${code.slice(3)}`, /only/],
			[`${code.slice(0, 3)}–${code.slice(3)}`, /only/],
			["1".repeat(65), /at most 64 bytes/],
		]) {
			await check({ code: typed }, ["code", reason]);
		}
		assert.equal((await server.get(path())).json.attempts_left, 5,
			"none of all these was counted");
		assert.equal((await server.check(challenge, groups)).json.result,
			"approved");
		for (const as of [(c) => `${c.slice(0, 3)}-${c.slice(3)}`,
			(c) => ` ${c} `, (c) => [...c].join(" "), (c) => `--${c}--`]) {
			const next = await server.start();
			assert.equal((await server.check(next, as(await server.code(next))))
				.json.result, "approved");
		}
		await renew();
	});

	test("other bodies", async () => {
		const policy = "/v1/tenants/default/policy";
		await refused("PUT", policy, "[]", [["", /^is not an object$/]]);
		await refused("PUT", policy, { limits: { sends_per_hour: 1e3 } },
			[["limits.sends_per_hour", /^must be/]]);
		await refused("POST", "/v1/receipts/redeem", {},
			[["receipt", /required/], ["purpose", /required/]]);
		await refused("POST", "/v1/receipts/redeem",
			{ receipt: "x".repeat(9000), purpose: "sign_in" },
			[["receipt", /^must have at most/]]);
		await refused("POST", "/v1/decisions", { event: "x", signals: {
			new_device: 1, failures: -1, amount: "12", odd: true } },
		[["event", /^must be/], ["signals.amount", /object/],
			["signals.failures", /from 0/],
			["signals.new_device", /true or false/],
			["signals.odd", /not known/]]);
		await refused("POST", `${path()}/resend`, "{", [["", /not JSON/]]);
		await refused("POST", `${path()}/resend`, { to: "x" },
			[["to", /not known/]]);
	});

	test("at most 64 KiB, and exactly 64 KiB is read", async () => {
		const frame = JSON.stringify({ code: "" }).length;
		const whole = { code: "1".repeat(65536 - frame) };
		await check(whole, ["code", /^must have at most 64 bytes$/]);
		const over = await server.post(`${path()}/check`,
			{ code: `${whole.code}1` });
		assert.equal(over.status, 413);
	});

	test("content types", async () => {
		const post = (type) => server.post(`${path()}/check`,
			JSON.stringify({ code: "x" }), { type });
		for (const type of ["application/json", "Application/JSON",
			"application/json; charset=utf-8", 'application/json;charset="UTF-8"',
			"application/json;"]) {
			assert.equal((await post(type)).status, 400, type);
		}
		for (const type of ["text/json", "application/x-www-form-urlencoded",
			"application/json; charset=latin1", "application/json; boundary=x",
			"multipart/form-data", "application/jsonp", "application/json, text/html"]) {
			assert.equal((await post(type)).status, 415, type);
		}
	});

	/** Bytes as they are: the answer's status, head and body. */
	function raw(text) {
		const { hostname, port } = new URL(server.url);
		return new Promise((done, failed) => {
			const socket = connect(Number(port), hostname);
			let got = "";
			socket.on("data", (part) => {
				got += part;
			});
			socket.on("error", failed);
			socket.on("close", () => {
				const [head, ...body] = got.split("\r\n\r\n");
				const lines = head.split("\r\n").slice(1).map((l) =>
					[l.slice(0, l.indexOf(":")), l.slice(l.indexOf(":") + 2)]);
				const answer = { status: Number(got.split(" ")[1]),
					headers: new Headers(lines), text: body.join("\r\n\r\n") };
				answer.json = answer.text ? JSON.parse(answer.text) : undefined;
				assertAlways(answer, text.slice(0, 40));
				done(answer);
			});
			socket.end(text);
		});
	}

	/* S99, S103; RFC 9110 section 15.5.6 asks for Allow. */
	test("methods that are not there: 405 with Allow", async () => {
		for (const [line, allow] of [
			["TRACE /v1/challenges", "POST"],
			["TRACE /healthz", "GET, HEAD"],
			["BREW /v1/tenants/default/policy", "GET, HEAD, PUT"],
			["CONNECT /v1/challenges", "POST"],
			["OPTIONS /v1/challenges", "POST"],
			["TRACE /no/such/path", ""],
		]) {
			const { status, headers } = await raw(
				`${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
			assert.equal(status, 405, line);
			assert.equal(headers.get("allow"), allow, line);
		}
	});

	test("requests that are not HTTP", async () => {
		const auth = `Authorization: Bearer ${server.installation.key}`;
		const head = `POST ${path()}/check HTTP/1.1\r\nHost: localhost\r\n${auth}\r\n` +
			"Content-Type: application/json\r\n";
		const body = JSON.stringify({ code });
		for (const [text, status] of [
			[`${head}Content-Length: ${body.length}\r\nContent-Length: 1\r\n\r\n${body}`, 400],
			[`${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`, 400],
			[`${head}Content-Length: +${body.length}\r\n\r\n${body}`, 400],
			[`${head}${auth}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 400],
			[`${head}X: a\nY: b\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 400],
			[`${head}X: a\r\n b\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 400],
			[`${head}Expect: a-pony\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 417],
			[`${head}X: ${"x".repeat(17000)}\r\n\r\n`, 431],
			[`GET /${"x".repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
			["GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", 505],
			["GET /healthz HTTP/1.1\r\n\r\n", 400],
			["GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 400],
			["GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404],
			[`GET /v1/challenges/%00 HTTP/1.1\r\nHost: localhost\r\n${auth}\r\nConnection: close\r\n\r\n`, 400],
			["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
		]) {
			assert.equal((await raw(text)).status, status, text.slice(0, 300));
		}
		assert.equal((await server.get(path())).json.attempts_left, 5);
	});

	/* S106, I4 */
	describe("Idempotency-Key", () => {
		const once = (key, body, options = {}) => server.post("/v1/challenges",
			body, { ...options, headers: { "Idempotency-Key": key } });

		test("the same answer, once done; another body is 422", async () => {
			const first = await once("order-1", SIGN_IN);
			assert.equal(first.status, 201);
			assert.equal(first.headers.get("idempotent-replayed"), null);
			await server.messages(first.json);
			await server.check(first.json, "000000");
			const again = await once("order-1", SIGN_IN);
			assert.equal(again.status, 201);
			assert.equal(again.headers.get("idempotent-replayed"), "true");
			assert.equal(again.text, first.text);
			const other = await once("order-1", { ...SIGN_IN, locale: "de" });
			assert.equal(other.status, 422);
			assert.equal((await server.get("/sandbox/inbox?to=in@example.com"))
				.json.messages.length, 1);
		});

		test("the quoted and the bare form are one key", async () => {
			const first = await once('"order-2"', SIGN_IN);
			assert.equal((await once("order-2", SIGN_IN)).text, first.text);
			await server.messages(first.json);
		});

		/* I4: the answer to an approval was lost; the retry brings it. */
		test("a check repeated under its key gives the receipt again", async () => {
			const made = await once("checked", SIGN_IN);
			const [message] = await server.messages(made.json);
			const check = (key, code) => server.post(
				`/v1/challenges/${made.json.id}/check`, { code },
				{ headers: { "Idempotency-Key": key } });
			const wrong = message.code === "000000" ? "000001" : "000000";
			const miss = await check("c-1", wrong);
			assert.equal((await check("c-1", wrong)).text, miss.text);
			assert.equal(miss.json.attempts_left, 4);
			const first = await check("c-2", message.code);
			assert.equal(first.json.result, "approved");
			assert.equal(first.json.attempts_left, 3);
			const again = await check("c-2", message.code);
			assert.equal(again.headers.get("idempotent-replayed"), "true");
			assert.equal(again.text, first.text);
			assert.equal((await check("c-2", wrong)).status, 422);
			assert.equal((await check("c-3", message.code)).json.result,
				"consumed");
			/* Input that is no code is not kept. */
			assert.equal((await check("c-4", "12")).status, 400);
			assert.equal((await check("c-4", message.code)).json.result,
				"consumed");
		});

		test("another tenant's key is another key", async () => {
			server.installation.do("tenant", "new", "second");
			const key = server.installation.newKey("second", "challenges");
			const first = await once("order-1", SIGN_IN);
			const theirs = await once("order-1", SIGN_IN, { key });
			assert.notEqual(theirs.json.id, first.json.id);
			assert.equal(theirs.headers.get("idempotent-replayed"), null);
			await server.messages(theirs.json);
		});

		test("what is no key: 400, and nothing is made", async () => {
			const before = await sent();
			for (const key of ["", '""', "a b", "x".repeat(256), 'a"b', "a\\b",
				"ключ"]) {
				const answer = await raw(`POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\n` +
					`Authorization: Bearer ${server.installation.key}\r\n` +
					`Content-Type: application/json\r\nIdempotency-Key: ${key}\r\n` +
					`Content-Length: ${JSON.stringify(SIGN_IN).length}\r\n` +
					`Connection: close\r\n\r\n${JSON.stringify(SIGN_IN)}`);
				assert.equal(answer.status, 400, key);
				assert.equal(answer.json.errors[0].field, "Idempotency-Key");
			}
			assert.equal(await sent(), before);
			await once("x".repeat(255), { ...SIGN_IN,
				to: { email: "long@example.com" } });
		});

		test("a refusal is not kept", async () => {
			const body = { ...SIGN_IN, to: { email: "full@example.com" } };
			for (let i = 0; i < 5; i++) {
				await server.post("/v1/challenges", body);
			}
			assert.equal((await once("order-3", body)).status, 429);
			await server.advance(601);
			assert.equal((await once("order-3", body)).status, 201);
			assert.equal((await once("order-4", { ...body, ttl_s: 1 })).status, 400);
			assert.equal((await once("order-4", body)).status, 201);
		});

		test("32 at once: one challenge, one message", async () => {
			const body = { ...SIGN_IN, to: { email: "many@example.com" } };
			const answers = await Promise.all(Array.from({ length: 32 },
				() => once("order-5", body)));
			assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([201]));
			assert.equal(new Set(answers.map((a) => a.text)).size, 1);
			assert.equal(answers.filter((a) => a.headers
				.get("idempotent-replayed") === null).length, 1);
			await server.messages(answers[0].json);
			assert.equal((await server.get("/sandbox/inbox?to=many@example.com"))
				.json.messages.length, 1);
		});

		test("kept for 24 hours, and no longer", async () => {
			const body = { ...SIGN_IN, to: { email: "day@example.com" } };
			const first = await once("order-6", body);
			await server.advance(24 * 3600 - 60);
			assert.equal((await once("order-6", body)).text, first.text);
			await server.advance(120);
			assert.notEqual((await once("order-6", body)).json.id, first.json.id);
		});
	});
});
