/* The dashboard, live: what changes in the sandbox appears without a reload, times are those of the
 * browser's time zone, and forms leave the page where it is. All works without this script, too.
 */
'use strict';

const LOOK_EVERY = 1000; // milliseconds
const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

const { lang } = document.documentElement;
const locale = findLocale();
const content = document.getElementById('content');
const inWords = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const exactly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const today = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

let seen = content.dataset.changes;
let ahead = 0; // milliseconds that the sandbox's clock is ahead of this machine's

// The browser's own variety of the page's language, such as en-GB.
function findLocale() {
  try {
    const [own] = Intl.getCanonicalLocales(navigator.language);
    return own.startsWith(lang) ? own : lang;
  } catch {
    return lang; // some systems have a language without a valid name, such as en-US@posix
  }
}

/* Times */

function relative(when, now) {
  const seconds = Math.round((when - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return inWords.format(Math.trunc(seconds / size), unit);
}

function isToday(when, now) {
  return new Date(when).toDateString() === new Date(now).toDateString();
}

const STYLES = {
  clock: (when, now) => exactly.format(now),
  ago: (when, now) => relative(Math.min(when, now), now),
  until: (when, now) => relative(Math.max(when, now), now),
  time: (when, now) => (isToday(when, now) ? today : exactly).format(when),
};

function writeTimes(root) {
  const now = Date.now() + ahead;
  for (const time of root.querySelectorAll('time[data-time]')) {
    const when = Date.parse(time.dateTime);
    const text = STYLES[time.dataset.time](when, now);
    if (time.textContent !== text) {
      time.textContent = text;
    }
    time.title = exactly.format(when);
  }
}

/* What is new */

// Takes the parts that are live from another version of this page. `isAnswer` tells that it answers
// a form: otherwise, a form with a problem stays as it is, until it is sent again.
function renew(html, isAnswer) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  const news = fresh.getElementById('content');
  prepare(fresh);
  for (const part of document.querySelectorAll('[data-live]')) {
    const other = fresh.getElementById(part.id);
    if (other) {
      become(part, other, isAnswer);
    }
  }
  if (!news.querySelector('[data-live]') && !('aside' in news.dataset)) {
    content.replaceChildren(...news.childNodes); // another page: it tells what went wrong
  }
  seen = news.dataset.changes;
}

// Makes a node like another one. What is the same in both is not touched: so what is open, focused,
// selected or being entered stays so.
function become(node, other, isAnswer) {
  if (node.isEqualNode(other)) {
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) {
    node.nodeValue = other.nodeValue;
    return;
  }
  if (!isAnswer && node.nodeName === 'FORM' && node.querySelector('[aria-invalid]')) {
    return;
  }
  for (const { name } of [...node.attributes]) {
    if (!other.hasAttribute(name) && name !== 'open') {
      node.removeAttribute(name);
    }
  }
  for (const { name, value } of other.attributes) {
    node.setAttribute(name, value);
  }
  let next = node.firstChild; // all before it are done
  for (const child of [...other.childNodes]) {
    const same = child.id ? [...node.children].find(({ id }) => id === child.id) : next;
    if (same && same.nodeName === child.nodeName && (same.id ?? '') === (child.id ?? '')) {
      next = removeUntil(next, same).nextSibling;
      become(same, child, isAnswer);
    } else {
      node.insertBefore(child, next);
    }
  }
  removeUntil(next, null);
}

function removeUntil(node, end) {
  while (node !== end) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
  return end;
}

async function look() {
  try {
    if (!document.hidden) {
      const told = await (await fetch(content.dataset.url)).json();
      ahead = told.now * 1000 - Date.now();
      if (String(told.changes) !== seen) {
        renew(await (await fetch(location.href)).text(), false);
      }
    }
  } catch {
    // The sandbox has stopped; perhaps it starts again.
  }
  setTimeout(look, LOOK_EVERY);
}

/* Forms and buttons */

let isSending = false;

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post') {
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  if (isSending) {
    return;
  }
  isSending = true;
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) {
    body.set(button.name, button.value);
  }
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    if (answer.ok && new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url); // the payment that follows in a series
      return;
    }
    renew(await answer.text(), true);
    if (answer.ok) {
      form.reset();
    }
    document.querySelector('[aria-invalid]')?.focus();
  } finally {
    isSending = false;
  }
});

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy]');
  if (button) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  }
});

function prepare(root) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    button.hidden = !navigator.clipboard; // there is none without https, but for this machine
  }
  writeTimes(root);
}

ahead = content.dataset.now * 1000 - Date.now();
prepare(document);
setInterval(() => writeTimes(document), 1000);
setTimeout(look, LOOK_EVERY);
