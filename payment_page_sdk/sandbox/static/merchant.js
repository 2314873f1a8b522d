/* Opens the sandbox's payment page from a shop: the shop includes this file, and calls
 *
 *     EPayWidget.run(config, 'POST')               at once
 *     EPayWidget.bind('button-id', config, 'POST')   when that element is clicked
 *
 * `config` is the signed set of parameters. Its functions (onPaymentSuccess, onExit, ...) are event
 * handlers: they stay here, everything else is sent to the payment page.
 */
(() => {
  'use strict';

  const SANDBOX = new URL(document.currentScript.src).origin;
  const PAGE = `${SANDBOX}/payment`;
  const PHONE =
    '(pointer: coarse) and (max-width: 600px), (pointer: coarse) and (max-height: 600px)';
  const PATIENCE = 15000; // milliseconds to wait for the first message of the page
  const RESULTS = [
    'onPaymentSuccess',
    'onPaymentFail',
    'onCardVerifySuccess',
    'onCardVerifyFail',
    'onTokenizeSuccess',
  ];
  const WORDS = {
    en: { title: 'Payment', close: 'Close' },
    ru: { title: 'Оплата', close: 'Закрыть' },
  };

  let openFrame = null; // one payment page at a time
  let closeOpen = null;
  let frames = 0;

  function run(config, method = 'POST') {
    if (config === null || typeof config !== 'object') {
      throw new Error('EPayWidget: config must be an object.');
    }
    if (method !== 'POST' && method !== 'GET') {
      return fail(config, `The method must be 'POST' or 'GET', not '${method}'.`);
    }
    if (isOn(config.redirect) || (isOn(config.redirect_on_mobile) && matchMedia(PHONE).matches)) {
      return send(config, {}, method);
    }
    if (!/^https?:/.test(location.origin)) {
      // The page sends its events to the shop's origin only, and a file has no origin.
      return fail(config, 'Serve this page over http: a page opened as a file gets no events.');
    }
    if (openFrame?.isConnected) {
      return fail(config, 'A payment page is already open.');
    }
    closeOpen?.(); // the shop itself removed the last one from its page
    if (!config.target_element) {
      return open(config, method, null);
    }
    const place = document.getElementById(config.target_element);
    if (!place) {
      return fail(config, `target_element: no element has the id '${config.target_element}'.`);
    }
    return open(config, method, place);
  }

  function bind(elementId, config, method = 'POST') {
    const element = document.getElementById(elementId);
    if (!element) {
      return fail(config, `bind: no element has the id '${elementId}'.`);
    }
    element.addEventListener('click', (event) => {
      event.preventDefault(); // it may be a link, or a button in a form
      run(config, method);
    });
  }

  /* Opens the page in an iframe inside `place` or, without one, in a modal window. */
  function open(config, method, place) {
    const words = WORDS[config.language_code] ?? WORDS.en;
    const frame = makeFrame(words);
    const shell = place ? frame : makeModal(words, frame, isOn(config.close_on_missclick));
    const close = place ? end : () => shell.close();
    const listening = new AbortController();
    const silence = setTimeout(() => fail(config, `${SANDBOX} does not answer.`), PATIENCE);
    let resultShown = false;

    function end() {
      clearTimeout(silence);
      listening.abort();
      shell.remove();
      document.documentElement.classList.remove('epay-open');
      openFrame = closeOpen = null;
      notify(config, resultShown ? 'onExit' : 'onDestroy', null);
    }

    function listen({ origin, source, data: message }) {
      if (origin !== SANDBOX || source !== frame.contentWindow || message?.paymentPage !== 1) {
        return;
      }
      clearTimeout(silence);
      if (message.close) {
        close();
      } else if (message.go) {
        go(message.go, frame);
      } else if (message.event === 'onFailLoading') {
        fail(config, message.data.message);
      } else {
        if (message.event === 'onLoaded' || message.event === 'onResize') {
          frame.style.height = `${message.data.height}px`;
        }
        resultShown ||= RESULTS.includes(message.event);
        notify(config, message.event, message.data);
      }
    }

    window.addEventListener('message', listen, { signal: listening.signal });
    (place ?? document.body).append(shell);
    if (!place) {
      shell.addEventListener('close', end);
      shell.showModal();
      document.documentElement.classList.add('epay-open');
    }
    openFrame = frame;
    closeOpen = end;
    send(config, { frame_mode: place ? 'iframe' : 'popup' }, method, frame);
  }

  function makeFrame(words) {
    frames += 1;
    const frame = document.createElement('iframe');
    // A frame keeps its name when it navigates: from it, the page knows the only origin that it may
    // send its events to.
    frame.name = ['payment-page', location.origin, frames].join('|');
    frame.title = words.title;
    frame.className = 'epay-frame';
    return frame;
  }

  /* The browser's own dialog keeps the focus, gives it back, and closes on Esc. */
  function makeModal(words, frame, closesOutside) {
    const modal = document.createElement('dialog');
    modal.className = 'epay-modal';
    modal.setAttribute('aria-label', words.title);

    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'epay-close';
    button.textContent = '×';
    button.setAttribute('aria-label', words.close);
    button.addEventListener('click', () => modal.close());

    const bar = document.createElement('div');
    bar.className = 'epay-bar';
    bar.append(words.title, button);

    modal.append(bar, frame);
    if (closesOutside) {
      modal.addEventListener('click', (event) => {
        if (event.target === modal) { // its children cover everything except the backdrop
          modal.close();
        }
      });
    }
    return modal;
  }

  /* Sends the parameters to the page, which opens in `frame` or, without one, in this tab. */
  function send(config, more, method, frame) {
    const { frame_mode: _, ...parameters } = config; // only merchant.js sets this
    const pairs = [...flatten({ ...parameters, ...more })];
    if (method === 'POST') {
      submit(pairs, frame ? frame.name : '_self');
    } else {
      const url = `${PAGE}?${new URLSearchParams(pairs)}`;
      if (frame) {
        frame.src = url;
      } else {
        location.assign(url);
      }
    }
  }

  function submit(pairs, target) {
    const form = document.createElement('form');
    Object.assign(form, { action: PAGE, method: 'POST', target, acceptCharset: 'UTF-8' });
    for (const [name, value] of pairs) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.append(input);
    }
    document.body.append(form);
    // Not form.submit(), which a parameter named `submit` would replace.
    HTMLFormElement.prototype.submit.call(form);
    form.remove();
  }

  /* The name and text of each value, as they are signed: {a: {b: [true]}} gives a[b][0]=1. */
  function* flatten(values, nameOf = (key) => key) {
    for (const [key, value] of Object.entries(values)) {
      const name = nameOf(key);
      if (value === null) {
        yield [name, ''];
      } else if (typeof value === 'object') {
        yield* flatten(value, (inner) => `${name}[${inner}]`);
      } else if (typeof value === 'boolean') {
        yield [name, value ? '1' : '0'];
      } else if (typeof value !== 'function' && value !== undefined) {
        yield [name, String(value)];
      }
    }
  }

  function isOn(value) {
    return value === true || value === 1 || value === '1';
  }

  /* Takes the shopper back to the shop, as the page asks. */
  function go({ url, mode }, frame) {
    if (!/^https?:\/\//i.test(url)) {
      return;
    }
    if (mode === 'parent_page') {
      location.assign(url);
    } else if (mode === 'blank_page') {
      window.open(url, '_blank', 'noopener');
    } else {
      frame.contentWindow.location.replace(url);
    }
  }

  function notify(config, event, data) {
    if (!Object.hasOwn(config, event) || typeof config[event] !== 'function') {
      return;
    }
    try {
      config[event](data);
    } catch (error) {
      reportError(error); // the shop sees its own error in the console, and the widget continues
    }
  }

  function fail(config, message) {
    if (typeof config?.onFailLoading !== 'function') {
      throw new Error(`EPayWidget: ${message}`);
    }
    const parameters = Object.entries(config).filter(([, value]) => typeof value !== 'function');
    notify(config, 'onFailLoading', { message, config: Object.fromEntries(parameters) });
  }

  window.EPayWidget = { run, bind };
})();
