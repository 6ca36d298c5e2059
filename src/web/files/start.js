/** The start page: the state of the installation, and the first code. */

import { askState, showSandbox, startFrame } from "./frame.js";
import { byId } from "./dom.js";
import { t, tn } from "./i18n.js";
import { ApiError, call } from "./api.js";
import { startTry } from "./try.js";

const AGAIN_MS = 15000;
const AGAIN_SOON_MS = 3000;

/**
 * @param {"good" | "caution" | "bad"} state
 * @param {string} text
 */
function showService(state, text) {
	const badge = byId("state-service");
	/* Said again only when it is news: the list is a live region. */
	if (badge.textContent !== text) {
		badge.dataset.state = state;
		badge.textContent = text;
	}
}

/** @param {boolean} sandbox */
function showMode(sandbox) {
	const mode = byId("state-mode");
	const text = t(sandbox ? "state.sandbox" : "state.production");
	if (mode.textContent !== text) {
		mode.textContent = text;
	}
	showSandbox(sandbox);
}

async function showKeys() {
	const node = byId("state-keys");
	try {
		const set = await call("GET", "/.well-known/jwks.json");
		node.textContent = tn("state.keys_published", (set.keys ?? []).length);
	} catch {
		node.textContent = t("state.unknown");
	}
}

let keysShown = false;
let trying = false;

async function watchState() {
	let wait = AGAIN_MS;
	if (document.visibilityState === "visible") {
		try {
			const { sandbox } = await askState();
			showService("good", t("state.ready"));
			showMode(sandbox);
			if (!keysShown) {
				keysShown = true;
				await showKeys();
			}
			if (sandbox && !trying) {
				trying = true;
				startTry();
			}
		} catch (error) {
			wait = AGAIN_SOON_MS;
			if (error instanceof ApiError && error.status !== 0) {
				showService("caution", t("state.not_ready"));
			} else {
				showService("bad", t("state.gone"));
			}
		}
	}
	setTimeout(() => void watchState(), wait);
}

/** The examples name this server, wherever it listens. */
function showOrigin() {
	byId("state-address").textContent = location.origin;
	for (const id of ["own-ask", "own-check"]) {
		const node = byId(id);
		node.textContent = (node.textContent ?? "")
			.replace("http://127.0.0.1:8640", location.origin);
	}
}

showOrigin();
await startFrame({ asksState: false });
await watchState();
