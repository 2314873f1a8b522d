# ruff: noqa: RUF001 - Russian letters look like Latin ones
"""The texts of the demo shop, in English and Russian."""

from __future__ import annotations

WORDS = {
    'en': {
        # Every page
        'banner': 'Sandbox: no money moves',
        'sandbox': 'Sandbox',
        'shop': 'Demo shop',
        'dashboard': 'Sandbox dashboard',
        'error': 'Error',
        'en': 'English',
        'ru': 'Русский',
        # Before the order
        'goods': 'A cup of coffee',
        'about_goods': 'You can choose what it costs, and how you pay.',
        'amount': 'Amount',
        'currency': 'Currency',
        'operation_type': 'What happens to the money',
        'sale': 'It is paid at once (sale)',
        'auth': 'It is held now, and charged later (auth)',
        'lang': 'Language',
        'buy': 'Buy',
        'wrong_amount': 'Enter an amount in {currency}, such as {example}.',
        'too_little': 'Enter at least {least}.',
        'too_much': 'Enter at most {most}.',
        'not_in_list': 'Choose one from the list.',
        # The order
        'order': 'Order {id}',
        'state': 'State',
        'state_new': 'new',
        'state_declined': 'declined',
        'state_held': 'held',
        'state_canceled': 'canceled',
        'state_paid': 'paid',
        'state_partly_refunded': 'partly refunded',
        'state_refunded': 'refunded',
        'state_review': 'to be reviewed',
        'next_new': 'It is not paid yet. The order changes when the callback comes, '
        'whatever your browser does.',
        'next_declined': 'Nothing was charged. You can try again, with this card or another one.',
        'next_held': 'The money is held on the card. The shop charges it when it ships, '
        'or releases it.',
        'next_canceled': 'The money is released, and nothing was charged.',
        'next_paid': 'Thank you! Your coffee is on its way.',
        'next_partly_refunded': 'A part of the money is on its way back to the card. '
        'The rest can still be refunded.',
        'next_refunded': 'The money is on its way back to the card.',
        'next_review': 'Something else was paid than what the order says: another amount or '
        'currency, or more than one payment. A person decides whether to ship it or to give the '
        'money back.',
        'order_again': 'Order something else',
        'check_again': 'Check again',
        # How to pay
        'pay': 'Pay {amount}',
        'try_again': 'Try again: pay {amount}',
        'hold': 'The money will only be held.',
        'on_page': 'On the payment page',
        'in_window': 'In a window',
        'right_here': 'Right here',
        'cards': 'The card {pays} pays, {declined} is declined; any future date and any CVC.',
        # What the shop does
        'payments': 'Payments',
        'about_payments': 'In a real shop, only its staff sees this. The buttons send requests to '
        'the Gate API. It answers whether it accepts a request; what became of it comes by '
        'callback.',
        'in_dashboard': '{id} in the dashboard',
        'in_dashboard_later': '{id} in the dashboard, once its page was opened',
        'left_held': 'Held: {sum}',
        'left_paid': 'Paid: {sum}',
        'left_partly_refunded': 'Not refunded: {sum}',
        'part': 'Amount in {currency}, empty for all',
        'capture': 'Capture',
        'cancel': 'Release',
        'refund': 'Refund',
        'sent_meanwhile': 'Another request was sent in the meantime: see below. Send this one only '
        'if you still want to.',
        'requests': 'Requests',
        'request_capture': 'Capture of {sum}',
        'request_cancel': 'Release of {sum}',
        'request_refund': 'Refund of {sum}',
        'accepted': 'accepted. The callback about it has not come yet.',
        'done': 'done.',
        'failed': 'declined.',
        'refused': 'not accepted. Nothing was done.',
        'unknown': 'it is not known whether it was done. Look at the payment in the dashboard '
        'before you send it again.',
        'busy': 'not sent, because too many other requests are being sent. Try again.',
    },
    'ru': {
        # Every page
        'banner': 'Песочница: деньги не списываются',
        'sandbox': 'Песочница',
        'shop': 'Демо-магазин',
        'dashboard': 'Панель песочницы',
        'error': 'Ошибка',
        'en': 'English',
        'ru': 'Русский',
        # Before the order
        'goods': 'Чашка кофе',
        'about_goods': 'Выберите, сколько она стоит и как вы платите.',
        'amount': 'Сумма',
        'currency': 'Валюта',
        'operation_type': 'Что будет с деньгами',
        'sale': 'Они спишутся сразу (sale)',
        'auth': 'Они блокируются, а списываются позже (auth)',
        'lang': 'Язык',
        'buy': 'Купить',
        'wrong_amount': 'Введите сумму в {currency}, например {example}.',
        'too_little': 'Введите не меньше {least}.',
        'too_much': 'Введите не больше {most}.',
        'not_in_list': 'Выберите из списка.',
        # The order
        'order': 'Заказ {id}',
        'state': 'Состояние',
        'state_new': 'новый',
        'state_declined': 'отклонён',
        'state_held': 'деньги заблокированы',
        'state_canceled': 'отменён',
        'state_paid': 'оплачен',
        'state_partly_refunded': 'возвращена часть денег',
        'state_refunded': 'деньги возвращены',
        'state_review': 'требует проверки',
        'next_new': 'Заказ ещё не оплачен. Его состояние изменит callback, '
        'что бы ни делал ваш браузер.',
        'next_declined': 'Деньги не списаны. Попробуйте ещё раз: с этой картой или с другой.',
        'next_held': 'Деньги заблокированы на карте. Магазин спишет их при отправке заказа '
        'или снимет блокировку.',
        'next_canceled': 'Блокировка снята, деньги не списаны.',
        'next_paid': 'Спасибо! Кофе уже в пути.',
        'next_partly_refunded': 'Часть денег возвращается на карту. Остальное тоже можно вернуть.',
        'next_refunded': 'Деньги возвращаются на карту.',
        'next_review': 'Оплачено не то, что указано в заказе: другая сумма или валюта, либо '
        'несколько платежей. Сотрудник решит, отправить заказ или вернуть деньги.',
        'order_again': 'Заказать ещё что-нибудь',
        'check_again': 'Проверить снова',
        # How to pay
        'pay': 'Оплатить {amount}',
        'try_again': 'Ещё одна попытка: оплатить {amount}',
        'hold': 'Деньги будут только заблокированы.',
        'on_page': 'На платёжной странице',
        'in_window': 'В окне',
        'right_here': 'Прямо здесь',
        'cards': 'Карта {pays} платит, {declined} отклоняется; срок — любой будущий, CVC — любой.',
        # What the shop does
        'payments': 'Платежи',
        'about_payments': 'В настоящем магазине это видят только сотрудники. Кнопки отправляют '
        'запросы в Gate API. Он отвечает, принят ли запрос, а результат приходит в callback.',
        'in_dashboard': '{id} на панели песочницы',
        'in_dashboard_later': '{id} на панели песочницы (после открытия платёжной страницы)',
        'left_held': 'Заблокировано: {sum}',
        'left_paid': 'Оплачено: {sum}',
        'left_partly_refunded': 'Не возвращено: {sum}',
        'part': 'Сумма в {currency}, пусто — вся',
        'capture': 'Списать',
        'cancel': 'Снять блокировку',
        'refund': 'Вернуть',
        'sent_meanwhile': 'Тем временем отправлен другой запрос: он показан ниже. Отправляйте '
        'этот, только если он всё ещё нужен.',
        'requests': 'Запросы',
        'request_capture': 'Списание {sum}',
        'request_cancel': 'Снятие блокировки {sum}',
        'request_refund': 'Возврат {sum}',
        'accepted': 'запрос принят. Callback о нём ещё не пришёл.',
        'done': 'выполнено.',
        'failed': 'отклонено.',
        'refused': 'запрос не принят. Ничего не сделано.',
        'unknown': 'неизвестно, выполнен ли запрос. Прежде чем повторить его, посмотрите платёж '
        'на панели песочницы.',
        'busy': 'не отправлено: слишком много других запросов. Попробуйте ещё раз.',
    },
}
