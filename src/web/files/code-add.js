/** Adding an account: by camera, picture, link or hand, and a look at it first. */

import { byId, el, facts, toast } from "./dom.js";
import { dialog, flawWords, hush, input, say } from "./code-dialog.js";
import { ENTRIES_MAX, Flaw, makeEntry, parseUri, sameEntry } from "./code-entry.js";
import { letterOf, nameOf } from "./code-list.js";
import { isMigration, readMigration, Series } from "./code-migration.js";
import { readPicture, startCamera } from "./code-scan.js";
import { commit, opened } from "./code-session.js";
import { t, tn } from "./i18n.js";

/** @typedef {import("./code-otp.js").Entry} Entry */

const WAYS = ["camera", "picture", "link", "hand"];

/** @type {() => void} */
let stopCamera = () => {};
/* Two askers of the camera in turn: only the last may keep it. */
let asked = 0;
let series = new Series();
/** @type {() => Promise<void>} */
let onAdded = async () => {};

/**
 * Adds what is not there yet; throws a Flaw when the vault is full.
 * @param {Entry[]} entries
 * @returns {Promise<number>} how many were new
 */
export async function addEntries(entries) {
	let added = 0;
	await commit((now) => {
		const fresh = entries.filter((entry) =>
			!now.entries.some((old) => sameEntry(old, entry)));
		if (now.entries.length + fresh.length > ENTRIES_MAX) {
			throw new Flaw("too_many");
		}
		now.entries.push(...fresh);
		added = fresh.length;
	});
	await onAdded();
	return added;
}

/**
 * @param {Entry} entry
 * @returns {[string, string][]}
 */
export function factsOf(entry) {
	return [
		[t("auth.type"), t(entry.type === "totp" ? "auth.totp" : "auth.hotp")],
		[t("auth.algorithm"), entry.algorithm.replace("SHA", "SHA-")],
		[t("auth.digits"), String(entry.digits)],
		entry.type === "totp"
			? [t("auth.period"), String(entry.period)]
			: [t("auth.counter"), String(entry.counter)],
	];
}

/** @param {string} wish */
function chooseWay(wish) {
	asked++;
	stopCamera();
	stopCamera = () => {};
	hush("add-result");
	byId("add-confirm").hidden = true;
	for (const way of WAYS) {
		byId(`way-${way}`).hidden = way !== wish;
		document.querySelector(`[data-way="${way}"]`)
			?.setAttribute("aria-pressed", String(way === wish));
	}
	if (wish === "camera") {
		void camera();
	} else if (wish === "link") {
		input("link").focus();
	} else if (wish === "hand") {
		input("hand-issuer").focus();
	}
}

async function camera() {
	const mine = ++asked;
	try {
		const stop = await startCamera(/** @type {HTMLVideoElement} */ (
			byId("video")), (text) => take(text));
		if (mine !== asked || byId("way-camera").hidden || !dialog("add-dialog").open) {
			stop();
			return;
		}
		stopCamera = stop;
	} catch {
		if (mine === asked) {
			byId("way-camera").hidden = true;
			say("add-result", "caution", t("auth.no_camera"));
		}
	}
}

/**
 * Shows what would be added.
 * @param {Entry[]} entries
 */
function confirm(entries) {
	asked++;
	stopCamera();
	stopCamera = () => {};
	for (const way of WAYS) {
		byId(`way-${way}`).hidden = true;
	}
	const yes = el("button", { class: "button", type: "button" },
		tn("auth.add_n", entries.length));
	yes.addEventListener("click", async () => {
		yes.disabled = true;
		try {
			const n = await addEntries(entries);
			dialog("add-dialog").close();
			toast(n === 0 ? t("auth.known") : tn("auth.added", n));
		} catch (error) {
			say("add-result", "bad", flawWords(error));
			yes.disabled = false;
		}
	});
	const place = byId("add-confirm");
	place.replaceChildren(...summary(entries), yes);
	place.hidden = false;
	yes.focus();
}

/**
 * @param {Entry[]} entries
 * @returns {Element[]}
 */
export function summary(entries) {
	if (entries.length !== 1) {
		return [el("ul", { class: "found", tabindex: "0", "aria-label": t("auth.codes") },
			...entries.map((entry) => el("li", {}, nameOf(entry))))];
	}
	const [entry] = entries;
	return [el("div", { class: "tablet-row single" }, letterOf(entry),
		el("strong", {}, nameOf(entry))), facts(factsOf(entry))];
}

/**
 * A text that a code or a link held.
 * @param {string} text
 */
export function take(text) {
	try {
		if (!isMigration(text)) {
			confirm([parseUri(text)]);
			hush("add-result");
			return;
		}
		const whole = series.add(readMigration(text));
		if (whole !== null) {
			series = new Series();
			confirm(whole);
			hush("add-result");
			return;
		}
		say("add-result", "good", t("auth.series",
			{ n: series.parts.size, of: series.size }));
	} catch (error) {
		say("add-result", "bad", flawWords(error));
	}
}

/** @param {Blob | null | undefined} file */
async function picture(file) {
	if (!file) {
		return;
	}
	say("add-result", "good", t("auth.working"));
	const text = await readPicture(file);
	input("picture").value = "";
	if (text === null) {
		say("add-result", "bad", t("auth.no_code"));
	} else {
		take(text);
	}
}

function byHand() {
	const form = /** @type {HTMLFormElement} */ (byId("way-hand"));
	const given = Object.fromEntries([...new FormData(form)]
		.map(([name, value]) => [name, String(value)]));
	try {
		confirm([makeEntry(/** @type {any} */ (given))]);
		hush("add-result");
	} catch (error) {
		say("add-result", "bad", flawWords(error));
	}
}

/** Opens the sheet, with the camera where there is one. */
export function openAdd() {
	opened();
	series = new Series();
	dialog("add-dialog").showModal();
	chooseWay("mediaDevices" in navigator ? "camera" : "link");
}

/**
 * Opens the sheet with a link to look at, as /security hands it over.
 * @param {string} uri
 */
export function openAddWith(uri) {
	opened();
	dialog("add-dialog").showModal();
	chooseWay("link");
	take(uri);
}

/** @param {() => Promise<void>} added is called after each change */
export function startAdd(added) {
	onAdded = added;
	for (const id of ["add", "none-add"]) {
		byId(id).addEventListener("click", openAdd);
	}
	for (const way of WAYS) {
		document.querySelector(`[data-way="${way}"]`)
			?.addEventListener("click", () => chooseWay(way));
	}
	dialog("add-dialog").addEventListener("close", () => {
		asked++;
		stopCamera();
		stopCamera = () => {};
		byId("add-confirm").replaceChildren();
	});
	input("picture").addEventListener("change", () =>
		void picture(input("picture").files?.[0]));
	dialog("add-dialog").addEventListener("paste", (event) => {
		const file = [...event.clipboardData?.files ?? []][0];
		if (file !== undefined) {
			event.preventDefault();
			void picture(file);
		}
	});
	byId("way-link").addEventListener("submit", (event) => {
		event.preventDefault();
		take(input("link").value);
	});
	byId("way-hand").addEventListener("submit", (event) => {
		event.preventDefault();
		byHand();
	});
	byId("hand-type").addEventListener("change", () => {
		const counts = input("hand-type").value === "hotp";
		byId("hand-period-field").hidden = counts;
		byId("hand-counter-field").hidden = !counts;
	});
}
