/** What a customer can do about a delivery besides waiting for it. */

import { byId, el, notice } from "./dom.js";
import { t } from "./i18n.js";
import { wordsOf } from "./api.js";
import { addDelegate, changeDay, dispute, removeDelegate } from "./track_data.js";

/** @typedef {import("./track_data.js").Track} Track */

/** @type {() => Promise<void>} */
let reload = async () => undefined;

/**
 * @param {string} id of the form
 * @param {string} says where the answer stands
 * @param {(form: HTMLFormElement) => Promise<string>} act gives what to say
 */
function onSubmit(id, says, act) {
	const form = /** @type {HTMLFormElement} */ (byId(id));
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (form.dataset.busy !== undefined) {
			return;
		}
		form.dataset.busy = "";
		try {
			byId(says).replaceChildren(notice("good", await act(form)));
			form.reset();
			await reload();
		} catch (error) {
			byId(says).replaceChildren(notice("bad", t("track.failed"), wordsOf(error)));
		} finally {
			delete form.dataset.busy;
		}
	});
}

/** @param {Track} track */
function showDelegates(track) {
	byId("delegates").replaceChildren(...track.delegates.map(({ id, name }) => {
		const off = el("button", { type: "button", class: "button quiet little" },
			t("delegate.remove"));
		off.setAttribute("aria-label", t("delegate.remove_of", { name }));
		off.addEventListener("click", async () => {
			try {
				await removeDelegate(id);
				byId("delegate-says").replaceChildren(
					notice("good", t("delegate.removed", { name })));
				await reload();
			} catch (error) {
				byId("delegate-says").replaceChildren(
					notice("bad", t("track.failed"), wordsOf(error)));
			}
		});
		return el("li", {}, el("strong", {}, name), off);
	}));
}

/** @param {Track} track */
function showKinds(track) {
	const place = byId("wrong-kinds");
	const offered = [...place.querySelectorAll("input")].map((i) => i.value);
	if (offered.join() === track.may.dispute.join()) {
		return;
	}
	place.replaceChildren(place.firstElementChild ?? "",
		...track.may.dispute.map((kind, i) => el("label", {},
			el("input", { type: "radio", name: "kind", value: kind, required: true,
				checked: i === 0 }), el("span", {}, t(`wrong.${kind}`)))));
}

/** @param {Track} track */
export function showWays(track) {
	byId("delegate").hidden = !track.may.delegate && track.delegates.length === 0;
	byId("delegate-form").hidden = !track.may.delegate;
	byId("day").hidden = !track.may.day;
	byId("wrong").hidden = track.may.dispute.length === 0;
	byId("help").hidden = !track.code_required;
	byId("help-address").textContent = track.sent_to === "" ? t("no_code.address")
		: t("no_code.address_is", { to: track.sent_to });
	showDelegates(track);
	showKinds(track);
	byId("more").hidden = ["delegate", "day", "wrong", "help"]
		.every((id) => byId(id).hidden);
}

/** @param {() => Promise<void>} again reads the delivery anew */
export function startWays(again) {
	reload = again;
	onSubmit("delegate-form", "delegate-says", async (form) => {
		const data = new FormData(form);
		const name = String(data.get("name")).trim();
		const to = String(data.get("to")).trim();
		await addDelegate(to.includes("@") ? { name, email: to }
			: { name, phone: to.replace(/[\s()/-]/g, "") });
		return t("delegate.named", { name });
	});
	onSubmit("day-form", "day-says", async (form) => {
		await changeDay(String(new FormData(form).get("on")));
		return t("day.changed");
	});
	onSubmit("wrong-form", "wrong-says", async (form) => {
		const data = new FormData(form);
		await dispute(String(data.get("kind")), String(data.get("text")).trim());
		return t("wrong.sent");
	});
}
