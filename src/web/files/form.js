/**
 * Forms that talk: one press is one request, what is wrong stands at its
 * field, and the first such field gets the focus.
 *
 * A field is <div class="field"> with a label, an input and perhaps a hint.
 * A form has one element with the class "status" and role="status"; what
 * concerns the whole form is said there.
 */

import { el, notice } from "./dom.js";
import { t, tOr } from "./i18n.js";
import { ApiError } from "./api.js";

/** @param {HTMLInputElement} input */
export function clearFlaw(input) {
	input.removeAttribute("aria-invalid");
	const flaw = document.getElementById(`${input.id}-flaw`);
	if (flaw !== null) {
		flaw.remove();
		describe(input, flaw.id, false);
	}
}

/**
 * @param {HTMLInputElement} input
 * @param {string} id what describes it, besides what does already
 * @param {boolean} on
 */
function describe(input, id, on) {
	const ids = (input.getAttribute("aria-describedby") ?? "").split(" ")
		.filter((each) => each !== "" && each !== id);
	const list = on ? [id, ...ids] : ids;
	if (list.length === 0) {
		input.removeAttribute("aria-describedby");
	} else {
		input.setAttribute("aria-describedby", list.join(" "));
	}
}

/**
 * Says at the field what is wrong with it.
 * @param {HTMLInputElement} input
 * @param {string} text
 */
export function showFlaw(input, text) {
	clearFlaw(input);
	const flaw = el("p", { class: "flaw", id: `${input.id}-flaw` }, text);
	input.setAttribute("aria-invalid", "true");
	describe(input, flaw.id, true);
	const field = input.closest(".field");
	(field ?? input).append(flaw);
}

/** @param {HTMLFormElement} form */
export function inputsOf(form) {
	return [...form.elements].filter((node) =>
		node instanceof HTMLInputElement && node.name !== "");
}

/** @param {HTMLFormElement} form */
export function statusOf(form) {
	const node = form.querySelector(".status");
	if (node === null) {
		throw new Error(`form #${form.id} has no status`);
	}
	return node;
}

/** @param {HTMLFormElement} form */
export function clearFlaws(form) {
	for (const input of inputsOf(form)) {
		clearFlaw(/** @type {HTMLInputElement} */ (input));
	}
	statusOf(form).replaceChildren();
}

/**
 * What the browser itself can see: empty where something is required, no
 * e-mail address where there should be one, too short.
 * @param {HTMLInputElement} input
 * @returns {string} empty when nothing is wrong
 */
function seen(input) {
	const { validity } = input;
	if (validity.valid) {
		return "";
	}
	if (validity.valueMissing) {
		return tOr(`flaw.missing_${input.name}`, t("flaw.missing"));
	}
	if (validity.tooShort) {
		return t("flaw.too_short", { n: input.minLength });
	}
	if (validity.typeMismatch) {
		return t("flaw.email");
	}
	return t("flaw.wrong");
}

/**
 * The server says in English what is wrong; where the pages know the sentence
 * they have it in every language, under its words.
 * @param {string} reason
 */
function keyOf(reason) {
	return reason.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}

/**
 * What the server refused: at its field where it names one that the form has,
 * else for the whole form.
 * @param {HTMLFormElement} form
 * @param {ApiError} error
 */
export function showRefusal(form, error) {
	/** @type {string[]} */
	const rest = [];
	/** @type {HTMLInputElement | null} */
	let first = null;
	for (const { field, reason } of error.problem.errors ?? []) {
		const name = field.split(".").pop() ?? field;
		const input = form.elements.namedItem(name);
		if (input instanceof HTMLInputElement) {
			showFlaw(input, tOr(`reason.${keyOf(reason)}`,
				tOr(`flaw.${name}`, reason)));
			first ??= input;
		} else {
			rest.push(`${field}: ${reason}`);
		}
	}
	if (first !== null && rest.length === 0) {
		first.focus();
		return;
	}
	statusOf(form).replaceChildren(notice("bad", error.words));
}

/**
 * Makes a form send.  send may throw ApiError, which is shown; anything else
 * that it throws is a bug and goes to the console.
 * @param {HTMLFormElement} form
 * @param {(values: Record<string, string>) => Promise<void>} send
 * @param {(values: Record<string, string>) => [string, string] | null} [check]
 *     what the browser cannot see by itself: name of the field and words
 */
export function wire(form, send, check) {
	let busy = false;
	form.noValidate = true;
	for (const input of inputsOf(form)) {
		input.addEventListener("input", () =>
			clearFlaw(/** @type {HTMLInputElement} */ (input)));
	}
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (!busy) {
			void run();
		}
	});

	/** @returns {boolean} */
	function stands() {
		/** @type {HTMLInputElement | null} */
		let first = null;
		for (const node of inputsOf(form)) {
			const input = /** @type {HTMLInputElement} */ (node);
			const words = seen(input);
			if (words !== "") {
				showFlaw(input, words);
				first ??= input;
			}
		}
		const own = first === null ? check?.(valuesOf(form)) ?? null : null;
		if (own !== null) {
			first = /** @type {HTMLInputElement} */ (form.elements.namedItem(own[0]));
			showFlaw(first, own[1]);
		}
		first?.focus();
		return first === null;
	}

	async function run() {
		clearFlaws(form);
		if (!stands()) {
			return;
		}
		busy = true;
		form.setAttribute("aria-busy", "true");
		try {
			await send(valuesOf(form));
		} catch (error) {
			if (!(error instanceof ApiError)) {
				throw error;
			}
			showRefusal(form, error);
		} finally {
			busy = false;
			form.removeAttribute("aria-busy");
		}
	}
}

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>} boxes that are ticked: "on"
 */
export function valuesOf(form) {
	/** @type {Record<string, string>} */
	const values = {};
	for (const [name, value] of new FormData(form)) {
		values[name] = String(value);
	}
	return values;
}

/**
 * A button in a password field that shows what was typed.
 * @param {HTMLInputElement} input
 */
export function canShow(input) {
	const button = el("button", {
		class: "button link", type: "button", "aria-pressed": "false",
		"aria-controls": input.id, "aria-label": t("password.show_label"),
	}, t("password.show"));
	button.addEventListener("click", () => {
		const shown = input.type === "text";
		input.type = shown ? "password" : "text";
		button.setAttribute("aria-pressed", String(!shown));
		button.textContent = t(shown ? "password.show" : "password.hide");
	});
	/* What is sent must be hidden again, or browsers offer to complete it. */
	input.form?.addEventListener("submit", () => {
		if (input.type === "text") {
			button.click();
		}
	});
	const box = el("div", { class: "with-button" });
	input.replaceWith(box);
	box.append(input, button);
}

/**
 * One labelled input, made by a script.
 * @param {string} id
 * @param {string} label
 * @param {Record<string, string | boolean>} attributes of the input
 * @param {string} [hint]
 */
export function field(id, label, attributes, hint = "") {
	const input = el("input", { id, ...attributes });
	const node = el("div", { class: "field" },
		el("label", { for: id }, label), input);
	if (hint !== "") {
		node.append(el("p", { class: "hint", id: `${id}-hint` }, hint));
		input.setAttribute("aria-describedby", `${id}-hint`);
	}
	return { node, input };
}
