// The few things done to the document.

export const byId = (id) => document.getElementById(id);

export function text(id, value) {
  const element = byId(id);
  // Touch the page only when something changed: selections and screen readers stay undisturbed.
  if (element.textContent !== value) element.textContent = value;
}

export function show(id, visible) {
  byId(id).hidden = !visible;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
