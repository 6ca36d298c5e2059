/**
 * The pages on the real server: one code from the request to the receipt in a
 * real browser, with a wrong try on the way; the inbox; what the server says
 * in its headers.  Leaves screenshots in tests/artefacts/.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { assertAccessible, assertNoSideScroll, launch, LOOKS, openPage,
	screenshot, until } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { BINARY } from "./tree.mjs";

const skip = existsSync(BINARY) ? false : "build/watchword is not built";

describe("the pages on the real server", { skip }, () => {
	let browser;
	let server;

	before(async () => {
		/* One after the other: what was started must be known to be ended. */
		browser = await launch();
		server = await startServer();
	});

	after(async () => {
		await browser?.close();
		await server?.stop();
	});

	const get = (path) => fetch(server.url + path);
	const inbox = async (to) => (await (await get(
		`/sandbox/inbox?to=${encodeURIComponent(to)}`)).json()).messages;

	for (const look of LOOKS) {
		test(`one code, from the request to the receipt, at ${look.name}`, async () => {
			const { context, page, complaints } = await openPage(browser, { look });
			const email = `ada-${look.name}@example.com`;
			await page.goto(`${server.url}/`);
			await page.waitForSelector("#try:not([hidden])");
			await until("the key count", async () =>
				/published/.test(await page.textContent("#state-keys")));
			assert.match(await page.textContent("#strip"), /Sandbox – nothing leaves this machine/);
			await screenshot(page, `start-1-empty-${look.name}`);
			await assertAccessible(page, "start");

			await page.fill("#ask-email", email);
			await page.keyboard.press("Enter");
			await page.waitForSelector("#see-letter:not([hidden])");
			const [message] = await inbox(email);
			assert.match(message.code, /^\d{6}$/);
			const shown = await page.textContent("#see-letter .code");
			assert.equal(shown.replace(" ", ""), message.code);
			assert.ok(!(await page.textContent("#ask-raw")).includes(message.code),
				"the answer to the shop has no code in it");

			const wrong = message.code === "000000" ? "000001" : "000000";
			await page.fill("#check-code", wrong);
			await page.keyboard.press("Enter");
			await until("wrong is said", async () =>
				/4 attempts are left/.test(await page.textContent("#check-result")));
			await screenshot(page, `start-2-wrong-${look.name}`);
			await assertAccessible(page, "wrong");

			await page.fill("#check-code", shown);
			await page.keyboard.press("Enter");
			await page.waitForSelector('#receipt-proof .notice[data-state="good"]');
			assert.match(await page.textContent("#check-result"), /Approved/);
			assert.match(await page.textContent("#receipt-proof"), /signature is right/);
			await assertAccessible(page, "approved");
			await assertNoSideScroll(page, "approved");
			await screenshot(page, `start-3-receipt-${look.name}`);

			/* Another program agrees with the page about the receipt. */
			const receipt = await page.textContent("#receipt-body pre");
			const { payload } = await jwtVerify(receipt,
				createRemoteJWKSet(new URL("/.well-known/jwks.json", server.url)),
				{ audience: "default", algorithms: ["EdDSA"] });
			assert.equal(payload.purpose, "sign_in");
			assert.equal(payload.challenge, message.challenge);

			/* R12: good once, and never again. */
			await page.click("#check-form button");
			await until("consumed is said", async () =>
				/has been used/.test(await page.textContent("#check-result")));
			assert.deepEqual(complaints, []);
			await context.close();
		});

		test(`the inbox at ${look.name}`, async () => {
			const { context, page, complaints } = await openPage(browser, { look });
			await page.goto(`${server.url}/sandbox/`);
			await page.waitForSelector('#live[data-state="good"]');
			await page.waitForSelector(".messages li");
			await assertNoSideScroll(page, "list");
			await assertAccessible(page, "list");
			await screenshot(page, `inbox-1-list-${look.name}`);

			/* A new one arrives while the page is open. */
			const email = `grace-${look.name}@example.com`;
			const made = await fetch(`${server.url}/v1/challenges`, {
				method: "POST",
				headers: { Authorization: `Bearer ${server.apiKey}`, "Content-Type": "application/json" },
				body: JSON.stringify({ purpose: "transaction", to: { email }, channel: "email",
					binding: { amount: "129.00", currency: "EUR", payee: "Example Books" } }),
			});
			assert.equal(made.status, 201);
			await page.waitForSelector(`.messages li.new:has-text("${email}")`);
			await page.click(`.messages a:has-text("${email}")`);
			await page.waitForSelector("#view-body:not([hidden])");
			const [message] = await inbox(email);
			assert.equal((await page.textContent("#view-body .code")).replace(" ", ""), message.code);
			assert.match(await page.textContent("#panel-text"), /129\.00/);
			await assertAccessible(page, "message");
			await assertNoSideScroll(page, "message");
			await screenshot(page, `inbox-2-message-${look.name}`);

			await page.click("#tab-html");
			await until("the HTML form is there", async () =>
				(await page.frames()[1]?.evaluate(() => document.body.innerText)
					.catch(() => ""))?.replace(/\s/g, "").includes(message.code));
			await screenshot(page, `inbox-3-html-${look.name}`);
			assert.deepEqual(complaints, []);
			await context.close();
		});
	}

	test("the pages in German", async () => {
		const { context, page, complaints } = await openPage(browser, { look: LOOKS[0], locale: "de-DE" });
		await page.goto(`${server.url}/`);
		await page.waitForSelector("#try:not([hidden])");
		await page.fill("#ask-email", "adele@example.com");
		await page.click("#ask-button");
		await page.waitForSelector("#see-letter:not([hidden])");
		await page.fill("#check-code", (await inbox("adele@example.com"))[0].code);
		await page.keyboard.press("Enter");
		await page.waitForSelector('#receipt-proof .notice[data-state="good"]');
		await assertNoSideScroll(page, "German");
		await assertAccessible(page, "German");
		await screenshot(page, "start-3-receipt-360-light-de");
		assert.deepEqual(complaints, []);
		await context.close();
	});

	test("the clock moves, and an old code expires", async () => {
		const { context, page } = await openPage(browser);
		await page.goto(`${server.url}/`);
		await page.waitForSelector("#try:not([hidden])");
		await page.fill("#ask-email", "late@example.com");
		await page.click("#ask-button");
		await page.waitForSelector("#see-letter:not([hidden])");

		const tools = await context.newPage();
		await tools.goto(`${server.url}/sandbox/`);
		await until("the clock is read", async () =>
			/same as/.test(await tools.textContent("#clock-offset")));
		await tools.click('[data-advance="86400"]');
		await until("a day later", async () =>
			/1 day ahead/.test(await tools.textContent("#clock-offset")));

		await page.bringToFront();
		await page.fill("#check-code", (await inbox("late@example.com"))[0].code);
		await page.keyboard.press("Enter");
		await until("expired is said", async () =>
			/has expired/.test(await page.textContent("#check-result")));
		await tools.bringToFront();
		await tools.click("[data-reset]");
		await until("now again", async () =>
			/same as/.test(await tools.textContent("#clock-offset")));
		await context.close();
	});

	/* S108, S112 */
	test("the headers of pages, assets and framed mail", async () => {
		for (const path of ["/", "/sandbox/", "/authenticator"]) {
			const { status, headers } = await get(path);
			assert.equal(status, 200, path);
			assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
			assert.equal(headers.get("cache-control"), "no-store");
			assert.equal(headers.get("referrer-policy"), "no-referrer");
			assert.equal(headers.get("x-content-type-options"), "nosniff");
			const policy = headers.get("content-security-policy");
			assert.match(policy, /default-src 'none'/);
			assert.match(policy, /frame-ancestors 'none'/);
			assert.doesNotMatch(policy, /unsafe/);
		}
		/* R24: the code app may connect to nothing, its worker to us only. */
		assert.match((await get("/authenticator")).headers.get("content-security-policy"),
			/connect-src 'none'/);
		assert.match((await get("/authenticator-worker.js")).headers.get("content-security-policy"),
			/^default-src 'none'; connect-src 'self';/);
		const style = await get("/assets/tokens.css");
		const etag = style.headers.get("etag");
		assert.equal(style.headers.get("cache-control"), "no-cache");
		assert.match(etag, /^W\/"[0-9a-f]{24}"$/);
		const again = await fetch(`${server.url}/assets/tokens.css`,
			{ headers: { "If-None-Match": etag } });
		assert.equal(again.status, 304);
		const [message] = (await (await get("/sandbox/inbox?channel=email")).json()).messages;
		const mail = await get(`/sandbox/inbox/${message.id}/html`);
		assert.equal(mail.status, 200);
		const policy = mail.headers.get("content-security-policy");
		assert.match(policy, /; sandbox(;|$)/);
		assert.match(policy, /default-src 'none'/);
		assert.match(policy, /frame-ancestors 'self'/);
		assert.equal(mail.headers.get("x-frame-options"), null);
	});

	test("a shop's help link: what became of the code, and once more", async () => {
		const post = async (path, body) => (await fetch(server.url + path, {
			method: "POST", body: body && JSON.stringify(body), headers: {
				Authorization: `Bearer ${server.apiKey}`, "Content-Type": "application/json" },
		})).json();
		const made = await post("/v1/challenges", { purpose: "sign_in",
			to: { email: "lost@example.com" }, locale: "es" });
		const { page: link } = await post(`/v1/challenges/${made.id}/help`);
		await fetch(`${server.url}/sandbox/clock`, { method: "POST",
			body: '{"advance_s":31}', headers: { "Content-Type": "application/json", "X-Watchword": "1" } });
		for (const look of LOOKS) {
			const { context, page, complaints } = await openPage(browser, { look });
			await page.goto(server.url + link);
			await page.waitForSelector("#yours-facts:not([hidden])");
			assert.equal(await page.getAttribute("html", "lang"), "es");
			assert.equal(await page.textContent("#facts-to"), "l•••@example.com");
			await assertNoSideScroll(page, "help");
			await assertAccessible(page, "help");
			if (look === LOOKS[0]) {
				await page.getByRole("button", { name: "Enviar de nuevo" }).click();
				await page.waitForSelector('#yours-notice .notice[data-state="good"]');
				assert.equal(await page.locator("#messages li").count(), 2);
			}
			await screenshot(page, `help-${look.name}`);
			assert.deepEqual(complaints, []);
			await context.close();
		}
	});

	test("without X-Watchword the try-it refuses", async () => {
		const answer = await fetch(`${server.url}/sandbox/try/challenges`, {
			method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ purpose: "sign_in", to: { email: "x@example.com" }, channel: "email" }),
		});
		assert.ok(answer.status === 401 || answer.status === 403, String(answer.status));
		assert.deepEqual(await inbox("x@example.com"), []);
	});
});

describe("outside the sandbox", { skip }, () => {
	test("the start page shows no sandbox, and its routes are not there", async () => {
		const server = await startServer([]);
		const browser = await launch();
		try {
			const { page, complaints } = await openPage(browser);
			await page.goto(`${server.url}/`);
			await page.waitForSelector('#state-service[data-state="good"]');
			assert.equal(await page.isHidden("#strip"), true);
			assert.equal(await page.isHidden("#try"), true);
			assert.deepEqual(complaints, []);
			for (const path of ["/sandbox/", "/sandbox/inbox", "/sandbox/clock"]) {
				assert.equal((await fetch(server.url + path)).status, 404, path);
			}
		} finally {
			await browser.close();
			await server.stop();
		}
	});
});
