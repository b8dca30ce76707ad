// Turns Vega's SVG into a file that stands alone: captioned, with its own font and its own ids.

import { createHash } from 'node:crypto';
import { Fault, exit } from './fault.mjs';
import { fontFaces, fontStack, shippedWeight } from './fonts.mjs';

const tags = /<[^>]*>/g; // Vega escapes '>' in text and in attributes
const texts = /<text\b([^>]*)>(.*?)<\/text>/gs;
const xmlControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * @param svg what Vega drew.
 * @param caption {{title, description}}
 * @param embedFont whether the file carries the glyphs it uses.
 */
export async function standalone(svg, caption, name, embedFont) {
  const clean = svg.replace(xmlControls, '\ufffd');
  requireShippedFonts(clean, name);
  const faces = embedFont ? await fontFaces(charactersByWeight(clean)) : '';
  const id = `figure-${createHash('sha256').update(clean).update(JSON.stringify(caption)).digest('hex').slice(0, 12)}`;
  const body = uniqueIds(oneFont(clean), id);
  const open = /^<svg\b[^>]*>/.exec(body)[0];
  return `${root(open, caption, id)}${captionMarkup(caption, id)}`
    + `${faces && `<style>${faces}</style>`}${body.slice(open.length)}\n`;
}

function root(open, caption, id) {
  const size = [' width', ' height', ' viewBox'].map((name) => `${name}="${attribute(open, name.trim())}"`).join('');
  const label = [caption.title && `${id}-title`, caption.description && `${id}-desc`].filter(Boolean).join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"`
    + ` role="img"${label && ` aria-labelledby="${label}"`}${size} font-family="${escape(fontStack)}">`;
}

function captionMarkup({ title, description }, id) {
  return (title && `<title id="${id}-title">${escape(title)}</title>`)
    + (description && `<desc id="${id}-desc">${escape(description)}</desc>`);
}

/** Only Inter, upright, is shipped: another face would look different on every machine. */
function requireShippedFonts(svg, name) {
  for (const [, attributes] of svg.matchAll(texts)) {
    const family = attribute(attributes, 'font-family');
    const first = family?.split(',')[0].replace(/&quot;|["']/g, '').trim().toLowerCase();
    if (first !== undefined && first !== 'inter' && first !== 'sans-serif') {
      throw new Fault(exit.badSpec, `${name} asks for the font “${family}”; figures are drawn in Inter, leave “font” out`);
    }
    const style = attribute(attributes, 'font-style');
    if (style !== undefined && style !== 'normal') {
      throw new Fault(exit.badSpec, `${name} asks for ${style} text; figures have Inter upright only, use fontWeight`);
    }
  }
}

function charactersByWeight(svg) {
  const used = new Map();
  for (const [, attributes, content] of svg.matchAll(texts)) {
    const weight = shippedWeight(attribute(attributes, 'font-weight'));
    if (!used.has(weight)) used.set(weight, new Set());
    for (const char of unescape(content.replace(tags, ''))) used.get(weight).add(char);
  }
  return used;
}

/** The family stands once, at the root; weights are the two that are shipped. */
function oneFont(svg) {
  return svg.replace(tags, (tag) => (tag.startsWith('<text')
    ? tag.replace(/ font-family="[^"]*"/, '')
      .replace(/ font-weight="([^"]*)"/, (_, weight) => (shippedWeight(weight) === 600 ? ' font-weight="600"' : ''))
    : tag));
}

/** Several figures may stand in one HTML page; their clips and gradients must not meet. */
function uniqueIds(svg, id) {
  return svg.replace(tags, (tag) => tag
    .replace(/ id="([^"]*)"/g, ` id="${id}-$1"`)
    .replace(/="url\(#([^)"]*)\)"/g, `="url(#${id}-$1)"`)
    .replace(/ ((?:xlink:)?href)="#([^"]*)"/g, ` $1="#${id}-$2"`));
}

function attribute(tag, name) {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
}

function escape(text) {
  return text.replace(xmlControls, '\ufffd')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function unescape(text) {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
