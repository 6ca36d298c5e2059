/**
 * What every page does first: words, languages, copy buttons, which page this
 * is, and whether it is a sandbox's.
 */

import { chooseLocale, loadWords, locale } from "./i18n.js";
import { copy } from "./dom.js";
import { call } from "./api.js";

/**
 * Says on the page, and in its navigation, that this is a sandbox.
 * @param {boolean} sandbox
 */
export function showSandbox(sandbox) {
	for (const node of document.querySelectorAll("[data-sandbox]")) {
		node.toggleAttribute("hidden", !sandbox);
	}
}

async function askSandbox() {
	try {
		showSandbox((await askState()).sandbox);
	} catch {
		/* Whoever needs the server says that it is gone. */
	}
}

/**
 * @param {{asksState?: boolean}} [options] false: the page asks by itself, and
 *     calls showSandbox()
 */
export async function startFrame({ asksState = true } = {}) {
	for (const link of document.querySelectorAll(".nav a")) {
		if (link.getAttribute("href") === location.pathname) {
			link.setAttribute("aria-current", "page");
		}
	}
	if (asksState) {
		void askSandbox();
	}
	await loadWords();
	for (const node of document.querySelectorAll("[data-locale]")) {
		const own = node.getAttribute("data-locale") ?? "en";
		node.setAttribute("aria-pressed", String(own === locale()));
		node.addEventListener("click", () => chooseLocale(own));
	}
	for (const node of document.querySelectorAll("[data-copy]")) {
		const from = node.getAttribute("data-copy") ?? "";
		node.addEventListener("click", () =>
			void copy(document.getElementById(from)?.textContent ?? ""));
	}
}

/**
 * What GET /readyz says.
 * @typedef {{status?: string, sandbox?: boolean}} Ready
 */

/**
 * Asks the server how it is.
 * @returns {Promise<{ready: boolean, sandbox: boolean}>}
 *     throws ApiError with status 0 when there is no answer
 */
export async function askState() {
	/** @type {Ready} */
	const said = await call("GET", "/readyz");
	return { ready: true, sandbox: said.sandbox === true };
}
