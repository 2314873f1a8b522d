/* Opens the sandbox's payment page from a shop: the shop includes this file, and calls
 *
 *     EPayWidget.run(config, 'POST')                 at once
 *     EPayWidget.bind('button-id', config, 'POST')   when that element is clicked
 *     EPayWidget.runEmbedded(config)                 only the card's fields, in `target_element`
 *
 * `config` is the signed set of parameters. Its functions (onPaymentSuccess, onExit, ...) are event
 * handlers: they stay here, everything else is sent to the payment page. `run` and `runEmbedded`
 * return an instance. The shop's own button calls its trySubmit() to pay with an embedded form.
 */
(() => {
  'use strict';

  const SANDBOX = new URL(document.currentScript.src).origin;
  const PAGE = `${SANDBOX}/payment`;
  const PHONE =
    '(pointer: coarse) and (max-width: 600px), (pointer: coarse) and (max-height: 600px)';
  const EMBEDDED = 'embedded';
  const PATIENCE = 15000; // milliseconds to wait for the first message of the page
  const RESULTS = [
    'onPaymentSuccess',
    'onPaymentFail',
    'onCardVerifySuccess',
    'onCardVerifyFail',
    'onTokenizeSuccess',
  ];
  // What a shop may send to an embedded form, as a message.
  const CHECK = 'epframe.embedded_mode.check_validation';
  const SUBMIT = 'epframe.embedded_mode.submit';
  const WORDS = {
    en: { title: 'Payment', close: 'Close' },
    ru: { title: 'Оплата', close: 'Закрыть' },
  };

  let openFrame = null; // one payment page at a time
  let closeOpen = null;
  let frames = 0;

  function run(config, asked = 'POST') {
    if (config === null || typeof config !== 'object') {
      throw new Error('EPayWidget: config must be an object.');
    }
    const method = String(asked).toUpperCase();
    if (method !== 'POST' && method !== 'GET') {
      return fail(config, `The method must be 'POST' or 'GET', not '${asked}'.`);
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
      if (config.frame_mode === EMBEDDED) {
        return fail(config, 'An embedded form needs target_element, the id of its place.');
      }
      return open(config, method, null);
    }
    const place = document.getElementById(config.target_element);
    if (!place) {
      return fail(config, `target_element: no element has the id '${config.target_element}'.`);
    }
    return open(config, method, place);
  }

  function runEmbedded(config, method = 'POST') {
    return run({ ...config, frame_mode: EMBEDDED }, method);
  }

  /* Some integrations keep the widget, and open it later. */
  function create(config, method = 'POST') {
    return {
      run: () => run(config, method),
      buildUrl: () => urlOf(config),
      setEncryptedURL: () => {
        throw new Error('EPayWidget: the sandbox takes no encrypted parameters.');
      },
    };
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
    const embedded = config.frame_mode === EMBEDDED;
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

    function ask(order, fields) {
      frame.contentWindow?.postMessage({ paymentPage: 1, order, fields }, SANDBOX);
    }

    /* The shop's message to the form: an object, or JSON. */
    function sendPostMessage(given) {
      const { message, fields } = typeof given === 'string' ? parse(given) : given ?? {};
      if (message === CHECK) {
        ask('check');
      } else if (message === SUBMIT) {
        ask('submit', fields);
      } else {
        console.warn(`EPayWidget: the sandbox does not know the message '${message}'.`);
      }
    }

    /* The form is right: the shop may have something to do first, such as making the order. */
    function submitAfterCheck() {
      if (typeof config.onCheckSubmit === 'function') {
        const stop = () => notify(config, 'onHideLoader', null);
        notify(config, 'onCheckSubmit', {}, (fields) => ask('submit', fields), stop);
      } else {
        ask('submit');
      }
    }

    function confirmAtBank(data) {
      if (typeof config.onEmbeddedModeRedirect3dsParentPage === 'function') {
        notify(config, 'onEmbeddedModeRedirect3dsParentPage', data);
      } else {
        location.assign(data.url);
      }
    }

    function listen({ origin, source, data: message }) {
      if (embedded && source === window && origin === location.origin) {
        // Older plugins send their messages to their own page.
        const own = typeof message === 'string' ? parse(message) : {};
        if (own.message === CHECK || own.message === SUBMIT) {
          sendPostMessage(own);
        }
        return;
      }
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
      } else if (message.mayBeSubmitted) {
        submitAfterCheck();
      } else if (message.bank) {
        confirmAtBank(message.bank);
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
    send(config, { frame_mode: embedded ? EMBEDDED : place ? 'iframe' : 'popup' }, method, frame);
    return { trySubmit: () => ask('trySubmit'), sendPostMessage };
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
    if (method === 'POST') {
      submit(pairsOf(config, more), frame ? frame.name : '_self');
    } else {
      const url = urlOf(config, more);
      if (frame) {
        frame.src = url;
      } else {
        location.assign(url);
      }
    }
  }

  function pairsOf(config, more) {
    const { frame_mode: _, ...parameters } = config; // only merchant.js sets this
    return [...flatten({ ...parameters, ...more })];
  }

  function urlOf(config, more = {}) {
    return `${PAGE}?${new URLSearchParams(pairsOf(config, more))}`;
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

  /* Returns the object in a text of JSON, or an empty one. */
  function parse(text) {
    try {
      return Object(JSON.parse(text));
    } catch {
      return {};
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

  function notify(config, event, ...data) {
    if (!Object.hasOwn(config, event) || typeof config[event] !== 'function') {
      return;
    }
    try {
      config[event](...data);
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

  window.EPayWidget = { run, runEmbedded, create, bind };
})();
