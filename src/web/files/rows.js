/** Rows of settings: what it is, how it stands, and what can be done. */

import { el, toast } from "./dom.js";
import { wordsOf } from "./api.js";

/**
 * @typedef {{
 *   title: string, detail?: string, badge?: [("good"|"caution"|"plain"), string],
 *   buttons?: Node[], id?: string
 * }} Row
 */

/** @param {Row} row */
export function row({ title, detail = "", badge, buttons = [], id }) {
	const head = el("span", { class: "title" }, el("strong", {}, title));
	if (badge !== undefined) {
		head.append(el("span", badge[0] === "plain" ? { class: "badge" }
			: { class: "badge", "data-state": badge[0] }, badge[1]));
	}
	const what = el("div", { class: "what" }, head);
	if (detail !== "") {
		what.append(el("p", {}, detail));
	}
	const node = el("li", { class: "row", ...(id === undefined ? {} : { id }) }, what);
	if (buttons.length > 0) {
		node.append(el("div", { class: "buttons" }, ...buttons));
	}
	return node;
}

/**
 * A button of a row.  While its work is done a second press is nothing.
 * @param {string} text
 * @param {string} label what a screen reader calls it: many rows have "Change"
 * @param {() => Promise<void>} act
 */
export function rowButton(text, label, act) {
	const button = el("button", { class: "button link", type: "button",
		"aria-label": label }, text);
	guard(button, act);
	return button;
}

/**
 * A switch.  It shows how things stand, not what was pressed: a change that
 * is not confirmed leaves it as it was.
 * @param {boolean} on
 * @param {string} label
 * @param {string} state the word beside it
 * @param {() => Promise<void>} act
 */
export function switchButton(on, label, state, act) {
	const button = el("button", { class: "switch", type: "button",
		role: "switch", "aria-checked": String(on), "aria-label": label }, state);
	guard(button, act);
	return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} act
 */
function guard(button, act) {
	let busy = false;
	button.addEventListener("click", async () => {
		if (busy) {
			return;
		}
		busy = true;
		try {
			await act();
		} catch (error) {
			toast(wordsOf(error));
		} finally {
			busy = false;
		}
	});
}
