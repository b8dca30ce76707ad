// What makes a report live: figures that answer the pointer and the keyboard, tables and texts that can be copied, folds that
// open for printing. Without it the report is whole, only still.

import { copyButtons } from './copy.mjs';
import { liveFigures } from './live.mjs';
import { openFoldsForPrinting } from './print.mjs';
import { markPlace } from './place.mjs';

function start() {
  copyButtons();
  openFoldsForPrinting();
  markPlace();
  liveFigures();
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
