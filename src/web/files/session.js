/**
 * The signed-in person: who it is, the head of the page that says so, signing
 * out, and the way to the sign-in page and back.
 */

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { ApiError, call } from "./api.js";

/**
 * GET /v1/session.
 * @typedef {{account: string, kind?: string, name?: string | null, shop?: string}} Session
 */

const NEXT = "ww-next";
const HOME = "/security";

/** A page of ours, and nothing that leads elsewhere. */
const OWN = /^\/[a-z][a-z0-9/_-]*(#(me|[a-z]{3}_[0-9a-z]+))?$/;

/** @returns {Promise<Session | null>} null: nobody is signed in */
export async function whoIsIt() {
	try {
		return await call("GET", "/v1/session");
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			return null;
		}
		throw error;
	}
}

/** Remembers this page, and goes to sign in. */
export function goSignIn() {
	try {
		sessionStorage.setItem(NEXT, location.pathname + location.hash);
	} catch {
		/* Without storage the way leads to the account page. */
	}
	location.replace("/signin");
}

/** Goes where the person wanted to be before signing in. */
export function goOn() {
	let next = "";
	try {
		next = sessionStorage.getItem(NEXT) ?? "";
		sessionStorage.removeItem(NEXT);
	} catch {
		next = "";
	}
	location.replace(OWN.test(next) ? next : HOME);
}

/** @param {Session} session */
export function showWho(session) {
	const button = el("button", { class: "button quiet little", type: "button",
		id: "sign-out" }, t("who.sign_out"));
	button.addEventListener("click", async () => {
		await call("POST", "/v1/sign_out");
		location.replace("/signin");
	});
	const name = session.name ?? "";
	const who = el("div", { class: "who", id: "who" });
	if (name !== "") {
		who.append(el("span", {}, t("who.signed_in"), " ", el("strong", {}, name)));
	}
	who.append(button);
	document.querySelector(".masthead")?.append(who);
}
