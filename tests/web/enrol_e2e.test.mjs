/**
 * R24: enrolling at Watchword itself with the code app of the same browser, on
 * the real server: no camera, no key that somebody types, and a sign-in with
 * the codes that the app shows.  Leaves screenshots in tests/artefacts/.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { PASS } from "./authenticator.mjs";
import { assertAccessible, launch, LOOKS, openPage, screenshot, until } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { BINARY } from "./tree.mjs";

const skip = existsSync(BINARY) ? false : "build/watchword is not built";
const EMAIL = "ada@example.org";
const PASSWORD = "nine quiet lighthouses";

describe("the code app and an account of this installation", { skip, concurrency: 1 }, () => {
	let browser;
	let server;
	/** The browser of her own, at /security. */
	let home;
	/** The code app in its other tab. */
	let app;
	const used = new Set();
	/** Everything that left the browser. */
	const sent = [];

	before(async () => {
		browser = await launch();
		server = await startServer();
	});

	after(async () => {
		await browser?.close();
		await server?.stop();
	});

	async function codeByMail() {
		let found;
		await until("a code by mail", async () => {
			const { messages } = await (await fetch(`${server.url}/sandbox/inbox?to=${EMAIL}`)).json();
			found = messages.find((m) => m.code && !used.has(m.id));
			return found !== undefined;
		});
		used.add(found.id);
		return found.code;
	}

	async function give(page, field, code) {
		await page.waitForSelector(field);
		await page.fill(field, code);
		await page.keyboard.press("Enter");
	}

	const atSecurity = async (page) => {
		await page.waitForURL("**/security");
		await page.waitForSelector("#login:not([hidden])");
	};

	const shown = async (what) => (await app.textContent(`.entry ${what}`)).replace(/\D/g, "");

	test("sign-up, and an app is wished for", async () => {
		home = await openPage(browser, { look: LOOKS[0] });
		home.context.on("request", (request) =>
			sent.push(request.url() + (request.postData() ?? "")));
		const { page } = home;
		await page.goto(`${server.url}/signup`);
		await page.waitForSelector(".with-button");
		await page.fill("#name", "Ada Lovelace");
		await page.fill("#email", EMAIL);
		await page.fill("#password", PASSWORD);
		await page.keyboard.press("Enter");
		await give(page, "#signup-code", await codeByMail());
		await atSecurity(page);
		await page.click("#add-app");
		await page.waitForSelector("#app-label");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#app-here, #change-code");
		if (await page.locator("#change-code").count() > 0) {
			await give(page, "#change-code", await codeByMail());
		}
		await page.waitForSelector("#app-here");
		await screenshot(page, "enrol-1-security-360-light");
	});

	test("one step into the app, which has no vault yet; its code confirms", async () => {
		const opened = home.context.waitForEvent("page");
		await home.page.click("#app-here");
		app = await opened;
		await app.waitForSelector("#welcome:not([hidden])");
		await app.fill("#new-pass", PASS);
		await app.fill("#new-again", PASS);
		await app.keyboard.press("Enter");
		await app.waitForSelector("#add-confirm .button");
		assert.match(await app.textContent("#add-confirm"), /ada@example\.org/);
		await assertAccessible(app, "the offer");
		await app.screenshot({ path: new URL("../artefacts/enrol-2-offer-360-light.png", import.meta.url).pathname });
		await app.click("#add-confirm .button");
		await app.waitForSelector(".entry");
		/* Nobody types it: the page at /security was told. */
		await home.page.waitForSelector("#two-step-rows .badge:has-text('Authenticator app')");
		await screenshot(home.page, "enrol-3-added-360-light");
	});

	test("the key was in no request, and the app's page asked for its files only", async () => {
		assert.equal(new URL(app.url()).hash, "");
		const key = await app.evaluate(async () =>
			(await import("/assets/code-session.js")).content().entries[0].secret);
		assert.match(key, /^[A-Z2-7]{32,}$/);
		assert.ok(sent.length > 20);
		assert.deepEqual(sent.filter((s) => s.includes(key)), []);
		assert.deepEqual(home.complaints.filter((c) => !/status of 40[013]/.test(c)), []);
	});

	test("the next sign-in takes what the app shows", async () => {
		const { context, page } = await openPage(browser, { look: LOOKS[0] });
		await page.goto(`${server.url}/signin`);
		await page.waitForSelector(".with-button");
		await page.fill("#identifier", EMAIL);
		await page.fill("#password", PASSWORD);
		await page.keyboard.press("Enter");
		await page.waitForSelector("#signin-code");
		await page.click("[data-other]");
		await page.click("[data-way=totp]");
		/* The code of the enrolment is spent (S60): the app shows the next one. */
		await fetch(`${server.url}/sandbox/clock`, { method: "POST",
			headers: { "Content-Type": "application/json", "X-Watchword": "1" },
			body: JSON.stringify({ advance_s: 30 }) });
		await give(page, "#signin-code", await shown(".next"));
		await atSecurity(page);
		assert.match(await page.textContent("#who"), /Ada Lovelace/);
		await context.close();
	});
});
