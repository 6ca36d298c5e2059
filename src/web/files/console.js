/** The operators' console: messages, cases and alerts of the shop. */

import { startFrame } from "./frame.js";
import { byId, el, notice } from "./dom.js";
import { wire } from "./form.js";
import { showTime, t, tOr } from "./i18n.js";
import { wordsOf } from "./api.js";
import { row, rowButton } from "./rows.js";
import { goSignIn, showWho, whoIsIt } from "./session.js";
import { findMessages, readAlerts, readCases, setCase } from "./console_data.js";

/** @typedef {import("./console_data.js").Sent} Sent */
/** @typedef {import("./console_data.js").Case} Case */
/** @typedef {import("./console_data.js").Alert} Alert */

/** @param {string} words */
function none(words) {
	return el("li", { class: "soft" }, words);
}

/** @param {Sent} sent */
function sentRow(sent) {
	return row({ title: t(`channel.${sent.channel}`),
		detail: `${showTime(sent.created_at, "full")} – ${sent.said}` });
}

/** @param {Case} which */
function caseRow(which) {
	const open = which.status === "open";
	const kind = tOr(`case_kind.${which.kind}`, which.kind);
	const about = which.shipment ?? which.account ?? "";
	const act = t(open ? "cases.close" : "cases.again");
	const node = row({ id: which.id, title: kind,
		badge: open ? ["caution", t("cases.open")] : ["plain", t("cases.closed")],
		detail: [showTime(which.created_at, "full"), about, which.text]
			.filter((part) => part !== "").join(" – "),
		buttons: [rowButton(act, `${act}: ${kind}, ${showTime(which.created_at, "full")}`,
			async () => {
				await setCase(which, open ? "closed" : "open");
				const made = caseRow({ ...which, status: open ? "closed" : "open" });
				node.replaceWith(made);
				made.querySelector("button")?.focus();
			})] });
	return node;
}

/** @param {Alert} alert */
function alertRow(alert) {
	return row({ title: alert.reason === undefined
		? tOr(`alert.${alert.event}`, alert.event)
		: tOr(`alert_door.${alert.reason}`, alert.reason),
	detail: [showTime(alert.at, "full"), alert.shipment ?? alert.challenge ?? ""]
		.filter((part) => part !== "").join(" – ") });
}

/**
 * A list that is read page by page.
 * @template T
 * @param {string} id of the list; its button for more is in #ID-more
 * @param {(cursor: string | null) => Promise<{data: T[], next_cursor: string | null}>} read
 * @param {(item: T) => Node} draw
 * @param {string} empty
 */
function pages(id, read, draw, empty) {
	/** @type {string | null} */
	let cursor = null;
	const list = byId(id);
	const load = async () => {
		const { data, next_cursor: next } = await read(cursor);
		if (cursor === null && data.length === 0) {
			list.append(none(empty));
		}
		list.append(...data.map(draw));
		cursor = next;
		byId(`${id}-more`).hidden = cursor === null;
	};
	byId(`${id}-more`).addEventListener("click", () => void say(load));
	return load;
}

/** @param {() => Promise<void>} act */
async function say(act) {
	byId("says").replaceChildren();
	try {
		await act();
	} catch (error) {
		byId("says").replaceChildren(notice("bad", t("console.not_read"), wordsOf(error)));
	}
}

async function open() {
	const session = await whoIsIt();
	if (session === null) {
		goSignIn();
		return;
	}
	showWho(session);
	if (session.kind !== "operator") {
		byId("says").replaceChildren(notice("caution", t("console.not_operator")));
		return;
	}
	byId("console").hidden = false;
	await pages("cases", readCases, caseRow, t("cases.none"))();
	await pages("alerts", readAlerts, alertRow, t("alerts.none"))();
}

await startFrame();
wire(/** @type {HTMLFormElement} */ (byId("find-form")), async ({ to }) => {
	byId("found").replaceChildren();
	const found = await findMessages(to.trim());
	byId("found").replaceChildren(...(found.length > 0 ? found.map(sentRow)
		: [none(t("find.none"))]));
});
await say(open);
