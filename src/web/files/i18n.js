/**
 * The words of the pages.  The HTML carries the English ones, so that a page
 * can be read before (or without) this module; every string is also in
 * locale/LANGUAGE/GROUP.json.  A page has the words of the group "common" and
 * of those it names itself: <html data-words="start">.  A page whose policy
 * forbids connections gets them as modules: <body data-words-by="module">.
 *
 * In HTML: data-t="key" names the text, data-t-label="key" the aria-label.
 * In modules: t("key", {name: value}) fills "{name}".
 */

const LOCALES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "hi", "ja"];
const REMEMBERED = "ww-locale";

/** @type {Record<string, string>} */
let strings = {};
let current = "en";
/* The reader's own form of that language, for dates: "en-GB". */
let region = "en";

/** @returns {string | null} */
function remembered() {
	try {
		return localStorage.getItem(REMEMBERED);
	} catch {
		return null;
	}
}

/**
 * What the reader chose here before, then what the link asked for (?lang=de,
 * as a shop gives it to its customer), then what the browser is set to.
 */
function preferred() {
	const asked = new URLSearchParams(location.search).get("lang");
	const wishes = [remembered(), asked, ...navigator.languages];
	for (const wish of wishes) {
		const base = (wish ?? "").toLowerCase().split("-")[0];
		if (LOCALES.includes(base)) {
			return base;
		}
	}
	return "en";
}

function apply() {
	document.documentElement.lang = current;
	for (const node of document.querySelectorAll("[data-t]")) {
		const text = strings[node.getAttribute("data-t") ?? ""];
		if (text !== undefined) {
			node.textContent = text;
		}
	}
	for (const node of document.querySelectorAll("[data-t-label]")) {
		const text = strings[node.getAttribute("data-t-label") ?? ""];
		if (text !== undefined) {
			node.setAttribute("aria-label", text);
		}
	}
}

/**
 * @param {string} language
 * @param {string} group
 * @returns {Promise<Record<string, string>>} throws when they cannot be had
 */
async function fetchWords(language, group) {
	if (document.body.dataset.wordsBy === "module") {
		return (await import(`/assets/locale/${language}/${group}.js`)).default;
	}
	const answer = await fetch(`/assets/locale/${language}/${group}.json`);
	if (!answer.ok) {
		throw new Error(`no words: ${language}/${group}`);
	}
	return answer.json();
}

/**
 * Loads the words of the reader's language and puts them into the page.  When
 * they cannot be had, the page stays English.
 */
export async function loadWords() {
	const wish = preferred();
	const own = document.documentElement.dataset.words ?? "";
	const groups = ["common", ...own.split(" ").filter((name) => name !== "")];
	try {
		const tables = await Promise.all(
			groups.map((group) => fetchWords(wish, group)));
		strings = Object.assign({}, ...tables);
		current = wish;
		region = navigator.languages.find((l) =>
			l.toLowerCase().split("-")[0] === wish) ?? wish;
		apply();
	} catch {
		/* The server is gone; whoever asks it next says so. */
	}
}

/** @returns {string} the language of the page */
export function locale() {
	return current;
}

/**
 * Remembers the reader's choice and shows the page in it.  The page is loaded
 * again, since what modules have written is in the old language.
 * @param {string} wish
 */
export function chooseLocale(wish) {
	try {
		localStorage.setItem(REMEMBERED, wish);
	} catch {
		/* Without storage the browser's own language stays. */
	}
	location.reload();
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
	const text = strings[key] ?? key;
	return text.replace(/\{(\w+)\}/g, (whole, name) =>
		name in values ? String(values[name]) : whole);
}

/**
 * t() with the plural form for n: "key.one", "key.few", "key.many", as far as
 * the language has them, and "key.other".
 * @param {string} key
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function tn(key, n, values = {}) {
	const form = `${key}.${new Intl.PluralRules(current).select(n)}`;
	return t(form in strings ? form : `${key}.other`, { n, ...values });
}

/**
 * t() where the key may be unknown, as with words that come from the server.
 * @param {string} key
 * @param {string} fallback
 */
export function tOr(key, fallback) {
	return strings[key] ?? fallback;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const TIME_FORMS = {
	time: { timeStyle: "medium" },
	short: { timeStyle: "short" },
	date: { dateStyle: "long" },
	full: { dateStyle: "medium", timeStyle: "medium" },
};

/**
 * @param {string} time RFC 3339
 * @param {"time" | "short" | "date" | "full"} [form] time: to the second;
 *     short: to the minute
 */
export function showTime(time, form = "time") {
	const date = new Date(time);
	if (Number.isNaN(date.getTime())) {
		return time;
	}
	return new Intl.DateTimeFormat(region, TIME_FORMS[form]).format(date);
}

/**
 * A date of a calendar, the same wherever it is read.
 * @param {string} day "2026-11-23"
 */
export function showDay(day) {
	const date = new Date(`${day}T12:00:00Z`);
	return Number.isNaN(date.getTime()) ? day
		: new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric",
			month: "long", timeZone: "UTC" }).format(date);
}

/**
 * A moment as the clock on the wall of a place shows it.
 * @param {string} time RFC 3339
 * @param {string} zone an IANA name; not known to the browser: the reader's own
 */
export function showTimeIn(time, zone) {
	const date = new Date(time);
	if (Number.isNaN(date.getTime())) {
		return time;
	}
	/** @type {Intl.DateTimeFormatOptions} */
	const form = { weekday: "long", day: "numeric", month: "long",
		hour: "numeric", minute: "2-digit" };
	try {
		return new Intl.DateTimeFormat(region, { ...form, timeZone: zone }).format(date);
	} catch {
		return new Intl.DateTimeFormat(region, form).format(date);
	}
}
