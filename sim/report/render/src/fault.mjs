// A fault the user can act on: one line of text and the exit code that goes with it.

export const exit = {
  done: 0,
  warned: 1, // Vega-Lite or Vega warned about the figure
  usage: 64,
  badSpec: 65,
  missing: 66,
  unavailable: 69, // a program that is needed is not installed
  internal: 70,
  cannotWrite: 74,
};

export class Fault extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Any text on one line, so that a message stays one message in a log. */
export function oneLine(text) {
  return String(text).replace(/\s+/g, ' ').trim();
}
