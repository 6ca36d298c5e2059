/**
 * The description itself: it is valid, it is the file that the binary has
 * inside, it has every route of the binary and no other, and its examples are
 * what its schemas say.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertSchema, OPERATIONS } from "./contract.mjs";
import { Validator } from "./packages.mjs";
import { DESCRIPTION, problemsOfSources, read, ROOT, routesOfSources }
	from "./tree.mjs";

describe("docs/openapi.yaml", () => {
	test("is OpenAPI 3.1", async () => {
		const { valid, errors } = await new Validator().validate(
			structuredClone(DESCRIPTION));
		assert.ok(valid, JSON.stringify(errors, null, 1));
	});

	test("is what docs/openapi.json is made from", () => {
		execFileSync(join(ROOT, "tools", "openapi"), ["--check"],
			{ stdio: ["ignore", "ignore", "inherit"] });
	});

	test("has every route of the binary and no other", () => {
		assert.deepEqual(OPERATIONS.map((o) => `${o.method} ${o.pattern}`)
			.sort(), routesOfSources());
		assert.ok(OPERATIONS.length >= 25);
	});

	test("has every problem of the binary and no other", () => {
		assert.deepEqual(
			DESCRIPTION.components.schemas.Problem.properties.code.enum,
			Object.keys(problemsOfSources()));
	});

	test("names the scope that a route needs", () => {
		for (const [, method, path, scope] of read("src/api/routes.def")
			.matchAll(/^ROUTE(?:_LINES)?\((\w+), "([^"]+)", \w+, (\w+)[,)]/gm)) {
			const { operation } = OPERATIONS.find((o) =>
				o.method === method && o.pattern === path);
			const about = `${method} ${path}`;
			if (scope === "0") {
				assert.ok(operation.security.every((s) => !("key" in s)), about);
			} else {
				const word = scope.replace("SCOPE_", "").toLowerCase();
				assert.match(operation.description,
					new RegExp(`Scope \`${word}\``), about);
				assert.equal(operation.security, undefined, about);
			}
		}
	});

	test("has every setting of a policy, with its range", () => {
		const { Guard, Limits, PurposePolicy } =
			DESCRIPTION.components.schemas;
		const source = read("src/domain/policy.def");
		const limits = [...source.matchAll(/^LIMIT_SETTING\("(\w+)",.*?,\s*\w+,\s*-?\d+,\s*(\d+),\s*(\d+)\)/gm)];
		assert.deepEqual(Object.fromEntries(Object.entries(
			Limits.properties).map(([key, p]) => [key, [p.minimum, p.maximum]])),
		Object.fromEntries(limits.map(([, key, min, max]) =>
			[key, [Number(min), Number(max)]])));
		const guards = [...source.matchAll(/^GUARD_SETTING\("(\w+)",.*?,\s*\w+,\s*-?\d+,\s*(\d+),\s*(\d+)\)/gm)];
		const { countries, ...numbers } = Guard.properties;
		assert.equal(countries.type, "string");
		assert.deepEqual(Object.fromEntries(Object.entries(
			numbers).map(([key, p]) => [key, [p.minimum, p.maximum]])),
		Object.fromEntries(guards.map(([, key, min, max]) =>
			[key, [Number(min), Number(max)]])));
		assert.deepEqual(Object.keys(DESCRIPTION.components.schemas.SmsPolicy.properties),
			["host", "app_hash"]);
		const widest = { plan: { min: undefined, max: undefined } };
		for (const [, key, min, max] of source.matchAll(
			/^PURPOSE_SETTING\(\w+,\s*"(\w+)",\s*\w+,\s*\w+,\s*\d+,\s*(\d+),\s*(\d+)\)/gm)) {
			widest[key] ??= { min: Infinity, max: 0 };
			widest[key].min = Math.min(widest[key].min, Number(min));
			widest[key].max = Math.max(widest[key].max, Number(max));
		}
		assert.deepEqual(Object.fromEntries(Object.entries(
			PurposePolicy.properties).map(([key, p]) =>
			[key, { min: p.minimum, max: p.maximum }])), widest);
	});

	test("says what each operation and answer is", () => {
		const ids = new Set();
		for (const { method, pattern, operation } of OPERATIONS) {
			const about = `${method} ${pattern}`;
			assert.ok(operation.summary, about);
			assert.ok(operation.responses.default, about);
			assert.ok(!ids.has(operation.operationId), about);
			ids.add(operation.operationId);
		}
	});

	test("has examples that are what its schemas say", () => {
		let n = 0;
		const walk = (node, at) => {
			if (node === null || typeof node !== "object") {
				return;
			}
			for (const name of Object.keys(node.examples ?? {})) {
				assertSchema([...at, "schema"], node.examples[name].value,
					[...at, name].join("/"));
				n++;
			}
			for (const [name, child] of Object.entries(node)) {
				walk(child, [...at, name]);
			}
		};
		walk(DESCRIPTION.paths, ["paths"]);
		walk(DESCRIPTION.components, ["components"]);
		assert.ok(n > 20, `${n} examples`);
	});
});
