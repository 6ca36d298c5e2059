/**
 * A sheet over the page: a dialog that holds the focus, closes with Escape
 * and gives the focus back to where it was.
 */

import { byId, el } from "./dom.js";
import { t } from "./i18n.js";

let number = 0;

/**
 * @param {string} title
 * @param {(sheet: {show: (...nodes: Node[]) => void, close: () => void,
 *     title: (text: string) => void}) => void} fill shows what is in it,
 *     now and at each later step
 * @returns {Promise<void>} when it has been closed, by whom ever
 */
export function openSheet(title, fill) {
	number += 1;
	const heading = el("h2", { id: `sheet-${number}`, tabindex: "-1" }, title);
	const shut = el("button", { class: "button link", type: "button",
		"aria-label": t("sheet.close") }, "✕");
	const body = el("div", { class: "stack" });
	const dialog = el("dialog", { class: "sheet stack",
		"aria-labelledby": heading.id },
	el("div", { class: "sheet-head" }, heading, shut), body);
	const closed = new Promise((done) => {
		dialog.addEventListener("close", () => {
			/* It may be here, and is needed elsewhere. */
			document.body.append(byId("toast"));
			dialog.remove();
			done(undefined);
		}, { once: true });
	});
	const close = () => dialog.close();
	shut.addEventListener("click", close);
	document.body.append(dialog);
	fill({
		show: (...nodes) => body.replaceChildren(...nodes),
		title: (text) => {
			heading.textContent = text;
		},
		close,
	});
	dialog.showModal();
	const first = body.querySelector("input, .choice");
	if (first instanceof HTMLElement) {
		first.focus();
	} else {
		heading.focus();
	}
	return /** @type {Promise<void>} */ (closed);
}
