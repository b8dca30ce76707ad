// The report in a real browser: ESCALON names the program, CHROMIUM the browser (Debian's, if absent).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { hostileScenario, ordinaryWords, truthsScenario } from './scenarios.mjs';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const scenarios = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'scenarios');
const program = process.env.ESCALON;

let folder;
let browser;
const reports = {};

function run(...words) {
  const said = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
  assert.equal(said.status, 0, `escalon ${words.join(' ')}: ${said.stderr}`);
  return said;
}

function report(name, scenario, ...options) {
  run('run', scenario, '--out', name, ...options);
  const said = run('report', name);
  assert.equal(said.stdout, join(name, 'report.html') + '\n');
  assert.doesNotMatch(said.stderr, /note:/);
  reports[name] = join(folder, name, 'report.html');
}

before(async () => {
  assert.ok(program, 'ESCALON must name the program');
  folder = mkdtempSync(join(tmpdir(), 'escalon-browser-'));
  writeFileSync(join(folder, 'truths.yaml'), truthsScenario);
  writeFileSync(join(folder, 'hostile.yaml'), hostileScenario);
  report('documented', join(scenarios, 'huc242_dm4.yaml'));
  report('truths', 'truths.yaml', '--engine', 'monte_carlo', '--trials', '2000');
  report('hostile', 'hostile.yaml');
  browser = await chromium.launchPersistentContext(mkdtempSync(join(folder, 'profile-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    acceptDownloads: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Opens a report, uses it, and afterwards demands that it stayed silent: no request, no message, no violation, no dialog. */
async function open(name, use, { width = 1280 } = {}) {
  const page = await browser.newPage();
  const heard = [];
  page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => { heard.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const address = pathToFileURL(reports[name]).href;
  page.on('request', (request) => {
    const url = request.url();
    if (url.split('#')[0] !== address && !url.startsWith('blob:') && !url.startsWith('data:font/')) heard.push(`request: ${url}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  await page.setViewportSize({ width, height: 900 });
  try {
    await page.goto(address);
    await use(page);
    heard.push(...await page.evaluate(() => window.violations));
  } finally {
    await page.close();
  }
  assert.deepEqual(heard, []);
}

/** Scrolls through the page, so that every figure comes to life. */
async function bringAllToLife(page) {
  const figures = await page.locator('figure').all();
  assert.ok(figures.length > 0);
  for (const figure of figures) {
    await figure.scrollIntoViewIfNeeded();
    const id = await figure.getAttribute('id');
    await page.locator(`figure[id="${id}"].live`).waitFor({ timeout: 15_000 });
  }
  return figures;
}

const all = ['documented', 'truths', 'hostile'];

for (const name of all) {
  test(`${name}: opens from disk, silent, with every figure alive`, async () => {
    await open(name, async (page) => {
      await bringAllToLife(page);
      assert.equal(await page.locator('figure .stage svg').count(), await page.locator('figure').count());
      assert.equal(await page.locator('figure .picture:visible').count(), 0);
    });
  });

  test(`${name}: is one file under 2 MB with a strict content policy`, () => {
    const text = readFileSync(reports[name], 'utf8');
    assert.ok(Buffer.byteLength(text) < 2_000_000, `${Buffer.byteLength(text)} bytes`);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)[1];
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; font-src data:; base-uri 'none'; form-action 'none'$/);
    assert.ok(!text.includes(folder), 'no path of this machine');
  });

  test(`${name}: axe finds nothing serious`, async () => {
    await open(name, async (page) => {
      await bringAllToLife(page);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      assert.deepEqual(serious, []);
    });
  });

  test(`${name}: doses are drawn in ladder order`, async () => {
    await open(name, async (page) => {
      await bringAllToLife(page);
      const drawn = await page.evaluate(ladders);
      assert.ok(drawn.length > 0, 'some figure has a dose axis');
      for (const { figure, axis, order, labels, marks } of drawn) {
        const where = `${figure}, ${axis}`;
        assert.ok(labels.length > 0, `${where}: labels are drawn`);
        for (const line of labels) assert.deepEqual(line, order.filter((label) => line.includes(label)), `${where}: labels`);
        assert.ok(labels.some((line) => line.length === order.length), `${where}: every dose has its label`);
        assert.ok(marks.length > 0, `${where}: marks are drawn`);
        for (const panel of marks) {
          const places = order.filter((label) => label in panel).map((label) => panel[label]);
          for (let i = 1; i < places.length; i += 1) {
            assert.ok(axis === 'x' ? places[i] > places[i - 1] : places[i] < places[i - 1], `${where}: ${JSON.stringify(panel)}`);
          }
        }
      }
    });
  });

  for (const width of [360, 800, 1440]) {
    test(`${name}: at ${width} px the page does not scroll sideways`, async () => {
      await open(name, async (page) => {
        await bringAllToLife(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      }, { width });
    });
  }

  test(`${name}: prints as a document`, async () => {
    await open(name, async (page) => {
      await bringAllToLife(page);
      const pdf = join(folder, `${name}.pdf`);
      await page.pdf({ path: pdf, preferCSSPageSize: true, format: 'A4' });
      const info = spawnSync('pdfinfo', [pdf], { encoding: 'utf8' });
      assert.equal(info.status, 0, 'pdfinfo is part of poppler-utils');
      assert.ok(Number(/Pages:\s+(\d+)/.exec(info.stdout)[1]) >= 3);
      const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
      for (const words of ['Summary', 'Operating characteristics', 'Figure 1', 'Assumptions and evidence', 'How to reproduce', 'schema: 1']) {
        assert.ok(text.includes(words), `the PDF says “${words}”`);
      }
      for (const control of ['Copy table', 'Download', 'SVG']) assert.ok(!text.includes(control), `no button “${control}” on paper`);
      assert.equal(await page.locator('details[open]').count(), 0, 'folds are closed again');
    });
  });
}

/** In the page: every figure's dose axis as its labels and marks are drawn. Runs in the browser. */
function ladders() {
  const middle = (element, axis) => {
    const box = element.getBoundingClientRect();
    return axis === 'x' ? box.left + box.width / 2 : box.top + box.height / 2;
  };
  const found = [];
  for (const figure of document.querySelectorAll('figure')) {
    const { usermeta } = JSON.parse(document.getElementById(`${figure.id}-data`).textContent).wide;
    for (const axis of ['x', 'y']) {
      const ladder = usermeta?.escalon?.[axis];
      if (!ladder) continue;
      const order = ladder.order.map(String);
      const lines = new Map();
      for (const text of figure.querySelectorAll('.stage svg .role-axis-label text')) {
        if (!order.includes(text.textContent)) continue;
        const line = Math.round(middle(text, axis === 'x' ? 'y' : 'x') / (axis === 'x' ? 3 : 400));
        lines.set(line, [...(lines.get(line) ?? []), text]);
      }
      const labels = [...lines.values()].map((texts) => texts
        .sort((a, b) => (axis === 'x' ? middle(a, axis) - middle(b, axis) : middle(b, axis) - middle(a, axis)))
        .map((text) => text.textContent)).filter((line) => line.length > 1);
      const panels = new Map();
      for (const element of figure.querySelectorAll('.stage svg .mark-rect path, .stage svg .mark-symbol path')) {
        const item = [element.__data__].flat()[0];
        const dose = item?.datum?.[ladder.field];
        if (item?.tooltip === undefined || !order.includes(String(dose))) continue;
        const panel = panels.get(item.mark.group) ?? {};
        panel[dose] = middle(element, axis);
        panels.set(item.mark.group, panel);
      }
      found.push({ figure: figure.id, axis, order, labels, marks: [...panels.values()] });
    }
  }
  return found;
}

test('a mark shows its tooltip under the pointer, as text', async () => {
  await open('hostile', async (page) => {
    await bringAllToLife(page);
    await page.locator('#figure-mtd').scrollIntoViewIfNeeded();
    const [x, y] = await page.locator('#figure-mtd .stage svg').evaluate((svg) => { // low in the tallest bar
      const boxes = [...svg.querySelectorAll('.mark-rect path')].filter((path) => [path.__data__].flat()[0]?.tooltip !== undefined)
        .map((path) => path.getBoundingClientRect()).sort((a, b) => b.height - a.height);
      return [boxes[0].left + boxes[0].width / 2, boxes[0].bottom - 3];
    });
    await page.mouse.move(x, y);
    const tooltip = page.locator('.tooltip');
    await tooltip.waitFor();
    assert.ok(await tooltip.locator('dt').count() >= 2, 'several lines');
    assert.ok((await tooltip.textContent()).includes('<script>'), 'names stand as text');
    assert.equal(await tooltip.locator('script').count(), 0);
    await page.mouse.move(2, 2);
    await tooltip.waitFor({ state: 'hidden' });
  });
});

test('marks are reached by keyboard, shown and said', async () => {
  await open('documented', async (page) => {
    await bringAllToLife(page);
    const stage = page.getByRole('group', { name: /recommended.*arrow keys/i });
    assert.equal(await stage.getAttribute('aria-describedby'), 'figure-mtd-caption');
    await stage.focus();
    await page.keyboard.press('ArrowRight');
    const tooltip = page.locator('.tooltip');
    await tooltip.waitFor();
    const first = await tooltip.textContent();
    const said = page.locator('[role="status"]');
    assert.match(await said.textContent(), /none.*\(1 of \d+\)/);
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await tooltip.textContent(), first);
    assert.match(await said.textContent(), /\(2 of \d+\)/);
    await page.keyboard.press('End');
    assert.match(await said.textContent(), /297/);
    assert.ok(await page.locator('#figure-mtd .ring').isVisible());
    await page.keyboard.press('Escape');
    await tooltip.waitFor({ state: 'hidden' });
  });
});

test('the Tab key finds the skip link first, and every control after it', async () => {
  await open('truths', async (page) => {
    await bringAllToLife(page);
    await page.evaluate(() => { window.scrollTo(0, 0); document.activeElement?.blur(); });
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    const reached = new Set();
    for (let i = 0; i < 80; i += 1) {
      reached.add(await page.evaluate(() => document.activeElement.className || document.activeElement.tagName));
      assert.ok(await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return document.activeElement === document.body || style.outlineStyle !== 'none';
      }), 'focus is visible');
      await page.keyboard.press('Tab');
    }
    for (const kind of ['stage', 'table', 'BUTTON', 'SUMMARY']) assert.ok(reached.has(kind), `${kind} among ${[...reached]}`);
  });
});

test('buttons of the legend show and hide a series', async () => {
  await open('truths', async (page) => {
    await bringAllToLife(page);
    for (const id of ['figure-mtd', 'figure-allocation']) {
      const figure = page.locator(`#${id}`);
      const buttons = figure.locator('.series button');
      assert.equal(await buttons.count(), 2);
      const marks = () => figure.evaluate((element) => [...element.querySelectorAll('.stage svg .mark-rect path')]
        .filter((path) => [path.__data__].flat()[0]?.tooltip !== undefined).length);
      const before = await marks();
      assert.ok(before > 0);
      const places = () => figure.evaluate((element) => [...element.querySelectorAll('.role-axis-label text')].map((text) => text.textContent));
      const axes = await places();
      await buttons.first().click();
      assert.equal(await buttons.first().getAttribute('aria-pressed'), 'false');
      await page.waitForFunction(([selector, count]) => [...document.querySelectorAll(`${selector} .stage svg .mark-rect path`)]
        .filter((path) => [path.__data__].flat()[0]?.tooltip !== undefined).length < count, [`#${id}`, before]);
      assert.deepEqual(await places(), axes, 'the axes stay');
      await buttons.first().focus();
      await page.keyboard.press('Space');
      assert.equal(await buttons.first().getAttribute('aria-pressed'), 'true');
      await page.waitForFunction(([selector, count]) => [...document.querySelectorAll(`${selector} .stage svg .mark-rect path`)]
        .filter((path) => [path.__data__].flat()[0]?.tooltip !== undefined).length === count, [`#${id}`, before]);
      assert.equal(await figure.locator('.stage svg .role-legend').count(), 0, 'no second legend');
    }
  });
});

test('figures and their data can be saved', async () => {
  await open('truths', async (page) => {
    await bringAllToLife(page);
    const saved = async (kind) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#figure-mtd .downloads').getByText(kind, { exact: true }).click()]);
      assert.equal(download.suggestedFilename(), `mtd.${kind.toLowerCase()}`);
      return readFileSync(await download.path());
    };
    const svg = (await saved('SVG')).toString('utf8');
    assert.match(svg, /^<svg /);
    assert.match(svg, /@font-face/);
    assert.match(svg, /three_plus_three/, 'the saved figure has its legend');
    const png = await saved('PNG');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.subarray(37, 41).toString(), 'pHYs');
    assert.ok(png.readUInt32BE(16) > 2000, 'pixels across, at 300 an inch');
    const rows = (await saved('CSV')).toString('utf8').trim().split('\r\n');
    assert.match(rows[0], /dose/);
    assert.equal(rows.length, 1 + 4 * 2 * 7, 'truths by designs by none and six doses');
  });
});

test('tables and texts can be copied', async () => {
  await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open('truths', async (page) => {
    await page.getByText('Copy table').nth(1).click();
    await page.getByText('Copied').first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const lines = copied.split('\n').map((line) => line.split('\t'));
    assert.equal(new Set(lines.map((line) => line.length)).size, 1, 'every row has all columns');
    assert.match(copied, /\tnone\t10\t20\t30\t40\t50\t60\tall/);
    await page.locator('#scenario summary').click();
    await page.locator('#scenario').getByText('Copy').click();
    await page.locator('#scenario').getByText('Copied').waitFor();
    const scenario = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(scenario, readFileSync(join(folder, 'truths', 'scenario.resolved.yaml'), 'utf8'));
  });
});

test('hostile names stand as text, and nothing of them is markup', async () => {
  await open('hostile', async (page) => {
    await bringAllToLife(page);
    const heading = await page.locator('h1').textContent();
    assert.ok(heading.includes('<script>alert(1)</script>'));
    assert.ok(heading.length < 200, 'a long name is cut');
    await page.locator('.masthead summary').click();
    const whole = await page.locator('.masthead details p').textContent();
    assert.ok(whole.length > 10_000 && whole.trimEnd().endsWith(ordinaryWords), 'and whole in its fold');
    const foreign = await page.evaluate(() => ({
      scripts: [...document.scripts].filter((script) => script.type !== 'application/json').length,
      others: document.querySelectorAll('img, iframe, object, embed, form, base, svg script, [onload], [onerror], [onclick], [onmouseover]').length,
      links: [...document.links].map((link) => link.getAttribute('href')).filter((href) => !href.startsWith('#') && !/^https?:\/\//.test(href)),
    }));
    assert.deepEqual(foreign, { scripts: 1, others: 0, links: [] });
    const [, width] = await page.evaluate(() => [0, Math.max(...[...document.querySelectorAll('main *')].filter((element) => !element.closest('.table, svg, .unseen'))
      .map((element) => element.getBoundingClientRect().right))]);
    assert.ok(width <= 1280, 'nothing runs out of the page');
  });
});

test('without JavaScript the report is whole, only still', async () => {
  const still = await chromium.launchPersistentContext(mkdtempSync(join(folder, 'still-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, javaScriptEnabled: false, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    const page = await still.newPage();
    for (const [width, kind] of [[1280, 'wide'], [360, 'narrow']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(pathToFileURL(reports.truths).href);
      assert.equal(await page.locator('button').count(), 0, 'nothing that would not work');
      assert.equal(await page.locator(`.picture.${kind}:visible svg`).count(), await page.locator('figure').count());
      assert.equal(await page.locator('.picture:visible').count(), await page.locator('figure').count());
      assert.ok((await page.locator('#summary').innerText()).includes('recommends'));
    }
  } finally {
    await still.close();
  }
});

test('the same result gives the same bytes', () => {
  const first = readFileSync(reports.truths);
  run('report', 'truths', '-o', 'again.html');
  assert.ok(first.equals(readFileSync(join(folder, 'again.html'))));
});
