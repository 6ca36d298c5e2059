/** What the dispatcher's page asks of the server, with the session of an operator,
 * or with the key in memory. */

import { call } from "./api.js";
import { proved } from "./change.js";

/**
 * @typedef {{
 *   id: string, order: string, status: string, next_on: string, why?: string,
 *   visits_left: number, attempts_left: number,
 *   code: {required: boolean, reasons: string[]}
 * }} Shipment
 * @typedef {{id: string, name: string, status: string}} Agent
 * @typedef {{id: string, reason: string, status: string, mine?: boolean}} Override
 */

let key = "";

/** @param {string} typed kept in this variable and nowhere else */
export function useKey(typed) {
	key = typed.trim();
}

/**
 * @param {"GET" | "POST" | "DELETE"} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>} throws ApiError
 */
function ask(method, path, body) {
	return call(method, path, body, key === "" ? undefined : key);
}

/**
 * What an operator does with a code of the last minutes: it is asked for.
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>} false: the code was not given; throws ApiError
 */
async function freshly(path, body) {
	return await proved(() => ask("POST", path, body)) ?? false;
}

/**
 * @param {string | null} cursor
 * @returns {Promise<{data: Shipment[], next_cursor: string | null}>}
 */
export function readShipments(cursor) {
	return ask("GET", `/v1/shipments?limit=100${cursor === null ? ""
		: `&cursor=${encodeURIComponent(cursor)}`}`);
}

/** @returns {Promise<Agent[]>} */
export async function readAgents() {
	const said = await ask("GET", "/v1/agents?limit=100");
	return said.data.filter((/** @type {Agent} */ a) => a.status === "active");
}

/** @param {string} name @returns {Promise<Agent>} */
export function addAgent(name) {
	return ask("POST", "/v1/agents", { name });
}

/** @param {string} agent @returns {Promise<{pairing_code: string, expires_at: string}>} */
export function newPairing(agent) {
	return ask("POST", `/v1/agents/${agent}/pairings`, {});
}

/** @param {string} shipment @param {string} agent @param {number} stop */
export function sendOut(shipment, agent, stop) {
	return ask("POST", `/v1/shipments/${shipment}/dispatch`, { agent, stop });
}

/**
 * @param {string} shipment
 * @param {"recall" | "cancel" | "release" | "return"} order
 */
export function change(shipment, order) {
	return ask("POST", `/v1/shipments/${shipment}/${order}`, {});
}

/** @param {string} shipment @param {string} reason @returns {Promise<Override | false>} */
export function askOverride(shipment, reason) {
	return freshly(`/v1/shipments/${shipment}/overrides`, { reason });
}

/** @param {string} shipment @returns {Promise<Override[]>} */
export async function readOverrides(shipment) {
	const said = await ask("GET", `/v1/shipments/${shipment}`);
	return said.overrides ?? [];
}

/** @param {string} shipment @param {string} id */
export function approveOverride(shipment, id) {
	return freshly(`/v1/shipments/${shipment}/overrides/${id}/approve`, {});
}
