// The marks of a figure, one after the other, by arrow keys: each shows its tooltip and is read out.

import { make, say } from './dom.mjs';
import { hideTooltip, showTooltip, tooltipText } from './tooltip.mjs';

const drawnAsOne = ['line', 'area', 'trail', 'group']; // their points stand in layers of their own
const row = 40; // px: marks less far apart in height are stepped through from left to right

/** @return the marks that have something to tell, from left to right, facet by facet. */
export function marksOf(view) {
  const found = [];
  const visit = (mark) => {
    for (const item of mark.items ?? []) {
      if (!drawnAsOne.includes(mark.marktype) && item.tooltip && item._svg) found.push(item);
      for (const child of item.items ?? []) visit(child);
    }
  };
  visit(view.scenegraph().root);
  return order(onceEach(found));
}

/** A bar and the symbol on it tell the same of the same row: one stop. */
function onceEach(items) {
  const told = new Map();
  return items.filter((item) => {
    const group = told.get(item.mark.group) ?? new Set();
    const text = tooltipText(item.tooltip);
    const fresh = !group.has(text);
    told.set(item.mark.group, group.add(text));
    return fresh;
  });
}

function order(items) {
  const placed = items.map((item) => ({ item, box: item._svg.getBoundingClientRect(), plot: plotOf(item) }));
  placed.sort((a, b) => Math.round(a.plot.y / row) - Math.round(b.plot.y / row) || a.plot.x - b.plot.x
    || a.box.left + a.box.width / 2 - b.box.left - b.box.width / 2 || a.box.top - b.box.top);
  return placed.map(({ item }) => item);
}

function plotOf(item) {
  let [x, y] = [0, 0];
  for (let group = item.mark.group; group; group = group.mark.group) {
    x += group.x ?? 0;
    y += group.y ?? 0;
  }
  return { x, y };
}

/** Makes an element a stop of the Tab key, within which arrow keys step. */
export function stepThrough(stage, title, captionId) {
  let marks = () => [];
  let at = -1;
  const ring = make('div', { class: 'ring', hidden: '' });
  stage.tabIndex = 0;
  const leave = () => {
    at = -1;
    ring.hidden = true;
    hideTooltip();
  };
  const show = (all) => {
    const item = all[at];
    item._svg.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    const box = item._svg.getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    const around = 4;
    ring.style.left = `${box.left - frame.left - around}px`;
    ring.style.top = `${box.top - frame.top - around}px`;
    ring.style.width = `${box.width + 2 * around}px`;
    ring.style.height = `${box.height + 2 * around}px`;
    ring.hidden = false;
    stage.append(ring);
    showTooltip(item.tooltip, box.left + box.width / 2, box.top + box.height / 2);
    say(`${tooltipText(item.tooltip)} (${at + 1} of ${all.length})`);
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  stage.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { leave(); return; }
    if (!(event.key in steps) && event.key !== 'Home' && event.key !== 'End') return;
    const all = marks();
    if (all.length === 0) return;
    event.preventDefault();
    if (event.key === 'Home') at = 0;
    else if (event.key === 'End') at = all.length - 1;
    else at = Math.min(all.length - 1, Math.max(0, at + steps[event.key]));
    show(all);
  });
  stage.addEventListener('blur', leave);
  stage.addEventListener('pointermove', () => { ring.hidden = true; });
  return {
    /** To be called whenever the figure is drawn anew: Vega then gives the element a role of its own. */
    step(source) {
      marks = source;
      stage.setAttribute('role', 'group');
      stage.setAttribute('aria-label', `${title}: arrow keys step through its marks`);
      stage.setAttribute('aria-describedby', captionId);
      stage.removeAttribute('aria-roledescription');
      leave();
    },
  };
}
