/**
 * The code app.  Everything happens on this device: the policy of this page
 * forbids every connection, and its worker answers from its own store.
 */

import { byId, toast } from "./dom.js";
import { startFrame } from "./frame.js";
import { t } from "./i18n.js";
import { openAddWith, startAdd } from "./code-add.js";
import { startBring } from "./code-bring.js";
import { ask, closeDialogs, dialog, flawWords, hush, input, newPassphrase, say,
	startDialogs } from "./code-dialog.js";
import { fromBase32, parseUri, sameEntry } from "./code-entry.js";
import { clearList, showList, startList } from "./code-list.js";
import { codeKey, hotp, stepAt } from "./code-otp.js";
import { usePasskey } from "./code-passkey.js";
import { content, create, forget, lock, refresh, sealed, unlock }
	from "./code-session.js";
import { openEntry, startSettings } from "./code-settings.js";
import { keep } from "./code-store.js";
import { passkeysOf, readVault } from "./code-vault.js";
import { receive } from "./handover.js";

const VIEWS = ["welcome", "locked", "open"];

/** @param {string} view */
function show(view) {
	for (const name of VIEWS) {
		byId(name).hidden = name !== view;
	}
}

/* ---- open and lock ---- */

let usedAt = Date.now();
/** @type {number | null} */
let leftAt = null;

async function showOpen() {
	usedAt = Date.now();
	show("open");
	await showList(openEntry);
	performance.mark("codes");
	if (location.hash === "#enrol") {
		history.replaceState(null, "", location.pathname);
		enrol();
	}
}

async function showGate() {
	closeDialogs();
	clearList();
	if (!await refresh()) {
		show("welcome");
		return;
	}
	show("locked");
	byId("unlock-passkey").hidden = passkeysOf(readVault(sealed())).length === 0;
	input("unlock-pass").focus();
}

async function lockNow() {
	lock();
	await showGate();
}

/** Time runs on while a page sleeps: looked at on each event, not counted. */
function lockWhenDue() {
	const open = content();
	if (open === null) {
		return;
	}
	const now = Date.now();
	const { lock_after: lockAfter, leave_after: leaveAfter } = open.settings;
	if (now - usedAt >= lockAfter * 1000
		|| (leftAt !== null && now - leftAt >= leaveAfter * 1000)) {
		void lockNow();
	}
}

function startLocking() {
	for (const event of ["pointerdown", "keydown"]) {
		document.addEventListener(event, () => {
			lockWhenDue();
			usedAt = Date.now();
		}, { capture: true });
	}
	document.addEventListener("visibilitychange", () => {
		const away = document.visibilityState === "hidden";
		document.body.classList.toggle("veiled", away);
		if (away) {
			leftAt = Date.now();
		}
		lockWhenDue();
		if (!away) {
			leftAt = null;
		}
	});
	/* A page that is kept for going back must not come back open. */
	window.addEventListener("pagehide", () => void lockNow());
	setInterval(lockWhenDue, 1000);
	byId("lock").addEventListener("click", () => void lockNow());
}

/* ---- the gate ---- */

/**
 * @param {string} button
 * @param {string} result
 * @param {() => Promise<boolean>} work
 */
async function working(button, result, work) {
	const node = /** @type {HTMLButtonElement} */ (byId(button));
	node.disabled = true;
	say(result, "good", t("auth.working"));
	try {
		if (await work()) {
			hush(result);
			await showOpen();
		}
	} catch (error) {
		say(result, "bad", flawWords(error));
	} finally {
		node.disabled = false;
	}
}

function startGate() {
	byId("new-form").addEventListener("submit", (event) => {
		event.preventDefault();
		const wish = newPassphrase("new-pass", "new-again", "new-result");
		if (wish === null) {
			return;
		}
		void working("new-button", "new-result", async () => {
			await create(wish);
			/** @type {HTMLFormElement} */ (byId("new-form")).reset();
			void keep();
			return true;
		});
	});
	byId("unlock-form").addEventListener("submit", (event) => {
		event.preventDefault();
		void working("unlock-button", "unlock-result", async () => {
			performance.mark("unlock");
			const right = await unlock({ passphrase: input("unlock-pass").value });
			if (!right) {
				say("unlock-result", "bad", t("auth.wrong"));
				input("unlock-pass").select();
				return false;
			}
			input("unlock-pass").value = "";
			return true;
		});
	});
	byId("unlock-passkey").addEventListener("click", () =>
		void working("unlock-passkey", "unlock-result", async () => {
			const by = await usePasskey(passkeysOf(readVault(sealed())));
			if (by === null || !await unlock(by)) {
				say("unlock-result", "caution", t("auth.passkey_failed"));
				return false;
			}
			return true;
		}));
	byId("forgot-erase").addEventListener("click", async () => {
		const sure = await ask({ owner: false, yes: t("auth.start_again"),
			text: t("auth.erase_text") });
		if (sure !== null) {
			await forget();
			await showGate();
		}
	});
}

/* ---- enrolment from /security, in another tab ---- */

function enrol() {
	const answer = receive((uri) => {
		openAddWith(uri);
		dialog("add-dialog").addEventListener("close", () =>
			void answerWithCode(uri, answer), { once: true });
	});
}

/**
 * @param {string} uri
 * @param {(code: string | null) => void} answer
 */
async function answerWithCode(uri, answer) {
	const wanted = parseUri(uri);
	const entry = content()?.entries.find((e) => sameEntry(e, wanted));
	if (entry === undefined || entry.type !== "totp") {
		answer(null);
		return;
	}
	answer(await hotp(await codeKey(entry.algorithm, fromBase32(entry.secret)),
		stepAt(entry.period, Date.now()), entry.digits));
	toast(t("auth.handed_over"));
}

/* ---- offline ---- */

/** One address may be made a worker of, and no other. */
function workerAddress() {
	const address = "/authenticator-worker.js";
	/** @type {any} */
	const types = /** @type {any} */ (window).trustedTypes;
	return types === undefined ? address
		: types.createPolicy("watchword-worker", { createScriptURL: () => address })
			.createScriptURL("");
}

async function startOffline() {
	try {
		await navigator.serviceWorker.register(workerAddress(),
			{ scope: "/authenticator", updateViaCache: "none" });
	} catch {
		/* Without a worker the app works while the server does. */
	}
}

async function changed() {
	if (content() !== null) {
		await showList(openEntry);
	}
}

await startFrame({ asksState: false });
byId("search").setAttribute("placeholder", t("auth.search"));
startDialogs();
startList();
startAdd(changed);
startBring();
startSettings(changed, showGate);
startGate();
startLocking();
await showGate();
void startOffline();
