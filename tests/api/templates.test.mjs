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
