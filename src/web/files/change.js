/**
 * A change of the account, in a sheet: perhaps a form, then the code, then it
 * has happened.  The change waits at the server beside its challenge; what
 * closes the sheet before the code leaves everything as it was (R55).
 */

import { el, notice, toast } from "./dom.js";
import { codeForm, focusCode, isSent } from "./code.js";
import { openSheet } from "./sheet.js";
import { t } from "./i18n.js";
import { ApiError } from "./api.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Pending} Pending */
/** @typedef {import("./account.js").Done} Done */
/** @typedef {import("./code.js").Way} Way */

/**
 * next: the heading above the second code, where a new address has one.
 * @typedef {{
 *   title: string, done: string, terms?: [string, string][], next?: string
 * }} Change
 * @typedef {(way?: Way) => Promise<Pending>} Begin
 */

/**
 * @typedef {{
 *   show: (...nodes: Node[]) => void, close: () => void,
 *   title: (text: string) => void
 * }} Sheet
 */

/**
 * The code was right, and yet it could not be done.
 * @param {Sheet} sheet
 * @param {Done} said
 */
function showNot(sheet, said) {
	const close = el("button", { class: "button wide", type: "button" },
		t("sheet.close"));
	close.addEventListener("click", sheet.close);
	sheet.show(el("div", { role: "status" },
		notice("bad", t("change.not_done"), t(`change.${said.outcome}`))), close);
	close.focus();
}

/**
 * @param {Sheet} sheet
 * @param {Change} change
 * @param {Begin} begin asks for it again, or by another way
 * @param {Pending} pending
 * @param {() => void} finish
 */
function ask(sheet, change, begin, pending, finish) {
	const { challenge, way, ways } = pending;
	/** @type {Done | null} */
	let said = null;
	/** @param {Pending} other */
	const more = (other) => ask(sheet, change, begin, other, finish);
	const form = codeForm({
		id: "change", way, challenge, ways, terms: change.terms,
		check: async (code) => {
			said = await account.checkChange(pending, code);
			return said;
		},
		done: () => {
			if (said !== null && said.next !== null) {
				sheet.title(change.next ?? change.title);
				more(said.next);
			} else if (said !== null && said.outcome !== "applied") {
				showNot(sheet, said);
			} else {
				finish();
			}
		},
		resend: () => account.resend(challenge, isSent(way) ? way : undefined),
		choose: async (other) => more(isSent(other) && isSent(way)
			? { ...pending, way: other,
				challenge: await account.resend(challenge, other) }
			: await begin(other)),
		again: async () => more(await begin()),
	});
	sheet.show(form);
	focusCode(form);
}

/**
 * @param {Change} change
 * @param {(sheet: Sheet, finish: () => void) => void} fill
 * @returns {Promise<boolean>} whether it has happened
 */
async function inSheet(change, fill) {
	let happened = false;
	await openSheet(change.title, (sheet) => fill(sheet, () => {
		happened = true;
		sheet.close();
	}));
	if (happened && change.done !== "") {
		toast(change.done);
	}
	return happened;
}

/**
 * What is known is sent at once, and the sheet asks for the code.
 * @param {Change} change
 * @param {Begin} begin
 * @returns {Promise<boolean>} whether it has happened
 */
export async function confirmed(change, begin) {
	const first = await begin();
	return inSheet(change, (sheet, finish) =>
		ask(sheet, change, begin, first, finish));
}

/**
 * A form in the sheet, then the code.
 * @param {Change} change
 * @param {(next: (begin: Begin) => Promise<void>) => Node} form calls next()
 *     when it has what it asked for
 * @returns {Promise<boolean>} whether it has happened
 */
export async function confirmedAfter(change, form) {
	return inSheet(change, (sheet, finish) => sheet.show(form(async (begin) =>
		ask(sheet, change, begin, await begin(), finish))));
}

/**
 * What changes the protection of the account wants a code that was given
 * lately (403 code_needed): then it is asked for, and the wish sent again.
 * @template T
 * @param {() => Promise<T>} wish
 * @returns {Promise<T | null>} null: the code was not given
 */
export async function proved(wish) {
	try {
		return await wish();
	} catch (error) {
		if (!(error instanceof ApiError)
			|| error.problem.code !== "code_needed") {
			throw error;
		}
	}
	const given = await confirmed({ title: t("change.prove"), done: "" },
		(way) => account.change({ confirm: true }, way));
	return given ? await wish() : null;
}
