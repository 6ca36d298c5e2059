/**
 * R24: `watchword import` while a server runs and without one: whose the
 * authenticators are, all or none, and once only.  That their codes count from
 * then on is in tests/flow/test_import.c.
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { finish, sandbox } from "./server.mjs";

const HEX = "3132333435363738393031323334353637383930";

describe("authenticators from another system", () => {
	let server;
	let file;
	before(async () => {
		server = await sandbox();
		for (const name of ["ada", "bob"]) {
			await server.expect(201, "POST", "/v1/accounts",
				{ external_id: name, email: `${name}@example.com` });
		}
		file = join(server.installation.folder, "tokens");
	});
	after(() => finish(server));

	const bring = (text, ...more) => {
		writeFileSync(file, text);
		return server.installation.cli("import", file, "--tenant", "default", ...more);
	};

	test("what is wrong is named with its place, and nothing is stored", () => {
		for (const [text, why, ...more] of [
			[`S1,${HEX},totp\nS2,zz,totp\n`, /2: its key/],
			[`# version: 2\nada,r,r,S1,${HEX},totp\nnobody,r,r,S2,${HEX},totp\n`, /3: no account has this identifier/],
			["otpauth://totp/ada?secret=GEZDGNBV&period=300", /1: its period is longer/],
			["GEZDGNBV\n\" TOTP_AUTH\n", /does not say whose it is/],
			["hello", /format is not known/],
			["<!DOCTYPE x><KeyContainer/>", /1: a document type/],
			["<x/>", /1: this is no key container/, "--format", "pskc"],
		]) {
			const { code, out, err } = bring(text, ...more);
			assert.notEqual(code, 0, text);
			assert.equal(out, "", text);
			assert.match(err, why);
		}
		writeFileSync(file, `S1,${HEX},totp\n`);
		const { code, err } = server.installation.cli("import", file, "--tenant", "nobody");
		assert.equal(code, 1);
		assert.match(err, /nothing was stored|no tenant/);
		assert.equal(server.installation.cli("import").code, 2);
	});

	test("a dry run, then the file, and the file again", async () => {
		const list = `# version: 2\nada,r,r,S1,${HEX},totp,6,30\nbob@example.com,r,r,S2,${"41".repeat(20)},hotp\n`;
		assert.equal(bring(list, "--dry-run").out, "2 would be stored, 0 are there already\n");
		assert.equal(bring(list).out, "2 stored, 0 were there already\n");
		assert.equal(bring(list).out, "0 stored, 2 were there already\n");
		/* Without a server it is the same store. */
		await server.stop();
		assert.equal(bring(list).out, "0 stored, 2 were there already\n");
		server = await server.installation.serve("--sandbox");
	});
});
