/** Bringing accounts over from files: what is in them, then a yes. */

import { byId, el, toast } from "./dom.js";
import { addEntries, summary } from "./code-add.js";
import { dialog, flawWords, hush, input, say } from "./code-dialog.js";
import { Flaw, parseUri, sameEntry } from "./code-entry.js";
import { isMigration, readMigration, Series } from "./code-migration.js";
import { readPicture } from "./code-scan.js";
import { opened } from "./code-session.js";
import { t, tn } from "./i18n.js";

/** @typedef {import("./code-import.js").Found} Found */
/** @typedef {import("./code-import.js").Source} Source */

/** @type {Source | null} */
let waiting = null;

function clear() {
	waiting = null;
	byId("import-form").hidden = true;
	byId("import-found").hidden = true;
	byId("import-found").replaceChildren();
	hush("import-result");
}

/**
 * @param {string} name of the other app
 * @param {Found} found
 */
function show(name, { entries, flaws }) {
	const fresh = entries.filter((entry) =>
		!opened().entries.some((old) => sameEntry(old, entry)));
	byId("import-form").hidden = true;
	if (fresh.length > 0) {
		say("import-result", "good", tn("auth.found", fresh.length, { name }));
	} else {
		say("import-result", "caution", t(entries.length > 0
			? "auth.found_known" : "auth.found_none", { name }));
	}
	const place = byId("import-found");
	place.replaceChildren();
	if (flaws.length > 0) {
		place.append(el("p", {}, tn("auth.not_possible", flaws.length)),
			el("ul", { class: "found", tabindex: "0", "aria-label": t("auth.flaws") },
				...flaws.map((flaw) => el("li", {}, flawWords(flaw)))));
	}
	if (fresh.length > 0) {
		const yes = el("button", { class: "button", type: "button", id: "import-yes" },
			tn("auth.add_n", fresh.length));
		yes.addEventListener("click", async () => {
			yes.disabled = true;
			try {
				const n = await addEntries(fresh);
				dialog("import-dialog").close();
				toast(tn("auth.added", n));
			} catch (error) {
				say("import-result", "bad", flawWords(error));
			}
		});
		place.append(...summary(fresh), yes);
	}
	place.hidden = place.childElementCount === 0;
}

/**
 * QR codes in pictures, of which several may make one series.
 * @param {File[]} files
 * @returns {Promise<Found>}
 */
async function fromPictures(files) {
	const series = new Series();
	/** @type {Found} */
	const found = { entries: [], flaws: [] };
	let whole = true;
	for (const file of files) {
		try {
			const text = await readPicture(file);
			if (text === null) {
				throw new Flaw("no_code", file.name);
			}
			if (isMigration(text)) {
				const all = series.add(readMigration(text));
				whole = all !== null;
				found.entries.push(...all ?? []);
			} else {
				found.entries.push(parseUri(text));
			}
		} catch (error) {
			if (!(error instanceof Flaw)) {
				throw error;
			}
			found.flaws.push(error.place === ""
				? new Flaw(error.reason, file.name) : error);
		}
	}
	if (!whole) {
		found.flaws.push(new Flaw("series", `${series.parts.size}/${series.size}`));
	}
	return found;
}

/** @param {File[]} files */
async function take(files) {
	clear();
	if (files.length === 0) {
		return;
	}
	say("import-result", "good", t("auth.working"));
	try {
		if (files.every((file) => file.type.startsWith("image/"))) {
			show("QR", await fromPictures(files));
			return;
		}
		if (files.length > 1) {
			throw new Flaw("one_file");
		}
		const { FILE_MAX, recognise } = await import("./code-import.js");
		if (files[0].size > FILE_MAX) {
			throw new Flaw("too_big");
		}
		const source = recognise(new Uint8Array(await files[0].arrayBuffer()));
		if (source.locked) {
			waiting = source;
			hush("import-result");
			byId("import-form").hidden = false;
			input("import-pass").focus();
			return;
		}
		show(source.name, await source.read(""));
	} catch (error) {
		say("import-result", "bad", flawWords(error));
	}
}

async function unlockFile() {
	if (waiting === null) {
		return;
	}
	say("import-result", "good", t("auth.working"));
	try {
		show(waiting.name, await waiting.read(input("import-pass").value));
		input("import-pass").value = "";
	} catch (error) {
		say("import-result", "bad", flawWords(error));
		input("import-pass").select();
	}
}

export function openBring() {
	opened();
	clear();
	dialog("import-dialog").showModal();
}

export function startBring() {
	const file = input("import-file");
	file.addEventListener("change", () => void take([...file.files ?? []]));
	byId("import-form").addEventListener("submit", (event) => {
		event.preventDefault();
		void unlockFile();
	});
	dialog("import-dialog").addEventListener("close", () => {
		file.value = "";
		clear();
	});
	byId("none-import").addEventListener("click", openBring);
	byId("import").addEventListener("click", () => {
		dialog("settings-dialog").close();
		openBring();
	});
}
