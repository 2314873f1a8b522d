/* The demo shop's own script: two ways to open the widget, and the state of the order, which only
 * the callback changes, and nothing that the browser does.
 */
'use strict';

const state = document.getElementById('state');
const config = document.getElementById('config');

if (config) {
  EPayWidget.bind('modal', JSON.parse(config.dataset.config), 'POST');
  // Its signature is different: these parameters include target_element.
  EPayWidget.bind('inline', JSON.parse(config.dataset.inline), 'POST');
  // These buttons do nothing before.
  for (const id of ['modal', 'inline']) {
    document.getElementById(id).hidden = false;
  }
}

async function look() {
  const answer = await fetch(state.dataset.url);
  const told = await answer.json();
  state.textContent = told.state;
  if (told.state === 'new') {
    setTimeout(look, 500);
  }
}
look();
