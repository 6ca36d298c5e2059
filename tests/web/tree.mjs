/** Where things are. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "..", "..");
export const SRC = join(ROOT, "src", "web");
export const ARTEFACTS = join(ROOT, "tests", "artefacts");
export const BINARY = process.env.WATCHWORD ?? join(ROOT, "build", "watchword");

/** A page with its parts filled in, as src/web/embed.py does it. */
export function pageHtml(name) {
	return readFileSync(join(SRC, "files", name), "utf8").replace(
		/^<!-- part ([a-z-]+) -->\n/gm, (_, part) => pageHtml(`parts/${part}.html`));
}
