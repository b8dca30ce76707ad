// Inter, the one family of every figure: how wide its text is, and the part of it a figure carries.

import { readFile } from 'node:fs/promises';
import advances from 'inter:advances'; // made by build.mjs from the font files

export const fontStack = 'Inter, "Helvetica Neue", Arial, sans-serif';

const faces = {
  400: { file: 'Inter-Regular.ttf' },
  600: { file: 'Inter-SemiBold.ttf' },
};

// What text in a browser or in Pango uses unasked. The optional features would quadruple the size.
const features = ['kern', 'calt', 'ccmp', 'locl', 'mark', 'mkmk'];

const boldFrom = 600;
const fallbackAdvance = advances.unitsPerEm; // a glyph that Inter lacks is taken to be one em wide

/** Two weights are shipped: @return 400 or 600, the one nearest to what was asked for. */
export function shippedWeight(weight) {
  if (weight === 'bold' || weight === 'bolder') return 600;
  return Number(weight) >= boldFrom ? 600 : 400;
}

/** @return the width of one line of text, in the unit of `size`. */
export function textWidth(text, size, weight) {
  const table = tableOf(shippedWeight(weight));
  let units = 0;
  for (const char of text) units += table.get(char.codePointAt(0)) ?? fallbackAdvance;
  return (units / advances.unitsPerEm) * size;
}

const tables = new Map();

function tableOf(weight) {
  if (!tables.has(weight)) {
    tables.set(weight, new Map(advances.weights[weight].flatMap(
      ([first, widths]) => widths.map((width, i) => [first + i, width]))));
  }
  return tables.get(weight);
}

const loaded = new Map();

function fontFile(weight) {
  if (!loaded.has(weight)) {
    loaded.set(weight, readFile(new URL(`./fonts/${faces[weight].file}`, import.meta.url)));
  }
  return loaded.get(weight);
}

/**
 * @param used map from weight to the set of characters drawn in it.
 * @return @font-face rules that carry these characters and no others.
 */
export async function fontFaces(used) {
  const rules = [];
  for (const weight of [...used.keys()].sort()) {
    const known = [...used.get(weight)].filter((char) => tableOf(weight).has(char.codePointAt(0)));
    if (known.length === 0) continue;
    const font = await subset(await fontFile(weight), known.sort().join(''));
    rules.push(`@font-face{font-family:Inter;font-style:normal;font-weight:${weight};`
      + `src:url(data:font/woff2;base64,${font.toString('base64')}) format("woff2")}`);
  }
  return rules.join('');
}

async function subset(font, text) {
  const { default: subsetFont } = await import('subset-font'); // half a second of set-up: only when needed
  return subsetFont(font, text, { targetFormat: 'woff2', keepFeatures: features });
}
