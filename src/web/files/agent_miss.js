/** Nothing was handed over: why, and when the next attempt is. */

import { byId, el, notice } from "./dom.js";
import { showDay, t } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { keepMiss } from "./agent_queue.js";
import { keepStop, miss, placeNow } from "./agent_route.js";
import { showAnswer } from "./agent_signal.js";
import { addressOf, big } from "./agent_stop.js";

const OUTCOMES = ["absent", "refused", "address", "unsafe"];

/** @param {import("./agent_stop.js").Context} context */
export function showMiss(context) {
	const { stop, changed, go } = context;
	const choices = el("fieldset", { class: "outcomes" },
		el("legend", { class: "visually-hidden" }, t("miss.heading")),
		...OUTCOMES.map((outcome) => el("label", {},
			el("input", { type: "radio", name: "outcome", value: outcome, required: true }),
			el("span", {}, t(`miss.${outcome}`)))));
	const note = el("textarea", { id: "miss-note", maxlength: "400" });
	const form = el("form", { class: "stack", id: "miss-form" }, choices,
		el("div", { class: "field" },
			el("label", { for: "miss-note" }, t("miss.note")), note,
			el("p", { class: "hint" }, t("miss.note_hint"))));
	const send = el("button", { class: "button glove", form: "miss-form" }, t("miss.send"));
	/** @param {string} title @param {string[]} lines */
	const over = async (title, lines) => {
		await keepStop(stop);
		showAnswer({ kind: "wait", word: t("miss.back_word"), title, lines,
			buttons: [{ text: t("answer.next"), main: true, act: () => {
				go("");
				void changed();
			} }] });
	};
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const visit = { outcome: String(new FormData(form).get("outcome")),
			note: note.value, place: await placeNow() };
		try {
			const said = await miss(stop, visit);
			if (said.result !== "recorded") {
				byId("says").replaceChildren(notice("bad", t(`no.${said.result}`)));
				return;
			}
			stop.status = said.status ?? "attempted";
			await over(said.next_attempt_on === undefined ? t("miss.no_next")
				: t("miss.next", { day: showDay(said.next_attempt_on) }),
			[said.why ?? "", t("miss.take_back")].filter((line) => line !== ""));
		} catch (error) {
			if (error instanceof ApiError && error.status === 0) {
				await keepMiss(stop, visit);
				stop.status = "attempted";
				await over(t("miss.kept"), [t("answer.kept"), t("miss.take_back")]);
				return;
			}
			byId("says").replaceChildren(notice("bad", t("miss.failed"), wordsOf(error)));
		}
	});
	byId("view-miss").replaceChildren(addressOf(stop), form,
		el("div", { class: "thumb" }, send,
			big(t("stop.back_to"), () => go(`stop/${stop.id}`), "quiet")));
}
