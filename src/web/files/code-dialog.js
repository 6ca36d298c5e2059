/** The sheets of the code app, and asking for the passphrase in one. */

import { byId, notice } from "./dom.js";
import { Flaw } from "./code-entry.js";
import { ownerKey } from "./code-session.js";
import { PASSPHRASE_MIN } from "./code-vault.js";
import { t } from "./i18n.js";

/** @param {string} id */
export function dialog(id) {
	return /** @type {HTMLDialogElement} */ (byId(id));
}

/** @param {string} id */
export function input(id) {
	return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * What a person should read about an error; what is not a Flaw is a bug.
 * @param {unknown} error
 */
export function flawWords(error) {
	if (!(error instanceof Flaw)) {
		throw error;
	}
	const why = t(`flaw.${error.reason}`);
	return error.place === "" ? why : t("flaw.at", { place: error.place, why });
}

/**
 * @param {string} id of a place for notices
 * @param {"good" | "caution" | "bad"} state
 * @param {string} text
 */
export function say(id, state, text) {
	byId(id).replaceChildren(notice(state, text));
}

/** @param {string} id */
export function hush(id) {
	byId(id).replaceChildren();
}

/** Empties a sheet when it closes: what was typed may be secret. */
function startDialog(/** @type {HTMLDialogElement} */ node) {
	for (const button of node.querySelectorAll("[data-close]")) {
		button.addEventListener("click", () => node.close());
	}
	node.addEventListener("close", () => {
		for (const form of node.querySelectorAll("form")) {
			form.reset();
		}
		for (const place of node.querySelectorAll('[role="status"]')) {
			place.replaceChildren();
		}
	});
}

export function startDialogs() {
	for (const node of document.querySelectorAll("dialog")) {
		startDialog(node);
	}
}

export function closeDialogs() {
	for (const node of document.querySelectorAll("dialog")) {
		node.close();
	}
}

/**
 * Whether two fields hold a new passphrase; says so when they do not.
 * @param {string} first
 * @param {string} again
 * @param {string} result
 */
export function newPassphrase(first, again, result) {
	const wish = input(first).value;
	if ([...wish].length < PASSPHRASE_MIN) {
		say(result, "bad", t("auth.too_short", { n: PASSPHRASE_MIN }));
		input(first).focus();
		return null;
	}
	if (wish !== input(again).value) {
		say(result, "bad", t("auth.differ"));
		input(again).focus();
		return null;
	}
	return wish;
}

/**
 * @typedef {{key: Uint8Array<ArrayBuffer> | null, passphrase: string, next: string}} Asked
 */

/**
 * Asks in a sheet: for a yes, for the passphrase, or for it and a new one.
 * @param {{text: string, yes: string, owner: boolean, next?: boolean}} what
 *     owner: the passphrase is wanted, and checked
 * @returns {Promise<Asked | null>} null: no.  key is the vault's; the caller
 *     wipes it
 */
export function ask({ text, yes, owner, next = false }) {
	const node = dialog("ask-dialog");
	byId("ask-text").textContent = text;
	byId("ask-heading").textContent = owner ? t("auth.ask") : yes;
	byId("ask-yes").textContent = yes;
	byId("ask-field").hidden = !owner;
	byId("ask-new").hidden = !next;
	hush("ask-result");
	const form = /** @type {HTMLFormElement} */ (byId("ask-form"));
	return new Promise((done) => {
		const stop = new AbortController();
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			const passphrase = input("ask-pass").value;
			const wish = next ? newPassphrase("ask-next", "ask-again", "ask-result") : "";
			if (wish === null) {
				return;
			}
			say("ask-result", "good", t("auth.working"));
			const key = owner ? await ownerKey(passphrase) : null;
			if (owner && key === null) {
				say("ask-result", "bad", t("auth.wrong"));
				input("ask-pass").select();
				return;
			}
			done({ key, passphrase, next: wish });
			node.close();
		}, { signal: stop.signal });
		node.addEventListener("close", () => {
			stop.abort();
			done(null);
		}, { signal: stop.signal });
		node.showModal();
	});
}

/**
 * Saves bytes under a name, as a download of this page.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
