/** What every page does first: words, languages, copy buttons, the strip. */

import { chooseLocale, loadWords, locale } from "./i18n.js";
import { copy } from "./dom.js";
import { call } from "./api.js";

export async function startFrame() {
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
