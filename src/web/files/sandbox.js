/** The sandbox inbox: the list, one message, the filter. */

import { showSandbox, startFrame } from "./frame.js";
import { byId, copyButton, el, facts, groupCode } from "./dom.js";
import { showTime, t, tn, tOr } from "./i18n.js";
import { Inbox } from "./inbox.js";
import { startTools } from "./tools.js";

/** @typedef {import("./api.js").Message} Message */
/** @typedef {import("./inbox.js").InboxState} InboxState */

/** @type {Record<InboxState, string>} */
const STATES = {
	loading: "", live: "good", paused: "caution", gone: "bad",
};

const inbox = new Inbox({ onMessages, onState });
/** @type {Map<string, HTMLLIElement>} */
const rows = new Map();
let shown = "";

/** @param {InboxState} state */
function onState(state) {
	const badge = byId("live");
	badge.dataset.state = STATES[state];
	badge.textContent = t(`live.${state}`);
	showList();
}

/** @param {Message} message */
function nameOf(message) {
	return message.subject || message.text.trim().split("\n")[0];
}

/**
 * @param {Message} message
 * @param {boolean} fresh arrived while the page was open
 */
function row(message, fresh) {
	const item = el("li", { class: fresh ? "message new" : "message" },
		el("a", { href: `#${message.id}` }, message.to),
		el("time", { datetime: message.created_at }, showTime(message.created_at)),
		el("span", { class: "subject" },
			el("span", {}, `${tOr(`channel.${message.channel}`, message.channel)} · `),
			nameOf(message)));
	if (message.code) {
		item.append(
			el("span", { class: "code" }, groupCode(message.code)),
			copyButton(message.code, t("copy.code_of", { code: message.code })));
	}
	return item;
}

/**
 * @param {Message[]} fresh
 * @param {boolean} first
 */
function onMessages(fresh, first) {
	for (const message of fresh) {
		rows.set(message.id, row(message, !first));
	}
	for (const id of rows.keys()) {
		if (!inbox.known.has(id)) {
			rows.delete(id);
		}
	}
	if (!first && fresh.length > 0) {
		byId("arrivals").textContent = tn("list.arrived", fresh.length,
			{ to: fresh[0].to, subject: nameOf(fresh[0]) });
	}
	showList();
	if (first) {
		showMessage();
	}
}

/** @param {string} id */
function field(id) {
	return /** @type {HTMLInputElement} */ (byId(id));
}

function showList() {
	const to = field("filter-to").value.trim().toLowerCase();
	const channel = field("filter-channel").value;
	const found = inbox.messages.filter((m) =>
		m.to.toLowerCase().includes(to)
		&& (channel === "" || m.channel === channel));
	const list = byId("messages");
	const wanted = found.map((m) => rows.get(m.id)).filter((r) => r !== undefined);
	/* Rows stay the same nodes: the reader's focus must not be lost. */
	wanted.forEach((node, at) => {
		if (list.children[at] !== node) {
			list.insertBefore(node, list.children[at] ?? null);
		}
	});
	while (list.children.length > wanted.length) {
		list.lastElementChild?.remove();
	}
	list.hidden = wanted.length === 0;
	byId("blank").hidden = wanted.length > 0;
	if (wanted.length === 0) {
		showBlank(inbox.messages.length > 0);
	}
}

/** @param {boolean} filtered */
function showBlank(filtered) {
	let words = t("list.empty");
	if (filtered) {
		words = t("list.none_match");
	} else if (inbox.state === "gone") {
		words = t("list.gone");
	} else if (inbox.state === "loading") {
		words = t("list.loading");
	}
	const node = byId("blank-text");
	if (node.textContent !== words) {
		node.textContent = words;
	}
}

/** @param {Message} message */
function htmlFrame(message) {
	/* The server gives that document its own policy; sandbox here as well. */
	return el("iframe", {
		class: "body-html",
		sandbox: "",
		referrerpolicy: "no-referrer",
		title: t("view.html_title"),
		src: `/sandbox/inbox/${encodeURIComponent(message.id)}/html`,
	});
}

/**
 * Text and HTML as tabs, by the pattern of the ARIA practices: arrows move,
 * one tab stop.
 * @param {Message} message
 */
function bodies(message) {
	const text = el("p", { class: "body-text" }, message.text.trim());
	if (!message.html) {
		return [text];
	}
	const panels = {
		text: el("div", { id: "panel-text", role: "tabpanel", tabindex: "0", "aria-labelledby": "tab-text" }, text),
		html: el("div", { id: "panel-html", role: "tabpanel", "aria-labelledby": "tab-html", hidden: true }),
	};
	/** @param {"text" | "html"} name */
	const tab = (name) => el("button", {
		id: `tab-${name}`, type: "button", role: "tab",
		"aria-controls": `panel-${name}`,
		"aria-selected": String(name === "text"),
		tabindex: name === "text" ? "0" : "-1",
	}, t(`view.${name}`));
	const tabs = { text: tab("text"), html: tab("html") };
	/** @param {"text" | "html"} name */
	const choose = (name) => {
		for (const each of /** @type {("text" | "html")[]} */ (["text", "html"])) {
			tabs[each].setAttribute("aria-selected", String(each === name));
			tabs[each].tabIndex = each === name ? 0 : -1;
			panels[each].hidden = each !== name;
		}
		if (name === "html" && panels.html.childElementCount === 0) {
			panels.html.append(htmlFrame(message));
		}
	};
	const bar = el("div", { class: "tabs", role: "tablist", "aria-label": t("view.forms") },
		tabs.text, tabs.html);
	tabs.text.addEventListener("click", () => choose("text"));
	tabs.html.addEventListener("click", () => choose("html"));
	bar.addEventListener("keydown", (event) => {
		if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
			const other = tabs.text.tabIndex === 0 ? "html" : "text";
			choose(other);
			tabs[other].focus();
		}
	});
	return [bar, panels.text, panels.html];
}

/** Shows the message that the address names, or the invitation to choose. */
function showMessage() {
	const id = location.hash.slice(1);
	const message = inbox.messages.find((m) => m.id === id);
	if (message !== undefined && shown === id) {
		return;
	}
	shown = message?.id ?? "";
	for (const [each, node] of rows) {
		node.querySelector("a")?.setAttribute("aria-current", String(each === shown));
	}
	document.body.dataset.view = message === undefined ? "list" : "message";
	byId("view-empty").hidden = message !== undefined;
	byId("view-body").hidden = message === undefined;
	if (message === undefined) {
		byId("view-heading").textContent = t("view.heading");
		return;
	}
	byId("view-heading").textContent = nameOf(message);
	/** @type {Node[]} */
	const code = message.code ? [el("div", { class: "tablet-row" },
		el("span", { class: "code" }, groupCode(message.code)),
		copyButton(message.code, t("copy.code")))] : [];
	byId("view-body").replaceChildren(
		...code,
		facts([
			[t("message.to"), message.to],
			[t("message.channel"), tOr(`channel.${message.channel}`, message.channel)],
			[t("message.purpose"), tOr(`purpose.${message.purpose}`, message.purpose)],
			[t("message.time"), showTime(message.created_at, "full")],
			[t("message.challenge"), el("code", {}, message.challenge)],
		]),
		...bodies(message));
	byId("view-heading").focus();
}

showSandbox(true);
await startFrame({ asksState: false });
byId("live").textContent = t("live.loading");
window.addEventListener("hashchange", showMessage);
byId("filter").addEventListener("input", showList);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("back").addEventListener("click", () => {
	const from = rows.get(shown)?.querySelector("a");
	history.pushState(null, "", location.pathname);
	showMessage();
	from?.focus();
});
inbox.start();
startTools();
