"""The sandbox: a Payment Page on your own machine, with signed callbacks. ``payment-page sandbox``.

It needs Python 3.9 and the extra ``sandbox``. Its floors, from the ground up:

    refusals       what it answers when it does not do what it was asked for
    cards          the documented test cards, and what each of them leads to
    payments       the life of a payment: what cards, banks, merchants and time do to it
    bodies         what the platform tells about a payment, in the shapes of callbacks
    links          what is signed becomes the parameters of a payment, or is refused
    store          payments, callbacks and deliveries in SQLite
    courier        delivers callbacks in the background, again and again
    platform       wires these together: the one object that the web pages hold
    view           what a shopper is shown of a payment, and the ways back to the shop
    page, dashboard, api, shop    what is seen of it; words, in both languages
    app, server    put them together, and serve them
"""
