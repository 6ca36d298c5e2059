/**
 * Bytes as people type them: Crockford's base32, in groups of four.  Small
 * and capital letters are the same; I and L are 1, O is 0.
 */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * @param {Uint8Array} bytes
 * @returns {string} "3F7K 0Q2M …"
 */
export function toGroups(bytes) {
	let bits = 0;
	let held = 0;
	let text = "";
	for (const byte of bytes) {
		held = (held << 8 | byte) & 0xffff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += ALPHABET[held >> bits & 31];
		}
	}
	if (bits > 0) {
		text += ALPHABET[held << (5 - bits) & 31];
	}
	return text.replace(/(.{4})(?=.)/g, "$1 ");
}

/**
 * @param {string} typed
 * @returns {Uint8Array<ArrayBuffer> | null} null: a sign that is none of them
 */
export function fromGroups(typed) {
	const text = typed.toUpperCase().replace(/[\s-]/g, "")
		.replace(/[IL]/g, "1").replaceAll("O", "0");
	const bytes = [];
	let bits = 0;
	let held = 0;
	for (const sign of text) {
		const value = ALPHABET.indexOf(sign);
		if (value < 0) {
			return null;
		}
		held = (held << 5 | value) & 0xffff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes.push(held >> bits & 255);
		}
	}
	return Uint8Array.from(bytes);
}
