"""The sandbox: a Payment Page on your own machine, with signed callbacks. ``payment-page sandbox``.

It needs Python 3.9 and the extra ``sandbox``. Its floors, from the ground up:

    refusals       the errors for requests that it refuses
    cards          the documented test cards, and the outcome of each
    masking        masks card numbers, so that none is stored or shown
    series         a series of payments, as it is registered and changed
    asked          what a link asks for
    payments       the life of a payment: what cards, banks, merchants and time do to it
    bodies         the bodies of callbacks and events, made from a payment
    links          checks a signed link, and returns its parameters
    store          payments, callbacks and deliveries in SQLite
    hints          what to do about a callback that was not accepted
    courier        sends callbacks, and calls functions later
    faults         what goes wrong with the Gate API on request
    words, russian    the texts of the page, and the sandbox's sentences in Russian
    web            how the sandbox writes things for people to read
    journal        tells what happens, on the terminal
    sender         signs callbacks, and delivers them until they are accepted
    platform       connects all of these: the one object that the web pages use
    languages      in which language a page is
    view           what the payment page shows, and the ways back to the shop
    timeline, dashboard_words    what the dashboard shows, and its texts
    orders, shop_words    the orders of the demo shop, and its texts
    page, dashboard, api, shop    what users see
    members, gate_api    what the merchant's server calls after the payment
    settings, app, server    put all of it together, and serve it
"""
