/** What makes the page open without a network: its service worker. */

/** @returns {string} the only script that may become one */
function workerAddress() {
	const path = "/agent_worker.js";
	const types = /** @type {any} */ (globalThis).trustedTypes;
	return types === undefined ? path
		: types.createPolicy("ww-worker", { createScriptURL: () => path })
			.createScriptURL("");
}

/** The words that this page has loaded, for the copy. */
function wordsLoaded() {
	return performance.getEntriesByType("resource")
		.map((entry) => new URL(entry.name))
		.filter((url) => url.origin === location.origin
			&& url.pathname.startsWith("/assets/locale/"))
		.map((url) => url.pathname);
}

/** Once the words are loaded. */
export async function startWorker() {
	if (navigator.serviceWorker === undefined) {
		return;
	}
	try {
		await navigator.serviceWorker.register(workerAddress(), { scope: "/agent" });
		const { active } = await navigator.serviceWorker.ready;
		active?.postMessage({ words: wordsLoaded() });
	} catch {
		/* Then the page wants a network each time it is opened. */
	}
}
