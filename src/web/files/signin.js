/** Signing in: identifier and password, then a code where one is needed. */

import { startFrame } from "./frame.js";
import { byId, el } from "./dom.js";
import { canShow, showFlaw, wire } from "./form.js";
import { choices, codeForm, focusCode, isSent, learnTime } from "./code.js";
import { t } from "./i18n.js";
import { ApiError } from "./api.js";
import { goOn } from "./session.js";
import * as account from "./account.js";

/** @typedef {import("./code.js").Way} Way */
/** @typedef {import("./account.js").SignIn} SignIn */

const form = /** @type {HTMLFormElement} */ (byId("form"));
const password = /** @type {HTMLInputElement} */ (byId("password"));

/**
 * The card's next content.  The address stays: a step of signing in is
 * nothing to come back to.
 * @param {string} heading
 * @param {...Node} nodes
 */
function show(heading, ...nodes) {
	const title = byId("heading");
	title.textContent = heading;
	byId("card").replaceChildren(title, ...nodes);
	const back = el("a", { href: "/signin", class: "reach" }, t("signin.over"));
	byId("after").replaceChildren(back);
}

/** @param {SignIn} said */
function askWay(said) {
	const status = el("div", { class: "status", role: "status" });
	show(t("signin.choose_heading"),
		el("p", { class: "soft" }, t("signin.choose_lead")),
		choices(said.ways, (way) => choose(said, way), status), status);
	byId("heading").focus();
}

/**
 * @param {SignIn} said
 * @param {Way} way
 */
async function choose(said, way) {
	if (isSent(way)) {
		const challenge = await account.sendSignInCode(said, way);
		learnTime(challenge.created_at);
		askCode(said, way, challenge);
	} else {
		askCode(said, way, null);
	}
}

/**
 * @param {SignIn} said
 * @param {Way} way
 * @param {import("./api.js").Challenge | null} challenge
 */
function askCode(said, way, challenge) {
	const step = codeForm({
		id: "signin", way, challenge, ways: said.ways, remember: true,
		check: (code, remember) =>
			account.completeSignIn(said, way, challenge, code, remember),
		done: goOn,
		resend: account.resend,
		choose: (other) => choose(said, other),
		again: async () => location.reload(),
	});
	show(t(way.kind === "recovery_code"
		? "signin.recovery_heading" : "signin.code_heading"), step);
	focusCode(step);
}

/** @param {Record<string, string>} values */
async function send(values) {
	/** @type {SignIn} */
	let said;
	try {
		said = await account.signIn(values.identifier, values.password);
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			refuse();
			return;
		}
		throw error;
	}
	if (said.result === "signed_in") {
		goOn();
	} else if (said.result === "refused") {
		refuse();
	} else if (said.challenge) {
		const way = said.ways.find((each) => each.id === said.way) ?? said.ways[0];
		learnTime(said.challenge.created_at);
		askCode(said, way, said.challenge);
	} else if (said.ways.length === 1) {
		await choose(said, said.ways[0]);
	} else {
		askWay(said);
	}
}

/** Known or unknown, wrong password or locked: the same words (S78). */
function refuse() {
	showFlaw(password, t("signin.refused"));
	password.select();
	password.focus();
}

await startFrame();
canShow(password);
wire(form, send);
