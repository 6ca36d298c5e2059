/**
 * R24: the code app as Lighthouse sees it, served by the real server.  The
 * checks of installing left Lighthouse with version 12: this is the last one
 * that has them.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { startServer } from "../web/server.mjs";
import { BINARY } from "../web/tree.mjs";

const skip = existsSync(BINARY) ? false : "build/watchword is not built";

/** What a category finds wrong, in words. */
function flaws(report, category) {
	return report.categories[category].auditRefs.map(({ id }) => report.audits[id])
		.filter((audit) => audit.scoreDisplayMode === "binary" && audit.score !== 1)
		.map(({ id, title, explanation, details }) =>
			`${id}: ${explanation ?? title} ${JSON.stringify(details?.items ?? [])}`);
}

describe("Lighthouse", { skip }, () => {
	let server;
	let chrome;
	let report;

	before(async () => {
		server = await startServer();
		chrome = await launch({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
			chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu"], logLevel: "error" });
		/* A picture of the page would only stand in a report for people. */
		({ lhr: report } = await lighthouse(`${server.url}/authenticator`, {
			port: chrome.port, output: [], logLevel: "error",
			onlyCategories: ["accessibility", "pwa"], disableFullPageScreenshot: true }));
	});

	after(async () => {
		chrome?.kill();
		await server?.stop();
	});

	test("has seen the page", () => {
		assert.equal(report.runtimeError, undefined);
		assert.deepEqual(report.runWarnings, []);
		assert.equal(new URL(report.finalDisplayedUrl).pathname, "/authenticator");
	});

	test("finds the code app accessible", () => {
		assert.deepEqual(flaws(report, "accessibility"), []);
		assert.equal(report.categories.accessibility.score, 1);
	});

	test("finds it installable", () => {
		assert.deepEqual(flaws(report, "pwa"), []);
		assert.equal(report.audits["installable-manifest"].score, 1);
		assert.equal(report.categories.pwa.score, 1);
		console.log(`# Lighthouse ${report.lighthouseVersion}: accessibility ${
			report.categories.accessibility.score}, installing ${report.categories.pwa.score}`);
	});
});
