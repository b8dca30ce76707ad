// render.mjs SPEC.vl.json OUT.svg [SPEC OUT ...]: draws Vega-Lite specifications as SVG files.

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault, exit, oneLine } from './fault.mjs';
import { captionOf, parseSpec } from './spec.mjs';
import { draw } from './figure.mjs';
import { pageFigure } from './page.mjs';
import { standalone } from './svg.mjs';

process.env.TZ = 'UTC'; // dates are drawn alike everywhere

const usage = `usage: render.mjs [--no-font] SPEC.vl.json OUT.svg [SPEC2 OUT2 ...]
  draws Vega-Lite specifications with inline data as SVG; - is standard input or output
  --no-font  leave the font out, for figures in a page that brings Inter itself`;

function readArguments(args) {
  if (args.includes('--help') || args.includes('-h')) return { help: true };
  const embedFont = !args.includes('--no-font');
  const files = args.filter((arg) => arg !== '--no-font');
  const unknown = files.find((arg) => arg.startsWith('--'));
  if (unknown) throw new Fault(exit.usage, `unknown option ${unknown}\n${usage}`);
  if (files.length === 0) throw new Fault(exit.usage, usage);
  if (files.length % 2 !== 0) throw new Fault(exit.usage, `${files.at(-1)} has no output file beside it\n${usage}`);
  const pairs = [];
  for (let i = 0; i < files.length; i += 2) pairs.push({ input: files[i], output: files[i + 1] });
  return { embedFont, pairs };
}

async function drawPair({ input, output }, embedFont) {
  const name = input === '-' ? 'standard input' : input;
  const spec = parseSpec(await read(input), name);
  const drawn = output.endsWith('.page.json')
    ? await pageFigure(spec, name)
    : await standalone(await draw(spec, name), captionOf(spec), name, embedFont);
  await write(output, drawn);
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

/** The file appears whole or not at all. */
async function write(output, svg) {
  if (output === '-') {
    await new Promise((resolve, reject) => process.stdout.write(svg, (error) => (error ? reject(error) : resolve())));
    return;
  }
  const temporary = join(dirname(output), `.${basename(output)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, svg, { flag: 'wx' });
    await rename(temporary, output);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const why = { ENOENT: 'no such folder', EISDIR: 'it is a folder', EACCES: 'permission denied', ENOTDIR: 'no such folder' };
    throw new Fault(exit.cannotWrite, `cannot write ${output}: ${why[error.code] ?? oneLine(error.message)}`);
  }
}

function report(error) {
  const known = error instanceof Fault;
  const text = known ? error.message : `internal fault: ${error.stack ?? error}`;
  process.stderr.write(`${text.split('\n').map((line) => `render: ${line}`).join('\n')}\n`);
  return known ? error.code : exit.internal;
}

/** Every pair is tried; @return the exit code of the first that failed, else 0. */
async function main(args) {
  const { help, embedFont, pairs } = readArguments(args);
  if (help) {
    process.stdout.write(`${usage}\n`);
    return exit.done;
  }
  let code = exit.done;
  for (const pair of pairs) {
    try {
      await drawPair(pair, embedFont);
    } catch (error) {
      const failed = report(error); // said for each, whichever decides the code
      code ||= failed;
    }
  }
  return code;
}

process.stdout.on('error', (error) => { // the reader of a pipe may leave early
  process.exitCode = exit.cannotWrite;
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then((code) => { process.exitCode ||= code; }, (error) => { process.exitCode = report(error); });
