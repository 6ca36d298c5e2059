/**
 * Two-step verification: on or off, the authenticator apps, the recovery
 * codes; and the switch for delivery codes, which stands here and in a
 * section of its own (R42, R43).
 */

import { byId, copy, el, toast } from "./dom.js";
import { offer } from "./handover.js";
import { field, showFlaw, wire } from "./form.js";
import { showTime, t, tn } from "./i18n.js";
import { confirmed, proved } from "./change.js";
import { openSheet } from "./sheet.js";
import { qrCode } from "./qr.js";
import { row, rowButton, switchButton } from "./rows.js";
import * as account from "./account.js";

/** @typedef {import("./account.js").Overview} Overview */

/**
 * A preference: on at once, since it makes the account safer; off after a
 * code (R41, R44).
 * @param {"two_step" | "delivery_codes"} name
 * @param {boolean} on
 */
async function turn(name, on) {
	if (on && await account.setPreferences({ [name]: true }) === null) {
		toast(t(name === "two_step" ? "two_step.now_on" : "delivery_codes.now_on"));
		return true;
	}
	return confirmed({
		title: t(name === "two_step" ? "two_step.turn_off" : "delivery_codes.turn_off"),
		done: t(name === "two_step" ? "two_step.now_off" : "delivery_codes.now_off"),
	}, (way) => account.change({ [name]: false }, way));
}

/** The key in groups of four, as people copy it. */
/** @param {string} secret */
function grouped(secret) {
	return secret.replace(/\s/g, "").match(/.{1,4}/g)?.join(" ") ?? secret;
}

/** Takes back what was offered to the code app. */
let withdraw = () => {};

/**
 * The code app in another tab of this browser: it is handed the key, asks its
 * owner, and answers with its first code (R24).
 * @param {string} uri
 * @param {(code: string) => void} onCode
 */
function codeApp(uri, onCode) {
	const link = el("a", { class: "button quiet wide", id: "app-here",
		href: "/authenticator#enrol", target: "_blank" }, t("apps.here"));
	link.addEventListener("click", () => {
		withdraw();
		withdraw = offer(uri, onCode);
	});
	return link;
}

/**
 * @param {import("./account.js").NewApp} app
 * @param {(code: string) => Promise<import("./code.js").Outcome>} check
 * @param {() => void} done
 */
function appStep(app, check, done) {
	const code = field("app-code", t("apps.code"), {
		class: "code-input", name: "code", type: "text", required: true,
		inputmode: "numeric", autocomplete: "one-time-code",
		autocapitalize: "none", spellcheck: "false", maxlength: "16",
	}, t("apps.code_hint"));
	const copyKey = el("button", { class: "button quiet little", type: "button" },
		t("apps.copy_key"));
	copyKey.addEventListener("click", () => void copy(app.secret));
	const form = el("form", { class: "stack", id: "app-form", method: "post" },
		el("p", { class: "soft" }, t("apps.scan")),
		qrCode(app.qr_svg, t("apps.qr_label")),
		el("details", {}, el("summary", {}, t("apps.cannot_scan")),
			el("div", { class: "stack-s" },
				el("p", { class: "small soft" }, t("apps.type_key")),
				el("code", { class: "key", id: "app-key" }, grouped(app.secret)),
				copyKey)),
		codeApp(app.otpauth_uri, (said) => {
			code.input.value = said;
			form.requestSubmit();
		}),
		code.node, el("div", { class: "status", role: "status" }),
		el("button", { class: "button wide", type: "submit" }, t("code.submit")));
	wire(form, async (values) => {
		const said = await check(values.code);
		if (said.result === "approved") {
			done();
			return;
		}
		showFlaw(code.input, said.result === "wrong"
			? t("apps.wrong") : t(`outcome.${said.result}`));
		code.input.select();
		code.input.focus();
	});
	return form;
}

/** Nothing is active before the app has shown that it has the key. */
export async function addApp() {
	let added = false;
	await openSheet(t("apps.add"), (sheet) => {
		const label = field("app-label", t("apps.label"), { name: "label",
			type: "text", required: true, maxlength: "40", autocomplete: "off",
			value: t("apps.label_value") }, t("apps.label_hint"));
		const form = el("form", { class: "stack", id: "app-ask", method: "post" },
			el("p", { class: "soft" }, t("apps.lead")), label.node,
			el("div", { class: "status", role: "status" }),
			el("button", { class: "button wide", type: "submit" }, t("change.next")));
		wire(form, async (values) => {
			const app = await proved(() => account.addApp(values.label.trim()));
			if (app === null) {
				return;
			}
			const step = appStep(app,
				(code) => account.confirmApp(app, code), () => {
					added = true;
					sheet.close();
				});
			sheet.show(step);
			/** @type {HTMLElement} */ (step.elements.namedItem("code")).focus();
		});
		sheet.show(form);
	});
	withdraw();
	if (added) {
		toast(t("apps.added"));
	}
	return added;
}

/** @param {string[]} codes */
function codeList(codes) {
	const list = el("ol", { class: "codes", id: "recovery-list" },
		...codes.map((code) => el("li", {}, code)));
	const copyAll = el("button", { class: "button quiet", type: "button" },
		t("copy.button"));
	copyAll.addEventListener("click", () => void copy(
		codes.map((code, at) => `${at + 1}. ${code}`).join("\n")));
	const print = el("button", { class: "button quiet", type: "button" },
		t("recovery.print"));
	print.addEventListener("click", () => window.print());
	return [el("p", {}, t("recovery.shown_once")), list,
		el("p", { class: "buttons no-print" }, copyAll, print)];
}

/** Ten new codes, shown once; the old ones are dead. */
export async function makeRecovery() {
	const codes = await proved(account.makeRecovery);
	if (codes === null) {
		return false;
	}
	await openSheet(t("recovery.heading"), (sheet) => {
		const saved = el("button", { class: "button wide no-print", type: "button" },
			t("recovery.saved"));
		saved.addEventListener("click", () => sheet.close());
		sheet.show(...codeList(codes), saved);
	});
	toast(t("recovery.made"));
	return true;
}

/**
 * @param {Overview} overview
 * @param {(changing: Promise<boolean>) => Promise<void>} after
 * @param {string} label
 */
function deliveriesRow(overview, after, label) {
	const on = overview.preferences.delivery_codes;
	return row({ title: label,
		detail: t(on ? "delivery_codes.on_more" : "delivery_codes.off_more"),
		buttons: [switchButton(on, label, t(on ? "switch.on" : "switch.off"),
			() => after(turn("delivery_codes", !on)))] });
}

/** @param {() => Promise<void>} reload */
function afterwards(reload) {
	/** @param {Promise<boolean>} changing */
	return async (changing) => {
		if (await changing) {
			await reload();
		}
	};
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showTwoStep(overview, reload) {
	const after = afterwards(reload);
	const on = overview.preferences.two_step;
	const apps = overview.apps.map((app) => row({
		title: app.label, badge: ["good", t("way.totp")],
		detail: t("apps.since", { date: showTime(app.created_at, "date") }),
		buttons: [rowButton(t("change.remove"),
			t("change.remove_label", { what: app.label }),
			() => after(confirmed({
				title: t("apps.remove", { label: app.label }),
				done: t("apps.removed"),
			}, (way) => account.change({ remove: app.id }, way))))],
	}));
	const left = overview.recovery_left;
	byId("two-step-rows").replaceChildren(
		row({ title: t("two_step.heading"), id: "two-step-row",
			detail: t(on ? "two_step.on_more" : "two_step.off_more"),
			buttons: [switchButton(on, t("two_step.heading"),
				t(on ? "switch.on" : "switch.off"),
				() => after(turn("two_step", !on)))] }),
		...apps,
		row({ title: t("recovery.title"),
			detail: left === 0 ? t("recovery.none") : tn("recovery.left", left),
			...(left > 0 && left < 3
				? { badge: /** @type {["caution", string]} */ (["caution", t("recovery.soon")]) }
				: {}) }),
		deliveriesRow(overview, after, t("delivery_codes.heading")));
	byId("new-recovery").textContent =
		t(left === 0 ? "recovery.make" : "recovery.make_new");
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} reload
 */
export function showDeliveries(overview, reload) {
	byId("deliveries-rows").replaceChildren(
		deliveriesRow(overview, afterwards(reload), t("delivery_codes.at_door")));
}
