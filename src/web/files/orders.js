/** The orders of the signed-in customer, newest first. */

import { startFrame } from "./frame.js";
import { byId, el, notice } from "./dom.js";
import { showDay, t, tn } from "./i18n.js";
import { call, wordsOf } from "./api.js";
import { goSignIn, showWho, whoIsIt } from "./session.js";

/**
 * @typedef {{
 *   id: string, order: string, status: string, promised_on: string,
 *   next_on?: string | null, track: string, parcels: unknown[], proof?: string
 * }} Order
 */

/** @type {Record<string, "good" | "caution" | "bad" | "plain">} */
const LOOKS = { delivered: "good", attempted: "caution", held: "caution",
	returning: "caution", disputed: "caution" };

/** @type {string | null} */
let cursor = null;
/** @type {Order[]} */
const known = [];

/** @param {Order} order */
function row(order) {
	const day = order.next_on ?? order.promised_on;
	return el("li", {}, el("a", { href: `/track/${order.track}` },
		el("span", { class: "order-head" },
			el("strong", {}, t("orders.order", { order: order.order })),
			el("span", { class: "badge", "data-state": LOOKS[order.status] ?? "plain" },
				t(`state.${order.status}`))),
		el("span", { class: "soft" }, [tn("orders.parcels", order.parcels.length),
			...(order.proof === "override" ? [t("track.overridden")] : []),
			...(order.status === "delivered" ? [] : [showDay(day)])].join(" · "))));
}

/** Whoever of the household is at home asks the same question (R32). */
function showHome() {
	const coming = known.filter((o) =>
		o.status === "out_for_delivery" || o.status === "at_door");
	byId("home-card").hidden = known.length === 0;
	byId("home").replaceChildren(coming.length === 0
		? notice("caution", t("home.no"), t("orders.home_none"))
		: notice("good", t("home.yes"), tn("orders.home_today", coming.length)));
}

async function more() {
	const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
	/** @type {{data: Order[], next_cursor: string | null}} */
	const said = await call("GET", `/v1/accounts/me/shipments${query}`);
	known.push(...said.data);
	cursor = said.next_cursor;
	byId("orders").append(...said.data.map(row));
	byId("orders-more").hidden = cursor === null;
	byId("orders-says").replaceChildren(...(known.length > 0 ? []
		: [el("div", { class: "card blank" }, el("p", {}, t("orders.none")))]));
	showHome();
}

/** @param {() => Promise<void>} act */
async function say(act) {
	try {
		await act();
	} catch (error) {
		byId("orders-says").replaceChildren(
			notice("bad", t("orders.not_read"), wordsOf(error)));
	}
}

await startFrame();
await say(async () => {
	const session = await whoIsIt();
	if (session === null) {
		goSignIn();
		return;
	}
	showWho(session);
	byId("orders-more").addEventListener("click", () => void say(more));
	await more();
});
