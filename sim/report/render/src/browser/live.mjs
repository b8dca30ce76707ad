// Figures that live: drawn by Vega in the page, as wide as their column, with tooltips and series to show and hide.
// Expressions are interpreted, never compiled, so that the page's content policy holds.

import { transforms } from 'vega-dataflow';
import * as encode from 'vega-encode';
import { expressionInterpreter } from 'vega-interpreter';
import { parse } from 'vega-parser';
import * as dataTransforms from 'vega-transforms';
import { View } from 'vega-view';
import * as viewTransforms from 'vega-view-transforms';
import { make, say } from './dom.mjs';
import { downloads, rowsOf } from './download.mjs';
import { marksOf, stepThrough } from './keyboard.mjs';
import { seriesButtons } from './series.mjs';
import { hideTooltip, showTooltip } from './tooltip.mjs';

Object.assign(transforms, dataTransforms, viewTransforms, encode);

const narrowScreen = window.matchMedia('(max-width: 700px)'); // as in report.css
const ahead = '800px'; // figures come to life before they are scrolled to

export function liveFigures() {
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      bring(target).catch((fault) => console.error(fault));
    }
  }, { rootMargin: ahead });
  for (const figure of document.querySelectorAll('figure')) if (dataOf(figure)) observer.observe(figure);
}

function dataOf(figure) {
  return document.getElementById(`${figure.id}-data`);
}

async function bring(figure) {
  await Promise.all(['400 12px Inter', '600 12px Inter'].map((font) => document.fonts.load(font)));
  const data = JSON.parse(dataOf(figure).textContent);
  const stage = make('div', { class: 'stage' });
  const live = new LiveFigure(data, stage, figure);
  const bar = make('div', { class: 'bar' });
  const { series } = meta(data.wide);
  if (series?.entries?.length > 1 && hasHidden(data.wide)) bar.append(seriesButtons(series, (hidden) => live.hide(hidden)));
  bar.append(downloads({
    name: data.name, title: data.title, still: () => live.still(), table: () => rowsOf(data.wide),
  }));
  figure.prepend(bar, stage);
  await live.draw();
  figure.classList.add('live');
}

const meta = (vega) => vega.usermeta?.escalon ?? {};
const hasHidden = (vega) => (vega.signals ?? []).some(({ name }) => name === 'hidden');

class LiveFigure {
  constructor(data, stage, figure) {
    this.data = data;
    this.stage = stage;
    this.hidden = [];
    this.keyboard = stepThrough(stage, data.title, figure.getAttribute('aria-labelledby'));
    narrowScreen.addEventListener('change', () => this.draw());
    new ResizeObserver(() => this.fit()).observe(figure);
  }

  get vega() {
    return narrowScreen.matches && this.data.narrow ? this.data.narrow : this.data.wide;
  }

  async draw() {
    this.view?.finalize();
    this.vegaDrawn = this.vega;
    this.view = newView(withoutLegend(this.vegaDrawn), { renderer: 'svg', container: this.stage, hover: false, tooltip });
    this.setHidden(this.view);
    this.beside = undefined;
    this.setWidth();
    await this.view.runAsync();
    this.measurePanels();
    this.setWidth();
    await this.view.runAsync();
    this.stage.querySelector('svg').setAttribute('aria-hidden', 'true'); // the stage has its title, its caption and its marks' words
    this.keyboard.step(() => marksOf(this.view));
  }

  setHidden(view) {
    if (hasHidden(this.vegaDrawn)) view.signal('hidden', this.hidden);
  }

  /** A figure stretches to its column; one of panels does so panel by panel. */
  setWidth() {
    const width = Math.floor(this.stage.clientWidth);
    if (width === 0) return;
    if (stretches(this.vegaDrawn)) this.view.width(width);
    else if (this.beside !== undefined) this.view.signal('child_width', Math.max(narrowestPanel, (width - this.beside) / columnsOf(this.vegaDrawn)));
  }

  /** What stands beside the panels keeps its width. */
  measurePanels() {
    const columns = columnsOf(this.vegaDrawn);
    const svg = this.stage.querySelector('svg');
    this.beside = columns > 0 ? Number(svg.getAttribute('width')) - columns * this.view.signal('child_width') : undefined;
  }

  async fit() {
    if (!this.view || Math.floor(this.stage.clientWidth) === this.fitted) return;
    this.fitted = Math.floor(this.stage.clientWidth);
    this.setWidth();
    await this.view.runAsync();
  }

  async hide(values) {
    this.hidden = values;
    hideTooltip();
    this.setHidden(this.view);
    await this.view.runAsync();
    say(values.length === 0 ? 'All are shown' : `Hidden: ${values.join(', ')}`);
  }

  /** The wide figure as it would be printed, with what the reader hides left out. */
  async still() {
    const view = newView(this.data.wide, { renderer: 'none' });
    if (hasHidden(this.data.wide)) view.signal('hidden', this.hidden);
    return view.runAsync();
  }
}

function newView(vega, options) {
  const refuse = async (address) => { throw new Error(`a report loads nothing, not even ${address}`); };
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const rowsOfItsOwn = structuredClone(vega); // a view writes into them
  return new View(parse(rowsOfItsOwn, { events: { bind: 'none' } }, { ast: true }), { expr: expressionInterpreter, loader, ...options });
}

const narrowestPanel = 120; // px

/** @return how many panels of one width stand in a row; 0 where there are none. */
function columnsOf(vega) {
  const columns = vega.layout?.columns;
  const resizable = (vega.signals ?? []).some(({ name, value }) => name === 'child_width' && typeof value === 'number');
  return resizable && Number.isInteger(columns) ? columns : 0;
}

const stretches = (vega) => /^fit/.test(vega.autosize?.type ?? vega.autosize ?? '');

function tooltip(handler, event, item, value) {
  if (value === null || value === undefined || value === '') hideTooltip();
  else showTooltip(value, event.clientX, event.clientY);
}

const legendChannels = ['fill', 'stroke', 'shape', 'strokeDash', 'opacity', 'strokeWidth', 'size'];

/** Buttons take the place of the legend of the series; other legends stay. */
function withoutLegend(vega) {
  const { series } = meta(vega);
  if (!series || !hasHidden(vega)) return vega;
  const values = new Set(series.entries.map(({ value }) => value));
  const scales = new Map((vega.scales ?? []).map((scale) => [scale.name, scale]));
  const ofSeries = (legend) => legendChannels.filter((channel) => channel in legend).every((channel) => {
    const domain = scales.get(legend[channel])?.domain;
    return Array.isArray(domain) && domain.every((value) => values.has(value));
  });
  return { ...vega, legends: (vega.legends ?? []).filter((legend) => !ofSeries(legend)) };
}
