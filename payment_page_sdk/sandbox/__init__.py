"""The sandbox: a Payment Page on your own machine, with signed callbacks. ``payment-page sandbox``.

It needs Python 3.9 and the extra ``sandbox``. Its floors, from the ground up:

    refusals       the errors for requests that it refuses
    cards          the documented test cards, and the outcome of each
    masking        masks card numbers, so that none is stored or shown
    payments       the life of a payment: what cards, banks, merchants and time do to it
    bodies         the bodies of callbacks and events, made from a payment
    links          checks a signed link, and returns its parameters
    store          payments, callbacks and deliveries in SQLite
    courier        delivers callbacks in the background
    faults         what goes wrong with the Gate API on request
    platform       connects all of these: the one object that the web pages use
    web            what the web pages have in common
    view           what the page shows of a payment, and the ways back to the shop
    words          the texts of the page, in English and Russian
    languages      in which language other pages are
    orders         the orders of the demo shop, and what callbacks do to them
    shop_words     its texts, in English and Russian
    page, dashboard, api, shop    what users see
    gate_api       what the merchant's server calls after the payment: status, capture, refund
    app, server    put all of it together, and serve it
"""
