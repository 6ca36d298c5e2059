/**
 * The agent's page: the day's stops, and one stop from the street to the
 * answer at the door.  Where the agent is stands behind the "#", so that the
 * device's own way back works.
 */

import { startFrame } from "./frame.js";
import { byId, el, notice } from "./dom.js";
import { locale, showDay, t, tn } from "./i18n.js";
import { wordsOf } from "./api.js";
import { device, leave, pair } from "./agent_device.js";
import { askPlace, mayAskPlace, readRoute } from "./agent_route.js";
import { queued, settle } from "./agent_queue.js";
import { showStop } from "./agent_stop.js";
import { showDoor } from "./agent_door.js";
import { showMiss } from "./agent_miss.js";
import { canScan, scan } from "./agent_scan.js";
import { startSignal } from "./agent_signal.js";
import { startWorker } from "./agent_shell.js";

/** @typedef {import("./agent_route.js").Route} Route */
/** @typedef {import("./agent_route.js").Stop} Stop */

const AGAIN_MS = 30000;
const VIEWS = ["pair", "route", "stop", "code", "miss"];

/** @type {Route | null} */
let route = null;
/* The last asking of the server was answered. */
let online = navigator.onLine;
let shown = "";

/**
 * @param {string} view
 * @param {string} heading
 */
function open(view, heading) {
	for (const name of VIEWS) {
		byId(`view-${name}`).hidden = name !== view;
	}
	byId("heading").textContent = heading;
	document.title = t("agent.title_of", { what: heading });
	/* A new place is read out from its heading; a refresh moves nothing. */
	const here = `${view} ${location.hash}`;
	if (shown !== "" && shown !== here) {
		byId("says").replaceChildren();
		byId("heading").focus();
		scrollTo(0, 0);
	}
	shown = here;
}

async function showNet() {
	const badge = byId("net");
	const waiting = await queued();
	badge.dataset.state = online && waiting === 0 ? "good" : "caution";
	const text = waiting > 0 ? tn("net.waiting", waiting)
		: t(online ? "net.online" : "net.offline");
	if (badge.textContent !== text) {
		badge.textContent = text;
	}
}

/** @param {Stop} stop */
function stopLine(stop) {
	const over = stop.status !== "out_for_delivery" && stop.status !== "at_door";
	const state = el("span", { class: "badge", "data-state": over
		? (stop.status === "delivered" ? "good" : "caution") : "plain" },
	t(`stop.${stop.status}`));
	return el("li", over ? { "data-over": true } : {},
		el("a", { href: `#stop/${stop.id}` },
			el("span", { class: "number" }, stop.number),
			el("span", { class: "where" }, stop.address.lines.join(", ")),
			el("span", { class: "what" },
				el("span", {}, stop.address.postcode),
				el("span", {}, tn("stop.parcels", stop.parcels.length)), state)));
}

function showRoute() {
	open("route", t("agent.heading"));
	if (route === null) {
		byId("route-day").textContent = "";
		byId("stops").replaceChildren();
		byId("says").replaceChildren(
			notice("caution", t("route.none_kept"), t("route.none_kept_more")));
		return;
	}
	const open_stops = route.stops.filter((s) =>
		s.status === "out_for_delivery" || s.status === "at_door").length;
	byId("route-day").textContent = route.day === "" ? "" : t("route.day", {
		day: showDay(route.day), left: tn("route.left", open_stops) });
	if (route.stops.length === 0) {
		byId("stops").replaceChildren(el("li", { class: "blank" },
			el("p", {}, t("route.empty"))));
	} else {
		byId("stops").replaceChildren(...route.stops.map(stopLine));
	}
}

async function show() {
	const paired = await device();
	byId("who").textContent = paired === null ? "" : paired.name;
	if (paired === null) {
		open("pair", t("pair.heading"));
		return;
	}
	const [view, id] = location.hash.slice(1).split("/");
	const stop = route?.stops.find((s) => s.id === id);
	if (stop === undefined) {
		showRoute();
		return;
	}
	const heading = t("stop.heading", { n: stop.number });
	const context = { stop, changed, go };
	if (view === "code") {
		open("code", t("door.heading"));
		showDoor(context);
	} else if (view === "miss") {
		open("miss", t("miss.heading"));
		showMiss(context);
	} else {
		open("stop", heading);
		showStop(context);
	}
}

/** @param {string} hash where next; "" is the list of stops */
function go(hash) {
	if (location.hash.slice(1) === hash) {
		void show();
	} else if (hash === "") {
		history.pushState(null, "", location.pathname);
		void show();
	} else {
		location.hash = hash;
	}
}

/** Something happened at a stop: the server's view of the day is asked for. */
async function changed() {
	await refresh();
}

/** Sends what waits, then reads the day; without a network, the kept one. */
async function refresh() {
	if (await device() === null) {
		return;
	}
	const sent = await settle();
	const read = await readRoute();
	online = read.fresh;
	route = read.route;
	await showNet();
	if (sent.length > 0) {
		byId("says").replaceChildren(...sent.map(({ right, text }) =>
			notice(right ? "good" : "bad", text)));
	}
	if (!byId("view-code").hidden || !byId("view-miss").hidden
		|| document.querySelector("dialog[open]") !== null
		|| document.activeElement?.id === "type-tracking") {
		return;	/* nothing changes under the agent's hands */
	}
	await show();
}

/** @param {string} code */
async function onPair(code) {
	const field = /** @type {HTMLInputElement} */ (byId("pair-code"));
	const says = byId("says");
	field.removeAttribute("aria-invalid");
	try {
		await pair(code);
		field.value = "";
		says.replaceChildren();
		await refresh();
	} catch (error) {
		says.replaceChildren(notice("bad", t("pair.failed"), wordsOf(error)));
		field.setAttribute("aria-invalid", "true");
		field.focus();
	}
}

async function onUnpair() {
	if (await queued() > 0 && !confirm(t("route.unpair_sure"))) {
		return;
	}
	await leave();
	route = null;
	go("");
}

/** Asked for by a press only: a question out of nothing is answered with no. */
async function showPlace() {
	byId("place").hidden = !await mayAskPlace();
}

async function tick() {
	if (document.visibilityState === "visible") {
		await refresh();
	}
	setTimeout(() => void tick(), AGAIN_MS);
}

await startFrame();
document.documentElement.dataset.locale = locale();
startSignal();
byId("pair-form").addEventListener("submit", (event) => {
	event.preventDefault();
	void onPair(/** @type {HTMLInputElement} */ (byId("pair-code")).value);
});
byId("pair-scan").hidden = !canScan();
byId("pair-scan").addEventListener("click", async () => {
	const code = await scan(t("pair.scan_title"), (text) => text.startsWith("wwp_"));
	if (code !== null) {
		await onPair(code);
	}
});
byId("route-sync").addEventListener("click", () => void refresh());
byId("place-allow").addEventListener("click", async () => {
	await askPlace();
	await showPlace();
});
await showPlace();
byId("unpair").addEventListener("click", () => void onUnpair());
addEventListener("hashchange", () => void show());
addEventListener("popstate", () => void show());
addEventListener("online", () => void refresh());
addEventListener("offline", () => {
	online = false;
	void showNet();
});
void startWorker();
await show();
await tick();
