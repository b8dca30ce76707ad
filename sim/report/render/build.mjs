// node build.mjs --out DIR: writes DIR/render.mjs, one file that needs no node_modules, the fonts it
// draws with, in DIR/fonts, and the script and style of the HTML report with their hashes.

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import fontverter from 'fontverter';
import opentype from 'opentype.js';
import subsetFont from 'subset-font';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const interFolder = dirname(require.resolve('inter-ui/package.json'));

const weights = { 400: 'Regular', 600: 'SemiBold' };

const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<!-- FONTCONFIG_FILE=.../fonts/fonts.conf rsvg-convert ...: the shipped fonts and no others -->
<fontconfig>
  <dir prefix="relative">.</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

function outputFolder(args) {
  const at = args.indexOf('--out');
  if (at < 0 || args[at + 1] === undefined || args.length !== 2) {
    console.error('usage: node build.mjs --out DIR');
    process.exit(64);
  }
  return args[at + 1];
}

/** @return {Promise<Map<string, Buffer>>} weight -> TrueType file, unpacked from the package's WOFF2. */
async function interFonts() {
  const fonts = new Map();
  for (const [weight, face] of Object.entries(weights)) {
    const woff2 = await readFile(join(interFolder, 'web', `Inter-${face}.woff2`));
    fonts.set(weight, await fontverter.convert(woff2, 'sfnt'));
  }
  return fonts;
}

/** @return advance widths as runs of consecutive characters: [first character, [width, ...]]. */
function advanceRuns(ttf) {
  const font = opentype.parse(ttf.buffer.slice(ttf.byteOffset, ttf.byteOffset + ttf.byteLength));
  const map = font.tables.cmap.glyphIndexMap;
  const runs = [];
  for (const code of Object.keys(map).map(Number).sort((a, b) => a - b)) {
    const last = runs.at(-1);
    const width = font.glyphs.get(map[code]).advanceWidth;
    if (last && last[0] + last[1].length === code) last[1].push(width);
    else runs.push([code, [width]]);
  }
  return { unitsPerEm: font.unitsPerEm, runs };
}

function advanceTable(fonts) {
  const table = { unitsPerEm: 0, weights: {} };
  for (const [weight, ttf] of fonts) {
    const { unitsPerEm, runs } = advanceRuns(ttf);
    if (table.unitsPerEm !== 0 && table.unitsPerEm !== unitsPerEm) throw new Error('the Inter files differ in units per em');
    table.unitsPerEm = unitsPerEm;
    table.weights[weight] = runs;
  }
  return table;
}

const advancesPlugin = (table) => ({
  name: 'advances',
  setup(build) {
    build.onResolve({ filter: /^inter:advances$/ }, ({ path }) => ({ path, namespace: 'inter' }));
    build.onLoad({ filter: /.*/, namespace: 'inter' }, () => ({ contents: JSON.stringify(table), loader: 'json' }));
  },
});

/** subset-font reads HarfBuzz from node_modules; here it is part of the bundle. WOFF2 is only written, never read. */
const subsetPlugin = {
  name: 'subset-font-in-one-file',
  setup(build) {
    const fromDisk = "await readFile(require.resolve('harfbuzzjs/dist/harfbuzz-subset.wasm'))";
    build.onLoad({ filter: /[\\/]subset-font[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (source.split(fromDisk).length !== 2) throw new Error('subset-font no longer loads HarfBuzz as expected');
      return { contents: source.replace(fromDisk, "require('harfbuzzjs/dist/harfbuzz-subset.wasm')"), loader: 'js' };
    });
    build.onLoad({ filter: /[\\/]wawoff2[\\/]decompress\.js$/ }, () => ({
      contents: "module.exports = () => { throw new Error('WOFF2 is not read here'); };", loader: 'js',
    }));
  },
};

async function bundle(table, out) {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ['src/render.mjs'],
    outfile: join(out, 'render.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    external: ['canvas'],
    minify: true,
    legalComments: 'none', // the licences stand in LICENSES.txt
    loader: { '.wasm': 'binary' },
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';import{fileURLToPath as pathOf}from'node:url';"
        + "import{dirname as folderOf}from'node:path';const require=requireFrom(import.meta.url),"
        + '__filename=pathOf(import.meta.url),__dirname=folderOf(__filename);',
    },
    plugins: [advancesPlugin(table), subsetPlugin],
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(result.metafile.inputs);
}

// What a report's own words and figures may contain: Latin, Greek, punctuation, signs of mathematics, arrows, superscripts.
const pageCharacters = [[0x20, 0x7e], [0xa0, 0x17f], [0x391, 0x3c9], [0x2010, 0x2027], [0x2030, 0x203a], [0x2070, 0x209c], [0x20ac, 0x20ac],
  [0x2190, 0x2193], [0x2200, 0x2265], [0x25a0, 0x25cf], [0x2713, 0x2717], [0xfffd, 0xfffd]];
const pageFeatures = ['kern', 'calt', 'ccmp', 'locl', 'mark', 'mkmk', 'tnum'];

/** @return {Promise<string>} the @font-face rules of the report. */
async function pageFonts(fonts) {
  const text = pageCharacters.map(([first, last]) => String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i))).join('');
  const rules = [];
  for (const [weight, ttf] of fonts) {
    const woff2 = await subsetFont(ttf, text, { targetFormat: 'woff2', keepFeatures: pageFeatures });
    rules.push(`@font-face{font-family:Inter;font-style:normal;font-weight:${weight};src:url(data:font/woff2;base64,${woff2.toString('base64')}) format("woff2")}`);
  }
  return rules.join('');
}

/** The report's script and style, and the hashes by which its content policy knows them. */
async function bundlePage(fonts, out) {
  const options = { absWorkingDir: here, bundle: true, minify: true, write: false, charset: 'utf8', legalComments: 'none', target: ['es2020'], logLevel: 'warning', metafile: true };
  const script = await esbuild.build({ ...options, entryPoints: ['src/browser/report.mjs'], format: 'iife', platform: 'browser' });
  const style = await esbuild.build({ ...options, entryPoints: ['src/browser/report.css'] });
  const files = { script: inlined(script.outputFiles[0].text, /<\/script|<!--/i), style: inlined((await pageFonts(fonts)) + style.outputFiles[0].text, /<\/style/i) };
  await writeFile(join(out, 'report.js'), files.script);
  await writeFile(join(out, 'report.css'), files.style);
  const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `sha256-${createHash('sha256').update(text).digest('base64')}`]));
  await writeFile(join(out, 'report.json'), `${JSON.stringify(hashes, null, 2)}\n`);
  return Object.keys(script.metafile.inputs);
}

/** What stands between tags of a page must not end them. */
function inlined(text, end) {
  if (end.test(text)) throw new Error('the bundle would end its element in the page');
  return text.trim();
}

/** @return the licence texts of all packages that have a file in the bundle. */
async function licences(inputs) {
  const packages = new Set(inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const parts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
    const text = await firstFile(join(here, folder), ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'License.md']);
    parts.push(`${name} ${version} (${license})\n\n${text ?? ''}`.trim());
  }
  return `${parts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}

async function firstFile(folder, names) {
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

async function main() {
  const out = resolve(outputFolder(process.argv.slice(2)));
  const fontFolder = join(out, 'fonts');
  await mkdir(fontFolder, { recursive: true });
  const fonts = await interFonts();
  const inputs = await bundle(advanceTable(fonts), out);
  for (const [weight, ttf] of fonts) await writeFile(join(fontFolder, `Inter-${weights[weight]}.ttf`), ttf);
  await writeFile(join(fontFolder, 'fonts.conf'), fontsConf);
  await writeFile(join(fontFolder, 'OFL.txt'), await readFile(join(interFolder, 'LICENSE.txt')));
  await writeFile(join(out, 'LICENSES.txt'), await licences([...inputs, ...await bundlePage(fonts, out)]));
}

await main();
