// On paper every fold is open; on the screen it is as the reader left it.

export function openFoldsForPrinting() {
  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const fold of closed) fold.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });
}
