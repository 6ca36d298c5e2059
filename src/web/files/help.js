/**
 * Where is my code?  With the token of a help link (in the fragment, which
 * is sent to nobody) the page says what became of the messages, and can have
 * the code sent again; without one it is a guide.
 */

import { startFrame } from "./frame.js";
import { byId, el, notice } from "./dom.js";
import { locale, showTime, t } from "./i18n.js";
import { ApiError, call, wordsOf } from "./api.js";

/**
 * @typedef {{
 *   channel: string, outcome: string, said: string, kind: string,
 *   created_at: string
 * }} Said
 * @typedef {{do: string, say: string, channel?: string, at?: string}} Next
 * @typedef {{
 *   brand: string, to: string, status: string, now: string,
 *   expires_at: string, resend_at: string, sends_left: number,
 *   messages: Said[], next: Next[]
 * }} Help
 */

const AGAIN_MS = 4000;
const token = /^#(wwh_[\w-]+)$/.exec(location.hash)?.[1] ?? "";

/** @type {Help | null} */
let help = null;
/* The server's time less the browser's. */
let ahead = 0;
let busy = false;

const query = () => `?locale=${encodeURIComponent(locale())}`;

/** @param {Node} node */
function say(node) {
	byId("yours-notice").replaceChildren(node);
}

/** @type {Record<string, string>} */
const STATES = { pending: "good", approved: "good", over: "caution" };

/** @param {string} status */
function statusKey(status) {
	return status === "pending" || status === "approved" ? status : "over";
}

/** @param {Help} said */
function showFacts(said) {
	const status = statusKey(said.status);
	const badge = byId("facts-status");
	byId("facts-to").textContent = said.to;
	badge.textContent = t(`help.status_${status}`);
	badge.dataset.state = STATES[status];
	for (const id of ["facts-until", "facts-until-name"]) {
		byId(id).hidden = status !== "pending";
	}
	byId("facts-until").textContent = showTime(said.expires_at);
	byId("yours-facts").hidden = false;
}

/** @param {Help} said */
function showMessages(said) {
	const rows = said.messages.map((m) => el("li", {},
		el("time", { datetime: m.created_at }, showTime(m.created_at)), m.said));
	if (rows.length === 0) {
		rows.push(el("li", {}, t("help.no_messages")));
	}
	/* Newest first; and nothing is said twice to who listens. */
	byId("messages").replaceChildren(...rows.reverse());
	byId("yours-messages").hidden = false;
}

/** @param {number} seconds */
function span(seconds) {
	return new Intl.NumberFormat(locale(), {
		style: "unit", unit: "second", unitDisplay: "long",
	}).format(seconds);
}

/** @type {Map<string, HTMLButtonElement>} */
const buttons = new Map();

/**
 * @param {string} name
 * @param {string} words
 * @param {string} [channel]
 */
function button(name, words, channel) {
	let node = buttons.get(name);
	if (node === undefined) {
		node = el("button", {
			class: name === "resend" ? "button" : "button quiet", type: "button",
		});
		node.addEventListener("click", () => void again(channel));
		buttons.set(name, node);
		byId("next-buttons").append(node);
	}
	node.textContent = words;
	node.hidden = false;
	return node;
}

function showButtons() {
	if (help === null) {
		return;
	}
	const wait = Math.ceil((new Date(help.resend_at).getTime()
		- Date.now() - ahead) / 1000);
	const may = help.next.some((n) => n.do === "resend" || n.do === "wait");
	for (const node of buttons.values()) {
		node.hidden = true;
	}
	if (!may) {
		return;
	}
	button("resend", wait > 0
		? t("help.resend_in", { span: span(wait) }) : t("help.resend"))
		.disabled = wait > 0;
	for (const other of help.next.filter((n) => n.do === "other_channel")) {
		const words = other.channel === "voice"
			? t("help.call") : t("help.text");
		button(`by-${other.channel}`, words, other.channel).disabled = wait > 0;
	}
}

/** @param {Help} said */
function showNext(said) {
	const shown = said.next.filter((n) =>
		!["wait", "resend", "other_channel"].includes(n.do));
	byId("next").replaceChildren(...shown.map((n) => el("li", {}, n.say)));
	byId("yours-next").hidden = false;
	showButtons();
}

/** @param {Help} said */
function show(said) {
	const before = JSON.stringify(help?.messages);
	ahead = new Date(said.now).getTime() - Date.now();
	help = said;
	showFacts(said);
	if (JSON.stringify(said.messages) !== before) {
		showMessages(said);
	}
	showNext(said);
}

/** @param {string} [channel] */
async function again(channel) {
	if (busy) {
		return;
	}
	busy = true;
	try {
		show(await call("POST", `/v1/help/resend${query()}`,
			channel === undefined ? undefined : { channel }, token));
		say(notice("good", t("help.again_sent")));
	} catch (error) {
		say(notice("bad", t("help.again_failed"), wordsOf(error)));
	} finally {
		busy = false;
	}
}

/** True: it is worth asking again. */
async function ask() {
	try {
		const first = help === null;
		show(await call("GET", `/v1/help${query()}`, undefined, token));
		if (first) {
			byId("yours-notice").replaceChildren();
		}
		return help?.status === "pending";
	} catch (error) {
		if (error instanceof ApiError && (error.status === 401 || error.status === 404)) {
			for (const id of ["yours-facts", "yours-messages", "yours-next"]) {
				byId(id).hidden = true;
			}
			say(notice("caution", t("help.expired_link")));
			return false;
		}
		say(notice("caution", t("help.unreachable")));
		return true;
	}
}

async function watch() {
	if (document.visibilityState !== "visible" || await ask()) {
		setTimeout(() => void watch(), AGAIN_MS);
	}
}

await startFrame();
if (token !== "") {
	byId("yours").hidden = false;
	say(el("p", { class: "soft" }, t("help.checking")));
	setInterval(showButtons, 1000);
	void watch();
}
