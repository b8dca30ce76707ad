import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fontverter from 'fontverter';
import opentype from 'opentype.js';
import { faultsOf } from '../check.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const sample = join(here, 'replay.vl.json');
const ladder = [18, 36, 60, 90, 126, 168, 223, 297].map((dose) => `${dose} mg/m²`);
let folder;
let refusals = 0;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'render-test-'));
  const built = spawnSync(process.execPath, [join(here, '..', 'build.mjs'), '--out', join(folder, 'bundle')], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function render(args, input) {
  return spawnSync(process.execPath, [join(folder, 'bundle', 'render.mjs'), ...args], { encoding: 'utf8', input });
}

const replay = () => JSON.parse(readFileSync(sample, 'utf8'));

function write(name, content) {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function drawn(spec, options = ['--no-font']) {
  const result = render([...options, '-', '-'], JSON.stringify(spec));
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, '');
  return result.stdout;
}

/** The spec must be refused with this code and these words, and leave no file, whole or half. */
function refused(spec, code, words) {
  const name = `refused-${++refusals}`;
  const out = join(folder, `${name}.svg`);
  const input = write(`${name}.vl.json`, spec);
  const result = render([input, out]);
  assert.equal(result.status, code, result.stderr);
  assert.match(result.stderr, words);
  assert.ok(result.stderr.includes(input), `the specification is named: ${result.stderr}`);
  assert.ok(!existsSync(out));
  assert.deepEqual(readdirSync(folder).filter((file) => file.endsWith('.tmp')), []);
  return result.stderr;
}

function points(dlts = [0, 1]) {
  return {
    title: 'A small figure', background: 'white', width: 200, height: 100,
    data: { values: dlts.map((dlt, i) => ({ patient: i + 1, dlt })) },
    mark: 'point',
    encoding: { x: { field: 'patient', type: 'quantitative' }, y: { field: 'dlt', type: 'quantitative' } },
  };
}

const number = '(-?[0-9.]+)';

function labels(svg, role) {
  const at = svg.indexOf(role);
  const group = svg.slice(at, svg.indexOf('</g>', at));
  return [...group.matchAll(new RegExp(`translate\\(${number},${number}\\)[^>]*>([^<]*)</text>`, 'g'))]
    .map(([, x, y, text]) => ({ x: Number(x), y: Number(y), text }));
}

function symbols(svg, layer) {
  const at = svg.indexOf(`${layer}_marks`);
  assert.ok(at > 0, `${layer} is drawn`);
  const group = svg.slice(at, svg.indexOf('</g>', at));
  return [...group.matchAll(new RegExp(`translate\\(${number},${number}\\)" d="([^"]*)" fill="([^"]*)" stroke="([^"]*)"`, 'g'))]
    .map(([, x, y, shape, fill, stroke]) => ({ x: Number(x), y: Number(y), shape, fill, stroke }));
}

/** Axes have one group per axis; the dose axis is the one whose labels carry the unit. */
function doseLabels(svg) {
  return svg.split('role-axis-label').slice(1).map((rest) => labels(`role-axis-label${rest}`, 'role-axis-label'))
    .find((axis) => axis.some(({ text }) => text.includes('mg/m²')));
}

test('patients stand on their level, and levels in ladder order from below', () => {
  const svg = drawn(replay());
  const { patients } = replay().datasets;
  const marks = symbols(svg, 'patients');
  assert.equal(marks.length, patients.length);

  const height = new Map(marks.map((mark, i) => [patients[i].level, mark.y]));
  assert.deepEqual([...height].sort((a, b) => b[1] - a[1]).map(([level]) => level), ladder);
  marks.forEach((mark, i) => assert.equal(mark.y, height.get(patients[i].level), `patient ${i + 1}`));
  assert.deepEqual(marks.map(({ x }) => x), marks.map(({ x }) => x).sort((a, b) => a - b), 'in order of entry');

  const axis = doseLabels(svg).sort((a, b) => b.y - a.y);
  assert.deepEqual(axis.map(({ text }) => text), ladder);
  axis.forEach(({ y, text }) => assert.ok(Math.abs(y - height.get(text)) < 5, `the label ${text} is beside its patients`));
});

test('outcomes differ in shape or filling, not in colour alone', () => {
  const spec = replay();
  spec.datasets.patients[0].dlt = 'DLT in the window';
  const { patients } = spec.datasets;
  const marks = symbols(drawn(spec), 'patients');
  const looks = new Map(marks.map(({ shape, fill }, i) => [patients[i].dlt, `${shape} ${fill === 'white' ? 'hollow' : 'filled'}`]));
  assert.equal(looks.size, 4);
  assert.equal(new Set(looks.values()).size, 4);
});

test('the path never runs over the dashes of the MTD line', () => {
  const { mtd, cohorts } = replay().datasets;
  const onMtd = cohorts.filter(({ level }) => level === mtd[0].level);
  for (const dash of mtd) {
    for (const run of onMtd) assert.ok(dash.to <= run.from || dash.from >= run.to);
  }
});

test('the same specification gives the same bytes, alone or among others', () => {
  const alone = drawn(replay(), []);
  const other = write('other.vl.json', points());
  const [first, second] = [join(folder, 'first.svg'), join(folder, 'second.svg')];
  const result = render([sample, first, other, join(folder, 'other.svg'), sample, second]);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(readFileSync(first, 'utf8'), alone);
  assert.equal(readFileSync(second, 'utf8'), alone);
});

test('the sample is 680 px wide, which is 180 mm, and no text is below 7 pt', () => {
  const svg = drawn(replay());
  assert.match(svg, /^<svg [^>]*width="680" height="\d+" viewBox="0 0 680 \d+"/);
  const pixels = [...svg.matchAll(/font-size="([0-9.]+)px"/g)].map(([, size]) => Number(size));
  assert.ok(pixels.length > 0);
  assert.ok(Math.min(...pixels) * 0.75 >= 7, `smallest: ${Math.min(...pixels)} px`);
});

test('text is measured with the widths of Inter', () => {
  const spec = { ...points(), title: undefined, autosize: 'pad', padding: 0, config: { view: { stroke: null } } };
  const width = (text, weight) => Number(/width="(\d+)"/.exec(drawn({
    ...spec, width: 1, height: 1, data: { values: [{}] }, encoding: {},
    mark: { type: 'text', text, fontSize: 100, fontWeight: weight, align: 'left', x: 0, y: 0 },
  }))[1]);
  assert.ok(width('iiiiiiiiii', 400) < 300);
  assert.ok(width('mmmmmmmmmm', 400) > 800);
  assert.ok(width('patients', 700) > width('patients', 400));
});

test('a figure stands alone: caption, one font stack, no address', () => {
  const svg = drawn(replay(), []);
  const title = /<title id="([^"]+)">([^<]+)<\/title><desc id="([^"]+)">([^<]+)<\/desc>/.exec(svg);
  assert.equal(title[2], replay().title.text);
  assert.equal(title[4], replay().description);
  assert.ok(svg.includes(`role="img" aria-labelledby="${title[1]} ${title[3]}"`));
  assert.equal(svg.match(/font-family="Inter, [^"]*sans-serif"/g).length, 1);
  const addresses = [...svg.matchAll(/[a-z]+:\/\/[^"' )<]+/g)].map(([address]) => address);
  assert.deepEqual([...new Set(addresses)], ['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']);
});

test('a figure carries every glyph it draws, and few others', async () => {
  const spec = points();
  spec.title = { text: 'P(DLT) ≤ 30 % at 168 mg/m²', subtitle: 'AUC₀₋₂₁ of huC242 – Ångström' };
  const svg = drawn(spec, []);
  const faces = [...svg.matchAll(/font-weight:(\d+);src:url\(data:font\/woff2;base64,([^)]+)\)/g)];
  assert.deepEqual(faces.map(([, weight]) => weight), ['400', '600']);
  const glyphs = new Map();
  for (const [, weight, base64] of faces) {
    const ttf = await fontverter.convert(Buffer.from(base64, 'base64'), 'sfnt');
    const font = opentype.parse(ttf.buffer.slice(ttf.byteOffset, ttf.byteOffset + ttf.byteLength));
    glyphs.set(weight, Object.keys(font.tables.cmap.glyphIndexMap).map((code) => String.fromCodePoint(code)));
  }
  assert.ok([...spec.title.text].every((char) => glyphs.get('600').includes(char)));
  assert.ok([...spec.title.subtitle].every((char) => glyphs.get('400').includes(char)));
  assert.ok(glyphs.get('600').length < 40);
});

test('the font adds less than 40 kB and may be left out', () => {
  const bare = drawn(replay());
  assert.ok(!bare.includes('@font-face'));
  const added = drawn(replay(), []).length - bare.length;
  assert.ok(added > 1_000 && added < 40_000, `${added} bytes`);
});

test('ids of two figures never meet in one page', () => {
  const clipped = (title) => ({ ...points(), title, mark: { type: 'point', clip: true } });
  const ids = (svg) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  const [one, two] = [drawn(clipped('one')), drawn(clipped('two'))];
  assert.ok(ids(one).some((id) => id.includes('clip')));
  assert.deepEqual(ids(one).filter((id) => ids(two).includes(id)), []);
  for (const [, target] of one.matchAll(/url\(#([^)]*)\)/g)) assert.ok(ids(one).includes(target), target);
});

test('the background is drawn only if the specification has one', () => {
  const ground = (svg) => /<rect [^>]*fill="white"/.test(svg);
  assert.ok(ground(drawn(points())));
  assert.ok(!ground(drawn({ ...points(), background: undefined })));
});

test('markup in titles and labels is text', () => {
  const evil = '<script>alert("1")</script> & \u0001 ]]>';
  const spec = points();
  spec.title = { text: evil, subtitle: evil };
  spec.description = evil;
  spec.encoding.x = { field: 'name', type: 'nominal', axis: { title: evil, labelLimit: 0 } };
  spec.data.values = [{ name: evil, dlt: 1 }];
  const svg = drawn(spec);
  assert.ok(!/<script/i.test(svg));
  assert.ok(!svg.includes('\u0001'));
  assert.ok(svg.split('&lt;script&gt;').length > 5);
});

test('a warning of Vega-Lite is a failure', () => {
  const spec = points();
  spec.encoding.size = { field: 'dlt', type: 'nominal' };
  spec.mark = 'bar';
  spec.encoding.theta = { field: 'dlt', type: 'quantitative' };
  refused(spec, 1, /render: .*theta/);
});

test('a warning of Vega is a failure', () => {
  const spec = points([0, 10]);
  spec.encoding.y.scale = { type: 'log' };
  refused(spec, 1, /zero/i);
});

test('a value outside the domain of its axis is a failure', () => {
  const ordinal = points();
  ordinal.encoding.y = { field: 'dlt', type: 'ordinal', scale: { type: 'point', domain: [0, 2] } };
  refused(ordinal, 65, /has a mark without y \(patient: 2, dlt: 1\)/);
  const spec = replay();
  spec.datasets.patients[4].level = '37 mg/m²';
  refused(spec, 65, /“patient_ground” has a mark without y \(.*level: 37 mg\/m²/);
  spec.datasets.patients[4].level = '36 mg/m²';
  spec.datasets.path[4].level = '61 mg/m²';
  refused(spec, 65, /“path” has a mark without y/);
});

test('data behind an address is refused', () => {
  refused({ ...points(), data: { url: 'rows.csv' } }, 65, /data reads “rows.csv”; put the rows into data.values/);
  const lookup = points();
  lookup.transform = [{ lookup: 'dlt', from: { data: { url: 'other.json' }, key: 'dlt', fields: ['a'] } }];
  refused(lookup, 65, /transform\[0\]\.from\.data reads “other.json”/);
  refused({ ...points(), data: { name: 'nowhere' } }, 65, /not among the datasets/);
});

test('a row may have a column named url', () => {
  const spec = points();
  spec.data.values[0].url = 'only a cell';
  spec.data.values[0].data = { url: 'only a cell' };
  drawn(spec);
});

test('pictures from elsewhere are refused', () => {
  const spec = points();
  spec.mark = { type: 'image', url: 'logo.png', width: 10, height: 10 };
  refused(spec, 1, /“logo.png” was not loaded/);
});

test('fonts that are not shipped are refused', () => {
  refused({ ...points(), config: { font: 'Georgia' } }, 65, /font “Georgia”.*Inter/);
  refused({ ...points(), config: { title: { fontStyle: 'italic' } } }, 65, /italic/);
});

test('what is not a specification is refused in one line', () => {
  for (const [content, words] of [
    ['', /the file is empty/],
    ['{"mark": "point",}', /is not valid JSON/],
    ['[1, 2]', /expected a JSON object/],
    ['{"$schema": "https://vega.github.io/schema/vega/v6.json"}', /expected vega-lite/],
    ['{"data": {"values": []}}', /cannot be drawn/],
    ['{"mark": 7, "data": {"values": []}}', /./],
  ]) {
    const stderr = refused(content, 65, words);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
});

test('a missing file is said, and the other figures are drawn', () => {
  const out = join(folder, 'after-missing.svg');
  const result = render([join(folder, 'none.vl.json'), join(folder, 'none.svg'), sample, out]);
  assert.equal(result.status, 66);
  assert.match(result.stderr, /^render: cannot read .*none\.vl\.json: no such file\n$/);
  assert.ok(existsSync(out));
  assert.ok(!existsSync(join(folder, 'none.svg')));
});

test('a place that cannot be written is said', () => {
  const result = render([sample, join(folder, 'nowhere', 'out.svg')]);
  assert.equal(result.status, 74);
  assert.match(result.stderr, /cannot write .*: no such folder/);
});

test('a failure leaves an older figure as it was', () => {
  const out = write('older.svg', 'older');
  const result = render([write('broken.vl.json', '{'), out]);
  assert.equal(result.status, 65);
  assert.equal(readFileSync(out, 'utf8'), 'older');
});

test('wrong usage is said with an example', () => {
  for (const args of [[], [sample], ['--fast', sample, '-']]) {
    const result = render(args);
    assert.equal(result.status, 64);
    assert.match(result.stderr, /usage: render\.mjs/);
  }
  assert.equal(render(['--help']).status, 0);
});

test('a date is drawn alike in every time zone', () => {
  const spec = points();
  spec.data.values = [{ day: '2006-11-08T23:30:00', dlt: 1 }, { day: '2007-10-24T00:30:00', dlt: 0 }];
  spec.encoding.x = { field: 'day', type: 'temporal' };
  const inZone = (zone) => spawnSync(process.execPath, [join(folder, 'bundle', 'render.mjs'), '-', '-'],
    { encoding: 'utf8', input: JSON.stringify(spec), env: { ...process.env, TZ: zone } }).stdout;
  assert.equal(inZone('Asia/Tokyo'), inZone('America/New_York'));
});

test('the sample passes the schema, and a misspelt property does not', async () => {
  assert.deepEqual(await faultsOf(replay()), []);
  const spec = points();
  spec.mark = { type: 'point', colour: 'red' };
  assert.deepEqual(await faultsOf(spec), ['mark: “colour” is not known here']);
  const scale = points();
  scale.encoding.y.scale = { domian: [0, 1] };
  assert.match((await faultsOf(scale))[0], /^encoding\.y\.scale: “domian” is not known here$/);
});

test('the fonts are shipped with their licence', () => {
  const fonts = readdirSync(join(folder, 'bundle', 'fonts')).sort();
  assert.deepEqual(fonts, ['Inter-Regular.ttf', 'Inter-SemiBold.ttf', 'OFL.txt', 'fonts.conf']);
});

/** Draws the sample, or another specification, under these names, all in one process. */
function drawnAs(names, spec = replay(), options = []) {
  const input = write('formats.vl.json', spec);
  const outs = names.map((name) => join(folder, name));
  const result = render([...options, ...outs.flatMap((out) => [input, out])]);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, '');
  return outs.map((out) => readFileSync(out));
}

const millimetres = (points) => (points * 25.4) / 72;

function mediaBox(pdf) {
  const [, left, bottom, right, top] = /\/MediaBox \[ ([0-9.]+) ([0-9.]+) ([0-9.]+) ([0-9.]+) \]/.exec(pdf.toString('latin1'));
  return { width: right - left, height: top - bottom };
}

function chunks(png) {
  const found = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

test('a PDF is one page of the size of the figure: 680 px are 180 mm', () => {
  const [svg, pdf] = drawnAs(['size.svg', 'size.pdf']);
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg.toString());
  assert.equal(width, '680');
  const page = mediaBox(pdf);
  assert.ok(Math.abs(page.width - width * 0.75) < 1e-6, `${page.width} pt`);
  assert.ok(Math.abs(page.height - height * 0.75) < 1e-6, `${page.height} pt`);
  assert.ok(Math.abs(millimetres(page.width) - 180) < 0.1, 'a pixel is the least step: 0.26 mm');
  assert.equal(pdf.toString('latin1').match(/\/Type \/Page\b[^s]/g).length, 1);
});

test('a PDF holds its text in the shipped Inter and no other font', () => {
  const [pdf] = drawnAs(['fonts.pdf']);
  const text = pdf.toString('latin1');
  const fonts = [...text.matchAll(/\/FontName \/[A-Z]+\+([A-Za-z-]+)/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(fonts)].sort(), ['Inter-Regular', 'Inter-SemiBold']);
  assert.equal((text.match(/\/FontFile2/g) ?? []).length, 2, 'both are embedded');
  assert.ok((text.match(/\/ToUnicode/g) ?? []).length >= 2, 'text can be selected and searched');
});

test('a PNG has the pixels of its resolution, and says which', () => {
  for (const [options, dpi] of [[[], 300], [['--dpi', '96'], 96], [['--dpi', '600'], 600]]) {
    const [png] = drawnAs([`at${dpi}.png`], points(), options);
    const [svg] = drawnAs([`at${dpi}.svg`], points(), options);
    const [, width] = /width="(\d+)"/.exec(svg.toString());
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    const [header, resolution, ...rest] = chunks(png);
    assert.equal(header.data.readUInt32BE(0), Math.round((width * dpi) / 96));
    assert.equal(resolution.type, 'pHYs');
    assert.equal(resolution.data.readUInt32BE(0), Math.round(dpi / 0.0254));
    assert.equal(resolution.data.readUInt32BE(4), Math.round(dpi / 0.0254));
    assert.equal(resolution.data.readUInt8(8), 1);
    assert.deepEqual([...new Set(rest.map(({ type }) => type))].filter((type) => !['bKGD', 'IDAT', 'IEND'].includes(type)), []);
  }
});

test('the checksum of the resolution is that of the PNG specification', () => {
  const [png] = drawnAs(['checksum.png'], points());
  const at = png.indexOf('pHYs') - 4;
  // 11,811 dots a metre in both directions, that is 300 dpi: the chunk as other programs write it
  assert.equal(png.subarray(at, at + 21).toString('hex'), '000000097048597300002e2300002e230178a53f76');
});

test('PDF and PNG have the same bytes on every call, whoever runs beside them', () => {
  const [pdf, png] = drawnAs(['once.pdf', 'once.png']);
  const other = write('beside.vl.json', points());
  const beside = Array.from({ length: 6 }, (_, i) => [other, join(folder, `beside${i}.${i % 2 ? 'pdf' : 'png'}`)]).flat();
  const again = [join(folder, 'again.png'), join(folder, 'again.pdf')];
  const env = { ...process.env, TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', SOURCE_DATE_EPOCH: '1000000000', FONTCONFIG_FILE: '/etc/fonts/fonts.conf' };
  const result = spawnSync(process.execPath, [join(folder, 'bundle', 'render.mjs'), sample, again[0], ...beside, sample, again[1]],
    { encoding: 'utf8', env });
  assert.equal(result.status, 0, result.stderr);
  assert.ok(readFileSync(again[0]).equals(png));
  assert.ok(readFileSync(again[1]).equals(pdf));
  assert.ok(readFileSync(beside[1]).equals(readFileSync(beside[5])));
});

test('without rsvg-convert the package is named once, SVG is drawn, and older pictures stay', () => {
  const pdf = write('kept.pdf', 'older');
  const svg = join(folder, 'kept.svg');
  const result = spawnSync(process.execPath, [join(folder, 'bundle', 'render.mjs'), sample, pdf, sample, svg, sample, join(folder, 'kept.png')],
    { encoding: 'utf8', env: { PATH: folder } });
  assert.equal(result.status, 69);
  assert.equal(result.stderr, 'render: PDF and PNG are made by rsvg-convert, which is not installed; on Debian: apt-get install librsvg2-bin\n');
  assert.equal(readFileSync(pdf, 'utf8'), 'older');
  assert.ok(existsSync(svg));
  assert.ok(!existsSync(join(folder, 'kept.png')));
});

test('a converter that fails leaves no file, whole or half', () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'rsvg-convert'), '#!/bin/sh\necho half\necho broken >&2\nexit 3\n', { mode: 0o755 });
  const out = join(bin, 'broken.pdf');
  const result = spawnSync(process.execPath, [join(folder, 'bundle', 'render.mjs'), sample, out],
    { encoding: 'utf8', env: { PATH: `${bin}:/usr/bin:/bin` } });
  assert.equal(result.status, 70);
  assert.match(result.stderr, /rsvg-convert ended with status 3: broken/);
  assert.deepEqual(readdirSync(bin), ['rsvg-convert']);
});

test('formats, resolutions and places that cannot be are said before anything is drawn', () => {
  const out = join(folder, 'never.svg');
  for (const [args, words] of [
    [[sample, out, sample, join(folder, 'never.jpg')], /never\.jpg must end in .*\.svg, \.pdf, \.png/],
    [['--dpi', '0', sample, out], /--dpi takes a whole number from 30 to 2400, got 0/],
    [['--dpi', '3e2', sample, out], /got 3e2/],
    [[sample, out, '--dpi'], /got nothing/],
    [[sample, out, sample, out], /never\.svg is the output of two figures/],
  ]) {
    const result = render(args);
    assert.equal(result.status, 64, result.stderr);
    assert.match(result.stderr, words);
    assert.ok(!existsSync(out));
  }
  const wide = write('wide.vl.json', { ...points(), width: 2000 });
  const result = render(['--dpi', '2400', wide, join(folder, 'wide.png')]);
  assert.equal(result.status, 64);
  assert.match(result.stderr, /more than 32767 pixels to a side; take --dpi 15\d\d or less/);
});

test('the lock file names no host', () => {
  assert.ok(!readFileSync(join(here, '..', 'package-lock.json'), 'utf8').includes('://'));
});
