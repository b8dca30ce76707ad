// Small makers of elements. Text is set as text, never as markup.

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function button(label, action, attributes = {}) {
  const element = make('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', action);
  return element;
}

let voice;

/** Says something to screen readers, in its turn. */
export function say(text) {
  if (!voice) {
    voice = make('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    document.body.append(voice);
  }
  voice.textContent = text;
}
