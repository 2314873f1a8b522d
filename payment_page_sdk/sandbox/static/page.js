/* The payment page works without this script. With it, the page tells the shop's merchant.js what
 * happens, returns to the shop from inside a frame, and fills in test cards.
 */
'use strict';

// merchant.js names its iframe `payment-page|ORIGIN OF THE SHOP|NUMBER`. If anything else has
// opened the page, it sends nothing to anyone.
const [maker, shop] = window.name.split('|');
const inWidget = window.parent !== window && maker === 'payment-page' && /^https?:/.test(shop);

function tell(message) {
  if (inWidget) {
    window.parent.postMessage({ paymentPage: 1, ...message }, shop);
  }
}

function tellEvent(event, data) {
  tell({ event, data });
}

/* Forms: each is sent only once, unless the shopper returns to it. */

const cardForm = document.querySelector('[data-card-form]');

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (inWidget && form.dataset.leaveTo) {
    event.preventDefault();
    leave(form);
  } else if (form.dataset.sent) {
    event.preventDefault();
  } else if (!form.target) { // a form that opens elsewhere leaves this page as it is
    form.dataset.sent = 'yes';
    // Not `disabled`: the button's own name and value would not be sent.
    event.submitter?.setAttribute('aria-disabled', 'true');
    if (form === cardForm) {
      tellEvent('onPaymentSent', null);
    }
  }
});

window.addEventListener('pageshow', () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
  for (const button of document.querySelectorAll('[aria-disabled]')) {
    button.removeAttribute('aria-disabled');
  }
});

// `autofocus` does the same, but not inside a frame from another site.
document.querySelector('[aria-invalid]')?.focus();

/* The way back to the shop. */

// First the sandbox is told. Then merchant.js takes the shop's own tab there.
async function leave(form) {
  try {
    await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' });
  } finally {
    tell({ go: { url: form.dataset.leaveTo, mode: 'parent_page' } });
  }
}

const closeButton = document.querySelector('[data-close]');
if (closeButton && inWidget) {
  closeButton.hidden = false;
  closeButton.addEventListener('click', () => tell({ close: true }));
}

// The window around the frame does not see the keys pressed in it.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.body.dataset.framed === 'popup') {
    tell({ close: true });
  }
});

/* The card form: easier to read once typed, and filled from the list of test cards. */

if (cardForm) {
  const { number, expiry, cvc, holder } = cardForm.elements;

  number.addEventListener('change', () => {
    number.value = number.value.replace(/\D/g, '').replace(/(\d{4})(?=\d)/g, '$1 ');
  });
  expiry.addEventListener('change', () => { // 1230, 12/2030 and 12 / 30 are 12/30
    expiry.value = expiry.value.replace(/^\s*(\d\d)\s*\/?\s*(?:20)?(\d\d)\s*$/, '$1/$2');
  });

  const nextYear = String(new Date().getFullYear() + 1).slice(-2);
  for (const button of document.querySelectorAll('[data-number]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const card = button.dataset;
      number.value = card.number;
      expiry.value = card.expiry || `12/${nextYear}`;
      cvc.value = card.cvc || '123';
      holder.value ||= 'TEST CARDHOLDER';
      cardForm.querySelector('[type=submit]').focus();
    });
  }
}

/* The events of this page, now that its layout is done, and its size whenever that changes. */

let toldSize = {};

function measure() {
  const { width, height } = document.body.getBoundingClientRect();
  toldSize = { width: Math.ceil(width), height: Math.ceil(height) };
  return toldSize;
}

for (const [event, data] of JSON.parse(document.body.dataset.events)) {
  tellEvent(event, event === 'onLoaded' ? { ...data, ...measure() } : data);
}

new ResizeObserver(() => {
  const { width, height } = toldSize;
  const size = measure();
  if (size.width !== width || size.height !== height) {
    tellEvent('onResize', size);
  }
}).observe(document.body);

/* The automatic return to the shop. In the widget, merchant.js does it, even inside the frame: a
 * frame that left on its own would lose the events that a busy shop has not received yet.
 */

const automatic = document.querySelector('[data-go]');
if (automatic && inWidget) {
  tell({ go: { url: automatic.href, mode: automatic.dataset.go } });
} else if (automatic?.dataset.go === 'iframe') {
  location.replace(automatic.href);
} else if (automatic?.dataset.go === 'blank_page') {
  window.open(automatic.href, '_blank', 'noopener');
}
