/** The list of codes: one card for each account, brought up to date each second. */

import { byId, copy, el, groupCode } from "./dom.js";
import { fromBase32 } from "./code-entry.js";
import { codeKey, hotp, stepAt } from "./code-otp.js";
import { commit, content, opened } from "./code-session.js";
import { t } from "./i18n.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

const SHOWN_MS = 30000;		/* for how long a touched code stays visible */
const SOON_S = 5;
const DOTS = "M4 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0M10 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0";
/* A way round of 100. */
const CIRCLE = { cx: "20", cy: "20", r: "15.9155" };
const SVG = byId("main").querySelector("svg")?.namespaceURI ?? "";

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...Element} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
	const node = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
	for (const [name, value] of Object.entries(attributes)) {
		node.setAttribute(name, value);
	}
	node.append(...children);
	return node;
}

/** @param {Entry} entry */
export function nameOf(entry) {
	return [entry.issuer, entry.account].filter((s) => s !== "").join(" – ");
}

/**
 * A letter on a ground of its own, so that the eye finds it again.
 * @param {Entry} entry
 */
export function letterOf(entry) {
	const name = entry.issuer || entry.account;
	const first = String.fromCodePoint(name.codePointAt(0) ?? 63).toUpperCase();
	let sum = 0;
	for (const c of name.toLowerCase()) {
		sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 9973;
	}
	return el("span", { class: "letter", "aria-hidden": "true",
		"data-tint": String(sum % 4) }, first);
}

/** @param {Entry} entry */
function keyOf(entry) {
	return codeKey(entry.algorithm, fromBase32(entry.secret));
}

class Card {
	/**
	 * @param {Entry} entry
	 * @param {(id: string) => void} onMore
	 */
	constructor(entry, onMore) {
		this.entry = entry;
		this.step = -1;
		this.code = "";
		this.next = "";
		this.shownUntil = 0;
		this.key = keyOf(entry);
		this.digits = el("span", { class: "code" });
		this.nextDigits = el("span", { class: "digits" });
		this.seconds = el("span", {});
		this.left = svg("circle", { ...CIRCLE, class: "left" });
		this.ring = el("span", { class: "ring", "aria-hidden": "true" });
		this.make = el("button", { class: "make", type: "button" });
		this.digits.toggleAttribute("data-long", entry.digits > 6);
		this.node = this.build(onMore);
		this.make.addEventListener("click", () => void this.touch());
	}

	/** @param {(id: string) => void} onMore */
	build(onMore) {
		const { entry } = this;
		const more = el("button", { class: "dots", type: "button",
			"aria-label": t("auth.more_of", { name: nameOf(entry) }) });
		more.append(svg("svg", { viewBox: "0 0 24 20", "aria-hidden": "true" },
			svg("path", { d: DOTS })));
		more.addEventListener("click", () => onMore(entry.id));
		this.make.append(
			el("span", { class: "visually-hidden" },
				t(entry.type === "totp" ? "auth.copy_of" : "auth.next_of",
					{ name: nameOf(entry) })),
			this.digits, el("span", { class: "rest" }, this.aside(), this.ring));
		if (entry.type === "totp") {
			this.ring.append(svg("svg", { viewBox: "0 0 40 40" },
				svg("circle", CIRCLE), this.left),
			this.seconds);
		} else {
			this.ring.hidden = true;
		}
		return el("li", { class: "entry", "data-id": entry.id },
			letterOf(entry),
			el("div", { class: "whose" },
				el("h3", {}, entry.issuer || entry.account),
				el("p", {}, entry.issuer === "" ? "" : entry.account)),
			more, this.make);
	}

	aside() {
		return el("span", { class: "next" },
			el("span", {}, t(this.entry.type === "totp"
				? "auth.next" : "auth.counter")),
			this.nextDigits);
	}

	/** @param {number} now */
	hidden(now) {
		return opened().settings.hide && now > this.shownUntil;
	}

	/** @param {number} now */
	async update(now) {
		const { entry } = this;
		if (entry.type === "hotp") {
			this.show(now, this.code === "" ? null : this.code, String(entry.counter));
			return;
		}
		const step = stepAt(entry.period, now);
		if (step !== this.step) {
			this.step = step;
			const key = await this.key;
			const [code, next] = await Promise.all([
				hotp(key, step, entry.digits), hotp(key, step + 1, entry.digits)]);
			this.code = code;
			this.next = next;
		}
		const left = entry.period - Math.floor(now / 1000) % entry.period;
		this.seconds.textContent = left > 999 ? "" : String(left);
		this.left.style.strokeDashoffset = String(100 - 100 * left / entry.period);
		this.ring.toggleAttribute("data-soon", left <= SOON_S);
		this.digits.toggleAttribute("data-soon", left <= SOON_S);
		this.show(now, this.code, groupCode(this.next));
	}

	/**
	 * @param {number} now
	 * @param {string | null} code
	 * @param {string} aside
	 */
	show(now, code, aside) {
		const dots = content() === null || this.hidden(now) || code === null;
		const text = dots ? "•".repeat(this.entry.digits) : groupCode(code ?? "");
		if (this.digits.textContent !== text) {
			this.digits.textContent = text;
		}
		this.digits.toggleAttribute("data-hidden", dots);
		const beside = dots && this.entry.type === "totp" ? "•••" : aside;
		if (this.nextDigits.textContent !== beside) {
			this.nextDigits.textContent = beside;
		}
	}

	/** Shows and copies; a counter moves on, on disk first. */
	async touch() {
		if (this.entry.type === "hotp") {
			const { id, counter, digits } = this.entry;
			await commit((now) => {
				for (const entry of now.entries) {
					if (entry.id === id) {
						entry.counter = counter + 1;
					}
				}
			});
			this.code = await hotp(await this.key, counter, digits);
			this.entry = { ...this.entry, counter: counter + 1 };
		}
		this.shownUntil = Date.now() + SHOWN_MS;
		await this.update(Date.now());
		await copy(this.code);
	}
}

/** @type {Map<string, Card>} */
const cards = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function filter() {
	const search = /** @type {HTMLInputElement} */ (byId("search"));
	const wanted = search.value.trim().toLowerCase();
	let matching = 0;
	for (const { entry, node } of cards.values()) {
		const fits = nameOf(entry).toLowerCase().includes(wanted);
		node.hidden = !fits;
		matching += Number(fits);
	}
	byId("no-match").hidden = matching > 0 || cards.size === 0;
}

/**
 * Makes the list as the vault is now.  A card whose account did not change
 * stays, with the code it shows.
 * @param {(id: string) => void} onMore
 */
export async function showList(onMore) {
	const { entries } = opened();
	const kept = new Map(cards);
	cards.clear();
	for (const entry of entries) {
		const old = kept.get(entry.id);
		const same = old !== undefined
			&& JSON.stringify(old.entry) === JSON.stringify(entry);
		cards.set(entry.id, same ? old : new Card(entry, onMore));
	}
	byId("codes").replaceChildren(...[...cards.values()].map((c) => c.node));
	byId("none").hidden = entries.length > 0;
	filter();
	await tick();
}

/** Takes every code out of the page. */
export function clearList() {
	clearTimeout(timer);
	cards.clear();
	byId("codes").replaceChildren();
	/** @type {HTMLInputElement} */ (byId("search")).value = "";
}

async function tick() {
	clearTimeout(timer);
	if (content() === null) {
		return;
	}
	const now = Date.now();
	await Promise.all([...cards.values()].map((card) => card.update(now)));
	clearTimeout(timer);
	timer = setTimeout(() => void tick(), 1000 - Date.now() % 1000);
}

export function startList() {
	byId("search").addEventListener("input", filter);
}
