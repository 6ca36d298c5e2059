/** The packages of tests/web, for the tests of this folder. */

import { createRequire } from "node:module";

const require = createRequire(new URL("../web/package.json", import.meta.url));

export const { default: Ajv } = require("ajv/dist/2020.js");
export const { default: addFormats } = require("ajv-formats");
export const { parse: parseYaml } = require("yaml");
export const jose = require("jose");
export { Validator } from
	"../web/node_modules/@seriousme/openapi-schema-validator/index.js";
