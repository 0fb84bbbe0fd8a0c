// Finds elements as a person or a screen reader would: by role and accessible name, only what is shown and can be
// reached. Each step is looked for inside what the step before it found; the answer is every match of the last one.
const steps = arguments[0];

const words = text => (text || '').replace(/\s+/g, ' ').trim();
const inputRoles = {
  button: 'button', submit: 'button', reset: 'button', checkbox: 'checkbox', radio: 'radio', range: 'slider',
  number: 'spinbutton', search: 'searchbox', hidden: null,
};
const tagRoles = {
  BUTTON: 'button', SUMMARY: 'button', TEXTAREA: 'textbox', TABLE: 'table', TR: 'row', TH: 'columnheader', TD: 'cell',
  H1: 'heading', H2: 'heading', H3: 'heading', NAV: 'navigation', MAIN: 'main', DIALOG: 'dialog', UL: 'list',
  OL: 'list', LI: 'listitem', FIELDSET: 'group', OPTION: 'option', OUTPUT: 'status', HEADER: 'banner',
};

function roleOf(element) {
  const said = element.getAttribute('role');
  if (said) return said.split(' ')[0];
  switch (element.tagName) {
    case 'A': return element.hasAttribute('href') ? 'link' : null;
    case 'INPUT': return element.type in inputRoles ? inputRoles[element.type] : 'textbox';
    case 'SELECT': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
    default: return tagRoles[element.tagName] || null;
  }
}

function spoken(node) {
  if (!node) return '';
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
  const label = node.getAttribute('aria-label');
  if (label) return label;
  const style = getComputedStyle(node);
  if (style.display === 'none') return '';
  const text = Array.from(node.childNodes, spoken).join('');
  return style.display.startsWith('inline') ? text : ` ${text} `;
}

function nameOf(element) {
  const by = element.getAttribute('aria-labelledby');
  if (by) return words(by.split(/\s+/).map(id => spoken(document.getElementById(id))).join(' '));
  const label = element.getAttribute('aria-label');
  if (label) return words(label);
  if (element.labels && element.labels.length) return words(Array.from(element.labels, spoken).join(' '));
  const own = { FIELDSET: 'legend', TABLE: 'caption' }[element.tagName];
  if (own && element.querySelector(own)) return words(spoken(element.querySelector(own)));
  const text = ['TEXTAREA', 'INPUT', 'SELECT'].includes(element.tagName) ? '' : words(spoken(element));
  return text || words(element.getAttribute('title') || element.getAttribute('placeholder'));
}

function reachable(element) {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  if (element.closest('[aria-hidden="true"], [inert]')) return false;
  const modal = Array.from(document.querySelectorAll('dialog:modal')).pop();
  // Toasts lie in the top layer, above a modal dialog.
  return !modal || modal.contains(element) || !!element.closest('[popover]');
}

function within(scope, step) {
  const alike = Array.from(scope.querySelectorAll('*')).filter(
    element => roleOf(element) === step.role && reachable(element));
  const exact = alike.filter(element => nameOf(element) === step.name);
  // A tab with its count, a label with its mark: the whole name, or else its beginning.
  return exact.length ? exact : alike.filter(element => nameOf(element).startsWith(step.name));
}

let found = [document];
for (const step of steps) found = found.flatMap(scope => within(scope, step));
