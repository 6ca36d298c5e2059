/** Devices that are trusted, and where the account is signed in. */

import { byId, el, toast } from "./dom.js";
import { showTime, t } from "./i18n.js";
import { row, rowButton } from "./rows.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Overview} Overview */

/** @param {string} text */
function nothing(text) {
	return el("li", { class: "row soft small" }, text);
}

/** Also here: whoever is at another place may be sitting at this one too. */
export async function signOutEverywhere() {
	await account.signOutEverywhere();
	location.replace("/signin");
	return false;
}

/**
 * One place where the account is signed in; this one ends by signing out.
 * @param {import("./account.js").SignedIn} session
 * @param {() => Promise<void>} reload
 */
function sessionRow(session, reload) {
	const label = session.label === "" ? t("devices.unnamed") : session.label;
	const title = session.current ? t("devices.this") : label;
	return row({ title, detail: t("devices.session", {
		since: showTime(session.created_at, "full"),
		until: showTime(session.expires_at, "full") }),
	buttons: session.current ? [] : [rowButton(t("devices.end"),
		t("devices.end_label", { what: label }), async () => {
			await account.endSession(session);
			toast(t("devices.ended"));
			await reload();
		})] });
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showDevices(overview, reload) {
	const devices = overview.devices.map((device) => row({
		title: device.label === "" ? t("devices.unnamed") : device.label,
		detail: t("devices.until", { date: showTime(device.expires_at, "date") }),
		buttons: [rowButton(t("change.remove"),
			t("change.remove_label", { what: device.label }), async () => {
				await account.removeDevice(device);
				toast(t("devices.removed"));
				await reload();
			})],
	}));
	byId("device-rows").replaceChildren(...(devices.length > 0
		? devices : [nothing(t("devices.none"))]));
	byId("session-rows").replaceChildren(...overview.sessions.map(
		(session) => sessionRow(session, reload)));
}
