/** Small helpers to make and find elements.  No HTML is made from strings. */

import { t } from "./i18n.js";

/**
 * @param {string} id
 * @returns {HTMLElement} the page's element; it is a bug when there is none
 */
export function byId(id) {
	const node = document.getElementById(id);
	if (node === null) {
		throw new Error(`no element #${id}`);
	}
	return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean>} attributes true: present, empty
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== false) {
			node.setAttribute(name, value === true ? "" : value);
		}
	}
	node.append(...children);
	return node;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

/**
 * Says something in passing.  Never the only place where it stands.
 * @param {string} text
 */
export function toast(text) {
	const node = byId("toast");
	/* Nothing outside an open dialog can be seen or is read out. */
	const home = [...document.querySelectorAll("dialog[open]")].pop()
		?? document.body;
	if (node.parentElement !== home) {
		home.append(node);
	}
	clearTimeout(toastTimer);
	node.textContent = text;
	toastTimer = setTimeout(() => node.replaceChildren(), 2600);
}

/** @param {string} text */
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		toast(t("copy.done"));
	} catch {
		toast(t("copy.failed"));
	}
}

/**
 * @param {string} text what is copied
 * @param {string} label what a screen reader calls the button
 */
export function copyButton(text, label) {
	const button = el("button", {
		class: "button quiet little",
		type: "button",
		"aria-label": label,
	}, t("copy.button"));
	button.addEventListener("click", () => void copy(text));
	return button;
}

/**
 * A code in groups that the eye can hold: "482913" as "482 913".
 * @param {string} code
 */
export function groupCode(code) {
	if (!/^\d{6,10}$/.test(code)) {
		return code;
	}
	const first = code.length % 3 === 0 ? 3 : Math.ceil(code.length / 2);
	const groups = code.length % 3 === 0
		? code.match(/\d{3}/g) ?? []
		: [code.slice(0, first), code.slice(first)];
	return groups.join(" ");
}

/**
 * @param {[string, string | Node][]} pairs
 */
export function facts(pairs) {
	const list = el("dl", { class: "facts" });
	for (const [name, value] of pairs) {
		list.append(el("dt", {}, name), el("dd", {}, value));
	}
	return list;
}

/**
 * @param {"good" | "caution" | "bad" | "plain"} state
 * @param {string} title
 * @param {string} [text]
 */
export function notice(state, title, text = "") {
	const line = el("p", {}, el("strong", {}, title));
	if (text !== "") {
		line.append(" ", text);
	}
	return el("div", { class: "notice", "data-state": state }, line);
}
