// node check.mjs SPEC.vl.json...: holds specifications against the schema that vega-lite ships.
// Vega-Lite itself ignores a misspelt property; the schema does not.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import { Fault, exit, oneLine } from './src/fault.mjs';
import { parseSpec } from './src/spec.mjs';

const require = createRequire(import.meta.url);
const shownFaults = 5;

// The schema's own name for each kind of figure: a fault is then told for the kind that was meant.
const kinds = [
  ['layer', 'TopLevelLayerSpec'], ['facet', 'TopLevelFacetSpec'], ['repeat', 'TopLevelRepeatSpec'],
  ['concat', 'TopLevelConcatSpec'], ['vconcat', 'TopLevelVConcatSpec'], ['hconcat', 'TopLevelHConcatSpec'],
  ['mark', 'TopLevelUnitSpec'],
];

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
let schemaLoaded = false;

async function validatorOf(spec, name) {
  if (!schemaLoaded) {
    const schema = JSON.parse(await readFile(require.resolve('vega-lite/vega-lite-schema.json'), 'utf8'));
    ajv.addSchema(schema, 'vega-lite');
    schemaLoaded = true;
  }
  const kind = kinds.find(([key]) => key in spec);
  if (!kind) throw new Fault(exit.badSpec, `${name} has no mark and no layer: there is nothing to draw`);
  return ajv.getSchema(`vega-lite#/definitions/${kind[1]}`);
}

/** @return {Promise<string[]>} what is wrong, the most telling fault first; empty if nothing is. */
export async function faultsOf(spec, name = 'the specification') {
  const validate = await validatorOf(spec, name);
  return validate(spec) ? [] : telling(validate.errors);
}

/**
 * A union fails in each of its branches. The branch that was meant is not one of another `type`;
 * it is the one that complains deepest, and of several there the one that complains least.
 */
function telling(errors) {
  const branches = new Map();
  for (const error of errors.filter(({ keyword }) => keyword !== 'anyOf')) {
    const branch = /^(?:.*#)?\/definitions\/[^/]+/.exec(error.schemaPath)?.[0] ?? '';
    const key = `${branch} ${error.keyword === 'const' ? parent(error.instancePath) : place(error)}`;
    branches.set(key, [...(branches.get(key) ?? []), error]);
  }
  const all = [...branches.values()];
  const meant = all.filter((branch) => !branch.some(({ keyword }) => keyword === 'const'));
  const ranked = (meant.length > 0 ? meant : all).sort((a, b) => depth(b[0]) - depth(a[0]) || a.length - b.length);
  const told = ranked.filter((branch) => depth(branch[0]) === depth(ranked[0][0]) && branch.length === ranked[0].length);
  const texts = [...new Set(told.flat().map(sentence))];
  return texts.length > shownFaults ? [...texts.slice(0, shownFaults), `and ${texts.length - shownFaults} more`] : texts;
}

const parent = (path) => path.slice(0, path.lastIndexOf('/'));

/** An unknown property lies one step below the object that complains of it. */
const place = ({ instancePath, keyword }) => (keyword === 'additionalProperties' ? instancePath : parent(instancePath));
const depth = (error) => place(error).split('/').length;

function sentence({ instancePath, keyword, params, message }) {
  const place = instancePath === '' ? 'top level' : instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties') return `${place}: “${params.additionalProperty}” is not known here`;
  if (keyword === 'enum') return `${place}: must be one of ${oneLine(params.allowedValues.slice(0, 12).join(', '))}`;
  if (keyword === 'const') return `${place}: must be ${JSON.stringify(params.allowedValue)}`;
  return `${place}: ${message}`;
}

async function checkFile(file) {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Fault(exit.missing, `cannot read ${file}: no such file`);
  });
  const faults = await faultsOf(parseSpec(text, file), file);
  if (faults.length > 0) throw new Fault(exit.badSpec, faults.map((fault) => `${file}: ${fault}`).join('\n'));
}

async function main(files) {
  if (files.length === 0) {
    console.error('usage: node check.mjs SPEC.vl.json...');
    return exit.usage;
  }
  let code = exit.done;
  for (const file of files) {
    try {
      await checkFile(file);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      console.error(error.message);
      code ||= error.code;
    }
  }
  return code;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
