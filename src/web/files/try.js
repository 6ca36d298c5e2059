/**
 * "Try it": one challenge from the request to the receipt, against the
 * sandbox's routes POST /sandbox/try/challenges and …/{id}/check, whose
 * bodies and answers are those of /v1/challenges.
 */

import { byId, copy, copyButton, el, facts, groupCode, notice }
	from "./dom.js";
import { locale, showTime, t, tn, tOr } from "./i18n.js";
import { call, wordsOf } from "./api.js";
import { Inbox } from "./inbox.js";
import { proveReceipt, readReceipt } from "./receipt.js";

/** @typedef {import("./api.js").Challenge} Challenge */
/** @typedef {import("./api.js").CheckAnswer} CheckAnswer */
/** @typedef {import("./api.js").Message} Message */

/**
 * The facts that a code is good for, by purpose: fixed when it is asked for,
 * and shown to the service again when it is checked.
 * @type {Record<string, Record<string, string>>}
 */
const BINDINGS = {
	transaction: { amount: "129.00", currency: "EUR", payee: "Example Books" },
};

/** @type {Challenge | null} */
let challenge = null;
/** @type {Record<string, string> | undefined} */
let binding;
/** @type {Inbox | null} */
let inbox = null;
/* A request is under way: a second press of the same button is no second wish. */
let busy = false;

/** @param {string} id */
function input(id) {
	return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * @param {"ask" | "check"} step
 * @param {string} path
 * @param {unknown} request
 * @param {unknown} answer
 */
function showRaw(step, path, request, answer) {
	const raw = byId(`${step}-raw`);
	const pre = raw.querySelector("pre");
	raw.hidden = false;
	if (pre !== null) {
		pre.textContent = `POST ${path}\n${JSON.stringify(request, null, 2)}`
			+ `\n\n${JSON.stringify(answer, null, 2)}`;
	}
}

/** @param {boolean} open */
function openCheck(open) {
	/** @type {HTMLFieldSetElement} */ (byId("check-fields")).disabled = !open;
}

function clearLaterSteps() {
	input("check-code").value = "";
	input("check-code").removeAttribute("aria-invalid");
	byId("check-result").replaceChildren();
	byId("check-raw").hidden = true;
	byId("receipt-proof").replaceChildren();
	byId("receipt-body").replaceChildren();
	byId("receipt-body").hidden = true;
	byId("receipt-empty").hidden = false;
}

/** @param {SubmitEvent} event */
async function ask(event) {
	event.preventDefault();
	if (busy) {
		return;
	}
	const email = input("ask-email");
	const result = byId("ask-result");
	email.removeAttribute("aria-invalid");
	if (!email.validity.valid) {
		email.setAttribute("aria-invalid", "true");
		result.replaceChildren(notice("bad", t("ask.bad_email")));
		email.focus();
		return;
	}
	const purpose = input("ask-purpose").value;
	binding = BINDINGS[purpose];
	/** @type {Record<string, unknown>} */
	const request = {
		purpose, to: { email: email.value }, channel: "email", locale: locale(),
	};
	if (binding !== undefined) {
		request.binding = binding;
	}
	const path = "/sandbox/try/challenges";
	busy = true;
	try {
		const made = /** @type {Challenge} */ (await call("POST", path, request));
		challenge = made;
		clearLaterSteps();
		showRaw("ask", path, request, made);
		result.replaceChildren(
			notice("good", t("ask.sent", { to: made.to }), t("ask.until", {
				time: showTime(made.expires_at), n: made.attempts_left,
			})));
		showWaiting();
		openCheck(true);
		input("check-code").focus({ preventScroll: true });
		/* The message may have been faster than the answer. */
		onMessages(inbox?.messages ?? []);
		void inbox?.ask();
	} catch (error) {
		result.replaceChildren(notice("bad", t("ask.failed"), wordsOf(error)));
	} finally {
		busy = false;
	}
}

function showWaiting() {
	byId("see-letter").hidden = true;
	byId("see-blank").classList.remove("visually-hidden");
	byId("see-state").textContent = t("see.waiting");
}

/** @param {Message} message */
function showLetter(message) {
	const letter = byId("see-letter");
	const parts = [facts([
		[t("message.to"), message.to],
		[t("message.subject"), message.subject ?? "–"],
		[t("message.time"), showTime(message.created_at)],
	])];
	/** @type {Node[]} */
	const code = message.code ? [el("div", { class: "tablet-row" },
		el("span", { class: "code" }, groupCode(message.code)),
		copyButton(message.code, t("copy.code")))] : [];
	letter.replaceChildren(...parts, ...code,
		el("div", { class: "letter" }, el("p", { class: "text" }, message.text.trim())));
	letter.hidden = false;
	byId("see-state").textContent = t("see.arrived");
	/* Heard, not seen: the message itself is there to see. */
	byId("see-blank").classList.add("visually-hidden");
}

/** @param {Message[]} fresh */
function onMessages(fresh) {
	/* Notices of wrong codes have none; they are in the inbox. */
	const mine = fresh.find((m) => m.challenge === challenge?.id && m.code);
	if (mine !== undefined) {
		showLetter(mine);
	}
}

/** @type {Record<string, "good" | "caution" | "bad">} */
const RESULT_STATES = { approved: "good", wrong: "caution" };

/** @param {CheckAnswer} said */
function showResult(said) {
	const code = input("check-code");
	const more = said.result === "wrong"
		? tn("check.left", said.attempts_left)
		: tOr(`result_more.${said.result}`, "");
	byId("check-result").replaceChildren(notice(
		RESULT_STATES[said.result] ?? "bad",
		tOr(`result.${said.result}`, said.result), more));
	if (said.result === "wrong") {
		code.setAttribute("aria-invalid", "true");
		code.select();
		code.focus();
	} else if (said.result !== "approved") {
		openCheck(false);
	}
}

/** @param {SubmitEvent} event */
async function check(event) {
	event.preventDefault();
	if (challenge === null || busy) {
		return;
	}
	const code = input("check-code");
	code.removeAttribute("aria-invalid");
	const path = `/sandbox/try/challenges/${challenge.id}/check`;
	/** @type {Record<string, unknown>} */
	const request = { code: code.value };
	if (binding !== undefined) {
		request.binding = binding;
	}
	busy = true;
	try {
		const said = /** @type {CheckAnswer} */ (await call("POST", path, request));
		showRaw("check", path, request, said);
		showResult(said);
		if (said.receipt !== undefined) {
			await showReceipt(said.receipt);
		}
	} catch (error) {
		code.setAttribute("aria-invalid", "true");
		byId("check-result").replaceChildren(
			notice("bad", t("check.failed"), wordsOf(error)));
	} finally {
		busy = false;
	}
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string | Node}
 */
function claim(name, value) {
	if ((name === "iat" || name === "exp") && typeof value === "number") {
		const time = new Date(value * 1000).toISOString();
		return `${value} – ${showTime(time, "full")}`;
	}
	const lines = typeof value === "object" && value !== null
		? Object.entries(value).map(([k, v]) =>
			Array.isArray(value) ? String(v) : `${k}: ${v}`)
		: [String(value)];
	return el("div", {}, ...lines.map((line) =>
		el("div", {}, el("code", {}, line))));
}

/** @param {Record<string, unknown>} object */
function claimList(object) {
	return facts(Object.entries(object).map(([name, value]) => [
		tOr(`claim.${name}`, name) === name
			? name : `${name} · ${t(`claim.${name}`)}`,
		claim(name, value),
	]));
}

/** @type {Record<import("./receipt.js").Proof, "good" | "caution" | "bad">} */
const PROOF_STATES = {
	valid: "good", invalid: "bad", unknown_key: "bad", unsupported: "caution",
};

/** @param {string} compact */
async function showReceipt(compact) {
	const body = byId("receipt-body");
	const result = byId("receipt-proof");
	byId("receipt-empty").hidden = true;
	body.hidden = false;
	try {
		const receipt = readReceipt(compact);
		const jwks = await call("GET", "/.well-known/jwks.json");
		const proof = await proveReceipt(receipt, jwks);
		result.replaceChildren(notice(PROOF_STATES[proof],
			t(`proof.${proof}`), t(`proof_more.${proof}`)));
		body.replaceChildren(
			el("div", { class: "receipt-parts" },
				el("div", { class: "stack-s" },
					el("h4", {}, t("receipt.claims")), claimList(receipt.claims)),
				el("div", { class: "stack" },
					el("div", { class: "stack-s" },
						el("h4", {}, t("receipt.header")), claimList(receipt.header)),
					rawReceipt(compact))));
	} catch (error) {
		result.replaceChildren(notice("bad", t("proof.unreadable"),
			error instanceof Error ? error.message : ""));
	}
}

/** @param {string} compact */
function rawReceipt(compact) {
	const button = el("button", { class: "button quiet little", type: "button" },
		t("copy.button"));
	button.addEventListener("click", () => void copy(compact));
	return el("figure", { class: "snippet" },
		el("figcaption", {}, t("receipt.compact"), button),
		el("pre", { class: "wrap" }, compact));
}

/** Makes the steps work; called once, when the server says it is a sandbox. */
export function startTry() {
	inbox = new Inbox({ onMessages, onState: () => {} });
	inbox.start();
	byId("ask-form").addEventListener("submit", (e) => void ask(e));
	byId("check-form").addEventListener("submit", (e) => void check(e));
}
