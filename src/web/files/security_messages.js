/** Messages: by which ways codes come, in their order, and in which language. */

import { byId, el, toast } from "./dom.js";
import { wire } from "./form.js";
import { t } from "./i18n.js";
import { confirmed } from "./change.js";
import { row, rowButton } from "./rows.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Overview} Overview */

/** @type {{overview: Overview, reload: () => Promise<void>} | null} */
let held = null;

/**
 * @param {HTMLSelectElement} select
 * @param {[string, string][]} options
 * @param {string} chosen
 */
function fill(select, options, chosen) {
	select.replaceChildren(...options.map(([value, text]) =>
		el("option", { value, selected: value === chosen }, text)));
}

/** The languages that the page itself can be read in, by their own names. */
/** @returns {[string, string][]} */
function languages() {
	return [...document.querySelectorAll("[data-locale]")].map((node) =>
		[node.getAttribute("data-locale") ?? "", node.textContent ?? ""]);
}

/**
 * What the account has, in the order that it prefers; what it has not put into
 * an order comes behind, as the server does it.
 * @param {Overview} overview
 */
function waysOf(overview) {
	const has = new Set(overview.contacts.filter((c) => c.usable).flatMap((c) => c.use));
	const all = ["email", "sms", "voice"].filter((way) => has.has(way));
	if (overview.apps.length > 0) {
		all.push("totp");
	}
	const { channels } = overview.preferences;
	return [...channels.filter((way) => all.includes(way)),
		...all.filter((way) => !channels.includes(way))];
}

/** @param {string} way @param {number} at @param {string[]} ways */
function wayRow(way, at, ways) {
	const name = t(`channel_choice.${way}`);
	return row({ title: name, id: `way-${way}`,
		badge: at === 0 ? ["good", t("ways.first")] : ["plain", t("ways.backup")],
		buttons: at === 0 ? [] : [rowButton(t("ways.up"), t("ways.up_of", { way: name }),
			() => order([...ways.slice(0, at - 1), way, ways[at - 1],
				...ways.slice(at + 1)]))] });
}

/** @param {string[]} channels the order that shall be, after a code */
async function order(channels) {
	if (held !== null && await confirmed({ title: t("messages.confirm"),
		done: t("messages.saved") }, (way) => account.change({ channels }, way))) {
		await held.reload();
	}
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showMessages(overview, reload) {
	const first = held === null;
	held = { overview, reload };
	byId("way-rows").replaceChildren(...waysOf(overview).map(wayRow));
	fill(/** @type {HTMLSelectElement} */ (byId("locale")),
		languages(), overview.preferences.locale.split("-")[0]);
	if (first) {
		wire(/** @type {HTMLFormElement} */ (byId("messages-form")), save);
	}
}

/** @param {Record<string, string>} values */
async function save(values) {
	if (held === null) {
		return;
	}
	const { overview, reload } = held;
	if (values.locale !== overview.preferences.locale) {
		await account.setPreferences({ locale: values.locale });
	}
	toast(t("messages.saved"));
	await reload();
}
