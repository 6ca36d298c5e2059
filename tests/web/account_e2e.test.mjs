/**
 * The account pages on the real server: one customer from the sign-up to the
 * payment, with real codes from the sandbox's inbox, an authenticator whose QR
 * code another program reads from the picture of the page (zbarimg) and whose
 * codes another one makes (oathtool).  Leaves screenshots in tests/artefacts/.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertNoSideScroll, launch, LOOKS, openPage,
	screenshot, until } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { ARTEFACTS, BINARY } from "./tree.mjs";

const skip = existsSync(BINARY) ? false : "build/watchword is not built";
const EMAIL = "ada@example.org";
const NEW_EMAIL = "countess@example.org";
const PHONE = "+49 151 12345678";
const PASSWORD = "nine quiet lighthouses";

describe("a customer's account on the real server", { skip, concurrency: 1 }, () => {
	let browser;
	let server;
	/** The browser in which she signed up, and its page. */
	let home;
	const used = new Set();

	before(async () => {
		browser = await launch();
		server = await startServer();
	});

	after(async () => {
		await browser?.close();
		await server?.stop();
	});

	const get = async (path) => (await fetch(server.url + path)).json();

	/** The newest code to an address that has not been read yet. */
	/* Codes that nobody typed lie in the inbox too: about says which is meant. */
	async function codeTo(to, about = /./) {
		let found;
		await until(`a code to ${to}`, async () => {
			const { messages } = await get(`/sandbox/inbox?to=${encodeURIComponent(to)}`);
			found = messages.find((m) => m.code && !used.has(m.id) &&
				about.test(m.subject ?? m.text));
			return found !== undefined;
		});
		used.add(found.id);
		return found.code;
	}

	const device = (look = LOOKS[0]) => openPage(browser, { look });

	/** Signs in with the password, as far as that leads. */
	async function password(page, identifier = EMAIL, word = PASSWORD) {
		await page.goto(`${server.url}/signin`);
		await page.waitForSelector(".with-button");
		await page.fill("#identifier", identifier);
		await page.fill("#password", word);
		await page.keyboard.press("Enter");
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

	let secret = "";
	let spent = "";
	/** Of the server's clock, in seconds. */
	let ahead = 0;
	const advance = (seconds) => (ahead += seconds) && fetch(`${server.url}/sandbox/clock`, {
		method: "POST",
		headers: { "Content-Type": "application/json", "X-Watchword": "1" },
		body: JSON.stringify({ advance_s: seconds }) });

	/** One account gets only so many codes in ten minutes. */
	const later = () => advance(601);

	/** What an authenticator shows that has the server's time. */
	const totp = (key) => execFileSync("oathtool", ["--totp", "--base32",
		`--now=@${Math.floor(Date.now() / 1000) + ahead}`, key],
	{ encoding: "utf8" }).trim();

	test("sign-up: the address proves itself by a code", async () => {
		home = await device(LOOKS[2]);
		const { page } = home;
		await page.goto(`${server.url}/signup`);
		await page.waitForSelector(".with-button");
		await screenshot(page, "account-1-signup-1280-light");
		await page.fill("#name", "Ada Lovelace");
		await page.fill("#email", EMAIL);
		await page.fill("#password", PASSWORD);
		await page.keyboard.press("Enter");
		await give(page, "#signup-code", await codeTo(EMAIL));
		await atSecurity(page);
		assert.match(await page.textContent("#who"), /Ada Lovelace/);
		assert.match(await page.textContent("#login-rows"), /a•••@example\.org|ada@example\.org/);
		await assertAccessible(page, "security");
		await assertNoSideScroll(page, "security");
		await screenshot(page, "account-2-security-1280-light");
		const [cookie] = await home.context.cookies();
		assert.equal(cookie.name, "__Host-ww_session");
		assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Lax");
	});

	/* R49, R50, R58 */
	test("a new device: a code after the password, and trust for 30 days", async () => {
		const { context, page, complaints } = await device();
		const before = (await get(`/sandbox/inbox?to=${EMAIL}`)).messages.length;
		await password(page, EMAIL, "not her password");
		await page.waitForSelector("#password-flaw");
		const unknown = await page.textContent("#password-flaw");
		await password(page, "nobody@example.org", "not her password");
		await page.waitForSelector("#password-flaw");
		assert.equal(await page.textContent("#password-flaw"), unknown);
		assert.equal((await get(`/sandbox/inbox?to=${EMAIL}`)).messages
			.filter((m) => m.code).length, before, "no code before the password is right");

		await password(page);
		await page.waitForSelector("#signin-code");
		await screenshot(page, "account-3-code-360-light");
		const code = await codeTo(EMAIL);
		await give(page, "#signin-code", code === "000000" ? "000001" : "000000");
		await page.waitForSelector("#signin-code-flaw");
		await screenshot(page, "account-4-wrong-360-light");
		await page.check("#signin-remember");
		await give(page, "#signin-code", code.replace(/(...)/, "$1 "));
		await atSecurity(page);
		await assertNoSideScroll(page, "security");
		await screenshot(page, "account-2-security-360-light");
		assert.equal(await page.locator("#device-rows .row .button").count(), 1);

		await page.click("#sign-out");
		await page.waitForURL("**/signin");
		await password(page);
		await atSecurity(page);
		assert.deepEqual(complaints.filter((c) => !/40[13]/.test(c)), []);
		await context.close();
	});

	/* R22, R23 */
	test("a phone is a contact once its code came back, for texts and calls", async () => {
		const { page } = home;
		await page.reload();
		await atSecurity(page);
		await page.click("#add-phone");
		await page.waitForSelector("#phone");
		await page.fill("#phone", "+49 151 1234567");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#phone-flaw, #change-code");
		assert.equal(await page.locator("#login-rows .row").count(), 3,
			"nothing is added before the code");
		await page.keyboard.press("Escape");
		await page.click("#add-phone");
		await page.waitForSelector("#phone");
		await page.fill("#phone", PHONE);
		await page.check("#voice");
		await page.keyboard.press("Enter");
		await screenshot(page, "account-5-phone-1280-light");
		await give(page, "#change-code", await codeTo(PHONE.replaceAll(" ", "")));
		await page.waitForSelector("dialog", { state: "detached" });
		await until("it stands in the list", async () =>
			/Text messages and calls/.test(await page.textContent("#login-rows")));
	});

	test("the code of a sign-in by another way", async () => {
		const { context, page } = await device();
		await password(page);
		await page.waitForSelector("#signin-code");
		await codeTo(EMAIL);
		await advance(31);
		await page.click("[data-other]");
		await screenshot(page, "account-5-ways-360-light");
		await page.click("[data-way=voice]");
		await until("a call", async () =>
			/calling \+•••/.test(await page.textContent("[data-lead]")));
		await context.close();
	});

	/* R24 */
	test("an authenticator: its QR code is read from the picture of the page", async () => {
		const { page } = home;
		await later();
		await page.reload();
		await atSecurity(page);
		await page.click("#add-app");
		await page.waitForSelector("#app-label");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".qr, #change-code");
		if (await page.locator("#change-code").count() > 0) {
			await give(page, "#change-code", await codeTo(EMAIL));
		}
		await page.waitForSelector(".qr");
		await screenshot(page, "account-6-authenticator-1280-light");
		await assertAccessible(page, "authenticator");
		const read = execFileSync("zbarimg", ["--quiet", "--raw",
			join(ARTEFACTS, "account-6-authenticator-1280-light.png")],
		{ encoding: "utf8" }).trim();
		const uri = new URL(read);
		assert.equal(uri.protocol, "otpauth:");
		secret = uri.searchParams.get("secret");
		assert.equal((await page.textContent("#app-key")).replaceAll(" ", ""), secret);
		spent = totp(secret);
		await give(page, "#app-code", spent);
		await page.waitForSelector("#two-step-rows .badge:has-text('Authenticator app')");
	});

	test("signing in with the authenticator: its codes count once", async () => {
		const { context, page } = await device();
		await password(page);
		await page.waitForSelector("#signin-code");
		await page.click("[data-other]");
		await page.click("[data-way=totp]");
		/* That code was spent by the enrolment (S60): the next one is good. */
		await give(page, "#signin-code", spent);
		await page.waitForSelector("#signin-code-flaw");
		await advance(30);
		await give(page, "#signin-code", totp(secret));
		await atSecurity(page);
		await context.close();
	});

	test("recovery codes: shown once, each good once", async () => {
		const { page } = home;
		await later();
		await page.reload();
		await atSecurity(page);
		await page.click("#new-recovery");
		await page.waitForSelector("#recovery-list, #change-code");
		if (await page.locator("#change-code").count() > 0) {
			await give(page, "#change-code", await codeTo(EMAIL));
		}
		await page.waitForSelector("#recovery-list");
		await assertAccessible(page, "recovery codes");
		await screenshot(page, "account-6-recovery-codes-1280-light");
		const recovery = (await page.locator("#recovery-list li").allTextContents());
		assert.equal(new Set(recovery).size, 10);
		await page.click(".sheet .button.wide");
		await until("ten are left", async () =>
			/10/.test(await page.textContent("#two-step-rows")));

		for (const again of [false, true]) {
			const { context, page: other } = await device();
			await password(other);
			await other.waitForSelector("#signin-code");
			await other.click("[data-other]");
			await other.click("[data-way=recovery_code]");
			await give(other, "#signin-code", `3. ${recovery[2]}`);
			if (again) {
				await other.waitForSelector("#signin-code-flaw");
			} else {
				await atSecurity(other);
			}
			await context.close();
		}
	});

	/* R51, R55 */
	test("another e-mail address: two codes, and the old one is out", async () => {
		const { page } = home;
		await page.reload();
		await atSecurity(page);
		await page.click("[aria-label='Change the e-mail address']");
		await give(page, "#email", NEW_EMAIL);
		await give(page, "#change-code", await codeTo(EMAIL, /change/));
		await until("the second code is asked for", async () =>
			/new place/.test(await page.textContent(".sheet h2")));
		await screenshot(page, "account-7-new-address-1280-light");
		await give(page, "#change-code", await codeTo(NEW_EMAIL));
		await page.waitForSelector("dialog", { state: "detached" });
		const { context, page: other } = await device();
		await password(other, EMAIL);
		await other.waitForSelector("#password-flaw");
		await password(other, NEW_EMAIL);
		await other.waitForSelector("#signin-code");
		await codeTo(NEW_EMAIL);
		await context.close();
	});

	/* R41, R42, R43, R44: one switch at two places */
	test("codes for deliveries are turned off, and on again", async () => {
		const { page } = home;
		/* And so many in an hour; a session is used meanwhile. */
		for (let i = 0; i < 4; i++) {
			await later();
			await page.reload();
			await atSecurity(page);
		}
		const states = () => page.locator("#two-step-rows .row:last-child .switch, #deliveries .switch")
			.evaluateAll((nodes) => nodes.map((n) => n.getAttribute("aria-checked")).join());
		await page.click("#deliveries .switch");
		await give(page, "#change-code", await codeTo(NEW_EMAIL));
		await until("off at both", async () => await states() === "false,false");
		await page.click("#two-step-rows .row:last-child .switch");
		await until("on at both", async () => await states() === "true,true");
	});

	/* R53, R57 */
	test("a payment shows amount and payee; a changed amount is refused", async () => {
		const { page } = home;
		const session = await page.evaluate(async () =>
			(await fetch("/v1/session")).json());
		const pay = async (amount) => {
			const said = await (await fetch(`${server.url}/v1/transactions`, {
				method: "POST",
				headers: { Authorization: `Bearer ${server.apiKey}`, "Content-Type": "application/json" },
				body: JSON.stringify({ account: session.account, amount, currency: "EUR", payee: "Example Books" }),
			})).json();
			assert.equal(said.decision?.code, "required", JSON.stringify(said));
			return said.challenge.id;
		};
		await page.goto(`${server.url}/confirm#${await pay("129.00")}`);
		await page.waitForSelector("#pay-code");
		assert.match(await page.textContent(".terms"), /€129\.00.*Example Books/s);
		await assertAccessible(page, "payment");
		await screenshot(page, "account-8-payment-1280-light");
		await give(page, "#pay-code", await codeTo(NEW_EMAIL));
		await page.waitForSelector('.notice[data-state="good"]');

		/* Somebody between page and server asks for more. */
		await page.route("**/check", (route) => {
			const body = route.request().postDataJSON();
			body.binding.amount = "1290.00";
			return route.continue({ postData: JSON.stringify(body) });
		});
		const id = await pay("42.50");
		await page.goto(`${server.url}/security`);
		await page.goto(`${server.url}/confirm#${id}`);
		await give(page, "#pay-code", await codeTo(NEW_EMAIL));
		await page.waitForSelector('.notice[data-state="bad"]');
		assert.match(await page.textContent("#body"), /for something else/);
		await screenshot(page, "account-9-refused-1280-light");
		await page.unroute("**/check");
	});

	/* R52 */
	test("a forgotten password: a refused one keeps the code", async () => {
		const { context, page } = await device();
		await page.goto(`${server.url}/forgot`);
		await page.waitForSelector("#form[novalidate]");
		await page.fill("#identifier", "nobody@example.org");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#reset-code");
		const said = await page.textContent("main");
		await page.goto(`${server.url}/forgot`);
		await page.waitForSelector("#form[novalidate]");
		await give(page, "#identifier", NEW_EMAIL);
		await page.waitForSelector("#reset-code");
		assert.equal(await page.textContent("main"), said);
		await page.fill("#reset-code", await codeTo(NEW_EMAIL));
		await page.fill("#new_password", "password1234");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#new_password-flaw");
		await screenshot(page, "account-10-reset-360-light");
		await give(page, "#new_password", "eleven noisy lighthouses");
		await page.waitForSelector("a.button.wide[href='/signin']");
		await context.close();
		/* Her other browser is signed out. */
		await home.page.goto(`${server.url}/security`);
		await home.page.waitForURL("**/signin");
	});

	test("no page has complained", () => {
		assert.deepEqual(home.complaints.filter((c) => !/status of 40[013]/.test(c)), []);
	});
});
