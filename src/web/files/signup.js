/** A new account: name, address, password; the address proves itself by a code. */

import { startFrame } from "./frame.js";
import { byId, el } from "./dom.js";
import { canShow, wire } from "./form.js";
import { codeForm, focusCode } from "./code.js";
import { locale, t } from "./i18n.js";
import { goOn } from "./session.js";
import * as account from "./account.js";

const form = /** @type {HTMLFormElement} */ (byId("form"));

/** @param {Record<string, string>} values */
async function send(values) {
	const email = values.email.trim();
	const said = await account.signUp({ name: values.name.trim(), email,
		password: values.password, locale: locale() });
	const step = codeForm({
		id: "signup", way: { id: "email", kind: "email", to: email },
		challenge: said, submit: t("signup.verify"),
		check: (code) => account.completeSignUp(said.id, code),
		done: goOn,
		resend: () => account.sendAgain("sign_ups", said.id),
		again: async () => location.reload(),
	});
	const title = byId("heading");
	title.textContent = t("signup.code_heading");
	byId("card").replaceChildren(title, step);
	byId("after").replaceChildren(el("a", { href: "/signup", class: "reach" },
		t("signup.other_address")));
	focusCode(step);
}

await startFrame();
canShow(/** @type {HTMLInputElement} */ (byId("password")));
wire(form, send);
