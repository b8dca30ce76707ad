// Buttons that copy a table or a text.

import { button, make, say } from './dom.mjs';

const shownFor = 2000; // ms that a button says it has copied

export function copyButtons() {
  for (const region of document.querySelectorAll('.table')) {
    const table = region.querySelector('table');
    place(region, copier('Copy table', () => tableText(table), () => tableMarkup(table)));
  }
  for (const block of document.querySelectorAll('.code')) {
    place(block, copier('Copy', () => block.querySelector('code').textContent));
  }
}

function place(element, control) {
  element.before(make('div', { class: 'tools' }, control));
}

function copier(label, text, markup) {
  const control = button(label, async () => {
    const copied = await copy(text(), markup?.());
    control.textContent = copied ? 'Copied' : 'Not copied: select and copy by hand';
    say(control.textContent);
    setTimeout(() => { control.textContent = label; }, shownFor);
  });
  return control;
}

async function copy(text, markup) {
  try {
    if (markup && window.ClipboardItem) {
      const as = (type, content) => new Blob([content], { type });
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': as('text/plain', text), 'text/html': as('text/html', markup) })]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    return true;
  } catch {
    return copyOldWay(text);
  }
}

function copyOldWay(text) {
  const field = make('textarea', { class: 'unseen', 'aria-hidden': 'true' });
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}

/** @return {string[][]} the table's cells in rows and columns; a cell over several stands in the first. */
export function cellsOf(table) {
  const grid = [...table.rows].map(() => []);
  [...table.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (grid[y][x] !== undefined) x += 1;
      for (let dy = 0; dy < cell.rowSpan; dy += 1) {
        for (let dx = 0; dx < cell.colSpan; dx += 1) grid[y + dy][x + dx] = dy + dx === 0 ? textOf(cell) : '';
      }
    }
  });
  return grid;
}

function textOf(cell) {
  const parts = [...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean);
  return parts.join(' ').replace(/\u00a0/g, ' ').replace(/\s+/g, ' ');
}

const tableText = (table) => cellsOf(table).map((row) => row.join('\t')).join('\n');

/** The table for a word processor: its cells and nothing else of this page. */
function tableMarkup(table) {
  const copyOf = table.cloneNode(true);
  for (const drawing of copyOf.querySelectorAll('svg')) drawing.remove();
  for (const element of [copyOf, ...copyOf.querySelectorAll('*')]) {
    for (const { name } of [...element.attributes]) if (!['colspan', 'rowspan', 'scope'].includes(name)) element.removeAttribute(name);
  }
  return copyOf.outerHTML;
}
