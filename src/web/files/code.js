/**
 * The code step: everything that a person meets between "a code is on its
 * way" and "right".  One field, which takes a pasted or filled-in code with
 * its spaces; what went wrong and how many tries are left; when it can be
 * sent again; other ways to prove it; where to look when it does not come.
 *
 * It asks its owner to send and to check, and knows no routes.
 */

import { el, facts, notice } from "./dom.js";
import { field, showFlaw, wire } from "./form.js";
import { showTime, t, tn, tOr } from "./i18n.js";
import { wordsOf } from "./api.js";

/** @typedef {import("./api.js").CheckAnswer} CheckAnswer */

/**
 * A way to prove it: a contact by one of its channels, an app, the list.
 * @typedef {{
 *   id: string,
 *   kind: "email" | "sms" | "voice" | "totp" | "hotp" | "recovery_code",
 *   to?: string, label?: string
 * }} Way
 */

/**
 * The times of a code that was sent; to is masked.
 * @typedef {{ expires_at: string, resend_at?: string, sends_left?: number,
 *   to?: string, created_at?: string }} Sent
 */

/**
 * What the outcome of a check is to the owner: done; or what is said.
 * @typedef {Pick<CheckAnswer, "result" | "attempts_left">} Outcome
 */

/**
 * @typedef {{
 *   id: string,
 *   way: Way,
 *   challenge?: Sent | null,
 *   terms?: [string, string][],
 *   remember?: boolean,
 *   submit?: string,
 *   ways?: Way[],
 *   check: (code: string, remember: boolean) => Promise<Outcome>,
 *   done: () => void | Promise<void>,
 *   resend?: () => Promise<Sent>,
 *   choose?: (way: Way) => Promise<void>,
 *   again?: () => Promise<void>
 * }} CodeStep
 *
 * id: starts the ids of its elements. way: how the code comes. challenge:
 * absent for an app or the list of recovery codes. terms: what the code is
 * good for. ways: the others; choose(way) is expected to show a step of its
 * own. again: begins anew, when this code is over.
 */

/** @param {Way} way */
export function wayTitle(way) {
	return t(`way.${way.kind}`);
}

/** @param {Way} way */
export function wayDetail(way) {
	return way.to ?? way.label ?? tOr(`way_more.${way.kind}`, "");
}

/** @param {Way} way */
export function isSent(way) {
	return way.kind === "email" || way.kind === "sms" || way.kind === "voice";
}

/** @param {CodeStep} step */
function leadOf(step) {
	const { way, challenge } = step;
	const to = way.to ?? challenge?.to ?? "";
	return t(`code.lead_${way.kind}`, { to });
}

/** Codes of messages and apps: digits. Recovery codes: letters too. */
/** @param {CodeStep} step */
function codeField(step) {
	const list = step.way.kind === "recovery_code";
	return field(`${step.id}-code`,
		t(list ? "code.recovery_label" : "code.label"), {
			class: list ? "code-input long" : "code-input",
			name: "code", type: "text", required: true,
			inputmode: list ? "text" : "numeric",
			autocomplete: list ? "off" : "one-time-code",
			autocapitalize: list ? "characters" : "none",
			spellcheck: "false", maxlength: list ? "40" : "16",
		}, list ? t("code.recovery_hint") : "");
}

/** How long this page's clock is behind that of the server, in ms. */
let skew = 0;

/**
 * To be called with an answer that the server has given just now: its times
 * are compared with that of the browser, whose clock may be wrong.
 * @param {string} serverNow
 */
export function learnTime(serverNow) {
	const time = new Date(serverNow).getTime();
	if (Number.isFinite(time)) {
		skew = time - Date.now();
	}
}

/** @param {string | undefined} time */
function secondsUntil(time) {
	const at = new Date(time ?? "").getTime();
	return Number.isFinite(at)
		? Math.max(0, Math.ceil((at - Date.now() - skew) / 1000)) : 0;
}

/** @param {number} seconds */
function clockOf(seconds) {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * The line "Did not come? Send it again", with the seconds until it may be.
 * @param {CodeStep} step
 * @param {Element} status
 */
function resendLine(step, status) {
	let sent = /** @type {Sent} */ (step.challenge);
	const button = el("button", { class: "button link", type: "button" });
	const words = el("span", {});
	const line = el("div", { class: "line" }, words, button);
	let asked = false;

	function show() {
		const wait = secondsUntil(sent.resend_at);
		const over = sent.sends_left === 0;
		button.hidden = over;
		/* Not "disabled": the focus must not fall off a button pressed. */
		button.setAttribute("aria-disabled", String(wait > 0));
		button.textContent = wait > 0
			? t("code.resend_in", { time: clockOf(wait) }) : t("code.resend");
		words.textContent = t(over ? "code.no_more_sends" : "code.not_there");
		if (line.isConnected || !asked) {
			setTimeout(show, 1000);
		}
		asked = true;
	}

	button.addEventListener("click", async () => {
		if (button.getAttribute("aria-disabled") === "true"
			|| step.resend === undefined) {
			return;
		}
		button.setAttribute("aria-disabled", "true");
		try {
			sent = { ...sent, ...await step.resend() };
			status.replaceChildren(notice("good", t("code.resent"),
				t("code.resent_more")));
		} catch (error) {
			status.replaceChildren(notice("bad", wordsOf(error)));
		}
	});
	show();
	return line;
}

/**
 * @param {CodeStep} step
 * @param {Element} status
 */
function helpOf(step, status) {
	const help = el("div", { class: "code-help" });
	if (step.challenge && isSent(step.way) && step.resend !== undefined) {
		help.append(resendLine(step, status));
	}
	const line = el("div", { class: "line" });
	if (isSent(step.way)) {
		line.append(el("a", { href: "/help/code", class: "reach" },
			t("code.help")));
	}
	const others = (step.ways ?? []).filter((way) => way.id !== step.way.id);
	if (others.length > 0 && step.choose !== undefined) {
		const button = el("button", { class: "button link", type: "button",
			"data-other": true }, t("code.other_way"));
		button.addEventListener("click", () => {
			const list = choices(others, /** @type {any} */ (step.choose), status);
			help.replaceChildren(el("div", { class: "stack-s" },
				el("p", { class: "small soft" }, t("code.other_ways")), list));
			list.querySelector("button")?.focus();
		});
		line.append(button);
	}
	if (line.childElementCount > 0) {
		help.append(line);
	}
	return help.childElementCount > 0 ? [help] : [];
}

/**
 * A list of ways, each a button.
 * @param {Way[]} ways
 * @param {(way: Way) => Promise<void>} choose
 * @param {Element} status where it is said that one did not go
 */
export function choices(ways, choose, status) {
	const list = el("ul", { class: "choices" });
	let busy = false;
	for (const way of ways) {
		const button = el("button", { class: "choice", type: "button",
			"data-way": way.kind },
		el("span", { class: "what" }, el("strong", {}, wayTitle(way)),
			el("small", {}, wayDetail(way))));
		button.addEventListener("click", async () => {
			if (busy) {
				return;
			}
			busy = true;
			try {
				await choose(way);
			} catch (error) {
				status.replaceChildren(notice("bad", wordsOf(error)));
			} finally {
				busy = false;
			}
		});
		list.append(el("li", {}, button));
	}
	return list;
}

/**
 * The code is over: used up, expired, for something else.
 * @param {CodeStep} step
 * @param {HTMLFormElement} form
 * @param {Element} status
 * @param {string} result
 */
function end(step, form, status, result) {
	const said = notice("bad", t(`outcome.${result}`), t(`over.${result}`));
	status.replaceChildren(said);
	for (const node of form.querySelectorAll(".field, .tick, .code-help, [type=submit]")) {
		node.remove();
	}
	if (step.again !== undefined) {
		const button = el("button", { class: "button wide", type: "button" },
			t("code.again"));
		button.addEventListener("click", async () => {
			try {
				await step.again?.();
			} catch (error) {
				status.replaceChildren(notice("bad", wordsOf(error)));
			}
		});
		form.append(button);
		button.focus();
	} else {
		said.tabIndex = -1;
		said.focus();
	}
}

/**
 * @param {CodeStep} step
 * @returns {HTMLFormElement} to be put into the page; its field wants the
 *     focus then (focusCode)
 */
export function codeForm(step) {
	const status = el("div", { class: "status", role: "status" });
	const { node, input } = codeField(step);
	const form = el("form", { class: "stack", id: `${step.id}-form` });
	form.append(el("p", { class: "soft", "data-lead": true }, leadOf(step)));
	if (step.terms !== undefined) {
		form.append(el("div", { class: "terms" }, facts(step.terms)));
	}
	form.append(node, status);
	if (step.challenge) {
		node.append(el("p", { class: "hint", id: `${step.id}-hint` },
			t("code.until", { time: showTime(step.challenge.expires_at, "short") })));
		input.setAttribute("aria-describedby", `${step.id}-hint`);
	}
	if (step.remember) {
		form.append(el("label", { class: "tick" },
			el("input", { type: "checkbox", name: "remember", id: `${step.id}-remember` }),
			el("span", {}, t("code.remember"),
				el("span", { class: "hint" }, t("code.remember_hint")))));
	}
	form.append(el("button", { class: "button wide", type: "submit" },
		step.submit ?? t("code.submit")));
	form.append(...helpOf(step, status));
	wire(form, async (values) => {
		const said = await step.check(values.code, values.remember === "on");
		if (said.result === "approved") {
			await step.done();
		} else if (said.result === "wrong") {
			showFlaw(input, `${t("outcome.wrong")} ${said.attempts_left > 0
				? tn("code.left", said.attempts_left) : ""}`.trim());
			input.select();
			input.focus();
		} else {
			end(step, form, status, said.result);
		}
	}, (values) => tidy(values.code, step.way) === ""
		? ["code", t("flaw.missing_code")] : null);
	return form;
}

/**
 * @param {string} code as typed
 * @param {Way} way
 */
function tidy(code, way) {
	return way.kind === "recovery_code" ? code.trim()
		: code.replace(/[^0-9]/g, "");
}

/** @param {HTMLFormElement} form */
export function focusCode(form) {
	const input = form.elements.namedItem("code");
	if (input instanceof HTMLElement) {
		input.focus();
	}
}

