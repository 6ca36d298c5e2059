/**
 * A tenant's own words: put, seen, previewed, used and taken back; and what
 * the linter refuses (R67 to R75, S47).
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { finish, sandbox } from "./server.mjs";

const PATH = "/v1/tenants/default/templates";
const SMS = { purpose: "sign_in", channel: "sms", locale: "en",
	text: "{brand}: {code} signs you in. Never share it with anyone. We never ask for it." };
const MAIL = { purpose: "sign_in", channel: "email", locale: "de",
	subject: "Anmeldung bei {brand}: Ihr Code",
	lead: "Jemand, vermutlich Sie, hat gerade das richtige Passwort für {brand} eingegeben." };

describe("a tenant's templates", () => {
	let server;
	before(async () => {
		server = await sandbox();
	});
	after(() => finish(server));

	const put = (...templates) => server.call("PUT", PATH, { templates });
	const put_and_drop = async (template) => {
		const { status } = await put(template);
		await server.expect(200, "DELETE", `${PATH}/sign_in/sms/en`);
		return status;
	};
	const shown = async () => (await server.expect(200, "GET", PATH)).templates;
	const preview = (template) => server.expect(200, "POST", `${PATH}/preview`, template);
	const reasonOf = async (template) => {
		const answer = await put(template);
		assert.equal(answer.status, 400, answer.text);
		return answer.json.errors.map((e) => `${e.field}: ${e.reason}`).join("; ");
	};

	test("put, seen, used, taken back", async () => {
		assert.deepEqual(await shown(), []);
		assert.equal((await put(SMS, MAIL)).status, 200);
		assert.deepEqual(await shown(), [SMS, MAIL]);

		const text = await server.start({ to: { phone: "+491701230001" }, channel: "sms" });
		assert.match((await server.messages(text))[0].text,
			/^\S.*: \d{6} signs you in\. Never share it with anyone\./);
		const mail = await server.start({ locale: "de" });
		const [message] = await server.messages(mail);
		assert.match(message.subject, /^Anmeldung bei .*: Ihr Code$/);
		assert.match(message.text, /hat gerade das richtige Passwort/);
		assert.match(message.text, /wie ein Passwort|niemals/i, "R68: our warning stays");
		assert.match(message.html, /hat gerade das richtige Passwort/);
		/* Another language, another purpose: ours. */
		const [english] = await server.messages(await server.start());
		assert.doesNotMatch(english.subject, /Anmeldung/);

		/* Put again as a whole: the lead is ours again. */
		assert.equal((await put({ ...MAIL, lead: undefined })).status, 200);
		assert.deepEqual((await shown())[1], { purpose: "sign_in", channel: "email",
			locale: "de", subject: MAIL.subject });
		await server.expect(200, "DELETE", `${PATH}/sign_in/email/de`);
		assert.deepEqual(await shown(), [SMS]);
		await server.expect(404, "DELETE", `${PATH}/sign_in/email/de`);
		await server.expect(404, "DELETE", `${PATH}/sign_in/totp/de`);
		await server.expect(200, "DELETE", `${PATH}/sign_in/sms/en`);
	});

	test("a preview has a sample of a code, and says what is wrong", async () => {
		const seen = await preview(MAIL);
		assert.equal(seen.sample_code, "000000");
		assert.equal(seen.accepted, true);
		assert.ok(seen.text.includes("000 000") && seen.html.includes("000 000"));
		const ours = await preview({ purpose: "transaction", channel: "sms", locale: "pl" });
		assert.match(ours.text, /000000/);
		assert.match(ours.text, /129,00 EUR/);
		const bare = await preview({ ...SMS, text: "{brand}: {code}" });
		assert.equal(bare.accepted, false);
		assert.match(bare.reason, /^warning/);
	});

	/* R67 to R70, R72, R74, R75, S47, S90, S92 */
	test("what the linter refuses, with field and reason", async () => {
		for (const [change, wanted] of [
			[{ text: "{brand}: {code}" }, /^templates\[0\]\.text: warning/],
			[{ text: "{brand}: never share this with anyone, we never ask for it." }, /needs \{code\}/],
			[{ text: `${SMS.text} See shop.example` }, /link/],
			[{ text: `${SMS.text} https://x.y` }, /link/],
			[{ text: `${SMS.text} ${"long ".repeat(30)}end` }, /length/],
			[{ text: "{brand}: {code} {name}. Never share it with anyone." }, /\{placeholder\}/],
			[{ text: "{brand}: {code. Never share it with anyone." }, /brace/],
			[{ text: `${SMS.text} Tell us your card number.` }, /personal_data/],
			[{ text: `${SMS.text} Install our app.` }, /install/],
			[{ text: "{brand}: {code}, {code}. Never share it with anyone. We never ask for it." }, /code_repeated/],
			[{ text: "{brand}: {code}\n@evil.example #{code}. Never share it." }, /text:/],
			[{ text: `${SMS.text}\u202e` }, /text:/],
			[{ purpose: "transaction", text: SMS.text }, /\{amount\} and \{payee\}/],
			[{ purpose: "delivery", text: SMS.text }, /warning|advice/],
			[{ channel: "fax" }, /channel/],
			[{ locale: "xx" }, /locale/],
			[{ purpose: "hello" }, /purpose/],
			[{ text: undefined }, /has no text/],
			[{ channel: "voice", text: "This is {brand}. Never share it with anyone. Your code is {code}." }, /code_repeated/],
		]) {
			assert.match(await reasonOf({ ...SMS, ...change }), wanted, JSON.stringify(change));
		}
		assert.match(await reasonOf({ ...MAIL, subject: "x".repeat(79) }), /length/);
		assert.match(await reasonOf({ ...MAIL, subject: "Code {code}" }), /placeholder/);
		assert.deepEqual(await shown(), [], "nothing of a refused request is kept");
		/* One that is wrong stops all of them. */
		assert.equal((await put(MAIL, { ...SMS, text: "{code}" })).status, 400);
		assert.deepEqual(await shown(), []);
	});

	/* The command takes what the API takes, and a running server knows at
	 * once. */
	test("the same by the command", async () => {
		const { installation } = server;
		const file = join(installation.data, "words.json");
		const command = (...words) => installation.cli("template", ...words,
			"--tenant", "default");
		const which = ["sign_in", "sms", "en"];
		writeFileSync(file, JSON.stringify({ templates: [
			{ ...SMS, locale: "en", text: "{brand}: {code}" }] }));
		for (const verb of ["check", "set"]) {
			const refused = command(verb, file);
			assert.equal(refused.code, 1);
			assert.match(refused.err, /: templates\[0\]\.text: warning/);
		}
		assert.deepEqual(await shown(), []);
		const good = { templates: [{ ...SMS, locale: "en" }] };
		writeFileSync(file, JSON.stringify(good));
		assert.equal(command("check", file).code, 0);
		assert.deepEqual(await shown(), [], "checked, not kept");
		assert.equal(command("set", file).code, 0);
		assert.deepEqual(await shown(), good.templates);
		assert.deepEqual(JSON.parse(command("list").out), good);
		assert.deepEqual(JSON.parse(command("show", ...which).out), good);
		assert.match(command("preview", ...which).out, /000000/);
		assert.equal(command("remove", ...which).code, 0);
		assert.deepEqual(await shown(), []);
		assert.equal(command("remove", ...which).code, 1);
		assert.equal(command("show", ...which).code, 1);
		for (const words of [["show", "sign_in", "fax", "en"], ["set"], ["hello"]]) {
			assert.equal(command(...words).code, 2, words.join(" "));
		}
	});

	/* S91: what a telephone reads by itself, and that counts (S92). */
	test("the lines for the shop's pages and its app", async () => {
		const policy = (sms) => server.call("PUT", "/v1/tenants/default/policy", { sms });
		const text = async (n) => (await server.messages(await server.start({
			to: { phone: `+4917012311${n}1` }, channel: "sms" })))[0];
		assert.doesNotMatch((await text(1)).text, /\n/);
		const put = await policy({ host: "Shop.Example", app_hash: "FA+9qCX9VSu" });
		assert.deepEqual(put.json.sms, { host: "shop.example", app_hash: "FA+9qCX9VSu" });
		const both = await text(2);
		assert.ok(both.text.endsWith(`\nFA+9qCX9VSu\n@shop.example #${both.code}`), both.text);
		assert.equal(both.text.split("\n").length, 3);
		assert.match((await preview({ purpose: "sign_in", channel: "sms", locale: "en" })).text,
			/\nFA\+9qCX9VSu$/);
		const long = { ...SMS, text: "{brand}: {code} signs you in. Never share it with anyone, " +
			"not with us either: we never ask for it, not on the telephone, not in a chat and nowhere else." };
		assert.match(await reasonOf(long), /length/);
		await policy({ host: "shop.example" });
		assert.equal((await put_and_drop(long)), 200);
		/* What a payee is called makes no line, no link, no placeholder. */
		const pay = (payee, n) => server.call("POST", "/v1/challenges", {
			purpose: "transaction", channel: "sms", to: { phone: `+4917012322${n}1` },
			binding: { amount: "129.00", currency: "EUR", payee } });
		for (const [n, payee] of ["x\n@evil.example #999999", "@evil.example #999999",
			"x\r\nBcc: eve", "evil.example", "x\u202e999", "x\u2028y"].entries()) {
			assert.equal((await pay(payee, n)).status, 400, payee);
		}
		const braces = (await pay("{code} {amount}", 9)).json;
		const [said] = await server.messages(braces);
		assert.ok(said.text.includes("{code} {amount}"), said.text);
		assert.ok(said.text.endsWith(`\n@shop.example #${said.code}`), said.text);
		assert.equal(said.text.split("\n").length, 2);
		const host = await text(3);
		assert.ok(host.text.endsWith(`.\n@shop.example #${host.code}`), host.text);
		for (const [sms, field] of [
			[{ host: "shop.example #1\n@evil.example" }, "sms.host"],
			[{ host: "https://shop.example" }, "sms.host"], [{ host: "shop" }, "sms.host"],
			[{ app_hash: "FA+9qCX9VS" }, "sms.app_hash"],
			[{ app_hash: "@evil.ex #1" }, "sms.app_hash"], [{ more: "x" }, "sms.more"],
		]) {
			const refused = await policy(sms);
			assert.equal(refused.status, 400, JSON.stringify(sms));
			assert.equal(refused.json.errors[0].field, field, refused.text);
		}
		await server.expect(200, "PUT", "/v1/tenants/default/policy", {});
		assert.doesNotMatch((await text(4)).text, /\n/);
	});

	test("HTML in a template is text", async () => {
		assert.equal((await put({ ...MAIL, lead: "Hallo <b>Welt</b> & Co. bei {brand}." })).status, 200);
		const seen = await preview({ purpose: "sign_in", channel: "email", locale: "de" });
		assert.ok(seen.html.includes("Hallo &lt;b&gt;Welt&lt;/b&gt; &amp; Co."));
		await server.expect(200, "DELETE", `${PATH}/sign_in/email/de`);
	});

	test("another tenant's are not there", async () => {
		for (const path of ["/v1/tenants/nobody/templates"]) {
			await server.expect(404, "GET", path);
			await server.expect(404, "PUT", path, { templates: [] });
			await server.expect(404, "POST", `${path}/preview`, SMS);
			await server.expect(404, "DELETE", `${path}/sign_in/sms/en`);
		}
		const stranger = server.installation.newKey("default", "challenges");
		await server.until(async () => (await server.get(PATH, { key: stranger })).status === 403);
	});
});

const PREVIEW = `${PATH}/preview`;

describe("brand and senders", () => {
	let server;
	before(async () => {
		server = await sandbox();
	});
	after(() => finish(server));

	const brand = (name) => server.call("PUT", "/v1/tenants/default/brand", { name });
	const senders = (body) => server.call("PUT", "/v1/tenants/default/senders", body);
	const shownBrand = async () => (await server.expect(200, "GET",
		"/v1/tenants/default/brand")).name;
	const events = (name) => server.installation.do("audit", "export").trim()
		.split("\n").map(JSON.parse).filter((e) => e.event === name);
	const preview = (template, more) => server.expect(200, "POST", PREVIEW,
		{ purpose: "sign_in", channel: "sms", locale: "en", ...template, ...more });

	test("a brand: previewed, put, and in the next message", async () => {
		const before = await shownBrand();
		const seen = await preview({ brand: "Lindenhof B\u00fccher" });
		assert.match(seen.text, /^Lindenhof B\u00fccher: 000000/);
		assert.equal(await shownBrand(), before, "a preview keeps nothing");
		assert.equal((await brand("Lindenhof & Co")).json.name, "Lindenhof & Co");
		assert.equal(await shownBrand(), "Lindenhof & Co");
		assert.match((await preview()).text, /^Lindenhof & Co: 000000/);
		const mail = await server.start();
		const [message] = await server.messages(mail);
		assert.deepEqual(message.from, { address: null, name: "Lindenhof & Co" });
		assert.ok(message.text.includes("Lindenhof & Co"));
		assert.ok(message.html.includes("Lindenhof &amp; Co"));
		await server.settled(mail);
		assert.deepEqual((await preview({ channel: "email" })).from,
			{ address: null, name: "Lindenhof & Co" });
		assert.deepEqual(events("brand.changed").map((e) => e.brand), ["Lindenhof & Co"]);
	});

	/* S82, S89 */
	test("a brand that is not one, with field and reason", async () => {
		const before = await shownBrand();
		for (const [name, wanted] of [
			["Shop\r\nBcc: eve@evil.example", /control/],
			["Shop\u0007", /control/], ["Shop\u2028x", /control/],
			["Shop\u202e", /invisible or direction/], ["Sh\u200bop", /invisible or direction/],
			["\u2066Shop", /invisible or direction/], ["evil.example", /link/],
			["Pay at www.x", /link/], ["eve@evil", /link/], [" Shop", /blank/],
			["P\u0430yPal", /alphabets/], ["\u0440\u0430\u0443\u0440\u0430", /alphabets/],
			["\uff30\uff41\uff59", /alphabets/], ["\u{1d40f}ay", /alphabets/],
			["Paypa\u0301l", /alphabets/], ["Bank \u2713", /alphabets/],
			["{code} {brand}", null], ["x".repeat(41), /too long/],
		]) {
			const answer = await brand(name);
			if (wanted === null) {
				/* Braces of a name are text, not a placeholder. */
				assert.equal(answer.status, 200, answer.text);
				assert.match((await preview()).text, /^\{code\} \{brand\}: 000000/);
				assert.equal((await brand(before)).status, 200);
				continue;
			}
			assert.equal(answer.status, 400, name);
			assert.equal(answer.json.errors[0].field, "name");
			assert.match(answer.json.errors[0].reason, wanted, name);
			assert.equal((await server.call("POST", PREVIEW, { purpose: "sign_in",
				channel: "sms", locale: "en", brand: name })).status, 400);
		}
		for (const body of [{}, { name: 1 }, { name: "" }, { name: "A", more: 1 }]) {
			await server.expect(400, "PUT", "/v1/tenants/default/brand", body);
		}
		assert.equal(await shownBrand(), before);
	});

	test("not another shop's, and not what its templates cannot carry", async () => {
		const { installation } = server;
		installation.do("tenant", "new", "paypal", "--brand", "PayPal");
		for (const name of ["paypal", "PayPaI", "P\u00e1y Pal", "PAYPA1"]) {
			const answer = await server.until(async () => {
				const tried = await brand(name);
				return tried.status === 400 && tried;
			});
			assert.match(answer.json.errors[0].reason, /another shop/, name);
			const text = await senders({ sms: { sender: name.normalize("NFD")
				.replace(/[^ -~]/g, "") } });
			assert.match(text.json.errors[0].reason, /another shop/, name);
		}
		const words = { ...SMS, text: "{brand}: {code} signs you in. Never share it with " +
			"anyone at all, not even with {brand}, who never ask for it, nowhere at all." };
		assert.equal((await server.call("PUT", PATH, { templates: [words] })).status, 200);
		const long = await brand("The Bookshop Around The Corner, London");
		assert.equal(long.status, 400);
		assert.match(long.json.errors[0].reason, /own templates/);
		await server.expect(200, "DELETE", `${PATH}/sign_in/sms/en`);
		assert.equal((await brand("The Bookshop Around The Corner, London")).status, 200);
		const wide = await brand("\u66f8".repeat(40));
		assert.match(wide.json.errors[0].reason, /one segment/);
		assert.equal((await brand("Lindenhof")).status, 200);
	});

	test("senders of texts and calls: previewed, and in the next message", async () => {
		const made = await senders({ sms: { sender: "Lindenhof" },
			voice: { sender: "+442079460000" } });
		assert.deepEqual(made.json, { email: null, sms: { sender: "Lindenhof" },
			voice: { sender: "+442079460000" } });
		assert.deepEqual((await preview()).from, { address: "Lindenhof", name: null });
		const text = await server.start({ to: { phone: "+491701230071" }, channel: "sms" });
		assert.deepEqual((await server.messages(text))[0].from,
			{ address: "Lindenhof", name: null });
		const call = await server.start({ to: { phone: "+491701230072" }, channel: "voice" });
		assert.deepEqual((await server.messages(call))[0].from,
			{ address: "+442079460000", name: null });
		await server.settled(call);
		assert.deepEqual(events("sender.changed").map((e) => [e.channel, e.sender]).sort(),
			[["sms", "Lindenhof"], ["voice", "+442079460000"]]);
		assert.equal(server.installation.do("sender", "show", "--tenant", "default"),
			"sms: Lindenhof\nvoice: +442079460000\n");
		for (const [body, field, wanted] of [
			[{ sms: { sender: "ABCDEFGHIJKL" } }, "sms.sender", /too long/],
			[{ sms: { sender: "B\u00fccher" } }, "sms.sender", /no sender/],
			[{ sms: { sender: "P\u0430yPal" } }, "sms.sender", /no sender/],
			[{ sms: { sender: "a\r\nX: y" } }, "sms.sender", /control/],
			[{ sms: { sender: "Sh\u202eop" } }, "sms.sender", /invisible/],
			[{ sms: { sender: "evil.de" } }, "sms.sender", /link/],
			[{ sms: { sender: "+44" } }, "sms.sender", /international/],
			[{ sms: { sender: "123456789012" } }, "sms.sender", /too long|no sender/],
			[{ voice: { sender: "Lindenhof" } }, "voice.sender", /international/],
			[{ email: { address: "code@default.example" } }, "email.address", /DKIM/],
			[{ sms: { sender: "X1" }, voice: { sender: "x" } }, "voice.sender", /international/],
		]) {
			const answer = await senders(body);
			assert.equal(answer.status, 400, JSON.stringify(body));
			assert.equal(answer.json.errors[0].field, field, answer.text);
			assert.match(answer.json.errors[0].reason, wanted);
		}
		assert.equal((await senders({ sms: {} })).status, 400);
		assert.equal((await senders({ sms: { sender: "A", name: "B" } })).status, 400);
		assert.deepEqual((await server.get("/v1/tenants/default/senders")).json, made.json);
		assert.equal((await senders({})).status, 200);
		assert.deepEqual((await preview()).from, { address: null, name: null });
	});

	test("the same by the command", async () => {
		const command = (...words) => server.installation.cli(...words, "--tenant", "default");
		assert.equal(command("tenant", "brand", "Caf\u00e9 Nord").code, 0);
		assert.equal(await shownBrand(), "Caf\u00e9 Nord");
		for (const name of ["P\u0430yPal", "evil.example", "a\u202e", "x".repeat(41)]) {
			const refused = command("tenant", "brand", name);
			assert.equal(refused.code, 2, name);
			assert.match(refused.err, /the brand /);
			assert.equal(server.installation.cli("tenant", "new", "evil", "--brand", name).code, 2);
		}
		/* The operator may; he is told. */
		const same = command("tenant", "brand", "PayPal");
		assert.equal(same.code, 0);
		assert.match(same.err, /another tenant/);
		assert.equal(command("tenant", "brand", "Lindenhof").code, 0);
		assert.equal(command("tenant", "brand").code, 2);
		assert.equal(command("tenant", "brand", "\u66f8".repeat(40)).code, 1);
		assert.equal(command("sender", "set", "Nord", "--channel", "sms").code, 0);
		assert.equal(command("sender", "set", "+442079460000", "--channel", "voice").code, 0);
		assert.deepEqual(JSON.parse(command("sender", "show", "--json").out),
			{ sms: "Nord", voice: "+442079460000" });
		for (const words of [["set", "Much too long", "--channel", "sms"],
			["set", "Nord", "--channel", "voice"], ["set", "Nord", "--channel", "fax"],
			["set", "Nord", "--channel", "sms", "--name", "x"], ["set", "Nord"],
			["clear", "--channel", "totp"]]) {
			assert.equal(command("sender", ...words).code, 2, words.join(" "));
		}
		assert.equal(command("sender", "clear", "--channel", "sms").code, 0);
		assert.equal(command("sender", "clear", "--channel", "sms").code, 1);
		assert.equal(command("sender", "clear", "--channel", "voice").code, 0);
	});

	test("another tenant's are not there", async () => {
		await server.expect(404, "GET", "/v1/tenants/paypal/brand");
		await server.expect(404, "PUT", "/v1/tenants/paypal/brand", { name: "Mine" });
		const key = server.installation.newKey("default", "challenges");
		const answer = await server.until(async () => {
			const tried = await server.get("/v1/tenants/default/brand", { key });
			return tried.status !== 401 && tried;
		});
		assert.equal(answer.status, 403);
	});
});
