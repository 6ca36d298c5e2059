/** Chromium under test: pages that note every complaint, axe, screenshots. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { ARTEFACTS } from "./tree.mjs";

export const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
	"--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

export function launch() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		headless: true,
		args: ARGS,
	});
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
	const page = await context.newPage();
	const complaints = [];
	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning") {
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
	await page.evaluate(axe.source);
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

/** Asks again and again, until it is true; fails after 10 s. */
export async function until(what, condition) {
	const end = Date.now() + 10000;
	while (!(await condition())) {
		assert.ok(Date.now() < end, `never: ${what}`);
		await new Promise((done) => setTimeout(done, 25));
	}
}
