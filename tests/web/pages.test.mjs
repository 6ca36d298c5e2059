/**
 * The pages against the mock: what happens when the server is slow to be
 * ready, refuses, goes away or comes back, and that reader, keyboard and
 * policy are served in every state.
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
			await body({ mock, page, context, complaints });
			if (!options.complains) {
				assert.deepEqual(complaints, []);
			}
		} finally {
			await context.close();
			await mock.close();
		}
	});
}

const LIVE = '#live[data-state="good"]';
const READY = '#state-service[data-state="good"]';
const HTML = '<!doctype html><html lang="en"><head><title>Code</title></head><body style="color: rgb(10, 20, 30)"><p id="p">482913</p><img alt="" src="/assets/favicon.svg"><script>document.title = "run"</script></body></html>';

for (const look of LOOKS) {
	pageTest(`both pages fit and are accessible at ${look.name}`, { look }, async ({ mock, page }) => {
		mock.deliver({ html: HTML });
		mock.deliver({ channel: "sms", to: "+4915112345678", subject: null });
		mock.deliver({ to: `${"long.".repeat(40)}address@example.com`, subject: `${"Wort".repeat(60)}` });
		await page.goto(`${mock.url}/`);
		await page.waitForSelector(READY);
		await assertNoSideScroll(page, "start");
		await assertAccessible(page, "start");
		await page.goto(`${mock.url}/sandbox/`);
		await page.waitForSelector(LIVE);
		await assertNoSideScroll(page, "inbox");
		await assertAccessible(page, "inbox");
		await page.click(".messages li:first-child a");
		await page.waitForSelector("#view-body:not([hidden])");
		await assertNoSideScroll(page, "message");
		await assertAccessible(page, "message");
	});
}

pageTest("German readers get German pages, and may choose", { locale: "de-AT" }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector(READY);
	assert.equal(await page.getAttribute("html", "lang"), "de");
	assert.equal(await page.textContent("#ask-button"), "Code senden");
	assert.equal(await page.textContent("#state-service"), "Bereit");
	assert.equal(await page.getAttribute("nav", "aria-label"), "Seiten");
	await page.click('[data-locale="en"]');
	await page.waitForSelector('html[lang="en"]');
	await page.waitForSelector(READY);
	assert.equal(await page.textContent("#state-service"), "Ready");
	assert.equal(await page.getAttribute('[data-locale="en"]', "aria-pressed"), "true");
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	assert.equal(await page.getAttribute("html", "lang"), "en");
});

for (const language of ["fr", "es", "it", "pt", "nl", "pl", "hi", "ja"]) {
	pageTest(`the start page fits a small screen: ${language}`, { locale: language, look: LOOKS[0] }, async ({ mock, page }) => {
		await page.goto(`${mock.url}/`);
		await page.waitForSelector(READY);
		assert.equal(await page.getAttribute("html", "lang"), language);
		await assertNoSideScroll(page, language);
	});
}

pageTest("a link may ask for a language; the reader's choice is stronger", { locale: "de-AT" }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/?lang=pl`);
	await page.waitForSelector('html[lang="pl"]');
	await page.click('[data-locale="it"]');
	await page.waitForSelector('html[lang="it"]');
	await page.goto(`${mock.url}/?lang=xx`);
	await page.waitForSelector('html[lang="it"]');
});

for (const look of LOOKS) {
	pageTest(`help without a link is a guide, ${look.name}`, { look }, async ({ mock, page }) => {
		await page.goto(`${mock.url}/help/code`);
		await page.waitForSelector("#strip:not([hidden])");
		assert.equal(await page.isHidden("#yours"), true);
		assert.equal(await page.locator(".guide li").count(), 6);
		assert.deepEqual(mock.requests.filter((r) => r.path.startsWith("/v1")), []);
		await assertNoSideScroll(page, "guide");
		await assertAccessible(page, "guide");
	});
}

pageTest("help with a link says what became of the code, and sends it again", { look: LOOKS[0] }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/help/code#wwh_good`);
	await page.waitForSelector("#yours-facts:not([hidden])");
	assert.equal(await page.textContent("#facts-to"), "+•••42");
	assert.match(await page.textContent("#messages"), /network has accepted/);
	assert.equal(await page.locator("#next li").count(), 2);
	await assertAccessible(page, "help");
	await assertNoSideScroll(page, "help");
	await page.getByRole("button", { name: "Call me with the code" }).click();
	await page.waitForSelector('#yours-notice .notice[data-state="good"]');
	assert.match(await page.textContent("#messages li:first-child"), /is being called/);
	assert.equal(await page.locator("#next-buttons button:enabled").count(), 0);
	assert.match(await page.textContent("#next-buttons"), /Again in (60|59) seconds/);
	const sent = mock.requests.find((r) => r.path === "/v1/help/resend");
	assert.equal(sent.body, '{"channel":"voice"}');
	assert.ok(mock.requests.every((r) => !r.path.includes("wwh_") && !r.query.includes("wwh_")));
	await assertAccessible(page, "help, sent again");
});

pageTest("help with a link that is over keeps the guide", { complains: true }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/help/code#wwh_old`);
	await page.waitForSelector('#yours-notice .notice[data-state="caution"]');
	assert.equal(await page.isHidden("#yours-facts"), true);
	assert.equal(await page.isVisible(".guide"), true);
	await assertAccessible(page, "help, over");
});

pageTest("outside the sandbox there is no strip, no try-it, no inbox", { mock: { sandbox: false } }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector(READY);
	for (const id of ["#strip", "#try", "#nav-inbox", "#ways-on"]) {
		assert.equal(await page.isHidden(id), true, id);
	}
	assert.equal(await page.textContent("#state-mode"), "In service");
	assert.ok((await page.textContent("#own-ask")).includes(mock.url));
	await assertAccessible(page, "start");
	assert.deepEqual(mock.requests.filter((r) => r.path.startsWith("/sandbox")), []);
});

pageTest("a store that is not ready, and is ready later", { complains: true }, async ({ mock, page }) => {
	mock.instead.set("/readyz", { status: 503, body: { title: "Not ready", status: 503, code: "not_ready" } });
	await page.goto(`${mock.url}/`);
	await page.waitForSelector('#state-service[data-state="caution"]');
	await assertAccessible(page, "not ready");
	mock.instead.clear();
	await page.waitForSelector(READY);
});

pageTest("the try-it: bad address, wrong code, bad code, refusal, five wrong ones", { complains: true }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector("#try:not([hidden])");
	assert.equal(await page.isDisabled("#check-code"), true);

	await page.fill("#ask-email", "nobody");
	await page.click("#ask-button");
	await page.waitForSelector('#ask-email[aria-invalid="true"]');
	assert.deepEqual(mock.requests.filter((r) => r.method === "POST"), []);

	await page.fill("#ask-email", "ada@example.com");
	await page.click("#ask-button");
	await page.waitForSelector("#see-letter:not([hidden])");
	const asked = mock.requests.find((r) => r.method === "POST");
	assert.equal(asked.headers["x-watchword"], "1");
	assert.deepEqual(JSON.parse(asked.body), { purpose: "sign_in",
		to: { email: "ada@example.com" }, channel: "email", locale: "en" });
	assert.equal(await page.evaluate(() => document.activeElement.id), "check-code");

	await page.fill("#check-code", "12");
	await page.keyboard.press("Enter");
	await page.waitForSelector('#check-result [data-state="bad"]');
	assert.match(await page.textContent("#check-result"), /code: must be 6 digits/);

	mock.instead.set("/sandbox/try/", { status: 429, body: { code: "throttled", status: 429 }, headers: { "Retry-After": "30" } });
	await page.keyboard.press("Enter");
	await until("the wait is said", async () =>
		/wait 30 seconds/.test(await page.textContent("#check-result")));
	mock.instead.clear();

	const wrong = mock.messages[0].code === "000000" ? "000001" : "000000";
	for (const left of [4, 3, 2, 1]) {
		await page.fill("#check-code", wrong);
		await page.keyboard.press("Enter");
		await until(`${left} left`, async () =>
			(await page.textContent("#check-result")).includes(`${left} attempt`));
		assert.equal(await page.getAttribute("#check-code", "aria-invalid"), "true");
	}
	await assertAccessible(page, "wrong code");
	await page.fill("#check-code", wrong);
	await page.keyboard.press("Enter");
	await until("the end is said", async () =>
		/No attempts left/.test(await page.textContent("#check-result")));
	assert.equal(await page.isDisabled("#check-code"), true);

	await page.click("#ask-button");
	await page.waitForSelector("#check-code:enabled");
	assert.equal(await page.textContent("#check-result"), "");
});

pageTest("a payment's binding is shown again when the code is checked", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector("#try:not([hidden])");
	await page.selectOption("#ask-purpose", "transaction");
	await page.click("#ask-button");
	await page.waitForSelector("#see-letter:not([hidden])");
	await page.fill("#check-code", mock.messages[0].code);
	await page.keyboard.press("Enter");
	await page.waitForSelector("#receipt-proof .notice");
	const [asked, checked] = mock.requests.filter((r) => r.method === "POST")
		.map((r) => JSON.parse(r.body));
	assert.deepEqual(checked.binding, asked.binding);
	assert.equal(asked.binding.payee, "Example Books");
});

for (const [name, spoil, words] of [
	["a receipt with a foreign signature is called wrong", (mock) => {
		mock.jwks.keys[0].x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
	}, /signature is wrong/],
	["a receipt of an unpublished key is not believed", (mock) => {
		mock.jwks.keys[0].kid = "rk0";
	}, /not among the published/],
]) {
	pageTest(name, {}, async ({ mock, page }) => {
		spoil(mock);
		await page.goto(`${mock.url}/`);
		await page.waitForSelector("#try:not([hidden])");
		await page.click("#ask-button");
		await page.waitForSelector("#see-letter:not([hidden])");
		await page.fill("#check-code", mock.messages[0].code);
		await page.keyboard.press("Enter");
		await page.waitForSelector('#receipt-proof .notice[data-state="bad"]');
		assert.match(await page.textContent("#receipt-proof .notice"), words);
	});
}

pageTest("the inbox: empty, a new message, the filter, the message, back", { look: LOOKS[0] }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	assert.match(await page.textContent("#blank-text"), /No messages yet/);

	mock.deliver({ to: "grace@example.com" });
	await page.waitForSelector(".messages li");
	assert.match(await page.textContent("#arrivals"), /New message to grace@example.com/);
	mock.deliver({ channel: "sms", to: "+4915112345678", subject: null, text: "205117 is your code.", code: "205117" });
	await page.waitForSelector(".messages li:nth-child(2)");
	assert.equal(await page.textContent(".messages li:first-child a"), "+4915112345678");

	await page.fill("#filter-to", "GRACE@");
	assert.equal(await page.locator(".messages li").count(), 1);
	await page.selectOption("#filter-channel", "sms");
	assert.equal(await page.locator(".messages li").count(), 0);
	assert.match(await page.textContent("#blank-text"), /No message matches/);
	await page.fill("#filter-to", "");
	assert.equal(await page.locator(".messages li").count(), 1);

	await page.focus(".messages a");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#view-body:not([hidden])");
	assert.equal(await page.isHidden("#messages"), true);
	assert.equal(await page.evaluate(() => document.activeElement.id), "view-heading");
	assert.equal(await page.locator("[role=tab]").count(), 0);
	await page.click("#back");
	assert.equal(await page.isVisible("#messages"), true);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "+4915112345678");
});

pageTest("only what is newer is asked for", {}, async ({ mock, page }) => {
	mock.deliver({});
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	const id = mock.messages[0].id;
	await until("the next question", () => mock.requests.some((r) => r.query === `?after=${id}`));
});

pageTest("the HTML form is framed without power", { complains: true }, async ({ mock, page, complaints }) => {
	mock.deliver({ html: HTML });
	await page.goto(`${mock.url}/sandbox/`);
	await page.click(".messages a");
	await page.focus("#tab-text");
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.getAttribute("#tab-html", "aria-selected"), "true");
	assert.equal(await page.getAttribute(".body-html", "sandbox"), "");
	await until("the mail is there", async () =>
		(await page.frames()[1]?.title().catch(() => "")) === "Code");
	/* Its own styles work, its picture and its script do not. */
	const seen = await page.frames()[1].evaluate(() => ({
		colour: getComputedStyle(document.body).color,
		picture: document.querySelector("img").naturalWidth,
		origin: self.origin, title: document.title }));
	assert.deepEqual(seen, { colour: "rgb(10, 20, 30)", picture: 0, origin: "null", title: "Code" });
	await assertAccessible(page, "html form");
	/* The last is axe-core's own: the frame does not hear it either. */
	assert.ok(complaints.every((c) => /favicon|sandboxed|policy|'postMessage'/i.test(c)), complaints.join("\n"));
});

pageTest("the server goes away and comes back", { complains: true }, async ({ mock, page }) => {
	mock.deliver({});
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	await mock.close();
	await page.waitForSelector('#live[data-state="bad"]');
	assert.equal(await page.locator(".messages li").count(), 1);
	await assertAccessible(page, "server gone");
	await page.click("#faults-form button");
	await page.waitForSelector('#faults-result [data-state="bad"]');
	assert.match(await page.textContent("#faults-result"), /does not answer/);

	const again = new Mock();
	again.messages = mock.messages;
	again.deliver({ to: "back@example.com" });
	await again.listen(mock.port);
	try {
		await page.waitForSelector(LIVE);
		await page.waitForSelector(".messages li:nth-child(2)");
	} finally {
		await again.close();
	}
});

pageTest("a hidden page rests", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	await page.evaluate(() => {
		Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await page.waitForSelector('#live[data-state="caution"]');
	const asked = () => mock.requests.filter((r) => r.path === "/sandbox/inbox").length;
	const before = asked();
	await page.evaluate(() => {
		Reflect.deleteProperty(document, "visibilityState");
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await page.waitForSelector(LIVE);
	assert.ok(asked() > before);
});

pageTest("the clock and the faults", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/sandbox/`);
	await until("the clock is read", async () =>
		/same as on this computer/.test(await page.textContent("#clock-offset")));
	await page.click('[data-advance="600"]');
	await until("ten minutes", async () =>
		/10 minutes ahead/.test(await page.textContent("#clock-offset")));
	await page.click('[data-advance="86400"]');
	await until("a day", async () =>
		/1 day ahead/.test(await page.textContent("#clock-offset")));
	await page.click("[data-reset]");
	await until("now", async () =>
		/same as/.test(await page.textContent("#clock-offset")));
	assert.deepEqual(mock.requests.filter((r) => r.path === "/sandbox/clock" && r.method === "POST")
		.map((r) => Object.keys(JSON.parse(r.body))), [["advance_s"], ["advance_s"], ["now"]]);

	await page.selectOption("#faults-channel", "sms");
	await page.selectOption("#faults-fault", "lost");
	await page.fill("#faults-count", "3");
	await page.click("#faults-form button");
	await page.waitForSelector("#faults-result .notice");
	assert.match(await page.textContent("#faults-result"), /Text message, the next 3 messages: Lost/);
	assert.deepEqual(mock.faults, [{ channel: "sms", fault: "lost", count: 3 }]);
	await assertAccessible(page, "tools used");
});

pageTest("a code is copied without its space", { permissions: ["clipboard-read", "clipboard-write"] }, async ({ mock, page }) => {
	mock.deliver({ code: "482913" });
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(".messages li");
	assert.equal(await page.textContent(".messages .code"), "482 913");
	await page.click(".messages button");
	await until("the toast", async () => (await page.textContent("#toast")) === "Copied.");
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "482913");
	assert.equal(await page.evaluate(() => location.hash), "");
});

pageTest("a notice of wrong codes is shown without a code", {}, async ({ mock, page }) => {
	mock.deliver({ subject: "A wrong code was entered 5 times in a row",
		text: "At Example Shop, a wrong code was entered 5 times in a row.\n",
		kind: "notice", code: null, html: HTML });
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(".messages li");
	assert.equal(await page.locator(".messages .code, .messages button").count(), 0);
	await page.click(".messages a");
	await page.waitForSelector("#view-body:not([hidden])");
	assert.match(await page.textContent("#view-heading"), /wrong code was entered/);
	assert.equal(await page.locator("#view-body .code, #view-body .tablet-row").count(), 0);
	await assertNoSideScroll(page, "notice");
	await assertAccessible(page, "notice");
});

pageTest("the try-it keeps its letter when a notice comes", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector("#try:not([hidden])");
	await page.click("#ask-button");
	await page.waitForSelector("#see-letter:not([hidden])");
	const { code, challenge } = mock.messages[0];
	const read = () => mock.requests.filter((r) =>
		r.query === `?after=${mock.messages[0].id}`).length;
	mock.deliver({ kind: "notice", code: null, challenge, subject: "A wrong code" });
	await until("the inbox was read with it", () => read() > 0);
	assert.equal((await page.textContent("#see-letter .code")).replace(" ", ""), code);
});

pageTest("a message cannot put markup into the page", {}, async ({ mock, page }) => {
	const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
	mock.deliver({ subject: evil, text: evil, to: evil, purpose: evil, channel: evil, code: evil, challenge: evil });
	await page.goto(`${mock.url}/sandbox/`);
	await page.click(".messages a");
	await page.waitForSelector("#view-body:not([hidden])");
	assert.equal(await page.locator("main img, main b").count(), 0);
	assert.equal(await page.textContent("#view-heading"), evil);
});

pageTest("keyboard: the first stop leads to the content", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/sandbox/`);
	await page.waitForSelector(LIVE);
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
	await page.keyboard.press("Enter");
	await until("focus in main", () => page.evaluate(() =>
		document.activeElement.id === "main"));
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.id), "filter-to");
});

pageTest("a message that is faster than the answer is shown all the same", {}, async ({ mock, page }) => {
	await page.goto(`${mock.url}/`);
	await page.waitForSelector("#try:not([hidden])");
	/* The answer of the POST waits until the inbox has been read with it. */
	let released = () => {};
	const held = new Promise((done) => {
		released = done;
	});
	await page.route("**/sandbox/try/challenges", async (route) => {
		const response = await route.fetch();
		await held;
		await route.fulfill({ response });
	});
	await page.click("#ask-button");
	await until("the message is there", () => mock.messages.length === 1);
	await until("the inbox was read with it", () =>
		mock.requests.some((r) => r.query === `?after=${mock.messages[0].id}`));
	/* A second press meanwhile asks for nothing. */
	await page.click("#ask-button");
	released();
	await page.waitForSelector("#see-letter:not([hidden])");
	assert.equal(mock.requests.filter((r) => r.method === "POST").length, 1);
});
