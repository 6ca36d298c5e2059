/**
 * The code at the door: typed by the agent or by the customer (R25, R26), or a
 * signed pass where there is no coverage; and the answer in big letters.
 */

import { byId, el } from "./dom.js";
import { t, tn } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { handOver, keepStop, placeNow } from "./agent_route.js";
import { keepHandOver } from "./agent_queue.js";
import { checkPass, wholePass } from "./agent_pass.js";
import { makeKeys } from "./agent_keys.js";
import { canScan, scan } from "./agent_scan.js";
import { showAnswer } from "./agent_signal.js";
import { big, parcelLine, parcelsThat } from "./agent_stop.js";

/** @typedef {import("./agent_stop.js").Context} Context */
/** @typedef {import("./agent_route.js").HandOver} HandOver */
/** @typedef {"agent" | "customer"} Typist */

let busy = false;

/** @param {Context} context */
function parcelLines({ stop }) {
	const given = parcelsThat(stop, "take");
	const left = stop.parcels.filter((p) => !given.includes(p.tracking));
	const lines = [el("p", {}, t("answer.give")), el("ul", {},
		...stop.parcels.filter((p) => given.includes(p.tracking)).map(parcelLine))];
	if (left.length > 0) {
		lines.push(el("p", {}, t("answer.take_back")), el("ul", {}, ...left.map(parcelLine)));
	}
	return lines;
}

/**
 * @param {Context} context
 * @param {string} [status] of the shipment, now
 * @param {boolean} [later] the server is told when there is a network
 */
async function sayYes(context, status = "delivered", later = false) {
	const { stop, go, changed } = context;
	const n = parcelsThat(stop, "take").length;
	const lines = parcelLines(context);
	stop.status = status;
	await keepStop(stop);
	showAnswer({ kind: "yes", word: t("answer.yes"),
		title: n < stop.parcels.length ? t("answer.part", { n, of: stop.parcels.length })
			: tn("answer.all", n),
		lines: [...lines, ...(later ? [t("answer.later")] : [])],
		buttons: [{ text: t("answer.next"), main: true, act: () => {
			go("");
			void changed();
		} }] });
}

/** @param {Context} context @param {string} result @param {number} [left] */
function sayNo(context, result, left) {
	const lines = [t(`no_more.${result}`)];
	if (left !== undefined && result === "wrong") {
		lines.push(tn("no.left", left));
	}
	const back = { text: t("answer.to_stop"), act: () => {
		context.go(`stop/${context.stop.id}`);
		void context.changed();
	} };
	showAnswer({ kind: "no", word: t("answer.no"), title: t(`no.${result}`), lines,
		buttons: result !== "wrong" ? [{ ...back, main: true }]
			: [{ text: t("answer.again"), act: () => showDoor(context), main: true }, back] });
}

/** @param {Context} context @param {string} title @param {string} more */
function sayWait(context, title, more) {
	showAnswer({ kind: "wait", word: t("answer.wait"), title, lines: [more],
		buttons: [
			...(canScan() ? [{ text: t("door.pass_scan"), main: true,
				act: () => void scanPass(context) }] : []),
			{ text: t("door.pass_type"), act: () => typePass(context) },
			{ text: t("answer.again"), act: () => showDoor(context) }] });
}

/** @param {Context} context @param {HandOver} proof @returns {Promise<HandOver>} */
async function handOf({ stop }, proof) {
	const refused = parcelsThat(stop, "refused");
	const place = await placeNow();
	return { ...proof, parcels: parcelsThat(stop, "take"),
		...(refused.length > 0 ? { refused } : {}),
		...(place === undefined ? {} : { place }) };
}

/**
 * Asks the server, and says in big letters what it says.
 * @param {Context} context
 * @param {HandOver} hand
 * @returns {Promise<boolean>} false: there was nobody to ask
 */
async function judged(context, hand) {
	try {
		const said = await handOver(context.stop, hand);
		if (said.result === "delivered" || said.result === "partial") {
			await sayYes(context, said.status);
		} else {
			sayNo(context, said.result, said.attempts_left);
		}
	} catch (error) {
		if (error instanceof ApiError && error.status === 0) {
			return false;
		}
		sayWait(context, t("door.not_asked"), wordsOf(error));
	}
	return true;
}

/** @param {Context} context @param {HandOver} proof */
async function tryCode(context, proof) {
	if (busy) {
		return;
	}
	busy = true;
	byId("says").textContent = t("door.asking");
	try {
		if (!await judged(context, await handOf(context, proof))) {
			sayWait(context, t("door.no_signal"), t("door.no_signal_more"));
		}
	} finally {
		busy = false;
		byId("says").replaceChildren();
	}
}

/**
 * A pass goes to the server where there is one; without coverage the device
 * judges it by the pinned keys, and tells the server later.
 * @param {Context} context @param {string} text @param {Typist} typist
 */
async function tryPass(context, text, typist) {
	const pass = wholePass(text, context.stop);
	const hand = await handOf(context, { pass, parcels: [], typed_by: typist });
	if (await judged(context, hand)) {
		return;
	}
	const verdict = await checkPass(pass, context.stop);
	if (verdict === "right") {
		await keepHandOver(context.stop, hand);
		await sayYes(context, "delivered", true);
	} else {
		sayNo(context, `pass_${verdict}`);
	}
}

/** @param {Context} context */
async function scanPass(context) {
	const pass = await scan(t("door.pass_title"), (text) => text.length > 20);
	if (pass === null) {
		showDoor(context);
	} else {
		await tryPass(context, pass, "customer");
	}
}

/** @param {Context} context */
function typePass(context) {
	const field = el("textarea", { id: "pass-text", autocomplete: "off",
		autocapitalize: "characters", spellcheck: "false", rows: "4" });
	const form = el("form", { class: "stack" },
		el("div", { class: "field" },
			el("label", { for: "pass-text" }, t("door.pass_label")), field),
		el("button", { class: "button glove wide" }, t("door.pass_check")));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (field.value.trim() !== "") {
			void tryPass(context, field.value, "agent");
		}
	});
	byId("code-keys").replaceChildren(form);
	field.focus();
}

/**
 * The device in the customer's hands: nothing on it but the word, the field
 * and the keys.
 * @param {Context} context
 */
function handToCustomer(context) {
	const dialog = /** @type {HTMLDialogElement} */ (byId("customer"));
	byId("customer-word").textContent = context.stop.word;
	byId("customer-says").textContent = "";
	byId("customer-back").onclick = () => dialog.close();
	dialog.showModal();
	makeKeys(byId("customer-keys"), { label: t("customer.title"),
		short: () => {
			byId("customer-says").textContent = t("door.short");
		},
		done: (code) => {
			dialog.close();
			void tryCode(context, { code, parcels: [], typed_by: "customer" });
		} });
	byId("customer-title").focus();
}

/** @param {Context} context */
export function showDoor(context) {
	const { stop, go } = context;
	if (!stop.code_required) {
		byId("code-side").replaceChildren(el("p", {}, t("door.no_code")));
		byId("code-keys").replaceChildren(big(t("door.give"), () =>
			void tryCode(context, { parcels: [] }), "wide"));
		byId("code-ways").replaceChildren(
			big(t("stop.back_to"), () => go(`stop/${stop.id}`), "quiet"));
		return;
	}
	byId("code-side").replaceChildren(el("p", { class: "word-line" },
		el("span", {}, t("door.rule")), " ",
		el("strong", { lang: "en" }, stop.word)));
	makeKeys(byId("code-keys"), { label: t("door.label"),
		short: () => {
			byId("says").textContent = t("door.short");
		},
		done: (code) => void tryCode(context, { code, parcels: [], typed_by: "agent" }) });
	byId("code-ways").replaceChildren(el("div", { class: "three" },
		big(t("stop.back_to"), () => go(`stop/${stop.id}`), "quiet"),
		big(t("door.to_customer"), () => handToCustomer(context), "quiet"),
		canScan() ? big(t("door.pass_scan"), () => void scanPass(context), "quiet")
			: big(t("door.pass_type"), () => typePass(context), "quiet")));
}
