/**
 * The account pages against the mock: what a person meets between "a code is
 * on its way" and "right", forms that say what is wrong, the sheets, and that
 * reader, keyboard and policy are served in every state.  What the service
 * decides is tested against the service.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertNoSideScroll, launch, LOOKS, openPage, until }
	from "./browser.mjs";
import { Mock } from "./mock.mjs";

/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
	browser = await launch();
});

after(() => browser.close());

/** A page test with a mock and a page of its own, both closed after it. */
function pageTest(name, options, body) {
	test(name, async () => {
		const mock = await new Mock(options.mock).listen();
		const { context, page, complaints } = await openPage(browser, options);
		try {
			await body({ mock, page, context, account: mock.account });
			if (!options.complains) {
				assert.deepEqual(complaints, []);
			}
		} finally {
			await context.close();
			await mock.close();
		}
	});
}

const focused = (page) => page.evaluate(() => document.activeElement?.id);
const posts = (mock, path) => mock.requests.filter((r) =>
	r.method === "POST" && r.path.endsWith(path));

async function toCode(mock, page) {
	await page.goto(`${mock.url}/signin`);
	await page.waitForSelector(".with-button");
	await page.fill("#identifier", "ada@example.com");
	await page.fill("#password", "correct horse");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#signin-code");
}

async function toSecurity(mock, page) {
	mock.account.signedIn = true;
	await page.goto(`${mock.url}/security`);
	await page.waitForSelector("#login:not([hidden])");
}

for (const look of LOOKS) {
	pageTest(`every step fits and is accessible at ${look.name}`, { look }, async ({ mock, page }) => {
		const see = async (where) => {
			await assertNoSideScroll(page, where);
			await assertAccessible(page, where);
		};
		await toCode(mock, page);
		await see("code");
		await page.click("[data-other]");
		await see("other ways");
		await toSecurity(mock, page);
		await see("security");
		await page.click("#add-app");
		await page.waitForSelector("#app-ask");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".qr");
		await page.click("summary");
		await see("authenticator");
	});
}

pageTest("one field for the code, for machines and thumbs", {}, async ({ mock, page }) => {
	await toCode(mock, page);
	const code = page.locator("#signin-code");
	assert.equal(await code.getAttribute("autocomplete"), "one-time-code");
	assert.equal(await code.getAttribute("inputmode"), "numeric");
	assert.equal(await code.getAttribute("required"), "");	/* R56 */
	assert.equal(await focused(page), "signin-code");
	/* The address is masked as the server gave it, and nowhere whole. */
	assert.match(await page.textContent("[data-lead]"), /a•••@example\.com/);
	assert.ok(!(await page.textContent("main")).includes("ada@example.com"));
});

/* R88 */
pageTest("a pasted code keeps its spaces", {}, async ({ mock, page }) => {
	await toCode(mock, page);
	await page.keyboard.insertText("482 913");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/security");
	assert.equal(JSON.parse(posts(mock, "/complete")[0].body).code, "482 913");
});

pageTest("a wrong code: said at the field, with the tries that are left", {}, async ({ mock, page }) => {
	await toCode(mock, page);
	await page.fill("#signin-code", "111111");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#signin-code-flaw");
	assert.match(await page.textContent("#signin-code-flaw"), /4 attempts are left/);
	assert.equal(await page.getAttribute("#signin-code", "aria-invalid"), "true");
	assert.ok((await page.getAttribute("#signin-code", "aria-describedby"))
		.split(" ").includes("signin-code-flaw"));
	assert.equal(await focused(page), "signin-code");
	await assertAccessible(page, "wrong");
	/* Typing takes the flaw away. */
	await page.keyboard.type("4");
	assert.equal(await page.locator("#signin-code-flaw").count(), 0);
});

pageTest("an empty code is not sent", {}, async ({ mock, page }) => {
	await toCode(mock, page);
	await page.keyboard.press("Enter");
	await page.waitForSelector("#signin-code-flaw");
	await page.fill("#signin-code", " - ");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#signin-code-flaw");
	assert.deepEqual(posts(mock, "/complete"), []);
});

for (const result of ["exhausted", "expired", "mismatch"]) {
	pageTest(`a code that is over (${result}) leaves one thing to do`, {}, async ({ mock, page, account }) => {
		await toCode(mock, page);
		account.check = () => ({ result, attempts_left: 0 });
		await page.fill("#signin-code", "111111");
		await page.keyboard.press("Enter");
		await page.waitForSelector('.notice[data-state="bad"]');
		assert.equal(await page.locator("#signin-code").count(), 0);
		assert.equal(await page.locator("main .button.wide").count(), 1);
		assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BUTTON");
		await assertAccessible(page, result);
	});
}

pageTest("it can be sent again, but not before its time", {}, async ({ mock, page, account }) => {
	const make = account.challenge.bind(account);
	account.challenge = (purpose) => ({ ...make(purpose),
		resend_at: new Date(Date.now() + 1500).toISOString() });
	await toCode(mock, page);
	const again = page.locator(".code-help button").first();
	assert.equal(await again.getAttribute("aria-disabled"), "true");
	assert.match(await again.textContent(), /in 0:0[12]/);
	await again.click({ force: true });
	assert.deepEqual(posts(mock, "/resend"), []);
	await until("it may be", async () =>
		await again.getAttribute("aria-disabled") === "false");
	await again.click();
	await page.waitForSelector('.status .notice[data-state="good"]');
	assert.equal(posts(mock, "/resend").length, 1);
	assert.equal(await again.getAttribute("aria-disabled"), "true");
});

pageTest("another way: the app, the list of codes", {}, async ({ mock, page }) => {
	await toCode(mock, page);
	await page.click("[data-other]");
	assert.deepEqual(await page.locator(".choice").evaluateAll((nodes) =>
		nodes.map((n) => n.dataset.way)), ["totp", "recovery_code"]);
	await page.click("[data-way=recovery_code]");
	await page.waitForSelector("#signin-code.long");
	assert.equal(await page.getAttribute("#signin-code", "autocomplete"), "off");
	assert.equal(await focused(page), "signin-code");
	await assertAccessible(page, "recovery code");
});

pageTest("what the server finds wrong stands at its field", { complains: true }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/signup`);
	await page.waitForSelector(".with-button");
	await page.fill("#name", "Ada");
	await page.fill("#email", "nobody");
	await page.fill("#password", "short");
	await page.click("[type=submit]");
	await page.waitForSelector("#password-flaw");
	assert.match(await page.textContent("#email-flaw"), /not an e-mail address/);
	assert.equal(await focused(page), "email");
	mock.instead.set("/v1/sign_ups", { status: 400, body: { status: 400,
		code: "invalid_request", title: "The request is not valid",
		errors: [{ field: "password", reason: "is one of those that are guessed first" }] },
	headers: { "Content-Type": "application/problem+json" } });
	await page.fill("#email", "ada@example.com");
	await page.fill("#password", "password1");
	await page.click("[type=submit]");
	await until("said at the field", async () =>
		/everybody tries first/.test(await page.textContent("#password-flaw").catch(() => "")));
	assert.equal(await focused(page), "password");
	mock.instead.set("/v1/sign_ups", { status: 429, body: { status: 429, code: "limited" },
		headers: { "Retry-After": "42" } });
	await page.click("[type=submit]");
	await page.waitForSelector(".status .notice");
	assert.match(await page.textContent(".status"), /42 seconds/);
});

pageTest("a password can be looked at, and is hidden when it is sent", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/signin`);
	await page.waitForSelector(".with-button");
	await page.fill("#password", "correct horse");
	await page.click(".with-button button");
	assert.equal(await page.getAttribute("#password", "type"), "text");
	assert.equal(await page.getAttribute(".with-button button", "aria-pressed"), "true");
	await page.click("[type=submit]");
	await page.waitForSelector("#identifier-flaw");
	assert.equal(await page.getAttribute("#password", "type"), "password");
});

pageTest("a sheet holds the focus, closes with Escape, and changes nothing then", {}, async ({ mock, page }) => {
	await toSecurity(mock, page);
	await page.locator("#two-step .switch").first().focus();
	await page.keyboard.press("Enter");
	await page.waitForSelector("dialog #change-code");
	assert.equal(await focused(page), "change-code");
	await assertAccessible(page, "sheet");
	for (let i = 0; i < 12; i++) {
		await page.keyboard.press("Tab");
		assert.ok(await page.evaluate(() => document.activeElement === document.body
			|| document.activeElement.closest("dialog") !== null), "inside");
	}
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	assert.equal(await page.getAttribute("#two-step .switch", "aria-checked"), "true");
	assert.equal(await page.evaluate(() => document.activeElement?.className), "switch");
});

/* R42, R43 */
pageTest("codes for deliveries: one switch at two places", {}, async ({ mock, page, account }) => {
	await toSecurity(mock, page);
	const states = () => page.locator("#two-step li:last-child .switch, #deliveries .switch")
		.evaluateAll((nodes) => nodes.map((n) => n.getAttribute("aria-checked")));
	assert.deepEqual(await states(), ["true", "true"]);
	await page.click("#deliveries .switch");
	await page.waitForSelector("#change-code");
	account.account.preferences.delivery_codes = false;
	await page.fill("#change-code", "482913");
	await page.keyboard.press("Enter");
	await until("both are off", async () =>
		(await states()).join() === "false,false");
	assert.match(await page.textContent("#toast"), /are off/);
});

pageTest("without a session the way leads to the sign-in, and back", { complains: true }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/security`);
	await page.waitForURL("**/signin");
	await toCode(mock, page);
	await page.fill("#signin-code", "482913");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/security");
	await page.waitForSelector("#login:not([hidden])");
	await page.click("#sign-out");
	await page.waitForURL("**/signin");
});

/* No open redirect: only a page of ours is gone back to. */
pageTest("a foreign way back is not taken", {}, async ({ mock, page }) => {
	for (const evil of ["//evil.example", "/\\evil.example"]) {
		await page.goto(`${mock.url}/signin`);
		await page.evaluate((next) => sessionStorage.setItem("ww-next", next), evil);
		await toCode(mock, page);
		await page.fill("#signin-code", "482913");
		await page.keyboard.press("Enter");
		await page.waitForURL(`${mock.url}/security`);
	}
});

/* R19, S75 */
pageTest("which way comes first: moved up by the keyboard, after a code", {}, async ({ mock, page }) => {
	mock.account.signedIn = true;
	mock.account.account.preferences.channels = ["totp", "sms"];
	await page.goto(`${mock.url}/security`);
	await page.waitForSelector("#way-rows li");
	const names = (await page.locator("#way-rows li").evaluateAll((rows) =>
		rows.map((each) => each.id)));
	assert.deepEqual(names, ["way-totp", "way-sms", "way-email", "way-voice"]);
	assert.match(await page.textContent("#way-totp"), /preferred/);
	assert.match(await page.textContent("#way-email"), /back-up/);
	await page.locator("#way-email button").focus();
	await page.keyboard.press("Enter");
	await page.waitForSelector("#change-code");
	const asked = mock.requests.find((r) => r.path === "/v1/account_changes");
	assert.deepEqual(JSON.parse(asked.body).change,
		{ channels: ["totp", "email", "sms", "voice"] });
	mock.account.account.preferences.channels = ["totp", "email", "sms", "voice"];
	await page.fill("#change-code", "482913");
	await page.keyboard.press("Enter");
	await until("the new order", async () => (await page.locator("#way-rows li")
		.nth(1).getAttribute("id")) === "way-email");
	await assertAccessible(page, "the order of ways");
	await assertNoSideScroll(page, "the order of ways");
});
