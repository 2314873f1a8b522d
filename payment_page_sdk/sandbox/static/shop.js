/* The demo shop's own script: two ways to open the widget, and the page as the order is now. Only
 * callbacks change the order, and nothing that the browser does.
 */
'use strict';

const order = document.getElementById('order');

function bindWidgets() {
  const configs = JSON.parse(document.getElementById('configs')?.dataset.configs ?? '{}');
  for (const [id, config] of Object.entries(configs)) {
    EPayWidget.bind(id, config, 'POST');
    document.getElementById(id).hidden = false; // without this script, it would do nothing
  }
}

/* Tells whether a shopper is paying in this part of the page, or entering something. */
function isInUse(part) {
  if (part.id === 'ways') {
    return document.querySelector('iframe') !== null;
  }
  return [...part.querySelectorAll('input:not([type=hidden])')].some((input) => input.value !== '');
}

/* Shows the order as it is now; returns whether all of it was shown. */
async function renew() {
  const answer = await fetch(order.dataset.page);
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html');
  let isAll = true;
  for (const part of document.querySelectorAll('[data-live]')) {
    if (isInUse(part)) {
      isAll = false;
      continue;
    }
    const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
    part.replaceChildren(...now.getElementById(part.id).childNodes);
    document.getElementById(focused)?.focus();
    if (part.id === 'ways') {
      bindWidgets();
    }
  }
  return isAll;
}

async function look() {
  try {
    const answer = await fetch(order.dataset.state);
    const { changes } = await answer.json();
    if (changes !== Number(order.dataset.changes) && await renew()) {
      order.dataset.changes = changes;
    }
  } catch {
    // The shop is away: look again later.
  }
  setTimeout(look, 700);
}

bindWidgets();
look();
