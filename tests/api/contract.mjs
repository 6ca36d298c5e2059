/**
 * The description as a judge: every answer that a test sees is held against
 * docs/openapi.yaml, status, header fields and body.
 */

import assert from "node:assert/strict";
import { addFormats, Ajv } from "./packages.mjs";
import { DESCRIPTION, problemsOfSources } from "./tree.mjs";

const BASE = "description.json";
const METHODS = ["get", "put", "post", "patch", "delete"];
const PROBLEMS = problemsOfSources();

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);
ajv.addSchema({ $id: BASE, ...DESCRIPTION }, undefined, false, false);

const pointer = (...names) => "#/" + names.map((name) => encodeURIComponent(
	String(name).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");

/** What a pointer or a chain of references leads to, and where it stands. */
function follow(at) {
	let node = DESCRIPTION;
	for (const name of at) {
		node = node?.[name];
	}
	if (typeof node?.$ref === "string") {
		return follow(node.$ref.slice(2).split("/"));
	}
	return { node, at };
}

const compiled = new Map();

/** Is value what the schema at this place says? */
export function assertSchema(at, value, about) {
	const ref = BASE + pointer(...at);
	if (!compiled.has(ref)) {
		compiled.set(ref, ajv.compile({ $ref: ref }));
	}
	const validate = compiled.get(ref);
	assert.ok(validate(value), `${about}: ${ajv.errorsText(validate.errors)
	} in ${JSON.stringify(value)}`);
}

/** Every operation: method, pattern, the place of its description. */
export const OPERATIONS = Object.entries(DESCRIPTION.paths).flatMap(
	([pattern, item]) => METHODS.filter((method) => item[method]).map(
		(method) => ({
			method: method.toUpperCase(),
			pattern,
			at: ["paths", pattern, method],
			operation: item[method],
			matches: new RegExp("^" + pattern.replace(/[.]/g, "\\.")
				.replace(/\{\w+\}/g, "[^/]+") + "$"),
		})));

export function operationOf(method, path) {
	const candidates = OPERATIONS.filter((o) => o.matches.test(path) &&
		(o.method === method || (method === "HEAD" && o.method === "GET")));
	/* A literal segment wins over a captured one. */
	return candidates.sort((a, b) => a.pattern.split("{").length -
		b.pattern.split("{").length)[0];
}

/** What every answer has, whoever asked for what. */
export function assertAlways(answer, about) {
	const { headers, status } = answer;
	const always = {
		"referrer-policy": "no-referrer",
		"x-content-type-options": "nosniff",
	};
	for (const [name, value] of Object.entries(always)) {
		assert.equal(headers.get(name), value, `${about}: ${name}`);
	}
	assert.match(headers.get("x-request-id") ?? "",
		/^req_[0-9a-hjkmnp-tv-z]{36}$/, about);
	if (headers.get("etag") === null) {
		assert.equal(headers.get("cache-control"), "no-store", about);
	}
	assert.equal(headers.get("server"), null, about);
	if (status >= 400 && answer.json !== undefined) {
		assert.equal(headers.get("content-type"),
			"application/problem+json", about);
		assertSchema(["components", "schemas", "Problem"], answer.json, about);
		assert.equal(answer.json.status, status, about);
		assert.equal(PROBLEMS[answer.json.code], status, about);
		assert.equal(answer.json.type, `/problems/${answer.json.code}`, about);
		assert.equal(answer.json.request_id, headers.get("x-request-id"), about);
	}
	if (status === 429) {
		for (const name of ["retry-after", "ratelimit", "ratelimit-policy"]) {
			assert.ok(headers.get(name), `${about}: ${name}`);
		}
	}
}

function assertHeaders(described, headers, about) {
	for (const [name, header] of Object.entries(described ?? {})) {
		const { node, at } = header.$ref
			? follow(header.$ref.slice(2).split("/")) : { node: header };
		const value = headers.get(name);
		assert.ok(value !== null || !node.required, `${about}: no ${name}`);
		if (value !== null) {
			const check = at ? (v) => assertSchema([...at, "schema"], v,
				`${about}: ${name}`) : (v) => assert.ok(
				ajv.validate(node.schema, v), `${about}: ${name}: ${v}`);
			check(value);
		}
	}
}

/* What somebody's browser meets: its refusals are named one by one. */
const NAMED = /^\/v1\/(account|transactions|sign_|password_resets|session|decisions|tenants\/\{tenant\}\/rules)/;

/** Statuses seen: "POST /v1/challenges 201". */
export const seen = new Set();

/**
 * Holds one answer against the description.
 * @param {{method: string, path: string, sent?: unknown}} request
 * @param {{status: number, headers: Headers, text: string, json?: unknown}} answer
 */
export function assertConforms(request, answer) {
	const path = request.path.replace(/[?].*$/, "");
	const about = `${request.method} ${path} ${answer.status}`;
	assertAlways(answer, about);
	const found = operationOf(request.method, path);
	if (found === undefined) {
		assert.ok([400, 404, 405, 414].includes(answer.status),
			`${about}: not described`);
		return;
	}
	const listed = String(answer.status) in found.operation.responses;
	assert.ok(listed || answer.status >= (NAMED.test(found.pattern) ? 500
		: 400), `${about}: not described`);
	const { node, at } = follow([...found.at, "responses",
		listed ? String(answer.status) : "default"]);
	seen.add(`${found.method} ${found.pattern} ${answer.status}`);
	assertHeaders(node.headers, answer.headers, about);
	if (request.method === "HEAD" || node.content === undefined) {
		assert.equal(answer.text, "", about);
		return;
	}
	const type = (answer.headers.get("content-type") ?? "").split(";")[0];
	assert.ok(node.content[type], `${about}: ${type} is not described`);
	assertSchema([...at, "content", type, "schema"],
		answer.json ?? answer.text, about);
	/* What is accepted has to be described as acceptable. */
	if (answer.status < 300 && request.sent !== undefined &&
		found.operation.requestBody) {
		assertSchema([...found.at, "requestBody", "content",
			"application/json", "schema"], request.sent, `${about} asked`);
	}
}
