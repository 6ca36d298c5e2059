/** The dispatcher's page: the day's shipments, the agents, and pairing. */

import { startFrame } from "./frame.js";
import { byId, copyButton, el, notice, toast } from "./dom.js";
import { showTime, t } from "./i18n.js";
import { wordsOf } from "./api.js";
import { drawQr } from "./draw_qr.js";
import { addAgent, newPairing, readAgents, readShipments, useKey }
	from "./dispatch_desk.js";
import { goSignIn, showWho, whoIsIt } from "./session.js";
import { shipmentRow } from "./dispatch_row.js";

/** @typedef {import("./dispatch_desk.js").Shipment} Shipment */
/** @typedef {import("./dispatch_desk.js").Agent} Agent */

const ENDED = ["delivered", "cancelled"];
const LOOK = ["held", "disputed", "returning"];

/** @type {Shipment[]} */
let shipments = [];
/** @type {Agent[]} */
let agents = [];
/** @type {string | null} */
let cursor = null;

/** @param {Shipment} s */
function wanted({ status }) {
	const filter = /** @type {HTMLSelectElement} */ (byId("filter")).value;
	return filter === "all" || (filter === "look" ? LOOK.includes(status)
		: !ENDED.includes(status));
}

function show() {
	const rows = shipments.filter(wanted).map((s) => shipmentRow(s, agents, run));
	byId("shipments").replaceChildren(...(rows.length > 0 ? rows
		: [el("li", { class: "blank" }, el("p", {}, t("desk.none")))]));
	byId("older").hidden = cursor === null;
	byId("agents").replaceChildren(...agents.map(agentRow));
}

async function load() {
	const [page, list] = await Promise.all([readShipments(null), readAgents()]);
	shipments = page.data;
	cursor = page.next_cursor;
	agents = list;
	show();
}

/** @param {() => Promise<unknown>} act false: he has thought better of it */
async function run(act) {
	try {
		if (await act() === false) {
			return;
		}
		byId("says").replaceChildren();
		toast(t("desk.done"));
		await load();
	} catch (error) {
		byId("says").replaceChildren(notice("bad", t("desk.failed"), wordsOf(error)));
		byId("says").scrollIntoView({ block: "nearest" });
	}
}

/** @param {Agent} agent */
async function pair(agent) {
	const { pairing_code: code, expires_at: until } = await newPairing(agent.id);
	byId("pairing").replaceChildren(el("div", { class: "notice stack-s" },
		el("p", {}, el("strong", {}, t("desk.pairing", { name: agent.name })), " ",
			t("desk.pairing_more", { time: showTime(until, "short") })),
		el("div", { class: "pairing-picture" }, await drawQr(code, t("desk.pairing_picture"))),
		el("code", { class: "pairing-code" }, code),
		copyButton(code, t("desk.pairing_copy"))));
}

/** @param {Agent} agent */
function agentRow(agent) {
	const button = el("button", { type: "button", class: "button quiet little",
		"aria-label": t("desk.pair_of", { name: agent.name }) }, t("desk.pair"));
	button.addEventListener("click", async () => {
		try {
			await pair(agent);
		} catch (error) {
			byId("pairing").replaceChildren(notice("bad", t("desk.failed"), wordsOf(error)));
		}
	});
	return el("li", {}, el("span", {}, agent.name), button);
}

async function enter() {
	await load();
	byId("key-form").hidden = true;
	byId("desk").hidden = false;
	byId("says").replaceChildren();
	byId("day-heading").focus();
}

/** An operator works with his own session. */
async function enterSignedIn() {
	const session = await whoIsIt();
	if (session === null) {
		goSignIn();
		return;
	}
	try {
		await enter();
		showWho(session);
	} catch (error) {
		byId("says").replaceChildren(notice("bad", t("dispatch.not_opened"), wordsOf(error)));
	}
}

await startFrame();
byId("key-form").addEventListener("submit", async (event) => {
	event.preventDefault();
	const field = /** @type {HTMLInputElement} */ (byId("key"));
	useKey(field.value);
	try {
		await enter();
		field.value = "";
	} catch (error) {
		byId("says").replaceChildren(notice("bad", t("dispatch.not_opened"), wordsOf(error)));
	}
});
byId("filter").addEventListener("change", show);
byId("again").addEventListener("click", () => void run(load));
byId("older").addEventListener("click", () => void run(async () => {
	const page = await readShipments(cursor);
	shipments = [...shipments, ...page.data];
	cursor = page.next_cursor;
	show();
}));
byId("agent-form").addEventListener("submit", (event) => {
	event.preventDefault();
	const field = /** @type {HTMLInputElement} */ (byId("agent-name"));
	void run(async () => {
		await addAgent(field.value.trim());
		field.value = "";
	});
});
byId("sign-in").addEventListener("click", () => void enterSignedIn());
if (location.hash === "#me") {
	await enterSignedIn();
}
