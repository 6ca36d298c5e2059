/** Signing in: identifier and password, then a code where one is needed. */

import { startFrame } from "./frame.js";
import { byId, el } from "./dom.js";
import { canShow, showFlaw, wire } from "./form.js";
import { codeForm, focusCode, isSent, learnTime } from "./code.js";
import { t } from "./i18n.js";
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

/**
 * @param {SignIn} said
 * @param {Way} way
 * @param {import("./code.js").Sent | null} sent
 */
function askCode(said, way, sent) {
	const step = codeForm({
		id: "signin", way, challenge: sent, ways: said.ways, remember: true,
		check: (code, remember) =>
			account.completeSignIn(said, way, code, remember),
		done: goOn,
		resend: () => account.sendAgain("sign_ins", said.id, way),
		choose: async (other) => askCode(said, other, isSent(other)
			? await account.sendAgain("sign_ins", said.id, other) : null),
		again: async () => location.reload(),
	});
	show(t(way.kind === "recovery_code"
		? "signin.recovery_heading" : "signin.code_heading"), step);
	focusCode(step);
}

/** @param {Record<string, string>} values */
async function send(values) {
	const said = await account.signIn(values.identifier.trim(), values.password);
	if (said.result === "signed_in") {
		goOn();
	} else if (said.challenge === null) {
		refuse();
	} else {
		const { channel, to, created_at: now } = said.challenge;
		learnTime(now);
		const kind = /** @type {Way["kind"]} */ (channel);
		const own = { kind, to, id: said.ways.find((way) =>
			way.kind === kind)?.id ?? kind };
		/* The account chooses among contacts of one channel. */
		const ways = [own, ...said.ways].filter((way, at, all) =>
			all.findIndex((other) => other.kind === way.kind) === at);
		askCode({ ...said, ways }, own, said.challenge);
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
