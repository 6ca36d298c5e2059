/**
 * The pages of deliveries against the mock: the customer's page of one
 * delivery, the orders, the agent's device and the dispatcher's desk, in what
 * a real server will not do on demand.  The whole way is in door_e2e.test.mjs.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertNoSideScroll, launch, LOOKS, openPage, until }
	from "./browser.mjs";
import { Mock } from "./mock.mjs";
import { fromGroups, toGroups } from "../../src/web/files/crockford.js";
import { CODE, PAIRING, WORD } from "./mock_door.mjs";

/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
	browser = await launch();
});

after(() => browser.close());

function pageTest(name, options, body) {
	test(name, async () => {
		const mock = await new Mock().listen();
		const { context, page, complaints } = await openPage(browser, options);
		try {
			await body({ mock, page, context });
			if (!options.complains) {
				assert.deepEqual(complaints, []);
			}
		} finally {
			await context.close();
			await mock.close();
		}
	});
}

const SMALL = { name: "320", width: 320, height: 568, colorScheme: "light" };
const SIDE = { name: "on its side", width: 740, height: 360, colorScheme: "light" };
const TRACK = "#track-body:not([hidden])";

async function check(page, where) {
	await assertNoSideScroll(page, where);
	await assertAccessible(page, where);
}

async function openTrack(page, mock) {
	await page.goto(`${mock.url}/track/abc`);
	await page.waitForSelector(TRACK);
}

async function pairAgent(page, mock) {
	await page.goto(`${mock.url}/agent`);
	await page.fill("#pair-code", PAIRING);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".stops a");
}

async function toDoor(page) {
	await page.click(".stops a");
	await page.click("#view-stop .thumb .button");
	await page.waitForSelector("#view-stop .word");
}

async function typeCode(page, code, place = "#code-keys") {
	for (const digit of code) {
		await page.click(`${place} .key:text-is("${digit}")`);
	}
	await page.click(`${place} .ok`);
}

for (const look of [SMALL, SIDE, LOOKS[1]]) {
	pageTest(`the agent's device fits and is accessible: ${look.name}`, { look }, async ({ mock, page }) => {
		await page.goto(`${mock.url}/agent`);
		await page.waitForSelector("#view-pair:not([hidden])");
		await check(page, "pair");
		await pairAgent(page, mock);
		await check(page, "route");
		await toDoor(page);
		assert.equal(await page.textContent(".sign-word"), WORD);
		await page.click(".parcels label");
		await page.click(".parcels li:nth-child(2) .refused");
		await assertNoSideScroll(page, "door");
		await page.click("#view-stop .thumb > .button");
		await page.waitForSelector("#code-keys .key");
		await check(page, "code");
		await page.click("#code-ways .button:nth-child(2)");
		await page.waitForSelector("#customer[open]");
		assert.ok(!(await page.textContent("#customer")).includes("Lindenstra"),
			"the customer's screen shows no address");
		await check(page, "customer");
		await typeCode(page, "000000", "#customer-keys");
		await page.waitForSelector('#answer[open][data-kind="no"]');
		await check(page, "no");
		await page.click("#answer .button");
		await typeCode(page, CODE);
		await page.waitForSelector('#answer[open][data-kind="yes"]');
		await check(page, "yes");
		const sent = mock.requests.filter((r) => r.path.endsWith("/handover"));
		assert.deepEqual(sent.map((r) => JSON.parse(r.body)), [
			{ code: "000000", parcels: ["EX0001"], refused: ["EX0002"], typed_by: "customer" },
			{ code: CODE, parcels: ["EX0001"], refused: ["EX0002"], typed_by: "agent" }]);
		assert.equal(new Set(sent.map((r) => r.headers["idempotency-key"])).size, 2);
	});
}

for (const look of [SMALL, ...LOOKS.slice(1, 3)]) {
	pageTest(`the customer's pages fit and are accessible: ${look.name}`, { look }, async ({ mock, page }) => {
		await openTrack(page, mock);
		assert.equal(await page.locator(".the-code").count(), 0, "hidden until tapped");
		for (const summary of await page.locator(".way-out > summary").all()) {
			await summary.click();
		}
		await check(page, "on its way");
		await page.click("#word .button:first-child");
		await check(page, "the code");
		mock.door.track = { ...mock.door.track, status: "delivered", code: "",
			countersign: "", delivered_at: "2026-11-23T13:05:00.000Z", receipt: "8F2K-90QX" };
		await page.reload();
		await page.waitForSelector(TRACK);
		await check(page, "delivered");
		mock.account.signedIn = true;
		await page.goto(`${mock.url}/orders`);
		await page.waitForSelector(".order-list a");
		await check(page, "orders");
		await page.goto(`${mock.url}/dispatch`);
		await page.fill("#key", "wwk_x");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".shipments li");
		await page.click(".agents button");
		await page.waitForSelector(".pairing-picture svg");
		await page.click('[data-id$="3"] summary');
		await page.waitForSelector('[data-id$="3"] .fields');
		await check(page, "desk");
	});
}

/* R86: an account need not have a name, and its address is not told instead. */
pageTest("a stop of somebody without a name", { look: LOOKS[0] }, async ({ mock, page }) => {
	mock.door.stop.name = "";
	await pairAgent(page, mock);
	await page.click(".stops a");
	assert.equal(await page.textContent("#view-stop .address .name"), "Name not known");
});

/* R30: first the word; another word hides the code and says so. */
pageTest("another word: no code, and a way to tell", { look: LOOKS[0] }, async ({ mock, page }) => {
	await openTrack(page, mock);
	await page.click("#word .button.quiet");
	await page.waitForSelector('#word [data-state="bad"]');
	assert.equal(await page.locator("#code button").count(), 0);
	await assertAccessible(page, "another word");
	await page.click("#word .button");
	await page.click("#word .button:first-child");
	assert.equal((await page.textContent(".the-code")).replace(/\s/g, ""), CODE);
	assert.ok(!(await page.content()).includes(`"${CODE}"`));
});

pageTest("an unknown link, and a server that is gone", { complains: true }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/track/none`);
	await page.waitForSelector('#track-says [data-state="bad"]');
	assert.equal(await page.isVisible("#track-body"), false);
	await assertAccessible(page, "unknown");
});

pageTest("a pairing code that does not pair", { complains: true, look: LOOKS[0] }, async ({ mock, page }) => {
	await page.goto(`${mock.url}/agent`);
	await page.fill("#pair-code", "wwp_nothing");
	await page.keyboard.press("Enter");
	await page.waitForSelector('#says [data-state="bad"]');
	assert.equal(await page.getAttribute("#pair-code", "aria-invalid"), "true");
	assert.equal(await page.isVisible("#view-route"), false);
});

pageTest("the device's key cannot be read, and the day is kept sealed", { look: LOOKS[0] }, async ({ mock, page }) => {
	await pairAgent(page, mock);
	const kept = await page.evaluate(async () => {
		const db = await new Promise((done) => {
			const ask = indexedDB.open("ww-agent");
			ask.onsuccess = () => done(ask.result);
		});
		const all = (store) => new Promise((done) => {
			const ask = db.transaction(store).objectStore(store).getAll();
			ask.onsuccess = () => done(ask.result);
		});
		const keys = (await all("keys")).filter((k) => k instanceof CryptoKey);
		const decode = (b) => new TextDecoder("latin1").decode(b);
		return { extractable: keys.map((k) => k.extractable),
			plain: (await all("values")).map((v) => decode(v.sealed)).join() };
	});
	assert.deepEqual(kept.extractable, [false, false]);
	assert.ok(kept.plain.length > 100 && !kept.plain.includes("Linden"));
});

pageTest("nobody home, and no network: kept, and shown as waiting", { complains: true, look: LOOKS[0] }, async ({ mock, page, context }) => {
	await pairAgent(page, mock);
	await toDoor(page);
	await context.setOffline(true);
	await page.click(".parcels label");
	await page.click("#view-stop .thumb > .button");
	await typeCode(page, CODE);
	await page.waitForSelector('#answer[open][data-kind="wait"]');
	assert.match(await page.textContent("#answer"), /cannot be checked here/);
	await assertAccessible(page, "no network");
	await page.click("#answer .button:last-child");
	await page.click("#code-ways .button:first-child");
	await page.click("#view-stop .three .button:last-child");
	await page.click('.outcomes label:has-text("Nobody home")');
	await page.click("#view-miss .thumb .button");
	await page.waitForSelector("#answer[open]");
	await page.click("#answer .button");
	await until("it is said to wait", async () =>
		/1 to send/.test(await page.textContent("#net")));
	await assertAccessible(page, "waiting");
});

/* What others may not read out of a phone must survive a dead network. */
pageTest("without a network: it opens, and judges passes by the pinned key", { complains: true, look: LOOKS[0] }, async ({ mock, page, context }) => {
	const pass = mock.door.pass();
	mock.door.stop.pass_head = pass.slice(0, pass.lastIndexOf("."));
	await pairAgent(page, mock);
	await until("the copy is whole", () => page.evaluate(async () =>
		(await Promise.all((await caches.keys()).map(async (name) =>
			(await caches.open(name)).match("/agent_worker.js")))).some((whole) => whole)));
	await context.setOffline(true);
	await page.reload();
	await page.waitForSelector(".stops a");
	assert.match(await page.textContent("#net"), /No network/);
	await toDoor(page);
	for (const n of [1, 2]) {
		await page.click(`.parcels li:nth-child(${n}) label`);
	}
	await page.click("#view-stop .thumb > .button");

	/* Scanned from the camera, by the vendored reader where there is no other. */
	const scanPass = async (text) => {
		await page.evaluate(async (shown) => {
			const { drawQr } = await import("/assets/draw_qr.js");
			const svg = await drawQr(shown, "pass");
			const n = Number(svg.getAttribute("viewBox").split(" ")[2]);
			const canvas = document.createElement("canvas");
			canvas.width = canvas.height = n * 8;
			const g = canvas.getContext("2d");
			const draw = () => {
				g.fillStyle = "white";
				g.fillRect(0, 0, canvas.width, canvas.height);
				g.fillStyle = "black";
				for (const [, x, y] of svg.firstChild.getAttribute("d").matchAll(/M(\d+) (\d+)/g)) {
					g.fillRect(x * 8, y * 8, 8, 8);
				}
			};
			draw();
			setInterval(draw, 50);
			navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
		}, text);
		await page.click("#code-ways .button:last-child");
		await page.waitForSelector("#answer[open]");
		return page.textContent("#answer-title");
	};
	const again = async () => {
		await page.click("#answer .button");
		await page.click("#view-stop .thumb > .button");
	};
	assert.match(await scanPass(mock.door.pass({ visit: "vis_9" })), /another delivery/);
	await again();
	assert.match(await scanPass(mock.door.pass({ exp: 1000 })), /good no more/);
	await again();
	assert.match(await scanPass(pass.replace(/.{8}$/, "AAAAAAAA")), /not genuine/);
	await again();
	assert.match(await scanPass(mock.receipt({ challenge: { purpose: "delivery", id: "x" } })),
		/not genuine/, "a receipt of the same key is no pass");
	await again();
	assert.match(await scanPass(pass), /Hand over all 2 parcels/);
	assert.match(await page.textContent("#answer-lines"), /sent as soon as there is a network/);
	await page.click("#answer .button");
	await until("it waits", async () => /1 to send/.test(await page.textContent("#net")));
});

/* The signature alone, as it is typed: in any case, with any gaps. */
test("a pass is typed by its signature", () => {
	for (let n = 0; n < 70; n++) {
		const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 197 + n) & 255);
		const typed = toGroups(bytes).toLowerCase().replaceAll("1", "l").replaceAll("0", "o");
		assert.deepEqual(fromGroups(typed.replace(/ /g, "-")), bytes);
	}
	assert.equal(toGroups(new Uint8Array(64)).replaceAll(" ", "").length, 103);
	assert.equal(fromGroups("U"), null);
});
