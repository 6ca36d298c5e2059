/** What the operators' console asks of the server, with the session. */

import { call } from "./api.js";
import { locale } from "./i18n.js";

/**
 * said: what became of it, in a sentence.
 * @typedef {{
 *   id: string, channel: string, to: string, created_at: string, said: string,
 *   outcome: string
 * }} Sent
 * @typedef {{
 *   id: string, kind: string, status: "open" | "closed", text: string,
 *   shipment?: string, account?: string, created_at: string
 * }} Case
 * @typedef {{
 *   id: string, at: string, event: string, reason?: string, shipment?: string,
 *   challenge?: string
 * }} Alert
 */

/**
 * @template T
 * @typedef {{data: T[], next_cursor: string | null}} Page
 */

/**
 * @param {string} path
 * @param {string | null} cursor
 */
function page(path, cursor) {
	return call("GET", cursor === null ? path
		: `${path}?cursor=${encodeURIComponent(cursor)}`);
}

/** @param {string | null} cursor @returns {Promise<Page<Case>>} */
export const readCases = (cursor) => page("/v1/cases", cursor);

/** @param {string | null} cursor @returns {Promise<Page<Alert>>} */
export const readAlerts = (cursor) => page("/v1/alerts", cursor);

/** @param {Case} which @param {"open" | "closed"} status @returns {Promise<Case>} */
export function setCase(which, status) {
	return call("PATCH", `/v1/cases/${which.id}`, { status });
}

/**
 * The messages to an address or of a challenge, newest first.
 * @param {string} to
 * @returns {Promise<Sent[]>}
 */
export async function findMessages(to) {
	if (/^chl_[0-9a-z]+$/.test(to)) {
		const said = await call("GET", `/v1/challenges/${to}?locale=${locale()}`);
		return said.messages.reverse();
	}
	return (await call("GET", `/v1/messages?locale=${locale()}&to=${
		encodeURIComponent(to)}`)).data;
}
