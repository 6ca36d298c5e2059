/**
 * A new password for who forgot it.  The first answer is the same for every
 * identifier (S78); the code and the new password go together, and a password
 * that is refused leaves the code good.
 */

import { startFrame } from "./frame.js";
import { byId, el, notice } from "./dom.js";
import { canShow, field, showFlaw, wire } from "./form.js";
import { t, tn } from "./i18n.js";
import * as account from "./account.js";

/**
 * @param {string} heading
 * @param {...Node} nodes
 */
function show(heading, ...nodes) {
	const title = byId("heading");
	title.textContent = heading;
	byId("card").replaceChildren(title, ...nodes);
}

/** @param {string} id of the reset */
function askCode(id) {
	const code = field("reset-code", t("code.label"), {
		class: "code-input", name: "code", type: "text", required: true,
		inputmode: "numeric", autocomplete: "one-time-code",
		autocapitalize: "none", spellcheck: "false", maxlength: "16",
	});
	const password = field("new_password", t("forgot.new_password"), {
		name: "new_password", type: "password", required: true,
		autocomplete: "new-password", minlength: "8", maxlength: "256",
	}, t("password.hint"));
	const form = el("form", { class: "stack", id: "reset-form", method: "post" },
		el("p", { class: "soft" }, t("forgot.sent")),
		code.node, password.node,
		el("div", { class: "status", role: "status" }),
		el("button", { class: "button wide", type: "submit" }, t("forgot.set")),
		el("div", { class: "code-help" }, el("div", { class: "line" },
			el("a", { href: "/help/code", class: "reach" }, t("code.help")),
			el("a", { href: "/forgot", class: "reach" }, t("forgot.again")))));
	wire(form, async (values) => {
		const said = await account.completeReset(id, values.code,
			values.new_password);
		if (said.result === "approved") {
			finished();
		} else if (said.result === "wrong") {
			showFlaw(code.input, `${t("outcome.wrong")} ${
				tn("code.left", said.attempts_left)}`);
			code.input.select();
			code.input.focus();
		} else {
			over(said.result);
		}
	});
	canShow(password.input);
	show(t("forgot.code_heading"), form);
	code.input.focus();
}

/** @param {string} result */
function over(result) {
	const said = notice("bad", t(`outcome.${result}`), t(`over.${result}`));
	const again = el("a", { class: "button wide", href: "/forgot" },
		t("code.again"));
	show(t("forgot.code_heading"), said, again);
	again.focus();
}

function finished() {
	show(t("forgot.done_heading"),
		el("p", {}, t("forgot.done")),
		el("a", { class: "button wide", href: "/signin" }, t("signin.submit")));
	byId("after").replaceChildren();
	byId("heading").focus();
}

await startFrame();
wire(/** @type {HTMLFormElement} */ (byId("form")), async (values) => {
	const { id } = await account.startReset(values.identifier.trim());
	askCode(id);
});
