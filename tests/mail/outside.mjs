/**
 * What other people's programs make of our mails and receipts.
 *
 *   outside.mjs parse FILE...          mailparser's reading, one JSON array
 *   outside.mjs receipts URL AUDIENCE  jose's reading of the receipts on
 *                                      standard input, one a line
 *   outside.mjs draw FOLDER FILE...    pictures of the HTML in Chromium at
 *                                      360 px, light and dark; fails where it
 *                                      must be scrolled sideways, asks the
 *                                      network for anything, or axe-core
 *                                      finds a barrier
 *
 * The packages are those of tests/web.
 */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { assertAccessible, assertNoSideScroll, launch, LOOKS,
	WCAG } from "../web/browser.mjs";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const { createRemoteJWKSet, jwtVerify } = require("jose");
const { simpleParser } = require("mailparser");

const read = (file) => simpleParser(readFileSync(file),
	{ skipTextToHtml: true, skipHtmlToText: true, skipTextLinks: true });

async function parse(files) {
	const all = [];
	for (const file of files) {
		const mail = await read(file);
		all.push({
			headers: mail.headerLines.map((line) => line.key),
			from: mail.from.value, to: mail.to.value, subject: mail.subject,
			date: mail.date.toISOString(), id: mail.messageId,
			text: mail.text, html: mail.html,
			attachments: mail.attachments.length,
		});
	}
	return all;
}

async function receipts(url, audience) {
	const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", url));
	const all = [];
	for (const line of readFileSync(0, "utf8").trim().split("\n")) {
		const { payload } = await jwtVerify(line, keys,
			{ audience, issuer: "watchword", algorithms: ["EdDSA"] });
		all.push(payload);
	}
	return all;
}

async function drawOne(browser, look, html, path) {
	const context = await browser.newContext({
		viewport: { width: look.width, height: look.height },
		colorScheme: look.colorScheme });
	const page = await context.newPage();
	const asked = [];
	page.on("request", (request) => asked.push(request.url()));
	await page.setContent(html);
	await page.screenshot({ path, fullPage: true });
	await assertNoSideScroll(page, path);
	/* Not axe's good practice: landmarks are the mail program's affair. */
	await assertAccessible(page, path, WCAG);
	assert.deepEqual(asked, [], "a mail that asks the network");
	await context.close();
}

async function draw(folder, ...files) {
	const browser = await launch();
	const drawn = [];
	mkdirSync(folder, { recursive: true });
	try {
		for (const file of files) {
			const { html } = await read(file);
			for (const look of LOOKS.filter(({ width }) => width === 360)) {
				const name = `${basename(file, ".eml")}-${look.name}.png`;
				await drawOne(browser, look, html, join(folder, name));
				drawn.push(name);
			}
		}
	} finally {
		await browser.close();
	}
	return drawn;
}

const [command, ...words] = process.argv.slice(2);
const commands = { parse: (...files) => parse(files), receipts, draw };
console.log(JSON.stringify(await commands[command](...words)));
