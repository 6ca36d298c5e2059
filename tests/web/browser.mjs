/** Chromium under test: pages that note every complaint, axe, screenshots. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { ARTEFACTS } from "./tree.mjs";

export const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
	"--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

/* The browser as people have it: what is installed, filmed or kept needs it. */
export const WHOLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/* The same engine without a browser around it takes half of the time. */
const SHELL = "/usr/bin/chromium-headless-shell";

export function launch({ executablePath = process.env.CHROMIUM
	?? (existsSync(SHELL) ? SHELL : WHOLE), args = [] } = {}) {
	return chromium.launch({ executablePath, headless: true, args: [...ARGS, ...args] });
}

export const LOOKS = [
	{ name: "360-light", width: 360, height: 740, colorScheme: "light" },
	{ name: "360-dark", width: 360, height: 740, colorScheme: "dark" },
	{ name: "1280-light", width: 1280, height: 800, colorScheme: "light" },
	{ name: "1280-dark", width: 1280, height: 800, colorScheme: "dark" },
];

/**
 * A page of its own.  complaints collects what the console calls an error or
 * a warning, uncaught exceptions, and violations of the policy.
 */
export async function openPage(browser, { look = LOOKS[2], locale = "en-GB", ...rest } = {}) {
	const context = await browser.newContext({
		viewport: { width: look.width, height: look.height },
		colorScheme: look.colorScheme, locale, reducedMotion: "reduce",
		timezoneId: "UTC", ...rest });
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	const complaints = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type())
			&& !/registration blocked by Playwright/.test(message.text())) {
			complaints.push(`${message.type()}: ${message.text()}`);
		}
	});
	page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
	await page.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (event) => {
			console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
		});
	});
	return { context, page, complaints };
}

export const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails with every finding of axe-core (WCAG 2.2 AA and good practice). */
export async function assertAccessible(page, where, rules = [...WCAG, "best-practice"]) {
	if (!(await page.evaluate(() => "axe" in globalThis))) {
		await page.evaluate(axe.source);
	}
	const found = await page.evaluate((runOnly) =>
		globalThis.axe.run(document, { runOnly }), rules);
	const said = found.violations.map((v) =>
		`${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html}\n  ${n.failureSummary}`).join("\n")}`);
	assert.deepEqual(said, [], `axe at ${where}`);
}

/** WCAG 1.4.10: no scrolling in two directions. */
export async function assertNoSideScroll(page, where) {
	const over = await page.evaluate(() =>
		document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.equal(over, 0, `${where} is ${over} px too wide`);
}

/**
 * The whole page as tests/artefacts/NAME.png.  The window is made as high as
 * the page for it: a capture beyond the window leaves frames half painted.
 */
export async function screenshot(page, name) {
	const before = page.viewportSize();
	mkdirSync(ARTEFACTS, { recursive: true });
	const height = await page.evaluate(() => document.documentElement.scrollHeight);
	await page.setViewportSize({ width: before.width, height: Math.max(height, before.height) });
	await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
	await page.setViewportSize(before);
}

/* What never comes is waited for so long: a machine may be busy. */
const PATIENCE_MS = 90000;

/** Asks again and again, until it is true. */
export async function until(what, condition) {
	const end = Date.now() + PATIENCE_MS;
	while (!(await condition())) {
		assert.ok(Date.now() < end, `never: ${what}`);
		await new Promise((done) => setTimeout(done, 25));
	}
}
