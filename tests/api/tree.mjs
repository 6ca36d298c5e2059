/** Where things are, and what the sources say. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseYaml } from "./packages.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const BINARY = process.env.WATCHWORD ?? join(ROOT, "build", "watchword");
export const ENGINE = process.env.ENGINE ?? "sqlite";

export const read = (path) => readFileSync(join(ROOT, path), "utf8");
export const DESCRIPTION = parseYaml(read("docs/openapi.yaml"));

/** Every route of the program as "GET /path", from its own tables. */
export function routesOfSources() {
	const found = [];
	for (const [, method, path] of read("src/api/routes.def")
		.matchAll(/^ROUTE(?:_AS|_LINES)?\((\w+), "([^"]+)"/gm)) {
		found.push(`${method} ${path}`);
	}
	for (const file of ["src/api/routes.c", "src/app/sandbox.c"]) {
		for (const [, method, path] of read(file).matchAll(
			/\.method = HTTP_(\w+), \.pattern = "([^"]+)"/g)) {
			found.push(`${method} ${path}`);
		}
	}
	return found.sort();
}

/** Every problem of the program: code and status. */
export function problemsOfSources() {
	return Object.fromEntries([...read("src/http/problems.def")
		.matchAll(/^PROBLEM\(\w+, (\w+), (\d+),/gm)]
		.map(([, code, status]) => [code, Number(status)]));
}
