/**
 * The operators' console: in every look against the mock, and on the real
 * server from the password and its code to a case that is closed, by keyboard
 * (R59, S112 to S116).
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible, assertNoSideScroll, launch, LOOKS, openPage, screenshot,
	until } from "./browser.mjs";
import { Mock } from "./mock.mjs";
import { startServer } from "./server.mjs";
import { BINARY } from "./tree.mjs";

const skip = existsSync(BINARY) ? false : "build/watchword is not built";
const OPEN = "#console:not([hidden])";

/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
	browser = await launch();
});

after(() => browser.close());

function pageTest(name, options, body) {
	test(name, async () => {
		const mock = await new Mock().listen();
		mock.account.signedIn = true;
		mock.account.account.kind = options.kind ?? "operator";
		const { context, page, complaints } = await openPage(browser, options);
		try {
			await body({ mock, page });
			assert.deepEqual(complaints, []);
		} finally {
			await context.close();
			await mock.close();
		}
	});
}

for (const look of LOOKS) {
	pageTest(`the console fits and is accessible at ${look.name}`, { look }, async ({ mock, page }) => {
		await page.goto(`${mock.url}/console`);
		await page.waitForSelector(`${OPEN} #alerts li`);
		await page.fill("#find-to", "ada@example.com");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#found li");
		assert.match(await page.textContent("#found"), /has taken it/);
		assert.match(await page.textContent("#cases"), /Not received.*own_kind/s);
		assert.match(await page.textContent("#alerts"), /Codes are being guessed at a door/);
		await assertNoSideScroll(page, "console");
		await assertAccessible(page, "console");
		await screenshot(page, `console-${look.name}`);
	});
}

pageTest("a case is closed and opened again, and the focus stays there", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/console`);
	await page.waitForSelector(`${OPEN} #cases button`);
	for (const words of ["Open again", "Close"]) {
		await page.locator("#cases li:first-child button").focus();
		await page.keyboard.press("Enter");
		await until(words, async () =>
			await page.textContent("#cases li:first-child button") === words);
		assert.equal(await page.evaluate(() => document.activeElement.textContent), words);
	}
	const sent = mock.requests.filter((r) => r.method === "PATCH");
	assert.deepEqual(sent.map((r) => r.headers["x-watchword"]), ["1", "1"]);
});

pageTest("a customer is told that it is not for him", { kind: "customer" }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/console`);
	await page.waitForSelector("#says .notice");
	assert.equal(await page.isHidden("#console"), true);
	assert.deepEqual(mock.requests.filter((r) =>
		/cases|alerts|messages/.test(r.path)), []);
	await assertAccessible(page, "not an operator");
});

test("the real server: password, code, console, dispatch", { skip }, async () => {
	const server = await startServer();
	const { context, page, complaints } = await openPage(browser);
	const ask = async (method, path, body) => (await fetch(server.url + path, {
		method, body: JSON.stringify(body), headers: { "Content-Type": "application/json",
			Authorization: `Bearer ${server.apiKey}` } })).json();
	try {
		await ask("POST", "/v1/accounts", { kind: "operator", name: "Olga",
			email: "olga@example.org", password: "nine quiet lighthouses" });
		await ask("POST", "/v1/cases", { kind: "spoof", text: "Somebody called." });
		await ask("POST", "/v1/challenges", { purpose: "sign_in",
			to: { email: "ada@example.org" } });
		await page.goto(`${server.url}/console`);
		await page.waitForURL("**/signin");
		await page.waitForSelector(".with-button");
		await page.fill("#identifier", "olga@example.org");
		await page.fill("#password", "nine quiet lighthouses");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#signin-code");
		let code;
		await until("a code", async () => {
			const { messages } = await ask("GET", "/sandbox/inbox?to=olga@example.org");
			code = messages.find((m) => m.code)?.code;
			return code !== undefined;
		});
		await page.fill("#signin-code", code);
		await page.keyboard.press("Enter");
		await page.waitForURL("**/console");
		await page.waitForSelector(`${OPEN} #cases button`);
		assert.match(await page.textContent("#who"), /Olga/);
		await page.fill("#find-to", "ada@example.org");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#found li");
		const { messages } = await ask("GET", "/sandbox/inbox?to=ada@example.org");
		assert.ok(!(await page.textContent("body")).includes(messages[0].code));
		await page.click("#cases button");
		await until("it is closed", async () =>
			/closed/.test(await page.textContent("#cases .badge")));
		assert.equal((await ask("GET", "/v1/cases")).data[0].status, "closed");
		await page.click('a[href="/dispatch#me"]');
		await page.waitForSelector("#desk:not([hidden])");
		await assertAccessible(page, "dispatch, signed in");
		await page.click("#sign-out");
		await page.waitForURL("**/signin");
		await page.goto(`${server.url}/console`);
		await page.waitForURL("**/signin");
		assert.deepEqual(complaints.filter((c) => !/401/.test(c)), []);
	} finally {
		await context.close();
		await server.stop();
	}
});
