/** A real server of this build: an installation of its own, in the sandbox. */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BINARY } from "./tree.mjs";

/**
 * Makes a data folder, starts the server on a free port and waits for its
 * "ready http://…".  stop() ends it with SIGTERM, which must exit with 0.
 * @param {string[]} options more of serve's
 */
export async function startServer(options = ["--sandbox"]) {
	const folder = mkdtempSync(join(tmpdir(), "watchword-web-"));
	const data = join(folder, "data");
	const said = execFileSync(BINARY, ["init", "--data", data],
		{ encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
	const apiKey = /^api_key=(wwk_\S+)$/m.exec(said)?.[1];
	assert.ok(apiKey, "init prints the key");
	const child = spawn(BINARY,
		["serve", "--data", data, "--listen", "127.0.0.1:0", ...options],
		{ stdio: ["ignore", "pipe", "pipe"] });
	let log = "";
	child.stderr.on("data", (part) => {
		log = (log + part).slice(-20000);
	});
	const ended = new Promise((done) => child.once("exit", (code) => done(code)));
	const url = await Promise.race([
		ended.then((code) => assert.fail(`serve exited with ${code}: ${log}`)),
		(async () => {
			for await (const line of createInterface({ input: child.stdout })) {
				const ready = /^ready (http:\/\/\S+)$/.exec(line);
				if (ready !== null) {
					return ready[1].replace(/\/$/, "");
				}
			}
			return ended.then((code) => assert.fail(`no "ready", exit ${code}: ${log}`));
		})(),
	]);
	return {
		url,
		apiKey,
		/** Another key of tenant "default", with these scopes. */
		newKey(...scopes) {
			return /wwk_\S+/.exec(execFileSync(BINARY, ["key", "new", "--data", data,
				"--tenant", "default", "--scope", scopes.join()],
			{ encoding: "utf8" }))[0];
		},
		async stop() {
			child.kill("SIGTERM");
			const code = await ended;
			rmSync(folder, { recursive: true, force: true });
			assert.equal(code, 0, `serve after SIGTERM: ${log}`);
		},
	};
}
