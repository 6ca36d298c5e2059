/** Login: the password, and where codes can be sent. */

import { byId, el } from "./dom.js";
import { canShow, field, wire } from "./form.js";
import { t } from "./i18n.js";
import { confirmed } from "./change.js";
import { row, rowButton } from "./rows.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Overview} Overview */
/** @typedef {import("./account.js").Contact} Contact */

/**
 * The form in a sheet: fields, what happens next, one button.
 * @param {string} lead
 * @param {{node: HTMLElement, input: HTMLInputElement}[]} fields
 * @param {(values: Record<string, string>) => Promise<void>} send
 * @param {Node[]} [more]
 */
export function sheetForm(lead, fields, send, more = []) {
	const form = el("form", { class: "stack", id: "change-ask", method: "post" },
		el("p", { class: "soft" }, lead),
		...fields.map((each) => each.node), ...more,
		el("div", { class: "status", role: "status" }),
		el("button", { class: "button wide", type: "submit" }, t("change.next")));
	wire(form, send);
	return form;
}

/** @param {Overview} overview */
function changePassword(overview) {
	return confirmed({
		title: t("login.change_password"), done: t("login.password_changed"),
		begin: () => Promise.reject(new Error("begins with the form")),
	}, (next) => {
		const password = field("new_password", t("login.new_password"), {
			name: "new_password", type: "password", required: true,
			autocomplete: "new-password", minlength: "8", maxlength: "128",
		}, t("password.hint"));
		const form = sheetForm(t("login.password_lead"), [password], (values) =>
			next(() => account.change(overview,
				{ password: values.new_password })));
		canShow(password.input);
		return form;
	});
}

/**
 * @param {Overview} overview
 * @param {"email" | "phone"} kind
 */
export function addContact(overview, kind) {
	const email = kind === "email";
	return confirmed({
		title: t(email ? "login.add_email" : "login.add_phone"),
		done: t(email ? "login.email_added" : "login.phone_added"),
		begin: () => Promise.reject(new Error("begins with the form")),
	}, (next) => {
		const address = email
			? field("email", t("login.new_email"), { name: "email", type: "email",
				required: true, autocomplete: "email", autocapitalize: "none",
				spellcheck: "false", maxlength: "254" })
			: field("phone", t("login.new_phone"), { name: "phone", type: "tel",
				required: true, autocomplete: "tel", maxlength: "24" },
			t("login.phone_hint"));
		return sheetForm(t(email ? "login.email_lead" : "login.phone_lead"),
			[address], (values) => next(() => account.addContact(overview,
				email ? { email: values.email.trim() }
					: { phone: values.phone.replace(/[\s()./-]/g, ""),
						use: values.voice === "on" ? ["sms", "voice"] : ["sms"] })),
			email ? [] : [el("label", { class: "tick" },
				el("input", { type: "checkbox", name: "voice", id: "voice" }),
				el("span", {}, t("login.voice"),
					el("span", { class: "hint" }, t("login.voice_hint"))))]);
	});
}

/**
 * @param {Overview} overview
 * @param {Contact} contact
 */
function verify(overview, contact) {
	return confirmed({
		title: t("login.verify_title"), done: t("login.verified_now"),
		begin: () => account.verifyContact(overview, contact),
	});
}

/**
 * @param {Overview} overview
 * @param {Contact} contact
 */
function remove(overview, contact) {
	return confirmed({
		title: t("login.remove_title", { to: contact.to }),
		done: t("login.removed"),
		begin: (way) => account.removeContact(overview, contact, way),
	});
}

/** @param {Contact} contact */
function usesOf(contact) {
	if (contact.kind === "email") {
		return t("login.use_email");
	}
	return t(contact.use.includes("voice")
		? "login.use_sms_voice" : "login.use_sms");
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showLogin(overview, reload) {
	/** @param {Promise<boolean>} changing */
	const after = async (changing) => {
		if (await changing) {
			await reload();
		}
	};
	const contacts = overview.contacts.map((contact) => {
		const buttons = contact.verified ? [] : [rowButton(t("login.verify"),
			t("login.verify_label", { to: contact.to }),
			() => after(verify(overview, contact)))];
		if (overview.contacts.filter((c) => c.verified).length > 1
			|| !contact.verified) {
			buttons.push(rowButton(t("change.remove"),
				t("change.remove_label", { what: contact.to }),
				() => after(remove(overview, contact))));
		}
		return row({ title: contact.to, detail: usesOf(contact), buttons,
			badge: contact.verified ? ["good", t("login.verified")]
				: ["caution", t("login.unverified")] });
	});
	byId("login-rows").replaceChildren(
		...(overview.name === "" ? [] : [row({ title: t("login.name"),
			detail: overview.name })]),
		row({ title: t("login.password"), detail: t("login.password_more"),
			buttons: [rowButton(t("change.change"), t("login.change_password"),
				() => after(changePassword(overview)))] }),
		...contacts);
}
