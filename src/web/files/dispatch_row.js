/** One shipment on the dispatcher's desk, and what may be done with it. */

import { el, notice } from "./dom.js";
import { showDay, t } from "./i18n.js";
import { wordsOf } from "./api.js";
import { approveOverride, askOverride, change, readOverrides, sendOut }
	from "./dispatch_desk.js";

/** @typedef {import("./dispatch_desk.js").Shipment} Shipment */
/** @typedef {import("./dispatch_desk.js").Agent} Agent */

/** @type {Record<string, "good" | "caution" | "bad">} */
const LOOKS = { delivered: "good", held: "bad", disputed: "bad",
	attempted: "caution", returning: "caution" };

/** @type {Record<string, ("recall" | "cancel" | "release" | "return")[]>} */
const ORDERS = {
	scheduled: ["cancel"],
	out_for_delivery: ["recall", "cancel"],
	attempted: ["cancel"],
	held: ["release", "return"],
};

/** @param {string} text @param {() => Promise<void>} act */
function button(text, act) {
	const node = el("button", { type: "button", class: "button quiet little" }, text);
	node.addEventListener("click", () => void act());
	return node;
}

/**
 * @param {Shipment} shipment
 * @param {Agent[]} agents
 * @param {(act: () => Promise<unknown>) => Promise<void>} run says how it
 *     went, and reads the day again
 */
function sending(shipment, agents, run) {
	const who = el("select", { "aria-label": t("desk.agent_for", { order: shipment.order }) },
		...agents.map((a) => el("option", { value: a.id }, a.name)));
	const stop = el("input", { type: "number", min: "0", max: "1000", value: "0",
		"aria-label": t("desk.stop_for", { order: shipment.order }) });
	return el("div", { class: "fields" },
		el("div", { class: "field" }, el("span", { class: "small" }, t("desk.agent")), who),
		el("div", { class: "field stop" }, el("span", { class: "small" }, t("desk.stop")), stop),
		button(t(shipment.status === "scheduled" ? "desk.send_out" : "desk.move"), () =>
			run(() => sendOut(shipment.id, who.value, Number(stop.value)))));
}

/**
 * A hand-over without a code wants two people: one who asks with a reason, and
 * another, signed in himself or with a key of his own, who approves.
 * @param {Shipment} shipment
 * @param {(act: () => Promise<unknown>) => Promise<void>} run
 */
function overriding(shipment, run) {
	const place = el("div", { class: "stack" });
	const reason = el("input", { type: "text", maxlength: "200",
		"aria-label": t("desk.reason_for", { order: shipment.order }) });
	const load = async () => {
		try {
			const asked = (await readOverrides(shipment.id)).filter((o) => o.status === "asked");
			place.replaceChildren(
				el("p", { class: "small" }, t("desk.override_says")),
				...asked.map((o) => el("div", { class: "line", "data-override": o.id },
					el("span", {}, t(o.mine ? "desk.override_mine" : "desk.override_asked",
						{ reason: o.reason })),
					...(o.mine ? [] : [button(t("desk.approve"), () =>
						run(() => approveOverride(shipment.id, o.id)))]))),
				el("div", { class: "fields" },
					el("div", { class: "field" },
						el("span", { class: "small" }, t("desk.reason")), reason),
					button(t("desk.ask"), () =>
						run(() => askOverride(shipment.id, reason.value.trim())))));
		} catch (error) {
			place.replaceChildren(notice("bad", t("desk.failed"), wordsOf(error)));
		}
	};
	const more = el("details", {}, el("summary", {}, t("desk.override")), place);
	more.addEventListener("toggle", () => more.open && void load());
	return more;
}

/**
 * @param {Shipment} shipment
 * @param {Agent[]} agents
 * @param {(act: () => Promise<unknown>) => Promise<void>} run
 */
export function shipmentRow(shipment, agents, run) {
	const row = el("li", { "data-id": shipment.id },
		el("div", { class: "line" },
			el("strong", {}, shipment.order),
			el("span", { class: "soft" }, showDay(shipment.next_on)),
			el("span", { class: "badge", "data-state": LOOKS[shipment.status] ?? "plain" },
				t(`desk_state.${shipment.status}`))));
	if (shipment.why !== undefined) {
		row.append(el("p", { class: "small soft" }, shipment.why));
	}
	const open = ["scheduled", "out_for_delivery"].includes(shipment.status);
	if (open && agents.length > 0) {
		row.append(sending(shipment, agents, run));
	}
	const orders = ORDERS[shipment.status] ?? [];
	if (orders.length > 0) {
		row.append(el("div", { class: "buttons" }, ...orders.map((order) =>
			button(t(`desk_order.${order}`), () => run(() => change(shipment.id, order))))));
	}
	if (shipment.code.required && ["at_door", "held"].includes(shipment.status)) {
		row.append(overriding(shipment, run));
	}
	return row;
}
