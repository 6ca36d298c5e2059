/** One delivery, as its customer sees it, from the order to the receipt. */

import { startFrame } from "./frame.js";
import { byId, copyButton, el, notice } from "./dom.js";
import { showDay, showTimeIn, t, tn } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { readTrack } from "./track_data.js";
import { showDoorPart } from "./track_door.js";
import { showWays, startWays } from "./track_ways.js";

/** @typedef {import("./track_data.js").Track} Track */

const AGAIN_MS = 15000;
const NEAR_MS = 4000;

const STEPS = ["scheduled", "out_for_delivery", "at_door", "delivered"];

/* A page that is read out says only what is new. */
let last = "";

/** @param {Track} track */
function showWay(track) {
	const at = STEPS.indexOf(track.status);
	byId("way").hidden = at < 0;
	byId("way").replaceChildren(...STEPS.map((step, i) => el("li", {
		...(i <= at ? { "data-done": true } : {}),
		...(i === at ? { "aria-current": "step" } : {}),
	}, t(`way.${step}`))));
}

/** @param {Track} track */
function dayWords(track) {
	const day = track.day === "" ? "" : showDay(track.day);
	const words = [];
	if (track.status === "delivered" || track.status === "disputed") {
		words.push(track.delivered_at === "" ? ""
			: t("day_says.delivered", { time: showTimeIn(track.delivered_at, track.time_zone) }));
	} else if (day !== "") {
		words.push(t(`day_says.${track.status}`, { day }));
	}
	words.push(track.why);
	return words.filter((w) => w !== "").join(" ");
}

/**
 * What changed hands without the customer's code is said first of all.
 * @param {Track} track
 */
function showProof(track) {
	byId("track-proof").replaceChildren(...(track.proof !== "override" ? []
		: [notice("caution", t("track.overridden"),
			t("track.overridden_more", { shop: track.shop }))]));
}

/** @param {Track} track */
function showHome(track) {
	const live = track.status === "out_for_delivery" || track.status === "at_door";
	const lines = [];
	if (live || track.status === "scheduled" || track.status === "attempted") {
		lines.push(notice("good", t("home.yes"), tn("home.parcels", track.parcels.length,
			{ shop: track.shop, day: track.day === "" ? "" : showDay(track.day) })));
		if (track.agent !== "") {
			lines.push(el("p", {}, t("home.agent", { name: track.agent })));
		}
		lines.push(el("p", { class: "small" }, t("home.clothes")));
	} else {
		lines.push(notice("caution", t("home.no"), t("home.no_more")));
	}
	byId("home").replaceChildren(...lines);
}

/** @param {Track} track */
function showParcels(track) {
	byId("parcels").replaceChildren(...track.parcels.map((p) => el("li", {},
		el("span", {}, p.what, el("span", { class: "tracking" }, p.tracking)),
		el("span", { class: "badge", "data-state":
			p.state === "delivered" ? "good" : p.state === "refused" ? "caution" : "plain" },
		t(`parcel.${p.state}`)))));
	/** @type {Node[]} */
	const facts = [];
	if (track.receipt !== "") {
		facts.push(el("dt", {}, t("track.receipt")), el("dd", {},
			el("code", {}, track.receipt), " ", copyButton(track.receipt, t("track.receipt_copy"))));
	}
	if (track.status === "scheduled" && track.reasons.length > 0) {
		facts.push(el("dt", {}, t(track.code_required ? "track.code_why" : "track.no_code_why")),
			el("dd", {}, track.reasons.join("; ")));
	}
	byId("track-facts").replaceChildren(...facts);
}

/** @param {Track} track */
function show(track) {
	const said = JSON.stringify(track);
	if (said === last) {
		return;
	}
	last = said;
	const live = ["scheduled", "out_for_delivery", "at_door", "attempted"].includes(track.status);
	byId("track-order").textContent = t("track.order", { order: track.order, shop: track.shop });
	byId("track-state").textContent = t(`state.${track.status}`);
	document.title = t("track.title_of", { what: t(`state.${track.status}`) });
	byId("track-day").textContent = dayWords(track);
	byId("track-body").hidden = false;
	showProof(track);
	showWay(track);
	showDoorPart(track, live);
	showHome(track);
	showParcels(track);
	showWays(track);
}

/** @type {Track | null} */
let now = null;

async function load() {
	try {
		now = await readTrack();
		byId("track-says").replaceChildren();
		show(now);
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) {
			byId("track-body").hidden = true;
			byId("track-says").replaceChildren(
				notice("bad", t("track.unknown"), t("track.unknown_more")));
		} else {
			byId("track-says").replaceChildren(notice("caution",
				t(now === null ? "track.not_read" : "track.old"), wordsOf(error)));
		}
	}
}

async function watch() {
	if (document.visibilityState === "visible") {
		await load();
	}
	const near = now !== null && (now.status === "out_for_delivery" || now.status === "at_door");
	setTimeout(() => void watch(), near ? NEAR_MS : AGAIN_MS);
}

await startFrame();
startWays(load);
document.addEventListener("visibilitychange", () => {
	if (document.visibilityState === "visible") {
		void load();
	}
});
await watch();
