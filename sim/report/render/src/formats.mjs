// PDF and PNG of a drawn figure, by rsvg-convert with the shipped Inter and no other font: the same bytes on every call.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault, exit, oneLine } from './fault.mjs';

const converter = 'rsvg-convert';
const cssPixelsPerInch = 96;
const pointsPerInch = 72;
const metresPerInch = 0.0254;
const mostPixels = 32_767; // a side of a cairo surface

export const defaultDpi = 300;
const dpiBounds = { least: 30, most: 2400 };

/** @return the dots per inch that the user wrote. */
export function dpiOf(text) {
  const dpi = /^\d+$/.test(text ?? '') ? Number(text) : NaN;
  if (!(dpi >= dpiBounds.least && dpi <= dpiBounds.most)) {
    throw new Fault(exit.usage, `--dpi takes a whole number from ${dpiBounds.least} to ${dpiBounds.most}, got ${text ?? 'nothing'}`);
  }
  return dpi;
}

/** @return {Promise<Buffer>} one page as large as the figure, 96 px to the inch, with text that can be selected. */
export async function pdfOf(svg, name) {
  const { width, height } = sizeOf(svg);
  const points = (pixels) => `${(pixels * pointsPerInch) / cssPixelsPerInch}pt`;
  return convert(svg, name, ['--format=pdf', `--page-width=${points(width)}`, `--page-height=${points(height)}`,
    `--width=${points(width)}`, `--height=${points(height)}`]);
}

/** @return {Promise<Buffer>} as large on paper as the SVG, at this resolution, which the file states. */
export async function pngOf(svg, name, dpi) {
  const { width, height } = sizeOf(svg);
  const pixels = (cssPixels) => Math.round((cssPixels * dpi) / cssPixelsPerInch);
  if (Math.max(pixels(width), pixels(height)) > mostPixels) {
    const most = Math.floor((mostPixels * cssPixelsPerInch) / Math.max(width, height));
    throw new Fault(exit.usage, `${name} at ${dpi} dpi has more than ${mostPixels} pixels to a side; take --dpi ${most} or less`);
  }
  return withResolution(await convert(svg, name, ['--format=png', `--width=${pixels(width)}`, `--height=${pixels(height)}`]), dpi);
}

function sizeOf(svg) {
  const [, width, height] = /^<svg [^>]* width="([0-9.]+)" height="([0-9.]+)"/.exec(svg);
  return { width: Number(width), height: Number(height) };
}

/** Nothing of the machine reaches the picture: neither its fonts, nor its language, nor its clock. */
function environment() {
  const { PATH, HOME, XDG_CACHE_HOME, TMPDIR } = process.env;
  const kept = Object.entries({ PATH, HOME, XDG_CACHE_HOME, TMPDIR }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(kept),
    FONTCONFIG_FILE: fileURLToPath(new URL('./fonts/fonts.conf', import.meta.url)),
    SOURCE_DATE_EPOCH: '0',
    LC_ALL: 'C.UTF-8',
  };
}

function convert(svg, name, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(converter, ['--unlimited', '--keep-aspect-ratio', ...options], { env: environment() });
    const picture = [];
    const said = [];
    child.stdout.on('data', (chunk) => picture.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    child.stdin.on('error', () => {}); // it ended early: its exit status tells
    child.on('error', (error) => reject(error.code === 'ENOENT'
      ? new Fault(exit.unavailable, `PDF and PNG are made by ${converter}, which is not installed; on Debian: apt-get install librsvg2-bin`)
      : new Fault(exit.unavailable, `${converter} does not start: ${oneLine(error.message)}`)));
    child.on('close', (status, signal) => {
      if (status === 0 && picture.length > 0) resolve(Buffer.concat(picture));
      else reject(new Fault(exit.internal, `${name}: ${converter} ended with ${signal ?? `status ${status}`}: ${oneLine(Buffer.concat(said))}`));
    });
    child.stdin.end(svg);
  });
}

/** Cairo writes no resolution: a pHYs chunk after the header, PNG specification 11.3.4.3. */
function withResolution(png, dpi) {
  const afterHeader = 8 + 25; // signature; length, type, 13 bytes and checksum of IHDR
  const perMetre = Math.round(dpi / metresPerInch);
  const body = Buffer.alloc(13);
  body.write('pHYs', 0, 'latin1');
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt32BE(perMetre, 8);
  body.writeUInt8(1, 12); // per metre
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 17);
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)]);
}

/** The checksum of PNG chunks; node 18 has none of its own. */
function crc32(bytes) {
  const polynomial = 0xedb88320;
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
