/**
 * The service worker of /agent: the page, its modules, styles and words from a
 * copy, so that it opens where there is no coverage.  It keeps nothing of the
 * API: what the page knows of a day it keeps sealed itself.
 *
 * The copy is taken whole or not at all, so that modules of two versions never
 * meet.  It is taken when the page has opened with a network, and used from the
 * next opening on.
 */

const PREFIX = "ww-agent-";
const PAGE = "/agent";
/* The last file of a copy: without it, the copy was not finished. */
const WHOLE = "/agent_worker.js";
/* Loaded where a browser lacks something, which it finds out at a door. */
const SPARE = ["/assets/vendor/qr/decode.js", "/assets/vendor/noble-ed25519/index.js"];
/* The files that a page or module names. */
const NAMED = /(?:href|src)="(\/assets\/[^"]+)"|from ['"]\.\/([\w./-]+)['"]/g;

const here = /** @type {any} */ (self);

/**
 * @param {string} path
 * @param {string} text
 */
function filesNamed(path, text) {
	const base = location.origin + path;
	return [...text.matchAll(NAMED)].map(([, whole, near]) =>
		whole ?? new URL(near, base).pathname);
}

/** @param {string[]} words the files with the words of the reader's language */
async function takeCopy(words) {
	/** @type {Map<string, Response>} */
	const taken = new Map();
	const next = [PAGE, ...SPARE, ...words];
	for (let path = next.pop(); path !== undefined; path = next.pop()) {
		if (taken.has(path)) {
			continue;
		}
		const answer = await fetch(path, { cache: "no-cache" });
		if (!answer.ok) {
			return;
		}
		taken.set(path, answer.clone());
		if (/html|javascript/.test(answer.headers.get("Content-Type") ?? "")) {
			next.push(...filesNamed(path, await answer.text()));
		}
	}
	const name = PREFIX + Date.now();
	const cache = await caches.open(name);
	await Promise.all([...taken].map(([path, answer]) => cache.put(path, answer)));
	await cache.put(WHOLE, new Response("whole"));
	for (const other of await caches.keys()) {
		if (other.startsWith(PREFIX) && other !== name) {
			await caches.delete(other);
		}
	}
}

/** @returns {Promise<Cache | null>} the newest whole copy */
async function copy() {
	const names = (await caches.keys()).filter((n) => n.startsWith(PREFIX));
	for (const name of names.sort().reverse()) {
		const cache = await caches.open(name);
		if (await cache.match(WHOLE) !== undefined) {
			return cache;
		}
	}
	return null;
}

/** @param {Request} request @param {string} path */
async function answer(request, path) {
	const kept = await (await copy())?.match(path);
	return kept ?? fetch(request);
}

here.addEventListener("install", (/** @type {any} */ event) =>
	event.waitUntil(here.skipWaiting()));
here.addEventListener("activate", (/** @type {any} */ event) =>
	event.waitUntil(here.clients.claim()));
here.addEventListener("message", (/** @type {any} */ event) => {
	const words = event.data?.words;
	if (Array.isArray(words)) {
		event.waitUntil(takeCopy(words.map(String)).catch(() => undefined));
	}
});
here.addEventListener("fetch", (/** @type {any} */ event) => {
	const url = new URL(event.request.url);
	if (event.request.method === "GET" && url.origin === location.origin
		&& (url.pathname === PAGE || url.pathname.startsWith("/assets/"))) {
		event.respondWith(answer(event.request, url.pathname));
	}
});
