/**
 * QR codes from a picture or the camera.  The decoder is large and loaded
 * when it is first needed.  Pictures never leave the page.
 */

const PICTURE_MAX = 2400;	/* px; larger ones are made smaller */
const FRAME_MAX = 1000;
const EVERY_MS = 120;

/** @returns {Promise<(image: ImageData, ms: number) => string | null>} */
async function decoder() {
	const { decodeQR } = await import("./vendor/qr/decode.js");
	return (image, ms) => {
		try {
			return decodeQR(image, { timeLimit: ms });
		} catch {
			return null;
		}
	};
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width of source
 * @param {number} height
 * @param {number} max px of the longer side
 */
function pixels(source, width, height, max) {
	const scale = Math.min(1, max / Math.max(width, height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(width * scale));
	canvas.height = Math.max(1, Math.round(height * scale));
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (context === null) {
		throw new Error("no canvas");
	}
	/* What is transparent counts as paper. */
	context.fillStyle = "white";
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * @param {Blob} file
 * @returns {Promise<string | null>} null: no code in it, or not a picture
 */
export async function readPicture(file) {
	const decode = await decoder();
	let picture;
	try {
		picture = await createImageBitmap(file);
	} catch {
		return null;
	}
	const { width, height } = picture;
	let text = null;
	for (const max of [FRAME_MAX, PICTURE_MAX, 500]) {
		text ??= decode(pixels(picture, width, height, max), 1500);
	}
	picture.close();
	return text;
}

/**
 * Shows the camera in a video element and reports each new code.
 * @param {HTMLVideoElement} video
 * @param {(text: string) => void} onText
 * @returns {Promise<() => void>} stops the camera; throws DOMException when
 *     there is none or it may not be used
 */
export async function startCamera(video, onText) {
	const stream = await navigator.mediaDevices.getUserMedia({ audio: false,
		video: { facingMode: "environment", width: { ideal: 1280 } } });
	const decode = await decoder();
	let last = "";
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	const look = () => {
		if (video.videoWidth > 0) {
			const text = decode(pixels(video, video.videoWidth,
				video.videoHeight, FRAME_MAX), 60);
			if (text !== null && text !== last) {
				last = text;
				onText(text);
			}
		}
		timer = setTimeout(look, EVERY_MS);
	};
	const stop = () => {
		clearTimeout(timer);
		timer = undefined;
		for (const track of stream.getTracks()) {
			track.stop();
		}
		video.srcObject = null;
	};
	video.srcObject = stream;
	await video.play().catch(() => {});
	timer = setTimeout(look, EVERY_MS);
	return stop;
}
