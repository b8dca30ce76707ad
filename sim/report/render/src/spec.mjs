// Reads a Vega-Lite specification and refuses what Escalon's figures must not contain.

import { Fault, exit } from './fault.mjs';

const generated = ['sequence', 'sphere', 'graticule'];

/** @return the specification as an object. */
export function parseSpec(text, name) {
  let spec;
  try {
    spec = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Fault(exit.badSpec, `${name} is not valid JSON: ${describeJsonError(text, error)}`);
  }
  if (spec === null || typeof spec !== 'object' || Array.isArray(spec)) {
    throw new Fault(exit.badSpec, `${name} is not a Vega-Lite specification: expected a JSON object`);
  }
  requireVegaLite(spec, name);
  requireInlineData(spec, name);
  return spec;
}

function describeJsonError(text, error) {
  if (text.trim() === '') return 'the file is empty';
  const position = /at position (\d+)/.exec(error.message);
  if (!position) return error.message;
  const before = text.slice(0, Number(position[1])).split('\n');
  return `line ${before.length}, column ${before.at(-1).length + 1}: ${error.message}`;
}

function requireVegaLite(spec, name) {
  const schema = spec.$schema;
  if (schema !== undefined && !/\/vega-lite\/v[56]\b/.test(schema)) {
    throw new Fault(exit.badSpec, `${name} names the schema “${schema}”; expected vega-lite/v6`);
  }
}

/** A figure carries its own rows: nothing is fetched, so nothing can be missing or change. */
function requireInlineData(spec, name) {
  const named = new Set(Object.keys(spec.datasets ?? {}));
  visitData(spec, (data, path) => {
    if (data.url !== undefined) {
      throw new Fault(exit.badSpec,
        `${name}: ${path} reads “${data.url}”; put the rows into data.values, a figure must carry its own data`);
    }
    if (data.name !== undefined && data.values === undefined && !named.has(data.name)
        && !generated.some((kind) => kind in data)) {
      throw new Fault(exit.badSpec, `${name}: ${path} names “${data.name}”, which is not among the datasets`);
    }
  });
}

function visitData(node, visit, path = '') {
  if (node === null || typeof node !== 'object') return;
  for (const [key, child] of Object.entries(node)) {
    const place = Array.isArray(node) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    if (key === 'values' || key === 'datasets') continue; // rows, not specification
    if (key === 'data' && child !== null && typeof child === 'object') visit(child, place);
    visitData(child, visit, place);
  }
}

/** @return {{title: string, description: string}} what a screen reader should say. */
export function captionOf(spec) {
  const title = typeof spec.title === 'object' && !Array.isArray(spec.title) && spec.title !== null
    ? spec.title : { text: spec.title };
  const text = plain(title.text);
  return { title: text, description: plain(spec.description) || plain(title.subtitle) };
}

function plain(text) {
  const lines = Array.isArray(text) ? text : [text];
  return lines.filter((line) => typeof line === 'string').join(' ').trim();
}
