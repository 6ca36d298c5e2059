/**
 * Reading a code with the camera: by the browser's own BarcodeDetector where
 * it is, otherwise by a vendored decoder, which is loaded only then.
 */

import { byId } from "./dom.js";
import { t } from "./i18n.js";

const LOOK_MS = 120;
const DECODER = "/assets/vendor/qr/decode.js";
/* What is printed on parcels, and the pass. */
const FORMATS = ["qr_code", "code_128", "code_39", "ean_13", "itf", "data_matrix"];

/** @typedef {(video: HTMLVideoElement) => Promise<string | null>} Reader */

/** @returns {Promise<Reader>} */
async function nativeReader() {
	const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
	const known = await Detector.getSupportedFormats();
	const formats = FORMATS.filter((f) => known.includes(f));
	if (!formats.includes("qr_code")) {
		throw new Error("no QR");
	}
	const detector = new Detector({ formats });
	return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

/** @returns {Promise<Reader>} */
async function vendoredReader() {
	const { decodeQR } = await import(DECODER);
	const canvas = document.createElement("canvas");
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (context === null) {
		throw new Error("no canvas");
	}
	return async (video) => {
		canvas.width = video.videoWidth;
		canvas.height = video.videoHeight;
		context.drawImage(video, 0, 0);
		try {
			return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
		} catch {
			return null;	/* no code in this picture */
		}
	};
}

/** @returns {Promise<Reader>} */
async function makeReader() {
	try {
		return await nativeReader();
	} catch {
		return vendoredReader();
	}
}

/** @returns {boolean} whether there is any use in offering the camera */
export function canScan() {
	return navigator.mediaDevices?.getUserMedia !== undefined;
}

/**
 * Opens the camera window and looks until a code is seen that fits.
 * @param {string} title what is to be held before the camera
 * @param {(text: string) => boolean} fits others are looked past
 * @returns {Promise<string | null>} null: closed, or there is no camera; the
 *     window has then said which
 */
export async function scan(title, fits) {
	const dialog = /** @type {HTMLDialogElement} */ (byId("camera"));
	const video = /** @type {HTMLVideoElement} */ (byId("camera-view"));
	const said = byId("camera-says");
	byId("camera-title").textContent = title;
	said.textContent = t("scan.starting");
	dialog.showModal();
	/** @type {MediaStream | null} */
	let stream = null;
	try {
		const [reader, camera] = await Promise.all([makeReader(),
			navigator.mediaDevices.getUserMedia({ audio: false,
				video: { facingMode: "environment", width: { ideal: 1280 } } })]);
		stream = camera;
		video.srcObject = stream;
		await video.play();
		said.textContent = t("scan.looking");
		return await look(dialog, video, reader, fits);
	} catch {
		said.textContent = t("scan.no_camera");
		await new Promise((done) =>
			dialog.addEventListener("close", done, { once: true }));
		return null;
	} finally {
		stream?.getTracks().forEach((track) => track.stop());
		video.srcObject = null;
		if (dialog.open) {
			dialog.close();
		}
	}
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLVideoElement} video
 * @param {Reader} reader
 * @param {(text: string) => boolean} fits
 */
async function look(dialog, video, reader, fits) {
	while (dialog.open) {
		const text = video.readyState >= 2 ? await reader(video) : null;
		if (text !== null && fits(text)) {
			return text;
		}
		await new Promise((done) => setTimeout(done, LOOK_MS));
	}
	return null;
}
