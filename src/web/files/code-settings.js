/** Settings, copies, exports, and the sheet of one account. */

import { byId, el, facts, toast } from "./dom.js";
import { factsOf } from "./code-add.js";
import { ask, dialog, download, flawWords, hush, input, say } from "./code-dialog.js";
import { buildUri, makeEntry } from "./code-entry.js";
import { nameOf, svg } from "./code-list.js";
import { makePasskey, passkeyPossible } from "./code-passkey.js";
import { commit, commitSlots, forget, opened, sealed } from "./code-session.js";
import { addPasskey, changePassphrase, passkeysOf, readVault }
	from "./code-vault.js";
import { locale, t, tn } from "./i18n.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

/* Seconds; 0 is at once, and never is not offered. */
const LOCK_AFTER = [60, 300, 900, 3600];
const LEAVE_AFTER = [0, 30, 300];

/** @type {() => Promise<void>} */
let onChange = async () => {};
/** @type {() => Promise<void>} */
let onErased = async () => {};
let editing = "";

/** @param {number} seconds */
function span(seconds) {
	if (seconds === 0) {
		return t("auth.at_once");
	}
	const [n, unit] = seconds < 60 ? [seconds, "second"]
		: seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
	return new Intl.NumberFormat(locale(),
		{ style: "unit", unit, unitDisplay: "long" }).format(n);
}

/** @param {(content: import("./code-vault.js").Content) => void} change */
async function change(change) {
	try {
		await commit(change);
		await onChange();
		return true;
	} catch (error) {
		say("settings-result", "bad", flawWords(error));
		return false;
	}
}

function today() {
	return new Date().toISOString().slice(0, 10);
}

/** The sealed text without passkeys, which only this device has. */
function backup() {
	const vault = readVault(sealed());
	vault.slots = vault.slots.filter((slot) => slot.kind === "passphrase");
	download(`watchword-authenticator-${today()}.json`, JSON.stringify(vault));
	say("settings-result", "good", t("auth.backup_done"));
}

/** @param {boolean} aegis */
async function exportAs(aegis) {
	const owner = await ask({ owner: true, yes: t("auth.go_on"),
		text: t(aegis ? "auth.aegis_text" : "auth.list_text") });
	if (owner === null) {
		return;
	}
	owner.key?.fill(0);
	const { asAegis, asList } = await import("./code-export.js");
	const { entries } = opened();
	if (aegis) {
		download(`aegis-${today()}.json`, await asAegis(entries, owner.passphrase));
	} else {
		download(`otpauth-${today()}.txt`, asList(entries));
	}
	say("settings-result", "good", tn("auth.exported", entries.length));
}

/**
 * @param {Entry} entry
 * @param {boolean[][]} rows
 */
function paperEntry(entry, rows) {
	let path = "";
	rows.forEach((row, y) => row.forEach((dark, x) => {
		path += dark ? `M${x} ${y}h1v1h-1z` : "";
	}));
	const code = svg("svg", { viewBox: `0 0 ${rows.length} ${rows.length}`,
		"shape-rendering": "crispEdges", "aria-hidden": "true" },
	svg("path", { d: path }));
	return el("li", {}, code, el("h3", {}, nameOf(entry)),
		el("code", {}, (entry.secret.match(/.{1,4}/g) ?? []).join(" ")),
		el("p", {}, factsOf(entry).map((fact) => fact.join(": ")).join(" · ")));
}

async function paper() {
	const owner = await ask({ owner: true, yes: t("auth.go_on"),
		text: t("auth.paper_text") });
	if (owner === null) {
		return;
	}
	owner.key?.fill(0);
	const { encodeQR } = await import("./vendor/qr/index.js");
	const sheet = byId("paper-sheet");
	const list = el("ol", {}, ...opened().entries.map((entry) =>
		paperEntry(entry, encodeQR(buildUri(entry), "raw", { ecc: "medium", border: 2 }))));
	sheet.replaceChildren(el("h2", {}, `${t("auth.title")} · ${today()}`),
		el("p", {}, t("auth.paper_warning")), list);
	sheet.hidden = false;
	window.addEventListener("afterprint", () => {
		sheet.hidden = true;
		sheet.replaceChildren();
	}, { once: true });
	window.print();
}

async function passphrase() {
	const owner = await ask({ owner: true, next: true, yes: t("auth.change_pass"),
		text: t("auth.change_text") });
	if (owner === null || owner.key === null) {
		return;
	}
	try {
		await commitSlots(await changePassphrase(readVault(sealed()), owner.key,
			owner.next));
		say("settings-result", "good", t("auth.changed"));
	} catch (error) {
		say("settings-result", "bad", flawWords(error));
	} finally {
		owner.key.fill(0);
	}
}

async function passkey() {
	const vault = readVault(sealed());
	if (passkeysOf(vault).length > 0) {
		await commitSlots(vault.slots.filter((slot) => slot.kind !== "passkey"));
		say("settings-result", "good", t("auth.passkey_gone"));
		await showPasskey();
		return;
	}
	const owner = await ask({ owner: true, yes: t("auth.go_on"),
		text: t("auth.passkey_text") });
	if (owner === null || owner.key === null) {
		return;
	}
	const made = await makePasskey(t("auth.title"));
	try {
		if (made === null) {
			say("settings-result", "caution", t("auth.passkey_none"));
			return;
		}
		await commitSlots(await addPasskey(readVault(sealed()), owner.key, made));
		say("settings-result", "good", t("auth.passkey_done"));
	} catch (error) {
		say("settings-result", "bad", flawWords(error));
	} finally {
		owner.key.fill(0);
	}
	await showPasskey();
}

async function showPasskey() {
	const has = passkeysOf(readVault(sealed())).length > 0;
	byId("passkey").hidden = !has && !await passkeyPossible();
	byId("passkey").textContent = t(has ? "auth.passkey_remove" : "auth.passkey_add");
}

async function eraseAll() {
	const sure = await ask({ owner: false, yes: t("auth.erase"),
		text: t("auth.erase_text") });
	if (sure !== null) {
		await forget();
		dialog("settings-dialog").close();
		await onErased();
	}
}

async function openSettings() {
	const { settings } = opened();
	hush("settings-result");
	input("set-hide").checked = settings.hide;
	input("set-lock").value = String(settings.lock_after);
	input("set-leave").value = String(settings.leave_after);
	await showPasskey();
	dialog("settings-dialog").showModal();
}

/* ---- one account ---- */

/** @param {string} id */
export function openEntry(id) {
	const entry = opened().entries.find((e) => e.id === id);
	if (entry === undefined) {
		return;
	}
	editing = id;
	hush("entry-result");
	input("entry-issuer").value = entry.issuer;
	input("entry-account").value = entry.account;
	byId("entry-facts").replaceChildren(...facts(factsOf(entry)).childNodes);
	dialog("entry-dialog").showModal();
}

async function rename() {
	try {
		await commit((now) => {
			now.entries = now.entries.map((entry) => entry.id !== editing ? entry
				: { ...makeEntry({ ...entry, issuer: input("entry-issuer").value,
					account: input("entry-account").value }), id: entry.id });
		});
		dialog("entry-dialog").close();
		await onChange();
	} catch (error) {
		say("entry-result", "bad", flawWords(error));
	}
}

/** @param {number} by -1: up */
async function move(by) {
	await change(({ entries }) => {
		const at = entries.findIndex((e) => e.id === editing);
		const to = at + by;
		if (at >= 0 && to >= 0 && to < entries.length) {
			entries.splice(to, 0, ...entries.splice(at, 1));
		}
	});
	const at = opened().entries.findIndex((e) => e.id === editing);
	say("entry-result", "good", t("auth.moved",
		{ n: at + 1, of: opened().entries.length }));
}

async function remove() {
	const entry = opened().entries.find((e) => e.id === editing);
	if (entry === undefined) {
		return;
	}
	const sure = await ask({ owner: false, yes: t("auth.remove"),
		text: t("auth.remove_text", { name: nameOf(entry) }) });
	if (sure !== null && await change((now) => {
		now.entries = now.entries.filter((e) => e.id !== entry.id);
	})) {
		dialog("entry-dialog").close();
		toast(t("auth.removed"));
	}
}

/** @param {string} id @param {() => Promise<void>} does */
function onClick(id, does) {
	byId(id).addEventListener("click", () => void does());
}

/** @param {string} id @param {number[]} choices */
function fillSpans(id, choices) {
	byId(id).replaceChildren(...choices.map((s) =>
		el("option", { value: String(s) }, span(s))));
}

/**
 * @param {() => Promise<void>} changed
 * @param {() => Promise<void>} erased
 */
export function startSettings(changed, erased) {
	onChange = changed;
	onErased = erased;
	fillSpans("set-lock", LOCK_AFTER);
	fillSpans("set-leave", LEAVE_AFTER);
	onClick("settings", openSettings);
	onClick("backup", async () => backup());
	onClick("paper", paper);
	onClick("export-aegis", () => exportAs(true));
	onClick("export-list", () => exportAs(false));
	onClick("change-pass", passphrase);
	onClick("passkey", passkey);
	onClick("erase", eraseAll);
	onClick("sort", async () => {
		await change((now) => now.entries.sort((a, b) =>
			nameOf(a).localeCompare(nameOf(b), locale())));
		say("settings-result", "good", t("auth.sorted"));
	});
	input("set-hide").addEventListener("change", () => void change((now) => {
		now.settings.hide = input("set-hide").checked;
	}));
	input("set-lock").addEventListener("change", () => void change((now) => {
		now.settings.lock_after = Number(input("set-lock").value);
	}));
	input("set-leave").addEventListener("change", () => void change((now) => {
		now.settings.leave_after = Number(input("set-leave").value);
	}));
	byId("entry-form").addEventListener("submit", (event) => {
		event.preventDefault();
		void rename();
	});
	onClick("entry-up", () => move(-1));
	onClick("entry-down", () => move(1));
	onClick("entry-remove", remove);
}
