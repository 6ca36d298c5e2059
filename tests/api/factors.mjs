/**
 * What somebody has: authenticators and recovery codes, through the API, with
 * codes that oathtool makes.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Browser, PASSWORD, person } from "./people.mjs";

const clock = async (server) =>
	Date.parse((await server.expect(200, "GET", "/sandbox/clock")).now);

/** The code of an authenticator, now and `steps` later, by oathtool. */
export async function code(server, app, steps = 0) {
	const at = Math.floor(await clock(server) / 1000) + 30 * steps;
	return execFileSync("oathtool", ["--totp", "-b", "-N", `@${at}`,
		app.secret], { encoding: "utf8" }).trim();
}

/** An authenticator of the account at a path, confirmed. */
export async function authenticator(server, path) {
	const app = await server.expect(201, "POST", `${path}/authenticators`, {});
	await server.expect(200, "POST",
		`${path}/authenticators/${app.id}/confirm`,
		{ code: await code(server, app) });
	return app;
}

async function begin(browser, email) {
	return browser.expect(200, "POST", "/v1/sign_ins",
		{ identifier: email, password: PASSWORD });
}

/** Every route of factors with every status that is described. */
export async function everyFactor(server) {
	const ada = await person(server, { kind: "customer" });
	const path = `/v1/accounts/${ada.id}`;
	const app = await server.expect(201, "POST", `${path}/authenticators`,
		{ label: "My phone" });
	assert.match(app.otpauth_uri, new RegExp("^otpauth://totp/.*" +
		`secret=${app.secret}&`));
	assert.match(app.qr_svg, /^<svg [^]*<\/svg>$/);
	assert.equal((await server.expect(200, "GET", `${path}/factors`))
		.authenticators.length, 0);
	const confirm = `${path}/authenticators/${app.id}/confirm`;
	await server.expect(400, "POST", confirm, { code: "12345" });
	assert.deepEqual(await server.expect(200, "POST", confirm,
		{ code: await code(server, app, 9) }),
	{ id: app.id, result: "wrong", attempts_left: 9 });
	const enrolled = await code(server, app);
	assert.equal((await server.expect(200, "POST", confirm,
		{ code: enrolled })).result, "approved");
	assert.equal((await server.expect(200, "POST", confirm,
		{ code: enrolled })).result, "consumed");
	const { codes } = await server.expect(201, "POST",
		`${path}/recovery_codes`, {});
	assert.equal(new Set(codes).size, 10);
	const own = await server.expect(200, "GET", `${path}/factors`);
	assert.deepEqual([own.authenticators[0].label, own.recovery_codes.left],
		["My phone", 10]);
	await signInBoth(server, ada, app, codes, enrolled);
	await askedByTheShop(server, ada);
	for (let i = 0; i < 4; i++) {
		await authenticator(server, path);
	}
	await server.expect(409, "POST", `${path}/authenticators`, {});
	await server.expect(204, "DELETE", `${path}/authenticators/${app.id}`);
	await server.expect(404, "DELETE", `${path}/authenticators/${app.id}`);
	await server.expect(204, "DELETE", path);
}

/* A shop with sign-in of its own asks for a code that nobody sends. */
async function askedByTheShop(server, ada) {
	const own = `/v1/accounts/${ada.id}`;
	const app = await authenticator(server, own);
	const path = `${own}/authenticators/${app.id}`;
	const made = await server.expect(201, "POST", "/v1/challenges",
		{ purpose: "sign_in", to: { account: ada.id }, channel: "totp" });
	assert.deepEqual([made.channel, made.to, made.sends_left],
		["totp", "authenticator", 0]);
	const check = `/v1/challenges/${made.id}/check`;
	assert.equal((await server.expect(200, "POST", check,
		{ code: await code(server, app) })).result, "wrong");
	const right = await server.expect(200, "POST", check,
		{ code: await code(server, app, 1) });
	assert.deepEqual([right.result, right.amr, right.restricted],
		["approved", ["otp"], false]);
	await server.expect(204, "DELETE", path);
}

/* The enrolment code is none; the next one is; a recovery code is, once. */
async function signInBoth(server, ada, app, codes, enrolled) {
	const browser = new Browser(server);
	const begun = await begin(browser, ada.email);
	assert.deepEqual(begun.factors.map((f) => f.factor),
		["email", "totp", "recovery_code"]);
	const complete = (id, body) => browser.expect(200, "POST",
		`/v1/sign_ins/${id}/complete`, body);
	assert.equal((await complete(begun.id,
		{ factor: "totp", code: enrolled })).result, "wrong");
	const entered = await complete(begun.id,
		{ factor: "totp", code: await code(server, app, 1) });
	assert.deepEqual([entered.result, entered.method, entered.restricted],
		["signed_in", "totp", false]);
	const session = await browser.expect(200, "GET", "/v1/session");
	assert.equal(session.account, ada.id);
	/* In a browser, with a code given just now. */
	const mine = await browser.expect(201, "POST",
		"/v1/accounts/me/authenticators", { label: "Tablet" });
	await browser.expect(204, "DELETE",
		`/v1/accounts/me/authenticators/${mine.id}`);
	const other = new Browser(server);
	for (const [typed, result] of [[codes[4].toUpperCase(), "signed_in"],
		[codes[4], "wrong"], [codes[5], "signed_in"]]) {
		const again = await begin(other, ada.email);
		const said = await other.expect(200, "POST",
			`/v1/sign_ins/${again.id}/complete`,
			{ factor: "recovery_code", code: typed });
		assert.deepEqual([said.result, said.method], [result,
			result === "wrong" ? undefined : "recovery_code"], typed);
	}
	const last = await begin(other, ada.email);
	await other.expect(400, "POST", `/v1/sign_ins/${last.id}/complete`,
		{ factor: "recovery_code", code: "123456" });
}
