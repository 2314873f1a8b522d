/* The dashboard, live: what changes in the sandbox appears without a reload, times are those of the
 * browser's time zone, and forms leave the page where it is. All works without this script, too.
 */
'use strict';

const LOOK_EVERY = 1000; // milliseconds
const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

const { lang } = document.documentElement;
const locale = navigator.language.startsWith(lang) ? navigator.language : lang;
const content = document.getElementById('content');
const inWords = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const exactly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const today = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

let seen = content.dataset.changes;
let ahead = 0; // milliseconds that the sandbox's clock is ahead of this machine's

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

function writeTimes() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll('time[data-time]')) {
    const when = Date.parse(time.dateTime);
    const text = STYLES[time.dataset.time](when, now);
    if (time.textContent !== text) {
      time.textContent = text;
    }
    time.title = exactly.format(when);
  }
}

/* What is new */

// Takes the parts that are live from another version of this page. What is open stays open, and a
// form in which something is being entered stays as it is.
function renew(html, leaveForms) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const other = fresh.getElementById(part.id);
    if (!other || other.innerHTML === part.dataset.shown) {
      continue;
    }
    const focused = document.activeElement;
    if (leaveForms && part.contains(focused) && focused.matches('input, select')) {
      continue;
    }
    part.dataset.shown = other.innerHTML;
    const open = [...part.querySelectorAll('details[open]')].map((details) => details.id);
    const focus = part.contains(focused) ? placeOf(focused, part) : -1;
    part.replaceChildren(...other.childNodes);
    for (const id of open) {
      document.getElementById(id)?.setAttribute('open', '');
    }
    focusable(part)[focus]?.focus({ preventScroll: true });
  }
  const news = fresh.getElementById('content');
  if (!news.querySelector('[data-live]') && !('aside' in news.dataset)) {
    content.replaceChildren(...news.childNodes); // another page: it tells what went wrong
  }
  seen = news.dataset.changes;
  prepare();
}

function focusable(part) {
  return [...part.querySelectorAll('a, button, input, select, summary, [tabindex]')];
}

function placeOf(element, part) {
  return focusable(part).indexOf(element);
}

async function look() {
  try {
    if (!document.hidden) {
      const told = await (await fetch(content.dataset.url)).json();
      ahead = told.now * 1000 - Date.now();
      if (String(told.changes) !== seen) {
        seen = String(told.changes);
        renew(await (await fetch(location.href)).text(), true);
      }
    }
  } catch {
    // The sandbox has stopped; perhaps it starts again.
  }
  setTimeout(look, LOOK_EVERY);
}

/* Forms and buttons */

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post') {
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  if (form.dataset.sent) {
    return;
  }
  form.dataset.sent = 'yes';
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) {
    body.set(button.name, button.value);
  }
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    renew(await answer.text(), false);
    document.querySelector('[aria-invalid]')?.focus();
  } finally {
    delete form.dataset.sent;
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

function prepare() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = !navigator.clipboard; // there is none without https, but for this machine
  }
  writeTimes();
}

ahead = content.dataset.now * 1000 - Date.now();
prepare();
setInterval(writeTimes, 1000);
setTimeout(look, LOOK_EVERY);
