/* The payment page works without this script. With it, the page tells the shop's merchant.js what
 * happens, returns to the shop from inside a frame, and fills in test cards.
 */
'use strict';

// merchant.js names its iframe `payment-page|ORIGIN OF THE SHOP|NUMBER`. If anything else has
// opened the page, it sends nothing to anyone.
const [maker, shop] = window.name.split('|');
const inWidget = window.parent !== window && maker === 'payment-page' && /^https?:/.test(shop);

const isEmbedded = inWidget && document.body.dataset.framed === 'embedded';

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
      if (isEmbedded) {
        tellEvent('onShowLoader', null);
      }
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

/* The card form: easier to read while one types, and filled from the list of test cards. */

// Writes what was typed in another way. The caret stays behind the same digit.
function write(field, text) {
  const { value, selectionStart } = field;
  if (text === value) {
    return;
  }
  const digits = value.slice(0, selectionStart).replace(/\D/g, '').length;
  field.value = text;
  let caret = selectionStart === value.length ? text.length : 0;
  for (let seen = 0; caret < text.length && seen < digits; caret += 1) {
    seen += /\d/.test(text[caret]);
  }
  if (document.activeElement === field) {
    field.setSelectionRange(caret, caret);
  }
}

if (cardForm?.elements.number) { // a saved card needs its CVC only
  const { number, expiry, cvc, holder } = cardForm.elements;

  number?.addEventListener('input', () => {
    write(number, number.value.replace(/\D/g, '').replace(/(\d{4})(?=\d)/g, '$1 '));
  });
  expiry?.addEventListener('input', ({ inputType }) => {
    if (inputType !== 'deleteContentBackward') { // a slash can be deleted
      write(expiry, expiry.value.replace(/^(\d\d)\/*(\d{0,2})$/, '$1/$2'));
    }
  });
  expiry?.addEventListener('change', () => { // 1230, 12/2030 and 12 / 30 are 12/30
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

/* An embedded form has no button: the shop has one, and asks for what is to be done. */

async function check() {
  const body = new URLSearchParams(new FormData(cardForm));
  const errors = await (await fetch(cardForm.dataset.check, { method: 'POST', body })).json();
  for (const field of cardForm.querySelectorAll('input')) {
    document.getElementById(`${field.name}-error`)?.remove();
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
    if (field.name in errors) {
      const error = document.createElement('p');
      Object.assign(error, { id: `${field.name}-error`, className: 'error' });
      error.textContent = errors[field.name];
      field.after(error);
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', error.id);
    }
  }
  return errors;
}

const ORDERS = {
  check: async () => tellEvent('onEmbeddedModeCheckValidationResponse', await check()),
  submit: () => cardForm.requestSubmit(),
  trySubmit: async () => {
    const errors = await check();
    if (Object.keys(errors).length) {
      tellEvent('onValidationError', errors);
    } else {
      tell({ mayBeSubmitted: true });
    }
  },
};

if (isEmbedded && cardForm) {
  cardForm.noValidate = true; // the shop tells what is wrong
  cardForm.querySelector('[type=submit]').hidden = true;
  window.addEventListener('message', ({ origin, source, data }) => {
    const isOurs = origin === shop && source === window.parent && data?.paymentPage === 1;
    if (isOurs && Object.hasOwn(ORDERS, data.order)) {
      ORDERS[data.order]();
    }
  });
  cardForm.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      tellEvent('onEnterKeyPressed', null);
    }
  });
}

const { bank } = document.body.dataset;
if (isEmbedded) {
  if (bank) {
    tell({ bank: { method: 'GET', url: bank, body: {} } });
  } else {
    tellEvent('onHideLoader', null);
  }
}

/* How long the shopper has been waiting. It is not read out: that would never end. */

const waited = document.querySelector('[data-waited]');
if (waited) {
  const since = Number(waited.dataset.waited);
  const began = performance.now();
  const count = () => {
    const seconds = Math.floor(since + (performance.now() - began) / 1000);
    waited.textContent = waited.dataset.text.replace('{seconds}', seconds);
  };
  count();
  setInterval(count, 1000);
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
} else if (automatic && window === window.top && automatic.dataset.go !== 'blank_page') {
  location.replace(automatic.href); // also after the bank's page, which leaves an embedded form
} else if (automatic?.dataset.go === 'blank_page') {
  window.open(automatic.href, '_blank', 'noopener');
}
