// node hold.mjs MODULES SCHEMA.json CASES.json: holds values against a schema with ajv, as strictly as it can.
// MODULES: the folder whose node_modules hold ajv. Prints [[fault, ...], ...], a list for each case: "/pk/CL: must be string".

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, schemaFile, casesFile] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const Ajv = require('ajv').default;

// JSON has no NaN: such numbers of YAML come as { "$number": "NaN" }
const revive = (_, value) => (value !== null && typeof value === 'object' && '$number' in value ? Number(value.$number) : value);

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary(['errorMessage']); // shown by editors; no part of draft-07
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

const place = ({ instancePath, keyword, params }) =>
  instancePath + (keyword === 'additionalProperties' ? `/${params.additionalProperty}` : keyword === 'required' ? `/${params.missingProperty}` : '');
const faults = JSON.parse(readFileSync(casesFile, 'utf8'), revive).map((value) =>
  validate(value) ? [] : validate.errors.filter(({ keyword }) => keyword !== 'if').map((error) => `${place(error)}: ${error.message}`),
);
console.log(JSON.stringify(faults));
