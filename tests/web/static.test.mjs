/** What can be said about the web files without a browser. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { HERE, pageHtml, SRC } from "./tree.mjs";

const FILES = join(SRC, "files");
const read = (name) => readFileSync(join(FILES, name), "utf8");

function walk(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? walk(join(folder, entry.name))
			: [relative(FILES, join(folder, entry.name))]);
}

const names = walk(FILES).sort();
const pages = names.filter((n) => /^[a-z_-]+\.html$/.test(n));
const parts = names.filter((n) => n.startsWith("parts/"));
const modules = names.filter((n) => n.endsWith(".js"));
const styles = names.filter((n) => n.endsWith(".css"));

/* The languages that the pages offer. */
const languages = [...read("parts/bottom.html").matchAll(/data-locale="(\w+)"/g)]
	.map((m) => m[1]);
const groups = names.filter((n) => n.startsWith("locale/en/"))
	.map((n) => /([\w-]+)\.json$/.exec(n)[1]);

/** The words of some groups in one language. */
function words(language, some = groups) {
	return Object.assign({}, ...some.map((group) =>
		JSON.parse(read(`locale/${language}/${group}.json`))));
}

const english = words("en");

/** Keys that a module asks for: whole ones, and the start of made ones. */
function keysAsked(module) {
	const source = module.replace(/\/\*[^]*?\*\//g, "");
	const whole = [...source.matchAll(/\bt(?:Or)?\("([\w.]+)"/g),
		...source.matchAll(/new (Flaw)\("(\w+)"/g)]
		.map((m) => m[1] === "Flaw" ? `flaw.${m[2]}` : m[1]);
	const plural = [...source.matchAll(/\btn\("([\w.]+)"/g)]
		.flatMap((m) => [`${m[1]}.one`, `${m[1]}.other`]);
	const chosen = [...source.matchAll(/\bt\([^"?]*(?:"\w+"\)?|\b)\s*\? "([\w.]+)"\s*: "([\w.]+)"/g)]
		.flatMap((m) => [m[1], m[2]]);
	const starts = [...source.matchAll(/\bt(?:n|Or)?\(`([\w.]+)\$\{/g)].map((m) => m[1]);
	return { whole: [...whole, ...plural, ...chosen], starts };
}

function attribute(tag, name) {
	return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function decode(text) {
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
		.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

test("meson.build names every file, and no other", () => {
	const build = readFileSync(join(SRC, "meson.build"), "utf8");
	const named = [...build.matchAll(/'files\/([^']+\.[^']+)'/g)].map((m) => m[1]);
	const list = (from) => [...from.matchAll(/'(\w+)'/g)].map((m) => m[1]);
	const built = list(/foreach language : \[([^\]]*)\]/.exec(build)[1]);
	const grouped = list(/web_groups = \[([^\]]*)\]/.exec(build)[1]);
	for (const language of built) {
		named.push(...grouped.map((group) => `locale/${language}/${group}.json`));
	}
	assert.deepEqual(named.sort(), names);
});

/* What others made is what they published, and is said to be. */
test("vendored files are those of the npm packages", () => {
	const packages = { qr: "qr", "noble-ed25519": "@noble/ed25519",
		"noble-hashes": "@noble/hashes" };
	const vendor = join(SRC, "vendor");
	const readme = readFileSync(join(vendor, "README.md"), "utf8");
	const lock = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8"));
	const folders = readdirSync(vendor, { withFileTypes: true })
		.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	assert.deepEqual(folders.sort(), Object.keys(packages).sort());
	for (const [folder, name] of Object.entries(packages)) {
		const made = join(HERE, "node_modules", name);
		for (const file of readdirSync(join(vendor, folder))) {
			assert.ok(readFileSync(join(vendor, folder, file))
				.equals(readFileSync(join(made, file))), `${folder}/${file}`);
		}
		const { version, integrity } = lock.packages[`node_modules/${name}`];
		const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
		assert.ok(row.includes(`| ${version} |`), `${name} ${version}`);
		assert.ok(row.includes(`\`${integrity}\``), `${name} ${integrity}`);
	}
});

test("meson.build names every vendored module, and no other", () => {
	const list = /web_vendor = files\(([^)]*)\)/.exec(
		readFileSync(join(SRC, "meson.build"), "utf8"))[1];
	const named = [...list.matchAll(/'vendor\/([^']+)'/g)].map((m) => m[1]).sort();
	const there = readdirSync(join(SRC, "vendor"), { recursive: true })
		.filter((n) => n.endsWith(".js")).sort();
	assert.deepEqual(named, there);
});

test("the types of the modules are right", () => {
	const tsc = join(HERE, "node_modules", "typescript", "bin", "tsc");
	try {
		execFileSync(process.execPath, [tsc, "-p", HERE], { encoding: "utf8" });
	} catch (error) {
		assert.fail(error.stdout);
	}
});

/** "key.other" for every "key.one", "key.few": which words, not in what number. */
function family(key) {
	return key.replace(/\.(?:one|few|many)$/, ".other");
}

/** The forms that a language has for 0, 1, 2 …, and the one for the rest. */
function forms(language) {
	const rules = new Intl.PluralRules(language);
	return [...new Set([...Array(200).keys()].map((n) => rules.select(n)))
		.add("other")];
}

test("the pages offer the languages of the messages, and i18n.js knows them", () => {
	const wording = readdirSync(join(SRC, "..", "domain", "wording"))
		.map((n) => /^([a-z]{2})\.def$/.exec(n)?.[1]).filter((n) => n !== undefined);
	assert.deepEqual([...languages].sort(), wording);
	const known = /LOCALES = (\[[^\]]*\])/.exec(read("i18n.js"))[1];
	assert.deepEqual(JSON.parse(known), languages);
});

test("no key stands in two groups", () => {
	const seen = new Map();
	for (const group of groups) {
		for (const key of Object.keys(words("en", [group]))) {
			assert.equal(seen.get(key), undefined, `${key}: ${group}`);
			seen.set(key, group);
		}
	}
});

for (const group of groups) {
	test(`${group}: the same keys in every language, in order, none empty`, () => {
		const base = words("en", [group]);
		const plurals = Object.keys(base).filter((k) => k.endsWith(".other"));
		for (const language of languages) {
			const table = words(language, [group]);
			const wanted = Object.keys(base).filter((k) => family(k) === k)
				.concat(plurals.flatMap((k) => forms(language)
					.filter((form) => form !== "other")
					.map((form) => k.replace(/other$/, form))));
			assert.deepEqual(Object.keys(table), wanted.sort(), language);
			for (const [key, text] of Object.entries(table)) {
				assert.ok(text.trim() !== "", `${language}: ${key}`);
			}
		}
	});

	test(`${group}: every language fills the same places`, () => {
		const places = (text) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
		for (const language of languages) {
			for (const [key, text] of Object.entries(words(language, [group]))) {
				assert.deepEqual(places(text), places(english[key] ?? english[family(key)]),
					`${language}: ${key}`);
			}
		}
	});

	test(`${group}: what is said in every language is translated`, () => {
		/* A sentence that is the English one was forgotten. */
		for (const language of languages.filter((l) => l !== "en")) {
			for (const [key, text] of Object.entries(words(language, [group]))) {
				assert.ok(text !== english[key] || text.split(" ").length < 4,
					`${language}: ${key}: ${text}`);
			}
		}
	});
}

test("the HTML says in English what locale/en says", () => {
	for (const name of [...pages, ...parts]) {
		const html = read(name);
		for (const [, tag, text] of html.matchAll(/(<[a-z0-9]+ [^>]*>)([^<]*)/g)) {
			const key = attribute(tag, "data-t");
			if (key !== undefined) {
				assert.equal(decode(text), english[key], `${name}: ${key}`);
			}
			const label = attribute(tag, "data-t-label");
			if (label !== undefined) {
				assert.equal(decode(attribute(tag, "aria-label")), english[label], `${name}: ${label}`);
			}
		}
	}
});

test("every text in the HTML has a key", () => {
	/* Names of languages, and what only a program reads. */
	const own = /^(English|Deutsch|Français|Español|Italiano|Português|Nederlands|Polski|हिन्दी|日本語|Watchword|SHA-\d+|http:\/\/127\.0\.0\.1:8640|[–·1-9]|curl [^]*)$/;
	for (const name of [...pages, ...parts]) {
		for (const [, tag, text] of read(name).matchAll(/(<[^>]+>)([^<]+)/g)) {
			if (text.trim() !== "" && !own.test(text.trim())) {
				assert.ok(attribute(tag, "data-t") !== undefined, `${name}: ${text.trim()}`);
			}
		}
	}
});

test("every key that a module asks for is there, and every key is asked for", () => {
	const asked = new Set();
	const starts = new Set();
	for (const name of modules) {
		const found = keysAsked(read(name));
		found.whole.forEach((k) => asked.add(k));
		found.starts.forEach((s) => starts.add(s));
	}
	for (const name of [...pages, ...parts]) {
		for (const [, key] of read(name).matchAll(/data-t(?:-label)?="([^"]+)"/g)) {
			asked.add(key);
		}
	}
	const keys = Object.keys(english);
	for (const key of asked) {
		assert.ok(key in english, `not in locale/en: ${key}`);
	}
	for (const start of starts) {
		assert.ok(keys.some((k) => k.startsWith(start)), `none of ${start}…`);
	}
	for (const key of keys) {
		assert.ok(asked.has(key) || [...starts].some((s) => key.startsWith(s)),
			`nobody asks for ${key}`);
	}
});

/** The modules that a page loads, and those that they import. */
function modulesOf(html) {
	const found = [...html.matchAll(/<script type="module" src="\/assets\/([^"]+)"/g)]
		.map((m) => m[1]);
	for (const name of found) {
		for (const [, more] of read(name).matchAll(/\bfrom "\.\/([^"]+)"/g)) {
			if (!found.includes(more)) {
				found.push(more);
			}
		}
	}
	return found;
}

test("a page loads every word that it and its modules ask for", () => {
	for (const name of pages) {
		const html = pageHtml(name);
		const own = /<html lang="en" data-words="([^"]*)">/.exec(html)[1].split(" ");
		for (const group of own) {
			assert.ok(groups.includes(group), `${name}: no group ${group}`);
		}
		const loaded = words("en", ["common", ...own]);
		for (const [, key] of html.matchAll(/data-t(?:-label)?="([^"]+)"/g)) {
			assert.ok(key in loaded, `${name}: ${key}`);
		}
		for (const module of modulesOf(html)) {
			const { whole, starts } = keysAsked(read(module));
			for (const key of whole.filter((k) => !k.endsWith(".one"))) {
				assert.ok(key in loaded, `${name}: ${module}: ${key}`);
			}
			for (const start of starts) {
				assert.ok(Object.keys(loaded).some((k) => k.startsWith(start)),
					`${name}: ${module}: ${start}…`);
			}
		}
	}
});

/* What its worker does not keep, the code app would lack without a network. */
test("the code app's worker keeps every file that the app loads", () => {
	const worker = read("authenticator-worker.js");
	const { FILES } = new Function("self", `${worker.replace(/worker\.addEvent[^]*$/, "")}; return { FILES };`)({});
	const html = pageHtml("authenticator.html");
	const found = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1]);
	const manifest = JSON.parse(read("authenticator.webmanifest"));
	found.push(manifest.start_url, ...manifest.icons.map((icon) => icon.src));
	for (const language of languages) {
		found.push(...["common", "authenticator"].map((group) => `/assets/locale/${language}/${group}.js`));
	}
	for (const path of found) {
		if (!path.endsWith(".js") || path.startsWith("/assets/locale/")) {
			continue;
		}
		const name = path.replace("/assets/", "");
		const source = readFileSync(join(SRC, name.startsWith("vendor/") ? "." : "files", name), "utf8");
		for (const [, more] of source.matchAll(/^(?:\} from|import[^"']* from|.*import\() ?["']\.\/([^"']+)["']/gm)) {
			const whole = join("/assets", name, "..", more);
			if (!found.includes(whole)) {
				found.push(whole);
			}
		}
	}
	assert.deepEqual([...FILES].sort(), [...new Set(found)].sort());
});

test("every page names its language, its width and one main heading", () => {
	for (const name of pages) {
		const html = pageHtml(name);
		assert.match(html, /^<!doctype html>\n<html lang="en" data-words="[a-z ]+">/, name);
		assert.match(html, /<meta name="viewport" content="width=device-width, initial-scale=1">/, name);
		assert.match(html, /<title data-t="[\w.]+">[^<]+<\/title>/, name);
		assert.equal(html.match(/<h1[ >]/g).length, 1, name);
		assert.equal(html.match(/<main[ >]/g).length, 1, name);
		assert.match(html, /<a class="skip" href="#main"/, name);
	}
});

/* S112: the policy forbids these; here they are found before a browser is. */
test("no inline script, style, handler or foreign address", () => {
	for (const name of pages) {
		const html = pageHtml(name);
		assert.doesNotMatch(html, /<style/i, name);
		assert.doesNotMatch(html, /\sstyle=/i, name);
		assert.doesNotMatch(html, /\son[a-z]+=/i, name);
		assert.doesNotMatch(html, /javascript:/i, name);
		for (const [, tag, inside] of html.matchAll(/(<script[^>]*>)([^]*?)<\/script>/g)) {
			assert.equal(inside, "", name);
			assert.match(tag, /type="module" src="\/assets\//, name);
		}
		for (const [, address] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) {
			assert.match(address, /^(\/(?!\/)|#)/, `${name}: ${address}`);
		}
	}
	for (const name of styles) {
		assert.doesNotMatch(read(name), /url\(|@import|https?:/i, name);
	}
	for (const name of modules) {
		assert.doesNotMatch(read(name),
			/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|https?:\/\/(?!127\.0\.0\.1:8640)/, name);
	}
});

test("colours and shadows have their values in tokens.css only", () => {
	for (const name of styles.filter((n) => n !== "tokens.css")) {
		/* White under a mail, whose colours are not ours, is the exception. */
		const css = read(name).replace("background: #fff;", "");
		assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i, name);
	}
	const tokens = new Set([...read("tokens.css").matchAll(/^\s*(--[\w-]+):/gm)].map((m) => m[1]));
	const used = new Set();
	for (const name of styles) {
		for (const [, token] of read(name).matchAll(/var\((--[\w-]+)/g)) {
			assert.ok(tokens.has(token), `${name}: ${token}`);
			used.add(token);
		}
	}
	assert.deepEqual([...tokens].filter((token) => !used.has(token)), []);
});
