/**
 * R24: the code app.  What it makes is right, what it keeps is sealed, what
 * it is given is looked at first, and nothing of it leaves the device.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { HOTP, Secret, TOTP } from "otpauth";
import { chromium } from "playwright-core";
import { codeAt, makeVault, migration, others, PASS, picture, SECRET, URI, writeVideo }
	from "./authenticator.mjs";
import { ARGS, assertAccessible, assertNoSideScroll, launch, LOOKS, openPage,
	screenshot, until, WHOLE } from "./browser.mjs";
import { Mock } from "./mock.mjs";

const ENTRY = { id: "e1", type: "totp", issuer: "Example Books", account: "ada@example.com",
	secret: SECRET, algorithm: "SHA1", digits: 6, period: 30, counter: 0 };
const MORE = [
	ENTRY,
	{ ...ENTRY, id: "e2", issuer: "Harbour Bank", account: "ada.lovelace", digits: 8, period: 60, algorithm: "SHA256" },
	{ ...ENTRY, id: "e3", type: "hotp", issuer: "Old Post", account: "ada", counter: 4 },
	{ ...ENTRY, id: "e4", issuer: "Analytical Engines", account: "ada@engines.example", algorithm: "SHA512" },
	{ ...ENTRY, id: "e5", issuer: "Zürich Café", account: "", digits: 7 },
];

/* ./dev codes has them for the long form.  oathtool is a process for each. */
const SETTINGS = Number(process.env.SETTINGS ?? "1500");
const BY_OATHTOOL = Number(process.env.SETTINGS ?? "200");

let browser;
let mock;
before(async () => {
	browser = await launch();
	mock = await new Mock().listen();
});
after(async () => {
	await browser.close();
	await mock.close();
});

/**
 * Puts a sealed vault where the app keeps it, before the app is opened: from
 * an empty page of its origin, which no server sees.
 */
async function plant(page, text, url = mock.url) {
	const empty = `${url}/empty`;
	await page.route(empty, (route) => route.fulfill({ contentType: "text/html",
		body: '<!doctype html><link rel="icon" href="data:,">' }));
	await page.goto(empty);
	await page.unroute(empty);
	await page.evaluate((vault) => new Promise((done, failed) => {
		const asked = indexedDB.open("watchword-authenticator", 1);
		asked.onupgradeneeded = () => asked.result.createObjectStore("vault");
		asked.onsuccess = () => {
			const tx = asked.result.transaction("vault", "readwrite");
			tx.objectStore("vault").put(vault, "vault");
			tx.oncomplete = () => {
				asked.result.close();
				done();
			};
			tx.onerror = () => failed(tx.error);
		};
	}), text);
}

const stored = (page) => page.evaluate(async () =>
	(await import("/assets/code-store.js")).load());

async function unlock(page, pass = PASS) {
	await page.waitForSelector("#locked:not([hidden])");
	await page.fill("#unlock-pass", pass);
	await page.keyboard.press("Enter");
	await page.waitForSelector("#open:not([hidden])");
}

/* The worker fetches all files anew with each page: where it is not asked for
   there is none. */
const openWithout = (by, options = {}) =>
	openPage(by, { serviceWorkers: "block", ...options });

/** The app with a vault of these accounts, unlocked. */
async function openApp(entries, options = {}) {
	const opened = await openWithout(options.browser ?? browser, options);
	await plant(opened.page, makeVault(entries));
	await opened.page.goto(`${mock.url}/authenticator`);
	await unlock(opened.page);
	return opened;
}

const codeOf = async (page, n) => (await page.textContent(
	`.entry:nth-child(${n}) .code`)).replace(" ", "");

async function addLink(page, uri) {
	await page.click("#add");
	await page.click('[data-way="link"]');
	await page.fill("#link", uri);
	await page.keyboard.press("Enter");
	await page.click("#add-confirm button");
	await page.waitForSelector("#add-dialog", { state: "hidden" });
}

/** Random settings, the same each time. */
function drawSettings(n) {
	let state = 20261122;
	const draw = (most) => {
		state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
		return (state >>> 0) % most;
	};
	return Array.from({ length: n }, (_, i) => ({
		secret: Array.from({ length: 1 + draw(64) }, () => draw(256)),
		algorithm: ["SHA1", "SHA256", "SHA512"][draw(3)],
		digits: 6 + draw(3), period: 1 + draw(i % 10 === 0 ? 86400 : 120),
		ms: draw(2 ** 31) * 1900 + draw(1000), counter: draw(2 ** 31) * draw(2 ** 21) }));
}

/** What the page makes of them: by time, and by counter. */
async function ourCodes(settings) {
	const { page, context } = await openWithout(browser);
	await page.goto(`${mock.url}/authenticator`);
	const codes = await page.evaluate(async (list) => {
		const { codeKey, hotp, stepAt } = await import("/assets/code-otp.js");
		return Promise.all(list.map(async (s) => {
			const key = await codeKey(s.algorithm, Uint8Array.from(s.secret));
			return [await hotp(key, stepAt(s.period, s.ms), s.digits),
				await hotp(key, s.counter, s.digits)];
		}));
	}, settings);
	await context.close();
	return codes;
}

describe("the arithmetic", () => {
	/* R24; RFC 4226 appendix D, RFC 6238 appendix B by way of both. */
	test("random settings give what the package otpauth gives", async () => {
		const settings = drawSettings(SETTINGS);
		const ours = await ourCodes(settings);
		settings.forEach((s, i) => {
			const secret = new Secret({ buffer: Uint8Array.from(s.secret).buffer });
			const { algorithm, digits, period } = s;
			assert.deepEqual(ours[i], [
				new TOTP({ secret, algorithm, digits, period }).generate({ timestamp: s.ms }),
				new HOTP({ secret, algorithm, digits }).generate({ counter: s.counter })],
			JSON.stringify(s));
		});
		console.log(`# ${SETTINGS} settings as otpauth`);
	});

	/* Of HOTP it knows SHA-1 only. */
	test("and what oathtool gives", async () => {
		const settings = drawSettings(BY_OATHTOOL);
		const ours = await ourCodes(settings);
		const theirs = execFileSync("sh", { encoding: "utf8", maxBuffer: 1 << 24,
			input: settings.map((s) => {
				const key = Buffer.from(s.secret).toString("hex");
				return `oathtool --totp=${s.algorithm} -s${s.period}s -N@${Math.floor(s.ms / 1000)} -d${s.digits} ${key}\n`
					+ (s.algorithm === "SHA1" ? `oathtool --hotp -c${s.counter} -d${s.digits} ${key}\n` : "");
			}).join("") }).trim().split("\n");
		assert.deepEqual(settings.flatMap((s, i) => s.algorithm === "SHA1" ? ours[i] : ours[i].slice(0, 1)),
			theirs);
		console.log(`# ${BY_OATHTOOL} settings as oathtool`);
	});
});

describe("a day with it", () => {
	test("make a vault, add an account, lock, unlock; a wrong passphrase, a changed one", async () => {
		const { page, context, complaints } = await openWithout(browser);
		await page.goto(`${mock.url}/authenticator`);
		await page.waitForSelector("#welcome:not([hidden])");
		await page.fill("#new-pass", "short 1");
		await page.fill("#new-again", "short 1");
		await page.evaluate(() => document.querySelector("#new-form").noValidate = true);
		await page.click("#new-button");
		await until("it says how long", async () =>
			/At least 8/.test(await page.textContent("#new-result")));
		await page.fill("#new-pass", PASS);
		await page.fill("#new-again", `${PASS}x`);
		await page.click("#new-button");
		await until("it says they differ", async () =>
			/not the same/.test(await page.textContent("#new-result")));
		await page.fill("#new-again", PASS);
		await page.click("#new-button");
		await page.waitForSelector("#none:not([hidden])");
		await addLink(page, URI);
		assert.equal(await codeOf(page, 1), codeAt(Date.now()));
		const sealed = await stored(page);
		assert.doesNotMatch(sealed, /Books|ada|GEZD/);
		assert.equal(JSON.parse(sealed).slots[0].n, 1 << 17);

		await page.click("#lock");
		await page.waitForSelector("#locked:not([hidden])");
		assert.doesNotMatch(await page.content(), /Example Books/);
		await page.fill("#unlock-pass", "another passphrase");
		await page.keyboard.press("Enter");
		await until("it says wrong", async () =>
			/not the passphrase/.test(await page.textContent("#unlock-result")));
		await page.fill("#unlock-pass", PASS);
		await page.keyboard.press("Enter");
		await page.waitForSelector("#open:not([hidden])");
		await page.waitForSelector(".entry");
		assert.deepEqual(complaints, []);
		await context.close();
	});

	test("copy by touch; hide until touched; HOTP moves on, on disk first", async () => {
		const { page, context } = await openApp(MORE, { permissions: ["clipboard-read", "clipboard-write"] });
		await page.click(".entry:nth-child(1) .make");
		await page.waitForSelector("#toast:not(:empty)");
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await codeOf(page, 1));

		assert.match(await codeOf(page, 3), /^•+$/);
		await page.click(".entry:nth-child(3) .make");
		/* RFC 4226 appendix D: counters 4 and 5. */
		await until("its code", async () => await codeOf(page, 3) === "338314");
		const before = await stored(page);
		await page.click(".entry:nth-child(3) .make");
		await until("the next code", async () => await codeOf(page, 3) === "254676");
		assert.notEqual(await stored(page), before);

		await page.click("#settings");
		await page.check("#set-hide");
		await page.click("#settings-dialog [data-close]");
		await until("hidden", async () => /^•+$/.test(await codeOf(page, 4)));
		await page.click(".entry:nth-child(4) .make");
		await until("shown", async () => /^\d{6}$/.test(await codeOf(page, 4)));
		await page.reload();
		await unlock(page);
		await until("hidden again", async () => /^•+$/.test(await codeOf(page, 4)));
		assert.match(await page.textContent(".entry:nth-child(3) .next"), /6$/);
		await context.close();
	});

	test("search, order, rename, remove", async () => {
		const { page, context } = await openApp(MORE);
		const names = () => page.locator(".entry:not([hidden]) h3").allTextContents();
		await page.fill("#search", "BANK");
		assert.deepEqual(await names(), ["Harbour Bank"]);
		await page.fill("#search", "nothing");
		assert.equal(await page.isVisible("#no-match"), true);
		await page.fill("#search", "");
		await page.click("#settings");
		await page.click("#sort");
		await until("sorted", async () => (await names())[0] === "Analytical Engines");
		await page.click("#settings-dialog [data-close]");
		await page.click(".entry:nth-child(1) .dots");
		await page.click("#entry-down");
		await until("moved", async () => (await names())[1] === "Analytical Engines");
		await page.fill("#entry-issuer", "Engines: and more");
		await page.click("#entry-form .button:first-child");
		await until("renamed", async () => (await names())[1] === "Engines - and more");
		await page.click(".entry:nth-child(1) .dots");
		await page.click("#entry-remove");
		await page.click("#ask-yes");
		await until("removed", async () => (await names()).length === 4);
		await page.reload();
		await unlock(page);
		assert.deepEqual(await names(), ["Engines - and more", "Harbour Bank", "Old Post", "Zürich Café"]);
		await context.close();
	});

	test("locks after a time without use, and when it is left", async () => {
		const { page, context } = await openWithout(browser);
		await page.clock.install();
		await plant(page, makeVault([ENTRY]));
		await page.goto(`${mock.url}/authenticator`);
		await unlock(page);
		await page.clock.fastForward(290000);
		assert.equal(await page.isVisible("#open"), true);
		await page.clock.fastForward(20000);
		await page.waitForSelector("#locked:not([hidden])");
		await unlock(page);
		const leave = (state) => page.evaluate((value) => {
			Object.defineProperty(document, "visibilityState", { value, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"));
		}, state);
		await leave("hidden");
		assert.equal(await page.evaluate(() => getComputedStyle(
			document.querySelector(".make")).visibility), "hidden");
		await page.clock.fastForward(20000);
		await leave("visible");
		assert.equal(await page.isVisible("#open"), true);
		await leave("hidden");
		await page.clock.fastForward(40000);
		await leave("visible");
		await page.waitForSelector("#locked:not([hidden])");
		await context.close();
	});

	test("two windows: the slower one loses nothing of the other's", async () => {
		const { page, context } = await openApp([ENTRY]);
		const other = await context.newPage();
		await other.goto(`${mock.url}/authenticator`);
		await unlock(other);
		await addLink(other, URI.replaceAll("Books", "Shoes"));
		await page.click("#add");
		await page.click('[data-way="link"]');
		await page.fill("#link", URI.replaceAll("Books", "Hats"));
		await page.keyboard.press("Enter");
		await page.click("#add-confirm button");
		await until("it says so", async () =>
			/another window/.test(await page.textContent("#add-result")));
		await page.reload();
		await unlock(page);
		assert.equal(await page.locator(".entry").count(), 2);
		await context.close();
	});

	test("a passkey opens the vault where the platform has one with a PRF", async () => {
		const { page, context } = await openWithout(browser);
		const cdp = await context.newCDPSession(page);
		await cdp.send("WebAuthn.enable");
		await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2",
			ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
			hasUserVerification: true, isUserVerified: true, hasPrf: true,
			automaticPresenceSimulation: true } });
		/* WebAuthn wants a name, not an address. */
		const url = mock.url.replace("127.0.0.1", "localhost");
		await plant(page, makeVault([ENTRY]), url);
		await page.goto(`${url}/authenticator`);
		await unlock(page);
		await page.click("#settings");
		await page.click("#passkey");
		await page.fill("#ask-pass", PASS);
		await page.click("#ask-yes");
		await until("it opens now", async () =>
			/opens the vault now/.test(await page.textContent("#settings-result")));
		await page.reload();
		await page.waitForSelector("#unlock-passkey:not([hidden])");
		await page.click("#unlock-passkey");
		await page.waitForSelector("#open:not([hidden])");
		assert.equal(await codeOf(page, 1), codeAt(Date.now()));
		await context.close();
	});

	test("enrolment from /security in this browser needs no camera and no address", async () => {
		const own = await new Mock().listen();
		const { page: security, context } = await openWithout(browser);
		try {
			await plant(security, makeVault([ENTRY]), own.url);
			own.account.signedIn = true;
			await security.goto(`${own.url}/security`);
			await security.waitForSelector("#login:not([hidden])");
			await security.click("#add-app");
			await security.waitForSelector("#app-ask");
			await security.keyboard.press("Enter");
			const opened = context.waitForEvent("page");
			await security.click("#app-here");
			const page = await opened;
			await unlock(page);
			await page.waitForSelector("#add-confirm .button");
			assert.match(await page.textContent("#add-confirm"), /Watchword – ada/);
			assert.equal(new URL(page.url()).hash, "");
			await page.click("#add-confirm .button");
			const confirmed = () => own.requests.find((r) => r.path.endsWith("/confirm"));
			await until("the code is given", () => confirmed() !== undefined);
			const key = Buffer.from("48656c6c6f21deadbeef".repeat(2), "hex");
			assert.ok([0, 30000].map((ms) => codeAt(Date.now() - ms, key))
				.includes(JSON.parse(confirmed().body).code));
			/* The key is in no address, and in no request but the answer that brought it. */
			for (const { path, query, body } of own.requests) {
				assert.doesNotMatch(path + query + body, /JBSWY3DP/);
			}
		} finally {
			await context.close();
			await own.close();
		}
	});
});

describe("ways in and out", () => {
	test("a picture, a series of three, and what is no code", async () => {
		const { page, context } = await openApp([ENTRY]);
		await page.click("#add");
		await page.click('[data-way="picture"]');
		await page.setInputFiles("#picture", { name: "x.gif", mimeType: "image/gif", buffer: Buffer.from("GIF89a?") });
		await until("no code", async () => /no QR code/.test(await page.textContent("#add-result")));
		for (const [i, names] of [[1, ["b"]], [0, ["a"]], [2, ["c"]]]) {
			await page.setInputFiles("#picture", { name: "q.gif", mimeType: "image/gif",
				buffer: picture(migration(names, i, 3)) });
			await until(`code ${i}`, async () => i === 2 ? page.isVisible("#add-confirm .button")
				: /Read: \d of 3/.test(await page.textContent("#add-result")));
		}
		assert.equal(await page.textContent("#add-confirm .button"), "Add 3 accounts");
		await page.click("#add-confirm .button");
		await until("three more", async () => await page.locator(".entry").count() === 4);
		await context.close();
	});

	test("by hand, with every setting", async () => {
		const { page, context } = await openApp([]);
		await page.click("#none-add");
		await page.click('[data-way="hand"]');
		await page.fill("#hand-issuer", "By Hand");
		await page.fill("#hand-secret", "not base 32!");
		await page.keyboard.press("Enter");
		await until("it says so", async () => /the key is missing/.test(await page.textContent("#add-result")));
		await page.fill("#hand-secret", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
		await page.click("#way-hand summary");
		await page.selectOption("#hand-digits", "8");
		await page.selectOption("#hand-type", "hotp");
		await page.fill("#hand-counter", "3");
		await page.click("#way-hand .button");
		await page.click("#add-confirm .button");
		await page.waitForSelector(".entry");
		await page.click(".entry .make");
		/* RFC 4226 appendix D, counter 3: 1726969429 in decimal. */
		await until("its code", async () => await codeOf(page, 1) === "26969429");
		await context.close();
	});

	test("files of other apps are recognised and read", async () => {
		const { page, context } = await openApp([]);
		const read = (bytes, pass) => page.evaluate(async ([list, password]) => {
			const { recognise } = await import("/assets/code-import.js");
			const { buildUri } = await import("/assets/code-entry.js");
			const source = recognise(Uint8Array.from(list));
			const { entries, flaws } = await source.read(password);
			return { name: source.name, locked: source.locked,
				uris: entries.map(buildUri), flaws: flaws.map((f) => f.message) };
		}, [[...Buffer.from(bytes)], pass ?? ""]);
		const deno = `otpauth://totp/Deno:ada?secret=${SECRET}&issuer=Deno&algorithm=SHA1&digits=6&period=30`;
		const issuu = "otpauth://hotp/Issuu:bob?secret=YOOMIXWS5GN6RTBPUFFWKTW5M4&issuer=Issuu&algorithm=SHA256&digits=7&counter=50";
		for (const [make, name, uris] of [
			["aegis", "Aegis", [deno, issuu]], ["aegisLocked", "Aegis", [deno, issuu]],
			["twofas", "2FAS", [deno]], ["twofasLocked", "2FAS", [deno]],
			["andotp", "andOTP", [deno]], ["andotpLocked", "andOTP", [deno]],
			["freeotp", "FreeOTP", [deno]], ["freeotpXml", "FreeOTP", [deno]],
			["freeotp2Locked", "FreeOTP", [deno]]]) {
			const found = await read(others[make]("their password"), "their password");
			assert.deepEqual(found, { name, locked: make.endsWith("Locked"), uris, flaws: [] }, make);
			if (make.endsWith("Locked")) {
				await assert.rejects(read(others[make]("their password"), "wrong"), /password/, make);
			}
		}
		/* The samples of the terminal's readers, which find the same in them. */
		for (const name of ["aegis/plain", "aegis/sealed", "twofas/plain", "twofas/sealed",
			"andotp/plain", "andotp/sealed", "freeotp/plus", "freeotp/tokens-xml", "freeotp/sealed"]) {
			const file = readFileSync(new URL(`../fuzz/seeds/import_${name}`, import.meta.url));
			assert.equal((await read(file, "qwerty")).uris[0], deno, name);
		}
		const list = await read(others.list());
		assert.equal(list.uris.length, 2);
		assert.equal(list.uris[1], `otpauth://hotp/x?secret=${SECRET}&algorithm=SHA1&digits=6&counter=7`);
		/* As the package otpauth writes them, and OTPClient of Debian. */
		const secret = (text) => Secret.fromBase32(text);
		assert.deepEqual((await read([
			new TOTP({ issuer: "Deno", label: "ada", secret: secret(SECRET) }),
			new HOTP({ issuer: "Issuu", label: "bob", secret: secret("YOOMIXWS5GN6RTBPUFFWKTW5M4"),
				algorithm: "SHA256", digits: 7, counter: 50 })].join("\n"))).uris, [deno, issuu]);
		assert.deepEqual((await read(`otpauth://totp/Deno%3Aada?secret=${SECRET}&issuer=Deno&digits=6&algorithm=SHA1&period=30\n`
			+ `otpauth://hotp/Old%20Post%3Abob?secret=${SECRET}&issuer=Old Post&digits=8&algorithm=SHA256&counter=7\n`)).uris,
		[deno, `otpauth://hotp/Old%20Post:bob?secret=${SECRET}&issuer=Old%20Post&algorithm=SHA256&digits=8&counter=7`]);
		assert.deepEqual((await read(migration(["ada"]))).uris, [deno]);
		assert.deepEqual((await read(`${URI}\nnonsense\n${migration(["x"], 0, 2)}\n`)).flaws,
			["uri (2)", "series (3)"]);
		await context.close();
	});

	test("damaged, cut off, oversized and hostile files are refused, and change nothing", async () => {
		const { page, context } = await openApp([ENTRY]);
		const before = await stored(page);
		/* A number is that many blanks, made where they are read. */
		const refuse = async (bytes) => page.evaluate(async (list) => {
			const { recognise } = await import("/assets/code-import.js");
			const { Flaw } = await import("/assets/code-entry.js");
			try {
				const file = typeof list === "number" ? new Uint8Array(list).fill(32)
					: Uint8Array.from(list);
				const { entries, flaws } = await recognise(file).read("their password");
				return entries.length === 0 && flaws.length > 0 ? flaws[0].message : `read ${entries.length}`;
			} catch (error) {
				return error instanceof Flaw ? error.message : `bug: ${error}`;
			}
		}, typeof bytes === "number" ? bytes : [...Buffer.from(bytes)]);
		const aegis = JSON.parse(others.aegis());
		const entry = (info) => JSON.stringify({ ...aegis, db: { entries: [{ type: "totp", name: "n", issuer: "i",
			info: { secret: SECRET, algo: "SHA1", digits: 6, period: 30, ...info } }] } });
		for (const [bytes, why] of [
			["", "unknown"], ["{}", "unknown"], ["[]", "unknown"], ["\xff\xfe", "unknown"],
			[others.aegis().slice(0, 300), "damaged"],
			[others.twofas().slice(0, 100), "damaged"],
			[others.andotp().slice(0, 60), "damaged"],
			[others.freeotp().slice(0, 60), "damaged"],
			[others.freeotpXml().slice(0, 90), "damaged"],
			[others.aegisLocked("their password").replace(/"n":16384/, '"n":1073741824'), "damaged (scrypt)"],
			[others.twofasLocked("their password").replace(/:[^:"]*",/, '",'), "damaged"],
			[others.andotpLocked("their password").subarray(0, 70), "password"],
			[others.freeotp2Locked("their password").subarray(0, 900), "damaged"],
			[others.freeotp2Locked("their password").fill(0xff, 88, 92), "damaged"],
			[entry({ secret: "A" }), "secret (1)"], [entry({ algo: "MD5" }), "algorithm (1)"],
			[entry({ digits: 5 }), "digits (1)"], [entry({ period: 0 }), "period (1)"],
			[entry({ period: 1e9 }), "period (1)"], [entry({ secret: "A".repeat(400) }), "secret (1)"],
			[JSON.stringify({ ...aegis, db: { entries: Array(1001).fill({}) } }), "too_many"],
			['<!DOCTYPE map [<!ENTITY a "b">]><map>&a;</map>', "damaged"],
			["<html></html>", "damaged"],
			["otpauth-migration://offline?data=CjEKCkhlbGxv", "damaged (1)"],
			["otpauth://totp/?secret=AAAA", "name (1)"],
			[`${URI}&secret=AAAA`, "uri (1)"],
			[JSON.stringify({ format: "watchword-vault", version: 2 }), "version"],
			[makeVault([ENTRY]).replace(/"n":16384/, '"n":2'), "damaged (scrypt)"],
			[(4 << 20) + 1, "too_big"],
		]) {
			assert.equal(await refuse(bytes), why, String(bytes).slice(0, 80));
		}
		/* And so on the page, with words. */
		await page.click("#settings");
		await page.click("#import");
		await page.setInputFiles("#import-file", { name: "a.json", mimeType: "application/json",
			buffer: Buffer.from(others.aegis().slice(0, 300)) });
		await until("it says so", async () => /damaged or cut off/.test(await page.textContent("#import-result")));
		assert.equal(await page.isVisible("#import-yes"), false);
		assert.equal(await stored(page), before);
		await context.close();
	});

	test("every importer survives what a fuzzer makes of its files", async () => {
		const { page, context } = await openApp([]);
		const seeds = [others.aegis(), others.twofas(), others.andotp(), others.freeotp(),
			others.freeotpXml(), others.list(), migration(["a", "b"]), makeVault([ENTRY]),
			others.twofasLocked("x"), others.andotpLocked("x"), others.freeotp2Locked("x")].map((s) => [...Buffer.from(s)]);
		const bugs = await page.evaluate(async (all) => {
			const { recognise } = await import("/assets/code-import.js");
			const { buildUri, Flaw, parseUri, sameEntry } = await import("/assets/code-entry.js");
			let state = 7;
			const draw = (n) => {
				state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
				return (state >>> 0) % n;
			};
			const found = [];
			for (let i = 0; i < 4000; i++) {
				const bytes = [...all[draw(all.length)]];
				for (let k = draw(4); k >= 0; k--) {
					const at = draw(bytes.length + 1);
					const way = draw(4);
					if (way === 0) {
						bytes[at] = draw(256);
					} else if (way === 1) {
						bytes.splice(at, 1 + draw(20));
					} else if (way === 2) {
						bytes.splice(at, 0, ...bytes.slice(draw(bytes.length), draw(bytes.length)).slice(0, 200));
					} else {
						bytes.splice(at, 1, ...[..."\"{}[]:,-0e9\\<&%"].slice(draw(14)).map((c) => c.charCodeAt(0)));
					}
				}
				try {
					const source = recognise(Uint8Array.from(bytes));
					if (source.locked && (source.name !== "FreeOTP" || i % 20 > 0)) {
						continue;
					}
					for (const entry of (await source.read("x")).entries) {
						/* What was taken can be given out and comes back the same. */
						if (!sameEntry(parseUri(buildUri(entry)), entry)) {
							found.push(buildUri(entry));
						}
					}
				} catch (error) {
					if (!(error instanceof Flaw)) {
						found.push(String(error.stack));
					}
				}
			}
			return found;
		}, seeds);
		assert.deepEqual(bugs, []);
		await context.close();
	});

	test("backup, Aegis file, list of links and paper sheet come back the same", async () => {
		const { page, context } = await openApp(MORE);
		await page.evaluate(() => {
			window.print = () => {};
		});
		const save = async (button) => {
			const waiting = page.waitForEvent("download");
			await page.click(button);
			if (button !== "#backup") {
				await page.fill("#ask-pass", PASS);
				await page.click("#ask-yes");
			}
			return readFileSync(await (await waiting).path());
		};
		await page.click("#settings");
		const files = [[await save("#backup"), PASS], [await save("#export-aegis"), PASS],
			[await save("#export-list"), ""]];
		for (const [bytes, pass] of files) {
			const entries = await page.evaluate(async ([list, password]) => {
				const { recognise } = await import("/assets/code-import.js");
				return (await recognise(Uint8Array.from(list)).read(password)).entries;
			}, [[...bytes], pass]);
			assert.deepEqual(entries.map((e) => ({ ...e, id: "" })), MORE.map((e) => ({ ...e, id: "" })));
		}
		assert.doesNotMatch(String(files[0][0]), /Books|GEZD/);
		assert.doesNotMatch(String(files[1][0]), /Books|GEZD/);
		await page.click("#paper");
		await page.fill("#ask-pass", PASS);
		await page.click("#ask-yes");
		await page.waitForSelector("#paper-sheet li:nth-child(5)", { state: "attached" });
		/* Numbers that one can type in elsewhere, years later. */
		assert.match(await page.textContent("#paper-sheet li:nth-child(2) p"),
			/Hash function: SHA-256 · Digits: 8 · Seconds for each code: 60/);
		await page.emulateMedia({ media: "print" });
		await page.evaluate(() => document.querySelectorAll("dialog").forEach((d) => d.close()));
		await screenshot(page, "authenticator-paper");
		await page.emulateMedia({ media: "screen" });
		await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
		assert.equal(await page.textContent("#paper-sheet"), "");
		await context.close();
	});

	test("the camera reads a code from Chromium's fake video", async () => {
		const folder = mkdtempSync(join(tmpdir(), "watchword-video-"));
		const video = join(folder, "code.y4m");
		writeVideo(video, URI.replaceAll("Books", "Film"));
		const filming = await launch({ executablePath: WHOLE,
			args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
				`--use-file-for-fake-video-capture=${video}`] });
		try {
			const { page, complaints } = await openApp([], { browser: filming, permissions: ["camera"] });
			await page.click("#none-add");
			await page.waitForSelector("#add-confirm .button");
			assert.match(await page.textContent("#add-confirm"), /Example Film/);
			await page.click("#add-confirm .button");
			await page.waitForSelector(".entry");
			assert.equal(await page.evaluate(() => document.querySelector("video").srcObject), null);
			assert.deepEqual(complaints, []);
		} finally {
			await filming.close();
			rmSync(folder, { recursive: true });
		}
	});
});

/** Every file of a folder, as one piece. */
function contents(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			return contents(path);
		}
		return entry.isFile() && statSync(path, { throwIfNoEntry: false }) ? [readFileSync(path)] : [];
	});
}

describe("on the device alone", () => {
	/* S112; the policy, and what the worker makes of the page's requests. */
	test("the page may connect to nothing, and no request carries anything", async () => {
		const own = await new Mock().listen();
		const { page, context } = await openPage(browser);
		try {
			await page.goto(`${own.url}/authenticator`);
			await page.waitForSelector("#welcome:not([hidden])");
			await page.evaluate(() => navigator.serviceWorker.ready);
			await plant(page, makeVault([ENTRY]), own.url);
			await page.goto(`${own.url}/authenticator`);
			await unlock(page);
			await addLink(page, URI.replaceAll("Books", "Shoes"));
			await page.click(".entry:nth-child(2) .make");
			await until("the worker has asked again", () =>
				own.requests.filter((r) => r.path === "/authenticator").length >= 3);
			for (const { method, query, body, headers } of own.requests) {
				assert.equal(method, "GET");
				assert.equal(query, "");
				assert.equal(body, "");
				assert.equal(headers.cookie, undefined);
			}
			const files = await page.evaluate(async () =>
				(await (await caches.open("watchword-authenticator")).keys()).map((r) => new URL(r.url).pathname));
			const known = [...files, "/authenticator-worker.js"];
			assert.deepEqual(own.requests.map((r) => r.path).filter((p) => !known.includes(p)), []);
			const asked = own.requests.length;
			const tried = await page.evaluate(async () => {
				const ways = [
					() => fetch("/healthz?x=1"),
					() => new Promise((done, failed) => {
						const request = new XMLHttpRequest();
						request.onload = done;
						request.onerror = failed;
						request.open("GET", "/readyz?x=2");
						request.send();
					}),
					() => new Promise((done, failed) => {
						const socket = new WebSocket(location.origin.replace("http", "ws"));
						socket.onopen = done;
						socket.onerror = failed;
					}),
					/* The policy would let a picture of ours through; the worker does not. */
					() => new Promise((done, failed) => {
						const image = new Image();
						image.onload = done;
						image.onerror = failed;
						image.src = "/sandbox/x.png?secret=1";
					}),
					() => import("/assets/start.js?secret=1"),
				];
				return Promise.all(ways.map((way) => way().then(() => "done", () => "refused")));
			});
			assert.deepEqual(tried, Array(5).fill("refused"));
			assert.equal(await page.evaluate(() => navigator.sendBeacon("/v1/x?y=1", "secret")), true);
			assert.deepEqual(own.requests.slice(asked).map((r) => r.path).filter((p) => !known.includes(p)), []);
		} finally {
			await context.close();
			await own.close();
		}
	});

	test("installable; killed and offline it opens, unlocks and is right; storage shows nothing", async () => {
		const folder = mkdtempSync(join(tmpdir(), "watchword-profile-"));
		const own = await new Mock().listen();
		const start = () => chromium.launchPersistentContext(folder, {
			executablePath: WHOLE, args: ARGS,
			viewport: { width: 360, height: 740 }, locale: "de-DE" });
		try {
			let context = await start();
			let page = context.pages()[0] ?? await context.newPage();
			await page.goto(`${own.url}/authenticator`);
			await page.waitForSelector("#welcome:not([hidden])");
			await page.evaluate(() => navigator.serviceWorker.ready);
			const cdp = await context.newCDPSession(page);
			assert.deepEqual((await cdp.send("Page.getInstallabilityErrors")).installabilityErrors, []);
			const manifest = await cdp.send("Page.getAppManifest");
			assert.deepEqual(manifest.errors, []);
			assert.equal(JSON.parse(manifest.data).start_url, "/authenticator");
			await page.fill("#new-pass", PASS);
			await page.fill("#new-again", PASS);
			await page.click("#new-button");
			await page.waitForSelector("#none:not([hidden])");
			await addLink(page, URI);
			await page.click("#lock");
			await page.waitForSelector("#locked:not([hidden])");
			/* Killed, not closed; and the server is gone. */
			const killed = new Promise((done) => context.browser()?.once("disconnected", done) ?? context.once("close", done));
			await cdp.send("Browser.crash").catch(() => {});
			await killed;
			await own.close();

			const all = contents(folder);
			assert.ok(all.some((b) => b.includes("watchword-vault")), "the vault is found at all");
			for (const word of ["Example Books", "ada@example.com", SECRET, PASS, "12345678901234567890",
				Buffer.from("Example Books", "utf16le"), Buffer.from(SECRET, "utf16le")]) {
				assert.equal(all.some((b) => b.includes(word)), false, `found: ${word}`);
			}

			context = await start();
			page = context.pages()[0] ?? await context.newPage();
			await page.goto(`${own.url}/authenticator?lang=de`);
			assert.equal(await page.getAttribute("html", "lang"), "de");
			const began = Date.now();
			await unlock(page);
			assert.equal(await codeOf(page, 1), codeAt(Date.now()));
			const [from, to] = await page.evaluate(() => ["unlock", "codes"].map((name) =>
				performance.getEntriesByName(name).at(-1).startTime));
			console.log(`# first code ${Math.round(to - from)} ms after the passphrase, ` +
				`${Date.now() - began} ms after it was typed (scrypt 2^17)`);
			await context.close();
		} finally {
			await own.close().catch(() => {});
			rmSync(folder, { recursive: true, force: true });
		}
	});

	test("its weight", async () => {
		const { gzipSync } = await import("node:zlib");
		const { page, context } = await openWithout(browser);
		await plant(page, makeVault([ENTRY]));
		const seen = new Map();
		page.on("response", (answer) => seen.set(new URL(answer.url()).pathname, answer.body()));
		await page.goto(`${mock.url}/authenticator`);
		await unlock(page);
		let [plain, packed] = [0, 0];
		for (const body of seen.values()) {
			const bytes = await body;
			plain += bytes.length;
			packed += gzipSync(bytes, { level: 9 }).length;
		}
		const decoder = ["decode", "index"].map((n) => readFileSync(
			join(import.meta.dirname ?? ".", `node_modules/qr/${n}.js`)));
		console.log(`# to the first code: ${seen.size} files, ${packed} bytes as sent (gzip), ${plain} unpacked; ` +
			`the decoder apart: ${decoder.reduce((n, b) => n + gzipSync(b, { level: 9 }).length, 0)} bytes`);
		assert.ok(packed < 80 * 1024, "80 KB are the aim");
		assert.equal([...seen.keys()].some((p) => p.includes("/qr/")), false, "the decoder waits");
		await context.close();
	});
});

describe("to look at", () => {
	for (const look of LOOKS) {
		test(`fits and is accessible at ${look.name}`, async () => {
			const { page, context, complaints } = await openWithout(browser, { look });
			await page.goto(`${mock.url}/authenticator`);
			await page.waitForSelector("#welcome:not([hidden])");
			const shot = async (name, dialog) => {
				await assertNoSideScroll(page, name);
				if (look === LOOKS[0] || /3|6/.test(name)) {
					await assertAccessible(page, name);
				}
				await (dialog ? page.screenshot({ path: join(import.meta.dirname ?? ".", "..", "artefacts",
					`authenticator-${name}-${look.name}.png`) })
					: screenshot(page, `authenticator-${name}-${look.name}`));
			};
			await shot("1-welcome");
			await plant(page, makeVault(MORE));
			await page.goto(`${mock.url}/authenticator`);
			await page.waitForSelector("#locked:not([hidden])");
			await shot("2-locked");
			await unlock(page);
			await page.waitForSelector(".entry:nth-child(5)");
			await shot("3-codes");
			await page.click("#add");
			await page.click('[data-way="hand"]');
			await shot("4-add", true);
			await page.click("#add-dialog [data-close]");
			await page.click(".entry:nth-child(2) .dots");
			await shot("5-account", true);
			await page.click("#entry-dialog [data-close]");
			await page.click("#settings");
			await shot("6-settings", true);
			await page.click("#import");
			await page.setInputFiles("#import-file", { name: "a.json", mimeType: "application/json",
				buffer: Buffer.from(others.aegis()) });
			await page.waitForSelector("#import-yes");
			await shot("7-import", true);
			assert.deepEqual(complaints, []);
			await context.close();
		});
	}

	test("fits in every language", async () => {
		const { page, context } = await openWithout(browser, { look: LOOKS[0] });
		await page.goto(`${mock.url}/authenticator`);
		for (const locale of ["de", "fr", "es", "it", "pt", "nl", "pl", "hi", "ja"]) {
			await page.evaluate((l) => localStorage.setItem("ww-locale", l), locale);
			await page.reload();
			await page.waitForSelector("#welcome:not([hidden])");
			assert.equal(await page.getAttribute("html", "lang"), locale);
			await assertNoSideScroll(page, `welcome ${locale}`);
			await page.evaluate(() => {
				document.querySelector("#welcome").hidden = true;
				document.querySelector("#open").hidden = false;
				document.querySelector("#settings-dialog").showModal();
			});
			assert.equal(await page.evaluate(() => {
				const node = document.querySelector("#settings-dialog");
				return node.scrollWidth - node.clientWidth;
			}), 0, `settings ${locale}`);
			await screenshot(page, `authenticator-8-settings-360-${locale}`);
		}
		await context.close();
	});
});
