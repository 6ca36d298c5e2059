/**
 * A change of the account, in a sheet: perhaps a form, then the code, then it
 * has happened.  The change waits at the server inside its challenge; what
 * closes the sheet before the code leaves everything as it was (R55).
 */

import { toast } from "./dom.js";
import { codeForm, focusCode, learnTime } from "./code.js";
import { openSheet } from "./sheet.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Pending} Pending */
/** @typedef {import("./code.js").Way} Way */

/**
 * @typedef {{
 *   title: string,
 *   terms?: [string, string][],
 *   begin: (way?: Way) => Promise<Pending>,
 *   done: string
 * }} Change
 */

/**
 * @param {Change} change
 * @param {(next: (begin?: () => Promise<Pending>) => Promise<void>) => Node} [form]
 *     what is asked before the code; calls next() when it has it
 * @returns {Promise<boolean>} whether it has happened
 */
export async function confirmed(change, form) {
	let happened = false;
	/** @type {Pending | null} */
	const first = form === undefined ? await change.begin() : null;
	await openSheet(change.title, (sheet) => {
		/** @param {Pending} pending */
		const ask = (pending) => {
			if (pending.done) {
				finish();
				return;
			}
			const node = codeStep(change, pending, finish, ask);
			sheet.show(node);
			focusCode(node);
		};
		const finish = () => {
			happened = true;
			sheet.close();
		};
		if (first !== null) {
			ask(first);
		} else if (form !== undefined) {
			sheet.show(form(async (begin = change.begin) => ask(await begin())));
		}
	});
	if (happened) {
		toast(change.done);
	}
	return happened;
}

/**
 * @param {Change} change
 * @param {Pending} pending
 * @param {() => void} finish
 * @param {(pending: Pending) => void} ask
 */
function codeStep(change, pending, finish, ask) {
	const { challenge, way } = pending;
	if (challenge) {
		learnTime(challenge.created_at);
	}
	/** @type {Pending | null} */
	let next = null;
	return codeForm({
		id: "change", way, challenge, ways: pending.ways, terms: change.terms,
		check: async (code) => {
			const said = await account.checkChange(pending, code);
			next = said.next ?? null;
			return said;
		},
		done: () => next === null ? finish() : ask(next),
		resend: account.resend,
		choose: async (other) => ask(await change.begin(other)),
		again: async () => ask(await change.begin()),
	});
}

