/** One stop: where, for whom, which parcels, and the word to say first. */

import { byId, el, notice, toast } from "./dom.js";
import { t } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { arrive, keepStop, serverNow } from "./agent_route.js";
import { canScan, scan } from "./agent_scan.js";

/** @typedef {import("./agent_route.js").Stop} Stop */

/**
 * @typedef {{
 *   stop: Stop, changed: () => Promise<void>, go: (hash: string) => void
 * }} Context
 */

/** @typedef {"take" | "refused"} Fate what becomes of a parcel at this door */

/* By visit and tracking number: kept while the agent looks around. */
/** @type {Map<string, Map<string, Fate>>} */
const fates = new Map();

/** @param {Stop} stop */
function fatesOf(stop) {
	const held = fates.get(stop.visit) ?? new Map();
	fates.set(stop.visit, held);
	return held;
}

/** @param {Stop} stop @param {Fate} fate @returns {string[]} tracking numbers */
export function parcelsThat(stop, fate) {
	return [...fatesOf(stop)].filter(([, f]) => f === fate).map(([n]) => n);
}

/** @param {Stop} stop */
export function addressOf(stop) {
	const address = el("address", { class: "address" });
	/* An account need not have a name, and the agent must ask for somebody. */
	address.append(el("span", { class: "name" }, stop.name || t("stop.no_name")));
	for (const line of [...stop.address.lines, stop.address.postcode]) {
		if (line !== "") {
			address.append(line, el("br", {}));
		}
	}
	return address;
}

/** @param {Stop} stop */
export function wordOf(stop) {
	return el("div", { class: "word" },
		el("p", {}, t("stop.say_first")),
		el("strong", { class: "sign-word", lang: "en" }, stop.word),
		el("p", { class: "small" }, t("stop.say_why")));
}

/**
 * Marks the parcel with this number, if it is one of this stop's.
 * @param {Stop} stop
 * @param {string} text as scanned or typed
 */
function take(stop, text) {
	const wanted = text.replace(/\s/g, "").toUpperCase();
	const parcel = stop.parcels.find((p) => p.tracking.toUpperCase() === wanted);
	if (parcel === undefined) {
		navigator.vibrate?.([200, 80, 200]);
		return false;
	}
	fatesOf(stop).set(parcel.tracking, "take");
	navigator.vibrate?.(60);
	return true;
}

/** @param {Stop} stop @param {() => void} again */
function parcelList(stop, again) {
	const held = fatesOf(stop);
	/** @param {string} tracking @param {Fate} fate */
	const toggle = (tracking, fate) => {
		if (held.get(tracking) === fate) {
			held.delete(tracking);
		} else {
			held.set(tracking, fate);
		}
		again();
	};
	return el("ul", { class: "parcels" }, ...stop.parcels.map(({ tracking, what }) => {
		const box = el("input", { type: "checkbox" });
		box.checked = held.get(tracking) === "take";
		box.addEventListener("change", () => toggle(tracking, "take"));
		const refused = el("button", { type: "button", class: "refused",
			"aria-pressed": String(held.get(tracking) === "refused"),
			"aria-label": t("stop.refused_of", { what }) }, t("stop.refused"));
		refused.addEventListener("click", () => toggle(tracking, "refused"));
		return el("li", {}, el("label", {}, box,
			el("span", { class: "what" }, what),
			el("span", { class: "tracking" }, tracking === what ? "" : tracking)), refused);
	}));
}

/** @param {Context} context */
function typing({ stop }, again = () => {}) {
	const field = el("input", { id: "type-tracking", type: "text", autocomplete: "off",
		autocapitalize: "characters", spellcheck: "false", maxlength: "40" });
	const form = el("form", { class: "type-parcel" },
		el("div", { class: "field" },
			el("label", { for: "type-tracking" }, t("stop.type")), field),
		el("button", { class: "button quiet" }, t("stop.take")));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (take(stop, field.value)) {
			again();
		} else {
			byId("says").replaceChildren(notice("bad", t("stop.not_here"),
				t("stop.not_here_more", { tracking: field.value })));
		}
	});
	return form;
}

/** @param {Context} context */
async function onArrive({ stop, changed, go }) {
	const here = async () => {
		stop.status = "at_door";
		stop.arrived_at = new Date(await serverNow()).toISOString();
		await keepStop(stop);
		go(`stop/${stop.id}`);
	};
	try {
		const { result } = await arrive(stop);
		if (result === "at_door") {
			await here();
		} else {
			byId("says").replaceChildren(notice("bad", t(`no.${result}`), t(`no_more.${result}`)));
		}
		await changed();
	} catch (error) {
		if (error instanceof ApiError && error.status === 0) {
			await here();	/* no coverage: the door is the door all the same */
			return;
		}
		byId("says").replaceChildren(notice("bad", t("stop.not_arrived"), wordsOf(error)));
	}
}

/** @param {string} text @param {() => void} act @param {string} [more] */
export function big(text, act, more = "") {
	const button = el("button", { type: "button", class: `button glove ${more}`.trim() }, text);
	button.addEventListener("click", act);
	return button;
}

/** @param {Context} context */
function atDoor(context) {
	const { stop, go } = context;
	const again = () => showStop(context);
	const n = parcelsThat(stop, "take").length;
	const left = el("div", { class: "stack" });
	if (stop.code_required) {
		left.append(wordOf(stop));
	}
	left.append(addressOf(stop));
	const on = big(t(stop.code_required ? "stop.to_code" : "stop.give",
		{ n, of: stop.parcels.length }), () => go(`code/${stop.id}`));
	on.disabled = n === 0;
	const scanning = big(t("stop.scan"), async () => {
		const text = await scan(t("stop.scan_title"), () => true);
		if (text !== null && !take(stop, text)) {
			toast(t("stop.not_here"));
		}
		again();
	}, "quiet");
	const form = typing(context, again);
	form.hidden = true;
	return [left,
		el("div", { class: "stack" }, el("h2", {}, t("stop.which")), form,
			parcelList(stop, again)),
		el("div", { class: "thumb" }, on, el("div", { class: "three" },
			...(canScan() ? [scanning] : []),
			big(t("stop.typing"), () => {
				form.hidden = false;
				form.querySelector("input")?.focus();
			}, "quiet"),
			big(t("stop.miss"), () => go(`miss/${stop.id}`), "quiet")))];
}

/** @param {Stop} stop */
function overOf(stop) {
	return notice(stop.status === "delivered" ? "good" : "caution",
		t(`stop.${stop.status}`), t(`stop_more.${stop.status}`));
}

/** @param {{what: string, tracking: string}} parcel */
export function parcelLine({ what, tracking }) {
	return el("li", {}, what === tracking ? what : `${what} · ${tracking}`);
}

/** @param {Context} context */
export function showStop(context) {
	const { stop, go } = context;
	const place = byId("view-stop");
	const back = big(t("stop.back"), () => go(""), "quiet");
	if (stop.status === "at_door") {
		place.replaceChildren(...atDoor(context));
	} else if (stop.status === "out_for_delivery") {
		place.replaceChildren(
			el("div", { class: "stack" }, addressOf(stop)),
			el("ul", { class: "lines" }, ...stop.parcels.map(parcelLine)),
			el("div", { class: "thumb" },
				big(t("stop.arrive"), () => void onArrive(context)), back));
	} else {
		place.replaceChildren(addressOf(stop), overOf(stop),
			el("div", { class: "thumb" }, back));
	}
}
