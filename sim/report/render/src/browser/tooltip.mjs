// One tooltip for all figures. What it says comes from a scenario, and is set as text.

import { make } from './dom.mjs';

const gap = 14; // px between the pointer and the tooltip

let box;

export function showTooltip(content, x, y) {
  if (!box) {
    box = make('div', { class: 'tooltip', role: 'tooltip' });
    document.body.append(box);
  }
  box.replaceChildren(rows(content));
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const right = x + gap + width > document.documentElement.clientWidth;
  const below = y + gap + height > document.documentElement.clientHeight;
  box.style.left = `${Math.max(4, right ? x - gap - width : x + gap)}px`;
  box.style.top = `${Math.max(4, below ? y - gap - height : y + gap)}px`;
}

export function hideTooltip() {
  if (box) box.hidden = true;
}

function rows(content) {
  if (content === null || typeof content !== 'object') return make('p', {}, String(content));
  const list = make('dl');
  for (const [term, value] of Object.entries(content)) {
    list.append(make('dt', {}, term), make('dd', { dir: 'auto' }, shown(value)));
  }
  return list;
}

function shown(value) {
  return value === null || value === undefined ? '–' : String(value);
}

/** The same in a sentence, for screen readers. */
export function tooltipText(content) {
  if (content === null || typeof content !== 'object') return String(content);
  return Object.entries(content).map(([term, value]) => `${term}: ${shown(value)}`).join(', ');
}
