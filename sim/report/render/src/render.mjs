// render.mjs SPEC.vl.json OUT [SPEC OUT ...]: draws Vega-Lite specifications as SVG, PDF and PNG files.

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Fault, exit, oneLine } from './fault.mjs';
import { captionOf, parseSpec } from './spec.mjs';
import { drawCompiled } from './figure.mjs';
import { defaultDpi, dpiOf, pdfOf, pngOf } from './formats.mjs';
import { pageFigure } from './page.mjs';
import { standalone } from './svg.mjs';

process.env.TZ = 'UTC'; // dates are drawn alike everywhere

const usage = `usage: render.mjs [--no-font] [--dpi N] SPEC.vl.json OUT [SPEC2 OUT2 ...]
  draws Vega-Lite specifications with inline data; OUT ends in .svg, .pdf, .png, or .page.json
  for a figure of the report; - is standard input, or SVG on standard output
  --no-font  leave the font out of SVG, for figures in a page that brings Inter itself
  --dpi N    resolution of PNG, ${defaultDpi} when absent`;

/** How a file is made, by the end of its name: {spec, name, vegaSvg, compiled, embedFont, dpi} -> its content. */
const kinds = {
  '.page.json': ({ spec, name, vegaSvg, compiled }) => pageFigure(spec, name, vegaSvg, compiled),
  '.svg': ({ spec, name, vegaSvg, embedFont }) => standalone(vegaSvg, captionOf(spec), name, embedFont),
  '.pdf': async ({ spec, name, vegaSvg }) => pdfOf(await standalone(vegaSvg, captionOf(spec), name, false), name),
  '.png': async ({ spec, name, vegaSvg, dpi }) => pngOf(await standalone(vegaSvg, captionOf(spec), name, false), name, dpi),
};

function kindOf(output) {
  const end = output === '-' ? '.svg' : Object.keys(kinds).find((known) => output.toLowerCase().endsWith(known));
  if (!end) throw new Fault(exit.usage, `${output} must end in ${Object.keys(kinds).join(', ')}\n${usage}`);
  return kinds[end];
}

function readArguments(args) {
  if (args.includes('--help') || args.includes('-h')) return { help: true };
  const options = { embedFont: true, dpi: defaultDpi };
  const files = [];
  for (let i = 0; i < args.length; ++i) {
    if (args[i] === '--no-font') options.embedFont = false;
    else if (args[i] === '--dpi') options.dpi = dpiOf(args[++i]);
    else if (args[i].startsWith('--')) throw new Fault(exit.usage, `unknown option ${args[i]}\n${usage}`);
    else files.push(args[i]);
  }
  if (files.length === 0) throw new Fault(exit.usage, usage);
  if (files.length % 2 !== 0) throw new Fault(exit.usage, `${files.at(-1)} has no output file beside it\n${usage}`);
  const outputs = files.filter((_, i) => i % 2 === 1);
  const twice = outputs.find((output, i) => outputs.indexOf(output) < i);
  if (twice) throw new Fault(exit.usage, `${twice} is the output of two figures\n${usage}`);
  const pairs = [];
  for (let i = 0; i < files.length; i += 2) pairs.push({ input: files[i], output: files[i + 1], make: kindOf(files[i + 1]) });
  return { options, pairs };
}

/** One specification in several formats, one after the other, is read and drawn once. */
function drawing() {
  let last = {};
  return (input) => {
    if (last.input !== input) last = { input, drawn: drawSpec(input) };
    return last.drawn;
  };
}

async function drawSpec(input) {
  const name = input === '-' ? 'standard input' : input;
  const spec = parseSpec(await read(input), name);
  const { svg, compiled } = await drawCompiled(spec, name);
  return { spec, name, vegaSvg: svg, compiled };
}

async function read(input) {
  if (input === '-') {
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(input, 'utf8');
  } catch (error) {
    const why = { ENOENT: 'no such file', EISDIR: 'it is a folder', EACCES: 'permission denied' };
    throw new Fault(exit.missing, `cannot read ${input}: ${why[error.code] ?? oneLine(error.message)}`);
  }
}

let drafts = 0;

/** The file appears whole or not at all. */
async function write(output, content) {
  if (output === '-') {
    await new Promise((resolve, reject) => process.stdout.write(content, (error) => (error ? reject(error) : resolve())));
    return;
  }
  const temporary = join(dirname(output), `.${basename(output)}.${process.pid}-${++drafts}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, output);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const why = { ENOENT: 'no such folder', EISDIR: 'it is a folder', EACCES: 'permission denied', ENOTDIR: 'no such folder' };
    throw new Fault(exit.cannotWrite, `cannot write ${output}: ${why[error.code] ?? oneLine(error.message)}`);
  }
}

const told = new Set();

/** Says a fault, once where it befalls several figures. @return its exit code */
function report(error) {
  const known = error instanceof Fault;
  const text = known ? error.message : `internal fault: ${error.stack ?? error}`;
  if (!told.has(text)) process.stderr.write(`${text.split('\n').map((line) => `render: ${line}`).join('\n')}\n`);
  told.add(text);
  return known ? error.code : exit.internal;
}

/**
 * Vega draws one figure after the other; finished drawings are converted and written meanwhile, as many at a time as there are
 * processors.
 * @return the fault of each pair, none where the file was written
 */
async function drawAll(pairs, options) {
  const drawn = drawing();
  const most = os.availableParallelism?.() ?? os.cpus().length; // node 18.0 has only the latter
  const running = new Set();
  const faults = new Array(pairs.length);
  for (const [i, { input, output, make }] of pairs.entries()) {
    try {
      const figure = { ...await drawn(input), ...options };
      if (running.size >= most) await Promise.race(running);
      const work = (async () => write(output, await make(figure)))()
        .catch((error) => { faults[i] = error; })
        .finally(() => running.delete(work));
      running.add(work);
    } catch (error) {
      faults[i] = error;
    }
  }
  await Promise.all(running);
  return faults;
}

/** Every pair is tried; @return the exit code of the first that failed, else 0. */
async function main(args) {
  const { help, options, pairs } = readArguments(args);
  if (help) {
    process.stdout.write(`${usage}\n`);
    return exit.done;
  }
  const codes = (await drawAll(pairs, options)).filter(Boolean).map(report);
  return codes[0] ?? exit.done;
}

process.stdout.on('error', (error) => { // the reader of a pipe may leave early
  process.exitCode = exit.cannotWrite;
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then((code) => { process.exitCode ||= code; }, (error) => { process.exitCode = report(error); });
