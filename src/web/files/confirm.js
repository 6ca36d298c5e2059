/**
 * A payment that wants a code: what is paid, to whom, and the field for the
 * code.  The address names the challenge behind a "#", which no server log
 * sees.  Amount and payee are part of the code: another amount, another code.
 */

import { startFrame } from "./frame.js";
import { byId, el, facts, notice } from "./dom.js";
import { codeForm, focusCode } from "./code.js";
import { locale, t, tOr } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { goSignIn, showWho, whoIsIt } from "./session.js";
import * as account from "./account.js";

/**
 * Amounts keep the form in which they were bound; only where that is a plain
 * decimal with a currency is it written as the reader's language does.
 * @param {string} amount
 * @param {string} currency
 */
function money(amount, currency) {
	if (!/^\d{1,12}(\.\d{1,3})?$/.test(amount) || !/^[A-Z]{3}$/.test(currency)) {
		return `${amount} ${currency}`.trim();
	}
	const digits = amount.split(".")[1]?.length ?? 0;
	return new Intl.NumberFormat(locale(), { style: "currency", currency,
		minimumFractionDigits: digits, maximumFractionDigits: digits })
		.format(Number(amount));
}

/** @param {Record<string, string>} binding */
function termsOf(binding) {
	const { amount = "", currency = "", payee = "", ...rest } = binding;
	const list = [...(payee === "" ? [] : [[t("confirm.payee"), payee]]),
		...Object.entries(rest).map(([k, v]) => [tOr(`confirm.${k}`, k), v])];
	return el("div", { class: "terms stack-s" },
		el("p", { class: "amount" }, money(amount, currency)),
		facts(/** @type {[string, string][]} */ (list)));
}

/** @param {string} id */
async function show(id) {
	const body = byId("body");
	const payment = await account.readPayment(id);
	const { challenge, binding } = payment;
	const terms = termsOf(binding);
	if (challenge.status !== "pending") {
		const paid = challenge.status === "approved";
		body.replaceChildren(terms, paid
			? notice("good", t("confirm.done"), t("confirm.back"))
			: notice("bad", t(`outcome.${challenge.status}`), t("confirm.back")));
		return;
	}
	const step = codeForm({
		id: "pay", challenge, submit: t("confirm.submit"),
		way: { id: challenge.channel, to: challenge.to,
			kind: /** @type {any} */ (challenge.channel) },
		check: (code) => account.checkPayment(payment, code),
		done: () => {
			body.replaceChildren(terms, notice("good", t("confirm.done"),
				t("confirm.back")));
			byId("heading").focus();
		},
		resend: () => account.resend(challenge),
	});
	body.replaceChildren(terms, step);
	focusCode(step);
}

await startFrame();
const session = await whoIsIt();
if (session === null) {
	goSignIn();
} else {
	showWho(session);
	try {
		await show(location.hash.slice(1));
	} catch (error) {
		byId("body").replaceChildren(error instanceof ApiError && error.status === 404
			? notice("bad", t("confirm.unknown"), t("confirm.back"))
			: notice("bad", wordsOf(error)));
	}
}
