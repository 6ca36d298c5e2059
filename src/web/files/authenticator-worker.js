/*
 * The code app without a network.  This worker fetches the app's own files,
 * by their fixed names and without cookies, and answers the app's page from
 * what it has; whatever else the page asks for it refuses.  It is told
 * nothing by the page.
 *
 * The page's own policy allows no connection at all.  A worker has the policy
 * that its own file comes with (WEB_CSP_WORKER), which allows connections to
 * this server only.
 */
"use strict";

/** @type {any} */
const worker = self;

const CACHE = "watchword-authenticator";

const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "hi", "ja"];

const FILES = [
	"/authenticator",
	...["api", "authenticator", "code-add", "code-bring", "code-dialog",
		"code-entry", "code-export", "code-freeotp", "code-import", "code-list", "code-migration",
		"code-otp", "code-passkey", "code-scan", "code-session", "code-settings",
		"code-store", "code-vault", "dom", "frame", "handover", "i18n"]
		.map((name) => `/assets/${name}.js`),
	...["_md", "_u64", "hmac", "pbkdf2", "scrypt", "sha2", "utils"]
		.map((name) => `/assets/vendor/noble-hashes/${name}.js`),
	...["decode", "index"].map((name) => `/assets/vendor/qr/${name}.js`),
	...["authenticator", "base", "tokens"].map((name) => `/assets/${name}.css`),
	...LANGUAGES.flatMap((language) => ["common", "authenticator"]
		.map((group) => `/assets/locale/${language}/${group}.js`)),
	"/assets/authenticator.webmanifest",
	"/assets/authenticator-192.png",
	"/assets/authenticator-512.png",
	"/assets/favicon.svg",
];

/** @type {RequestInit} */
const OWN = { cache: "no-cache", credentials: "omit",
	referrerPolicy: "no-referrer", redirect: "error" };

/* All of one moment, or none: a half of each version would not fit together. */
async function fetchAll() {
	const answers = await Promise.all(FILES.map(async (path) => {
		const answer = await fetch(path, OWN);
		if (!answer.ok) {
			throw new Error(`${path}: ${answer.status}`);
		}
		return { path, answer };
	}));
	const cache = await caches.open(CACHE);
	for (const { path, answer } of answers) {
		await cache.put(path, answer);
	}
}

/** @param {string} path one of FILES: what the page asked beside it is dropped */
async function answerFromStore(path) {
	const cache = await caches.open(CACHE);
	return await cache.match(path) ?? fetch(path, OWN);
}

worker.addEventListener("install", (/** @type {any} */ event) => {
	event.waitUntil(fetchAll().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
	event.waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
	const { origin, pathname } = new URL(event.request.url);
	const ours = origin === self.location.origin
		&& event.request.method === "GET" && FILES.includes(pathname);
	event.respondWith(ours ? answerFromStore(pathname) : Response.error());
	if (event.request.mode === "navigate" && ours) {
		/* For the next visit; without a network it stays as it is. */
		event.waitUntil(fetchAll().catch(() => {}));
	}
});
