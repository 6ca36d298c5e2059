/**
 * The big keys on which a code is typed.  The field beside them takes a
 * keyboard as well; it asks for none on the screen.
 */

import { el } from "./dom.js";
import { t } from "./i18n.js";

const DIGITS_MAX = 8;

/**
 * @param {HTMLElement} place
 * @param {{label: string, done: (code: string) => void, short: () => void}} on
 *     short: what is typed cannot be a code
 */
export function makeKeys(place, { label, done, short }) {
	const field = el("input", { class: "code-input", type: "text", inputmode: "none",
		autocomplete: "off", maxlength: "16", "aria-label": label });
	const typed = () => field.value.replace(/\D/g, "").slice(0, DIGITS_MAX);
	const send = () => {
		const code = typed();
		if (code.length < 4) {
			short();
		} else {
			field.value = "";
			done(code);
		}
	};
	const keys = el("div", { class: "keys", role: "group", "aria-label": label });
	for (const digit of ["1", "2", "3", "4", "5", "6", "7", "8", "9"]) {
		keys.append(key(digit, digit, () => {
			field.value = typed() + digit;
		}));
	}
	keys.append(
		key("⌫", t("keys.back"), () => {
			field.value = typed().slice(0, -1);
		}),
		key("0", "0", () => {
			field.value = `${typed()}0`;
		}),
		key(t("keys.ok"), t("keys.check"), send, "ok"));
	field.addEventListener("keydown", (event) => {
		if (event.key === "Enter") {
			event.preventDefault();
			send();
		}
	});
	place.replaceChildren(field, keys);
	field.focus();
}

/**
 * @param {string} face
 * @param {string} label
 * @param {() => void} press
 * @param {string} [more]
 */
function key(face, label, press, more = "") {
	const button = el("button", { type: "button", class: `key ${more}`.trim(),
		"aria-label": label }, face);
	button.addEventListener("click", () => {
		navigator.vibrate?.(10);
		press();
	});
	return button;
}
