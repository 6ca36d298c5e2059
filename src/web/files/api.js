/** The calls to the server: JSON in, JSON out, problem+json as an error. */

import { t, tOr, tn } from "./i18n.js";

/**
 * RFC 9457: see docs/errors.md.
 * @typedef {{
 *   type?: string, title?: string, status?: number, detail?: string,
 *   code?: string, request_id?: string,
 *   errors?: {field: string, reason: string}[]
 * }} Problem
 */

/**
 * @typedef {{
 *   id: string, status: string, purpose: string, channel: string, to: string,
 *   expires_at: string, attempts_left: number, sends_left?: number,
 *   resend_at?: string, created_at: string
 * }} Challenge
 */

/**
 * @typedef {{
 *   id: string, result: string, status: string, attempts_left: number,
 *   receipt?: string, amr?: string[], restricted?: boolean,
 *   phishing_resistant?: boolean
 * }} CheckAnswer
 */

/**
 * @typedef {{
 *   id: string, kind?: "code" | "notice", channel: string, to: string,
 *   subject?: string | null,
 *   text: string, html?: string | null, code?: string | null,
 *   purpose: string, challenge: string, created_at: string
 * }} Message
 */

/** The server said no, or nothing (status 0). */
export class ApiError extends Error {
	/**
	 * @param {number} status
	 * @param {Problem} problem
	 * @param {number} retryAfter seconds, 0 when not said
	 */
	constructor(status, problem, retryAfter) {
		super(problem.title ?? `HTTP ${status}`);
		this.status = status;
		this.problem = problem;
		this.retryAfter = retryAfter;
	}

	/** What a person should read, in the language of the page. */
	get words() {
		if (this.status === 0) {
			return t("error.gone");
		}
		if (this.status === 429 && this.retryAfter > 0) {
			return tn("error.wait", this.retryAfter);
		}
		const reasons = (this.problem.errors ?? [])
			.map((e) => `${e.field}: ${e.reason}`).join("; ");
		const said = reasons || this.problem.detail || this.problem.title
			|| `HTTP ${this.status}`;
		return tOr(`error.${this.problem.code ?? ""}`, said);
	}
}

/**
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [bearer] a token, where the call needs one
 * @param {Record<string, string>} [more] header fields
 * @returns {Promise<any>} the answer's JSON; throws ApiError otherwise
 */
export async function call(method, path, body, bearer, more = {}) {
	/** @type {Record<string, string>} */
	const headers = { Accept: "application/json", ...more };
	if (method !== "GET") {
		/* Not a simple header: no foreign page can send it. */
		headers["X-Watchword"] = "1";
	}
	if (bearer !== undefined) {
		headers.Authorization = `Bearer ${bearer}`;
	}
	if (body !== undefined) {
		headers["Content-Type"] = "application/json";
	}
	/** @type {Response} */
	let answer;
	try {
		answer = await fetch(path, {
			method,
			headers,
			body: body === undefined ? undefined : JSON.stringify(body),
			credentials: "same-origin",
			cache: "no-store",
			redirect: "error",
		});
	} catch {
		throw new ApiError(0, {}, 0);
	}
	/** @type {any} */
	let json = {};
	try {
		json = await answer.json();
	} catch {
		if (answer.ok && answer.status !== 204) {
			throw new ApiError(answer.status, {}, 0);
		}
	}
	if (!answer.ok) {
		const wait = Number(answer.headers.get("Retry-After") ?? "0");
		throw new ApiError(answer.status, json,
			Number.isFinite(wait) ? Math.ceil(wait) : 0);
	}
	return json;
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function wordsOf(error) {
	if (error instanceof ApiError) {
		return error.words;
	}
	throw error;
}
