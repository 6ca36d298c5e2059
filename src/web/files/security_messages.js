/** Messages: by which channel codes come, and in which language. */

import { byId, el, toast } from "./dom.js";
import { wire } from "./form.js";
import { t } from "./i18n.js";
import { confirmed } from "./change.js";
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

/** @param {Overview} overview */
function channelsOf(overview) {
	const found = new Set(["auto"]);
	for (const contact of overview.contacts.filter((c) => c.verified)) {
		for (const use of contact.use) {
			found.add(use);
		}
	}
	if (overview.apps.length > 0) {
		found.add("totp");
	}
	return [...found];
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showMessages(overview, reload) {
	const first = held === null;
	held = { overview, reload };
	fill(/** @type {HTMLSelectElement} */ (byId("channel")),
		channelsOf(overview).map((each) => [each, t(`channel_choice.${each}`)]),
		overview.preferences.channel);
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
	const { channel, locale } = overview.preferences;
	const pending = await account.setPreferences({
		...(values.channel === channel ? {} : { channel: values.channel }),
		...(values.locale === locale ? {} : { locale: values.locale }),
	});
	if (pending === null) {
		toast(t("messages.saved"));
	} else if (!await confirmed({ title: t("messages.confirm"),
		done: t("messages.saved") }, () => Promise.resolve(pending))) {
		return;
	}
	await reload();
}
