/** Login: the password, and where codes can be sent. */

import { byId, el } from "./dom.js";
import { canShow, field, wire } from "./form.js";
import { t } from "./i18n.js";
import { confirmed, confirmedAfter, proved } from "./change.js";
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

function changePassword() {
	return confirmedAfter({
		title: t("login.change_password"), done: t("login.password_changed"),
	}, (next) => {
		const password = field("new_password", t("login.new_password"), {
			name: "new_password", type: "password", required: true,
			autocomplete: "new-password", minlength: "8", maxlength: "256",
		}, t("password.hint"));
		const form = sheetForm(t("login.password_lead"), [password], (values) =>
			next((way) => account.change({ password: values.new_password }, way)));
		canShow(password.input);
		return form;
	});
}

/**
 * The one field of a contact.
 * @param {boolean} email
 */
function addressField(email) {
	return email
		? field("email", t("login.new_email"), { name: "email", type: "email",
			required: true, autocomplete: "email", autocapitalize: "none",
			spellcheck: "false", maxlength: "254" })
		: field("phone", t("login.new_phone"), { name: "phone", type: "tel",
			required: true, autocomplete: "tel", maxlength: "24" },
		t("login.phone_hint"));
}

/** How people write a number, and how it is sent. */
/** @param {string} typed */
function number(typed) {
	return typed.replace(/[\s()./-]/g, "");
}

/**
 * Another address in the place of this one: a code where the account is
 * known, then one at the new place.
 * @param {Contact} contact
 */
function changeContact(contact) {
	const email = contact.kind === "email";
	return confirmedAfter({
		title: t(email ? "login.change_email" : "login.change_phone"),
		done: t("login.changed"), next: t("login.new_code"),
	}, (next) => sheetForm(t("login.change_lead", { to: contact.to }),
		[addressField(email)], (values) => next((way) => account.change(email
			? { email: values.email.trim() }
			: { phone: number(values.phone) }, way))));
}

/**
 * R22: a code goes there, and when it is typed here the contact is one.
 * @param {"email" | "phone"} kind
 */
export function addContact(kind) {
	const email = kind === "email";
	const voice = el("label", { class: "tick" },
		el("input", { type: "checkbox", name: "voice", id: "voice" }),
		el("span", {}, t("login.voice"),
			el("span", { class: "hint" }, t("login.voice_hint"))));
	return confirmedAfter({
		title: t(email ? "login.add_email" : "login.add_phone"),
		done: t(email ? "login.email_added" : "login.phone_added"),
	}, (next) => sheetForm(t(email ? "login.email_lead" : "login.phone_lead"),
		[addressField(email)], async (values) => {
			const wish = email ? { email: values.email.trim() }
				: { phone: number(values.phone),
					use: values.voice === "on" ? ["sms", "voice"] : ["sms"] };
			const pending = await proved(() => account.addContact(wish));
			if (pending !== null) {
				await next(() => Promise.resolve(pending));
			}
		}, email ? [] : [voice]));
}

/** @param {Contact} contact */
function remove(contact) {
	return confirmed({ title: t("login.remove_title", { to: contact.to }),
		done: t("login.removed") },
	(way) => account.change({ remove: contact.id }, way));
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
		const more = overview.contacts.length > 1;
		const buttons = [rowButton(t("change.change"),
			t(contact.kind === "email" ? "login.change_email" : "login.change_phone"),
			() => after(changeContact(contact)))];
		if (more) {
			buttons.push(rowButton(t("change.remove"),
				t("change.remove_label", { what: contact.to }),
				() => after(remove(contact))));
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
				() => after(changePassword()))] }),
		...contacts);
}
