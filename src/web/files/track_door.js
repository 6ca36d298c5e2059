/**
 * First the word, then the code: the word to compare, the code behind a tap,
 * and the signed pass for a door without coverage.
 */

import { byId, el, groupCode, notice } from "./dom.js";
import { showTimeIn, t } from "./i18n.js";
import { goSignIn } from "./session.js";
import { toGroups } from "./crockford.js";
import { drawQr } from "./draw_qr.js";

/** @typedef {import("./track_data.js").Track} Track */

/* What the reader has done on this page: kept over its refreshes. */
let codeShown = false;
/** @type {"" | "same" | "other"} */
let compared = "";
let drawn = "";

/**
 * @param {string} text
 * @param {() => void} act
 * @param {string} more
 */
function button(text, act, more = "") {
	const node = el("button", { type: "button", class: `button ${more}`.trim() }, text);
	node.addEventListener("click", act);
	return node;
}

/** @param {Track} track @param {() => void} again */
function wordPart(track, again) {
	if (track.word === "") {
		return [el("p", {}, t("word.not_yet"))];
	}
	const who = track.agent === "" ? t("word.agent_says")
		: t("word.named_says", { name: track.agent });
	const word = el("strong", { class: "sign-word", lang: "en" }, track.word);
	if (compared === "other") {
		return [el("p", {}, who), word,
			notice("bad", t("word.other_title"), t("word.other_more")),
			button(t("word.again"), () => {
				compared = "";
				again();
			}, "quiet")];
	}
	if (compared === "same") {
		return [el("p", {}, who), word, notice("good", t("word.same_title"))];
	}
	return [el("p", {}, who), word, el("p", {}, t("word.ask")),
		el("div", { class: "two" },
			button(t("word.same"), () => {
				compared = "same";
				codeShown = track.code !== "";
				again();
				byId("code").querySelector("button")?.focus();
			}),
			button(t("word.another"), () => {
				compared = "other";
				codeShown = false;
				again();
			}, "quiet"))];
}

/** @param {Track} track @param {() => void} again */
function codePart(track, again) {
	if (track.code === "" && track.signed_out) {
		const link = el("a", { class: "button quiet", href: "/signin" }, t("door_code.to_sign_in"));
		link.addEventListener("click", (event) => {
			event.preventDefault();
			goSignIn();
		});
		return [el("p", {}, t("door_code.sign_in")), el("p", {}, link)];
	}
	if (track.code === "") {
		const today = track.status === "out_for_delivery" || track.status === "at_door";
		return [el("p", {}, t(today ? "door_code.arrival" : "door_code.later"))];
	}
	if (compared === "other") {
		return [el("p", {}, t("door_code.kept"))];
	}
	if (!codeShown) {
		return [button(t("door_code.show"), () => {
			codeShown = true;
			again();
			byId("code").querySelector("button")?.focus();
		}, "tall"),
		el("p", { class: "small soft" }, t("door_code.hidden"))];
	}
	return [
		el("p", { class: "visually-hidden" }, t("door_code.is")),
		el("strong", { class: "the-code", "aria-label": track.code.split("").join(" "),
			role: "img" }, groupCode(track.code)),
		el("p", { class: "small soft" }, track.until === "" ? t("door_code.today")
			: t("door_code.until", { time: showTimeIn(track.until, track.time_zone) })),
		button(t("door_code.hide"), () => {
			codeShown = false;
			again();
			byId("code").querySelector("button")?.focus();
		}, "quiet"),
	];
}

/**
 * The signature alone: what else the pass says, the agent's device knows.
 * @param {string} pass a compact JWS
 */
function shortPass(pass) {
	const signature = pass.split(".")[2] ?? "";
	return toGroups(Uint8Array.from(
		atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)));
}

/** @param {Track} track */
function showPass(track) {
	const place = /** @type {HTMLDetailsElement} */ (byId("pass"));
	place.hidden = track.pass === "" || compared === "other";
	if (track.pass === "" || drawn === track.pass) {
		return;
	}
	drawn = track.pass;
	const draw = async () => {
		if (!place.open) {
			return;
		}
		byId("pass-body").replaceChildren(
			el("p", {}, t("pass.intro")),
			el("div", { class: "pass-picture" }, await drawQr(track.pass, t("pass.picture"))),
			el("p", { class: "small" }, t("pass.typed")),
			el("code", { class: "pass-text" }, shortPass(track.pass)));
	};
	place.ontoggle = () => void draw();
	void draw();
}

/**
 * @param {Track} track
 * @param {boolean} live the delivery can still be handed over
 */
export function showDoorPart(track, live) {
	const again = () => showDoorPart(track, live);
	byId("door").hidden = !live || !track.code_required;
	byId("word").replaceChildren(...wordPart(track, again));
	byId("code").replaceChildren(...codePart(track, again));
	showPass(track);
}
