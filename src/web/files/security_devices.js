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
	const { created_at: since, expires_at: until } = overview.session;
	byId("session-rows").replaceChildren(row({ title: t("devices.this"),
		detail: t("devices.session", { since: showTime(since, "full"),
			until: showTime(until, "full") }) }));
}
