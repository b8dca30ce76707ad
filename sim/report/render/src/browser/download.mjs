// Figures and their data as files, made in the page.

import { button, make } from './dom.mjs';

const screenDpi = 96;
const printDpi = 300;
// 11811 px a metre, 300 an inch: the chunk that tells a reader of PNG how large the picture is
const pHYs = new Uint8Array([0, 0, 0, 9, 112, 72, 89, 115, 0, 0, 46, 35, 0, 0, 46, 35, 1, 120, 165, 63, 118]);
const headerEnd = 33; // signature and IHDR

/**
 * @param name of the figure, for the files
 * @param title of the figure, for the buttons
 * @param still makes a view with the figure's own legend, for the moment of drawing
 * @param table gives the rows of the figure
 */
export function downloads({ name, title, still, table }) {
  const kinds = {
    SVG: async () => withView(still, async (view) => new Blob([withFont(await view.toSVG())], { type: 'image/svg+xml' })),
    PNG: async () => withView(still, async (view) => withDpi(await canvasBlob(await view.toCanvas(printDpi / screenDpi)))),
    CSV: async () => new Blob([csv(table())], { type: 'text/csv' }),
  };
  const group = make('div', { class: 'downloads', role: 'group', 'aria-label': `Download: ${title}` });
  for (const [kind, content] of Object.entries(kinds)) {
    const what = kind === 'CSV' ? 'Data as CSV' : `Figure as ${kind}`;
    group.append(button(kind, async () => save(await content(), `${name}.${kind.toLowerCase()}`), { title: what, 'aria-label': what }));
  }
  return group;
}

async function withView(still, use) {
  const view = await still();
  try {
    return await use(view);
  } finally {
    view.finalize();
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The file carries the page's Inter, so that it looks the same everywhere. */
function withFont(svg) {
  const faces = (document.querySelector('style')?.textContent ?? '').match(/@font-face\s*{[^}]*}/g) ?? [];
  return svg.replace(/^<svg[^>]*>/, (open) => `${open}<style>${faces.join('')}</style>`);
}

const canvasBlob = (canvas) => new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });

async function withDpi(blob) {
  return new Blob([blob.slice(0, headerEnd), pHYs, blob.slice(headerEnd)], { type: 'image/png' });
}

/** RFC 4180. Text that a spreadsheet would take for a formula is kept from being one. */
export function csv(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells) => `${cells.map(cell).join(',')}\r\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column]))).join('');
}

function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  let text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @return the rows behind a compiled figure: of the data that its telling marks are drawn from, else of all. */
export function rowsOf(vega) {
  const data = new Map((vega.data ?? []).map((one) => [one.name, one]));
  const used = new Set();
  const root = (name) => {
    const one = data.get(name);
    return one?.source === undefined ? name : root([one.source].flat()[0]);
  };
  const visit = (mark, group) => {
    const from = mark.from?.facet?.data ?? mark.from?.data;
    const here = from !== undefined && data.has(from) ? from : group;
    if (mark.encode?.update?.tooltip !== undefined && here !== undefined) used.add(root(here));
    for (const child of mark.marks ?? []) visit(child, here);
  };
  for (const mark of vega.marks ?? []) visit(mark);
  const telling = [...used].map((name) => data.get(name)).filter((one) => Array.isArray(one?.values));
  const all = [...data.values()].filter((one) => Array.isArray(one.values));
  return (telling.length > 0 ? telling : all).flatMap((one) => one.values);
}
