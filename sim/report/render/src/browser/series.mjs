// Buttons in place of a figure's legend: each shows and hides a series.

import { button, draw, make } from './dom.mjs';

const shapes = { // in a box from -5 to 5
  circle: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  square: 'M-3.6-3.6h7.2v7.2h-7.2z',
  'triangle-up': 'M0-4.6L4.3 3.4h-8.6z',
  'triangle-down': 'M0 4.6L4.3-3.4h-8.6z',
  diamond: 'M0-5L4.2 0L0 5L-4.2 0z',
  cross: 'M-1.6-4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z',
};

/**
 * @param series {{title, entries: [{value, colour, dash, shape}]}}
 * @param changed called with the values that are hidden
 */
export function seriesButtons(series, changed) {
  const hidden = new Set();
  const looks = series.entries.map(({ colour, dash, shape }) => JSON.stringify([colour, dash, shape]));
  const telling = new Set(looks).size === looks.length; // where rows have names, swatches would be alike
  const group = make('div', { class: 'series', role: 'group', 'aria-label': `Show or hide: ${series.title}` });
  for (const entry of series.entries) {
    const control = button('', () => {
      if (!hidden.delete(entry.value)) hidden.add(entry.value);
      control.setAttribute('aria-pressed', String(!hidden.has(entry.value)));
      changed([...hidden]);
    }, { 'aria-pressed': 'true' });
    if (telling) control.append(swatch(entry));
    control.append(make('bdi', {}, String(entry.label ?? entry.value)));
    group.append(control);
  }
  return group;
}

function swatch({ colour, dash, shape }) {
  const line = draw('path', { d: 'M0 6H26', stroke: colour, 'stroke-width': 2, 'stroke-dasharray': (dash ?? []).join(' ') || 'none' });
  const mark = draw('path', { d: shapes[shape] ?? shapes.circle, fill: colour, transform: 'translate(13 6)' });
  return draw('svg', { class: 'swatch', width: 26, height: 12, viewBox: '0 0 26 12', 'aria-hidden': 'true', focusable: 'false' }, line, mark);
}
