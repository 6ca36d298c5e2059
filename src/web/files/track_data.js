/** What the server says of one delivery to whoever has its link. */

import { call } from "./api.js";

/**
 * @typedef {{tracking: string, what: string, state: string}} Parcel
 * @typedef {{
 *   order: string, shop: string, status: string,
 *   day: string, why: string,
 *   parcels: Parcel[], agent: string, word: string,
 *   code_required: boolean, reasons: string[],
 *   code: string, signed_out: boolean, until: string, time_zone: string,
 *   pass: string,
 *   sent_to: string, delivered_at: string, proof: string, receipt: string,
 *   delegates: {id: string, name: string}[],
 *   may: {delegate: boolean, day: boolean, dispute: string[]}
 * }} Track
 */

const token = location.pathname.split("/")[2] ?? "";

/** @param {string} [more] */
function path(more = "") {
	return `/v1/track/${encodeURIComponent(decodeURIComponent(token))}${more}`;
}

/** @returns {Promise<Track>} throws ApiError */
export async function readTrack() {
	const said = await call("GET", path());
	return {
		order: said.order ?? "", shop: said.shop ?? "", status: said.status,
		day: said.day ?? "", why: said.why ?? "",
		parcels: (said.parcels ?? []).map((/** @type {Parcel} */ p) =>
			({ ...p, what: p.what === "" ? p.tracking : p.what })), agent: said.agent ?? "",
		word: said.countersign ?? "",
		code_required: said.code_required !== false, reasons: said.reasons ?? [],
		code: said.code ?? "", signed_out: said.signed_out === true, until: said.valid_until ?? "",
		time_zone: said.time_zone ?? "",
		pass: said.pass ?? "", sent_to: said.sent_to ?? "",
		delivered_at: said.delivered_at ?? "", proof: said.proof ?? "",
		receipt: said.receipt ?? "",
		delegates: said.delegates ?? [],
		may: { delegate: said.may_delegate === true, day: said.may_put_off === true, dispute: said.disputes ?? [] },
	};
}

/** @param {{name: string, email?: string, phone?: string}} person */
export function addDelegate(person) {
	return call("POST", path("/delegates"), person);
}

/** @param {string} id */
export function removeDelegate(id) {
	return call("DELETE", path(`/delegates/${encodeURIComponent(id)}`));
}

/** @param {string} on a date */
export function changeDay(on) {
	return call("POST", path("/day"), { on });
}

/** @param {string} kind @param {string} text */
export function dispute(kind, text) {
	return call("POST", path("/disputes"), text === "" ? { kind } : { kind, text });
}
