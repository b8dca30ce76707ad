// A figure for a report's page: a picture that its content policy allows, and what its script needs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
let folder;
let bundle;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-test-'));
  bundle = join(folder, 'bundle');
  const built = spawnSync(process.execPath, [join(here, '..', 'build.mjs'), '--out', bundle], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function page(spec) {
  const input = join(folder, 'spec.vl.json');
  const output = join(folder, 'spec.page.json');
  rmSync(output, { force: true });
  writeFileSync(input, JSON.stringify(spec));
  const said = spawnSync(process.execPath, [join(bundle, 'render.mjs'), input, output], { encoding: 'utf8' });
  return { status: said.status, stderr: said.stderr, drawn: said.status === 0 ? JSON.parse(readFileSync(output, 'utf8')) : undefined };
}

const bars = (name, mark = 'bar') => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: name,
  data: { values: [{ dose: name, share: 1 }] },
  usermeta: { escalon: { x: { field: 'dose', order: [name] } } },
  mark,
  encoding: { x: { field: 'dose', type: 'nominal', scale: { domain: [name] } }, y: { field: 'share', type: 'quantitative', scale: { domain: [0, 1] } } },
});

test('a page gets a picture without font or style, and the compiled figure with its notes', () => {
  const { drawn } = page(bars('18 mg/m²'));
  assert.match(drawn.svg, /^<svg /);
  assert.doesNotMatch(drawn.svg, /@font-face|<style|\sstyle=/);
  assert.match(drawn.vega.$schema, /vega\/v6/);
  assert.deepEqual(drawn.vega.usermeta.escalon.x.order, ['18 mg/m²']);
});

test('names stand as text in the picture', () => {
  const { drawn } = page(bars('</svg><script>alert(1)</script>'));
  assert.doesNotMatch(drawn.svg, /<script/);
  assert.match(drawn.svg, /&lt;script/);
});

test('a style that the policy would refuse is refused when the figure is drawn', () => {
  const { status, stderr } = page(bars('a', { type: 'bar', blend: 'multiply' }));
  assert.equal(status, 65);
  assert.match(stderr, /mix-blend-mode/);
});

test('the hashes of script and style are those of their files, and neither can end its element', () => {
  const hashes = JSON.parse(readFileSync(join(bundle, 'report.json'), 'utf8'));
  for (const [kind, file] of [['script', 'report.js'], ['style', 'report.css']]) {
    const text = readFileSync(join(bundle, file), 'utf8');
    assert.equal(hashes[kind], `sha256-${createHash('sha256').update(text).digest('base64')}`);
    assert.doesNotMatch(text, kind === 'script' ? /<\/script|<!--/i : /<\/style/i);
  }
});
