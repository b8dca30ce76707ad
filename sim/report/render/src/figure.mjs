// Compiles a Vega-Lite specification and draws it. A warning is a fault: a figure that draws
// something else than it was told to draw must not reach a protocol.

import * as vega from 'vega';
import { compile } from 'vega-lite';
import { Fault, exit, oneLine } from './fault.mjs';
import { fontStack, textWidth } from './fonts.mjs';

// Text is measured with Inter's own advance widths; without a canvas Vega would guess.
vega.textMetrics.width = (item, line) => {
  const text = line == null ? '' : String(line).trim();
  const width = textWidth(text, vega.textMetrics.height(item), item.fontWeight);
  return item.limit > 0 ? Math.min(width, item.limit) : width;
};

// Defaults that a specification may override.
const config = { font: fontStack, background: 'transparent', aria: false };

/** @return {Promise<string>} Vega's own SVG, the same bytes for the same specification. */
export async function draw(spec, name) {
  return (await drawCompiled(spec, name)).svg;
}

/** @return {Promise<{svg: string, compiled: object}>} the same, and the Vega specification that it was drawn from. */
export async function drawCompiled(spec, name) {
  const warnings = [];
  const logger = collectingLogger(warnings);
  resetVega();
  const { svg, root, encoded, compiled } = await attempt(name, async () => {
    const { spec: compiled } = compile(spec, { config, logger });
    const view = new vega.View(vega.parse(compiled), {
      renderer: 'none', logger, loader: refusingLoader(warnings),
    });
    try {
      return { svg: await view.toSVG(), root: view.scenegraph().root, encoded: encodedPlaces(compiled), compiled };
    } finally {
      view.finalize();
    }
  });
  refuseWarnings(warnings, name);
  refuseUnplaced(root, encoded, name);
  return { svg, compiled };
}

async function attempt(name, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(exit.badSpec, `${name} cannot be drawn: ${oneLine(error.message ?? error)}`);
  }
}

/** Counters and random numbers start anew, so that the order of figures in a run does not matter. */
function resetVega() {
  vega.resetSVGDefIds();
  vega.setRandom(vega.randomLCG(1));
}

function collectingLogger(warnings) {
  const collect = (...parts) => {
    warnings.push(oneLine(parts.map((part) => part?.message ?? part).join(' ')));
    return logger;
  };
  const ignore = () => logger;
  const logger = { level: (level) => (level === undefined ? vega.Warn : logger), error: collect, warn: collect, info: ignore, debug: ignore };
  return logger;
}

function refusingLoader(warnings) {
  const refuse = async (uri) => {
    const text = `“${uri}” was not loaded: a figure may not refer to another file`;
    if (!warnings.includes(text)) warnings.push(text);
    throw new Error(text);
  };
  return { load: refuse, sanitize: refuse, http: refuse, file: refuse };
}

function refuseWarnings(warnings, name) {
  if (warnings.length > 0) {
    throw new Fault(exit.warned, [...new Set(warnings)].map((text) => `${name}: ${text}`).join('\n'));
  }
}

const places = ['x', 'y', 'x2', 'y2', 'xc', 'yc', 'width', 'height'];

/** @return mark name -> the places that its encoding sets. */
function encodedPlaces(group, found = new Map()) {
  for (const mark of group.marks ?? []) {
    found.set(mark.name, places.filter((place) => place in (mark.encode?.update ?? {})));
    encodedPlaces(mark, found);
  }
  return found;
}

/** Vega draws a value outside its scale's domain at zero, and says nothing. */
function refuseUnplaced(mark, encoded, name) {
  for (const item of mark.items ?? []) {
    const lost = (encoded.get(mark.name) ?? []).find((place) => item[place] === undefined || Number.isNaN(item[place]));
    if (lost) {
      throw new Fault(exit.badSpec, `${name}: ${layerOf(mark)} has a mark without ${lost} (${rowOf(item)}); `
        + 'a value is missing or outside its scale’s domain');
    }
    for (const child of item.items ?? []) refuseUnplaced(child, encoded, name);
  }
}

const layerOf = (mark) => `“${mark.name.replace(/_?marks$/, '') || mark.marktype}”`;

function rowOf(item) {
  const cells = Object.entries(item.datum ?? {}).filter(([, value]) => typeof value !== 'object');
  return oneLine(cells.map(([field, value]) => `${field}: ${value}`).join(', '));
}
