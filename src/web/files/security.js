/**
 * Login & security: loads the account and shows its sections.  Every change
 * ends in the same way: the account is loaded again and shown as it is now.
 */

import { startFrame } from "./frame.js";
import { byId, notice, toast } from "./dom.js";
import { t } from "./i18n.js";
import { ApiError, wordsOf } from "./api.js";
import { goSignIn, showWho, whoIsIt } from "./session.js";
import * as account from "./account.js";
import { addContact, showLogin } from "./security_login.js";
import { addApp, makeRecovery, showDeliveries, showTwoStep }
	from "./security_factors.js";
import { showDevices, signOutEverywhere } from "./security_devices.js";
import { showMessages } from "./security_messages.js";

/** @typedef {import("./account.js").Overview} Overview */

/** @type {Overview | null} */
let now = null;

/** @param {import("./session.js").Session} session */
async function load(session) {
	now = await account.readOverview();
	const reload = () => load(session);
	showLogin(now, reload);
	showTwoStep(now, reload);
	showDeliveries(now, reload);
	showMessages(now, reload);
	showDevices(now, reload);
	for (const section of document.querySelectorAll(".sections > section")) {
		/** @type {HTMLElement} */ (section).hidden = false;
	}
	byId("status").replaceChildren();
	byId("settings").removeAttribute("aria-busy");
}

/**
 * A button above the rows, which works on the account as it is then.
 * @param {string} id
 * @param {(overview: Overview) => Promise<boolean>} act true: it changed
 * @param {import("./session.js").Session} session
 */
function onButton(id, act, session) {
	const button = /** @type {HTMLButtonElement} */ (byId(id));
	button.addEventListener("click", async () => {
		if (now === null) {
			return;
		}
		try {
			if (await act(now)) {
				await load(session);
				button.focus();
			}
		} catch (error) {
			toast(wordsOf(error));
		}
	});
}

/** @param {import("./session.js").Session} session */
async function start(session) {
	showWho(session);
	onButton("add-email", () => addContact("email"), session);
	onButton("add-phone", () => addContact("phone"), session);
	onButton("add-app", addApp, session);
	onButton("new-recovery", makeRecovery, session);
	onButton("sign-out-all", signOutEverywhere, session);
	try {
		await load(session);
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			goSignIn();
			return;
		}
		byId("status").replaceChildren(
			notice("bad", t("security.not_loaded"), wordsOf(error)));
	}
	if (location.hash !== "") {
		document.getElementById(location.hash.slice(1))?.scrollIntoView();
	}
}

await startFrame();
const session = await whoIsIt().catch((error) => {
	byId("status").replaceChildren(
		notice("bad", t("security.not_loaded"), wordsOf(error)));
	return undefined;
});
if (session === null) {
	goSignIn();
} else if (session !== undefined) {
	await start(session);
}
