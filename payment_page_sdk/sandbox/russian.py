# ruff: noqa: RUF001 - Russian letters look like Latin ones
"""The sandbox's sentences in Russian: refusals, findings, explanations and hints.

A template has names in braces where the sentence has values. A value is taken over as it is, unless
its name is a catalogue of its own: then it is translated, too.
"""

from __future__ import annotations

import re
from typing import Optional

LONGEST = 5000  # characters of a sentence; more than any with a real name or address in it

_REDIRECTS = 'your service redirects to {location}, and redirects are not followed: '
_REDIRECTS_RU = 'ваш сервис перенаправляет на {location}, а песочница за перенаправлением не идёт: '

_TOO_SLOW = (
    'let your service answer at once, and do the work afterwards, in a queue. If it has only one '
    'worker, that may be waiting for the sandbox itself'
)
_TOO_SLOW_RU = (
    'отвечает сразу, а работу выполняет потом, в очереди. Если у него только один рабочий процесс, '
    'возможно, тот сам ждёт песочницу'
)

# In each catalogue the first template that fits counts: those that fit more are further down.
CATALOGUES = {
    'sentence': {
        # Links
        'the link has more than {most} parameters': 'в ссылке больше {most} параметров',
        'the link has no project_id': 'в ссылке нет project_id',
        'the sandbox only has project {project}': 'в песочнице есть только проект {project}',
        'the signature does not match the parameters': 'подпись не соответствует параметрам',
        'the secret key of your service has {slip}: without that, the signature is right': (
            'в секретном ключе вашего сервиса есть лишнее: {slip}. Без этого подпись верна'
        ),
        'the sandbox does not support payouts': 'песочница не поддерживает выплаты',
        'some parameters are wrong': 'некоторые параметры неверны',
        'there is already a payment with this payment_id, and its parameters are different': (
            'платёж с таким payment_id уже есть, и его параметры другие'
        ),
        'the address to go to is not a valid URL': (
            'адрес, на который нужно перейти, — неверный URL'
        ),
        # Why the signature of a link is wrong
        'a link is a str, not {type}': 'ссылка должна быть str, а не {type}',
        'this could not be examined: pass the text or the bytes as they arrived': (
            'разобраться не удалось: передайте текст или байты в том виде, в котором они пришли'
        ),
        'it contains an unpaired surrogate': 'в ссылке есть непарный суррогат Unicode',
        'it has no query with parameters': 'в ссылке нет параметров после «?»',
        'it has no signature': 'в ссылке нет подписи',
        'it has too many members to search for a cause': (
            'в ссылке слишком много параметров, чтобы искать причину'
        ),
        'the text of {names} contains a ";" followed by what reads as another parameter: '
        'whoever chose it could turn the link into one for another payment': (
            'в значении {names} есть «;», а за ней то, что читается как другой параметр: тот, кто '
            'выбрал это значение, мог бы сделать из ссылки ссылку на другой платёж'
        ),
        'is the secret key complete, and does it belong to this project and environment (test, '
        'live)?': (
            'проверьте, что секретный ключ указан полностью и что он от этого проекта и этой среды '
            '(тестовой или рабочей)'
        ),
        'was anything changed, added or cut off after the link was made? The order does not '
        'matter': (
            'проверьте, не изменилось ли что-нибудь в готовой ссылке: не добавлено ли лишнее и не '
            'отрезано ли нужное. Порядок параметров не важен'
        ),
        'a name is repeated, and only the last one counts: {names}': (
            'параметр повторяется, и учитывается только последнее значение: {names}'
        ),
        'a name does not arrive as it was sent ("." and " ", for example, become "_"): {names}': (
            'имя доходит не таким, каким было отправлено (например, «.» и пробел становятся «_»): '
            '{names}'
        ),
        'it was encoded twice: decoded twice, its signature is right': (
            'ссылка закодирована дважды: если дважды раскодировать, подпись верна'
        ),
        'it is HTML-escaped (&amp;): unescaped, its signature is right': (
            'ссылка экранирована для HTML (&amp;): без экранирования подпись верна'
        ),
        'a "+" was signed, but a "+" in a link means a space: a real one is sent as %2B': (
            'подписан «+», но в ссылке «+» означает пробел: сам плюс отправляют как %2B'
        ),
        'a name is repeated: the first one was signed, but the last one counts': (
            'параметр повторяется: подписано первое значение, а учитывается последнее'
        ),
        'its names were signed as they were sent, not as they arrive': (
            'имена подписаны такими, какими отправлены, а не такими, какими доходят'
        ),
        "the text of {names} is what Python's str() makes of a dict or list, as other SDKs send "
        'it, but the members were signed': (
            'значение {names} — это результат str() в Python для dict или list, как его отправляют '
            'другие SDK, а подписаны отдельные элементы'
        ),
        'the secret key has white space, quotes or invisible characters around it; without '
        'them, the signature is right': (
            'вокруг секретного ключа есть пробелы, кавычки или невидимые символы; без них подпись '
            'верна'
        ),
        'the signature was right, but was changed on the way: a "+" became a space, a "/" or '
        '"=" was replaced or lost, or white space was added around it': (
            'подпись была верна, но изменилась по пути: «+» стал пробелом, «/» или «=» заменены '
            'или потеряны, либо по краям добавлены пробелы'
        ),
        'this is not a signature: a signature has 88 characters, is Base64 and ends in "=="': (
            'это не подпись: в подписи 88 символов, это Base64, и в конце стоит «==»'
        ),
        '{name} was added after signing: without it, the signature is right': (
            'параметр {name} добавлен после подписи: без него подпись верна'
        ),
        'a boolean or null was sent as a word (True, None, null), but signed as 1, 0 or nothing': (
            'логическое значение или null отправлено словом (True, None, null), а подписано как 1, '
            '0 или пустое значение'
        ),
        'the texts were HTML-escaped (&amp;, &quot;) after signing': (
            'после подписи значения экранированы для HTML (&amp;, &quot;)'
        ),
        'the texts are UTF-8, but were read as Latin-1': (
            'значения в UTF-8, а прочитаны как Latin-1'
        ),
        'null or empty members were added after signing': (
            'после подписи добавлены пустые элементы или null'
        ),
        'it was signed with the previous secret key {number}, which is still in use': (
            'подписано прежним секретным ключом {number}, который ещё действует'
        ),
        # What the dashboard and the API refuse
        'enter a number of seconds': 'введите число секунд',
        'the clock can only be put forward, by at most 366 days in total': (
            'часы можно перевести только вперёд, всего не больше чем на 366 дней'
        ),
        'there is no such payment': 'такого платежа нет',
        'there is no such callback': 'такого оповещения нет',
        'there is no such refused link: only the last ones are kept': (
            'такой отклонённой ссылки нет: хранятся только последние'
        ),
        'the sandbox does not answer to this host name: open it by the address that it printed '
        'when it started': (
            'песочница не отвечает по этому имени хоста: откройте её по адресу, который она '
            'показала при запуске'
        ),
        'the link names a saved card: leave out the card': (
            'ссылка указывает на сохранённую карту: карту не передавайте'
        ),
        'the sandbox has not made this account_token': (
            'песочница не создавала такой account_token'
        ),
        'the account_token belongs to another customer_id': (
            'account_token принадлежит другому customer_id'
        ),
        'the account_token has expired, as has its card': (
            'срок действия account_token истёк вместе со сроком карты'
        ),
        'there is already a payment with this payment_id': 'платёж с таким payment_id уже есть',
        'there is no series with this id': 'серии с таким id нет',
        'the series has already been canceled': 'серия уже отменена',
        'there is no such request': 'такого запроса нет',
        'this is not a documented test card for purchases; never use a real card here': (
            'такой тестовой карты для оплаты в документации нет; настоящую карту здесь не вводите '
            'никогда'
        ),
        'an outcome needs a card, a code, or both': 'для исхода нужны карта, код или и то и другое',
        'variant must be one of {values}': 'variant — одно из: {values}',
        'fault must be one of {values}': 'fault — одно из: {values}',
        'times must be at least 1': 'times — не меньше 1',
        'the callback has no address: set merchant_callback_url, or start the sandbox with '
        '--callback-url': (
            'у оповещения нет адреса: задайте merchant_callback_url или запустите песочницу с '
            '--callback-url'
        ),
        'there is already a refund with this merchant_refund_id': (
            'возврат с таким merchant_refund_id уже есть'
        ),
        'amount must be at least 1, in minor units': (
            'сумма — не меньше 1 в дробных единицах валюты'
        ),
        'amount must be at most {most}, in minor units': (
            'сумма — не больше {most} в дробных единицах валюты'
        ),
        'the status of the payment, {status}, does not allow this': (
            'статус платежа этого не позволяет: {status}'
        ),
        'payment_amount is not a number in digits, such as 18.15': (
            'payment_amount: укажите число цифрами, например 18.15'
        ),
        'payment_amount has more decimals than the {number} of {currency}': (
            'payment_amount: знаков после точки больше, чем в {currency} ({number})'
        ),
        'payment_amount is too large a number': 'payment_amount: слишком большое число',
        'payment_currency is not a code of ISO 4217, such as EUR': (
            'payment_currency: это не код валюты ISO 4217, например EUR'
        ),
        'payment_currency has no minor unit in ISO 4217': (
            'payment_currency: у этой валюты в ISO 4217 нет дробной единицы'
        ),
        # Callbacks that were not accepted
        'no answer within {seconds} seconds': 'нет ответа за {seconds} с',
        _TOO_SLOW: 'пусть ваш сервис ' + _TOO_SLOW_RU,
        'is this a port with https? If so, ' + _TOO_SLOW: (
            'проверьте, что этот порт отвечает по https. Если да, пусть ваш сервис ' + _TOO_SLOW_RU
        ),
        'your service has accepted a forged callback: verify each one with '
        'gate.handle_callback, and answer 400 if it raises': (
            'ваш сервис принял поддельное оповещение: проверяйте каждое с помощью '
            'gate.handle_callback и отвечайте 400, если возникло исключение'
        ),
        'your service should answer 400 to a forged callback, so that its log tells forgeries from '
        'faults': (
            'на поддельное оповещение вашему сервису следует отвечать 400, чтобы в его журнале '
            'подделки отличались от сбоев'
        ),
        'your service has another secret key than this sandbox: give both the same one. If the '
        'keys are the same, something has changed the body on its way': (
            'у вашего сервиса другой секретный ключ, чем у этой песочницы: задайте обоим один и '
            'тот же. Если ключи одинаковы, что-то изменило тело по пути'
        ),
        'the signature is gone when the callback reaches your service: something on the way '
        'parses the body and writes it anew': (
            'оповещение доходит до вашего сервиса без подписи: что-то по пути разбирает тело и '
            'записывает его заново'
        ),
        'the body is not JSON when it reaches your service: something has read or changed it '
        'before': (
            'тело доходит до вашего сервиса не в виде JSON: что-то уже прочитало или изменило его'
        ),
        'a text in the callback contains a ";" and reads like another member: do not let '
        'customers choose such texts': (
            'в значении внутри оповещения есть «;», и оно читается как другой элемент: не давайте '
            'покупателям выбирать такие значения'
        ),
        'your service got another method than POST: something on the way has changed it': (
            'ваш сервис получил не POST: что-то по пути сменило метод'
        ),
        "the callback is larger than your service's limit for a body": (
            'оповещение больше, чем допускает ваш сервис для тела запроса'
        ),
        'your server does not tell the application how long the body is: let the proxy in front '
        'of it send a Content-Length': (
            'ваш сервер не сообщает приложению длину тела: пусть прокси перед ним отправляет '
            'Content-Length'
        ),
        'something on the way has compressed the body: let it leave callbacks as they are': (
            'что-то по пути сжало тело: пусть оповещения передаются как есть'
        ),
        'the function that handles the callback has raised an exception: its type and place are '
        'in the log of your service (logger payment_page_sdk)': (
            'функция, которая обрабатывает оповещение, вызвала исключение: его тип и место — в '
            'журнале вашего сервиса (логгер payment_page_sdk)'
        ),
        'there is no host with the name {host}: correct the address of callbacks': (
            'хоста с именем {host} нет: исправьте адрес для оповещений'
        ),
        'the certificate of {host} is not trusted ({reason}): if it is your own, start the '
        'sandbox with --ca-file and the file of the certificate': (
            'сертификат {host} не вызывает доверия ({reason}): если он ваш собственный, запустите '
            'песочницу с --ca-file и файлом сертификата'
        ),
        '{host} does not speak https at this port: write the address with http:': (
            '{host} на этом порту не поддерживает https: укажите адрес с http:'
        ),
        'nothing listens at {host}: start your service, or correct the address of callbacks. '
        'Inside a container, localhost is the container itself': (
            'на {host} никто не отвечает: запустите ваш сервис или исправьте адрес для оповещений. '
            'Внутри контейнера localhost — это сам контейнер'
        ),
        _REDIRECTS + 'write the address of callbacks with the slash at its end': (
            _REDIRECTS_RU + 'укажите адрес для оповещений с косой чертой в конце'
        ),
        _REDIRECTS
        + 'write the address of callbacks with https:, or switch this redirect off on your '
        'machine': (
            _REDIRECTS_RU
            + 'укажите адрес для оповещений с https: или отключите это перенаправление на своей '
            'машине'
        ),
        _REDIRECTS + 'let the address of callbacks be that of the view itself': (
            _REDIRECTS_RU + 'укажите адрес самого обработчика оповещений'
        ),
        'your service redirects to {location}, which asks for a login: callbacks have none, so '
        'exempt their view from it': (
            'ваш сервис перенаправляет на {location}, где нужно войти, а оповещения входить не '
            'могут: разрешите их обработчику работать без входа'
        ),
        "Django's protection against CSRF has refused it: exempt the view with @csrf_exempt "
        "(this SDK's view for Django does that), or remove SessionAuthentication from it": (
            'оповещение отклонила защита Django от CSRF: отключите её для обработчика с помощью '
            '@csrf_exempt (обработчик этого SDK для Django так и делает) или уберите из него '
            'SessionAuthentication'
        ),
        "Flask-WTF's protection against CSRF has refused it: exempt the view with "
        'csrf.exempt(view)': (
            'оповещение отклонила защита Flask-WTF от CSRF: отключите её для обработчика с помощью '
            'csrf.exempt(view)'
        ),
        'a protection against CSRF has refused it: exempt the view of callbacks from it': (
            'оповещение отклонила защита от CSRF: отключите её для обработчика оповещений'
        ),
        'Django does not know the host name in the address: add it to ALLOWED_HOSTS': (
            'Django не знает имя хоста из адреса: добавьте его в ALLOWED_HOSTS'
        ),
        'Django has refused it before any view: the host name may be missing in ALLOWED_HOSTS. '
        'The log of your service tells more': (
            'Django отклонил оповещение ещё до обработчиков: возможно, имени хоста нет в '
            'ALLOWED_HOSTS. Подробности — в журнале вашего сервиса'
        ),
        'write the address of callbacks with the slash at its end, as your route has it': (
            'укажите адрес для оповещений с косой чертой в конце, как в вашем маршруте'
        ),
        'your service has raised {exception}': 'ваш сервис вызвал исключение {exception}',
        'the tunnel is closed: start it again, and correct the address of callbacks': (
            'туннель закрыт: запустите его снова и исправьте адрес для оповещений'
        ),
        'your service has no {path}: correct the address of callbacks, or the routes. A slash '
        'at the end counts': (
            'в вашем сервисе нет {path}: исправьте адрес для оповещений или маршруты. Косая черта '
            'в конце важна'
        ),
        'your service has {path}, but not for POST: let the route accept POST': (
            'в вашем сервисе есть {path}, но не для POST: пусть маршрут принимает POST'
        ),
        'your service asks for a login or a permission at {path}: callbacks have none, so '
        'exempt their view from it. The signature proves who has sent them': (
            'ваш сервис требует входа или разрешения на {path}, а у оповещений их нет: разрешите '
            'обработчику работать без них. Отправителя подтверждает подпись'
        ),
        'your framework expects another body: let the view take the request as it is, and give '
        'its raw body to gate.handle_callback': (
            'ваш фреймворк ожидает другое тело: пусть обработчик принимает запрос как есть и '
            'передаёт его тело без изменений в gate.handle_callback'
        ),
        'a proxy or tunnel has answered, but not your service: is that running?': (
            'ответил прокси или туннель, а не ваш сервис: проверьте, что сервис запущен'
        ),
        'your service has failed: its log tells why': (
            'в вашем сервисе ошибка: причина — в его журнале'
        ),
        'only 200 counts as accepted: after any other status, the callback comes again': (
            'принятым считается только ответ 200: после любого другого оповещение придёт снова'
        ),
        'your service has refused it: its log may tell why. Only 200 counts as accepted': (
            'ваш сервис отклонил оповещение: причина может быть в его журнале. Принятым считается '
            'только ответ 200'
        ),
        # Parameters
        '{path} is missing': '{path}: значение не указано',
        '{path} is in the past': '{path}: этот момент уже прошёл',
        '{path} has no offset from UTC, such as +03:00': (
            '{path}: не указан сдвиг от UTC, например +03:00'
        ),
        '{path} is more than {days} days ahead and would be ignored': (
            '{path}: до этого момента больше {days} дней, поэтому платформа его не учтёт'
        ),
        '{path} or customer_phone is needed for cards, unless the page asks for it': (
            '{path} или customer_phone нужен для карт, если страница сама его не спрашивает'
        ),
        '{path} contains a ";", which the platform does not allow': (
            '{path}: платформа не допускает «;»'
        ),
        '{path} is not used in mode {mode}': '{path}: в режиме {mode} не используется',
        '{path} is now called {name}': '{path}: теперь называется {name}',
        '{path} is not a parameter that this SDK knows (did you mean {name}?)': (
            '{path}: этот SDK не знает такого параметра (возможно, вы имели в виду {name})'
        ),
        '{path} is not a parameter that this SDK knows': (
            '{path}: этот SDK не знает такого параметра'
        ),
        '{path} takes its members directly, without an outer key of its own name': (
            '{path}: элементы нужны сразу, без внешнего ключа с именем самого параметра'
        ),
        '{path} takes at most {most} items': '{path}: допустимо не больше {most} элементов',
        '{path} takes {json_type} in JSON': '{path}: допустимое значение в JSON — {json_type}',
        '{path} takes {expected}, not {type}': (
            '{path}: допустимое значение — {expected}, а не {type}'
        ),
        '{path} takes {expected}': '{path}: допустимое значение — {expected}',
    },
    'slip': {
        'a line break after it': 'перевод строки в конце',
        'a Windows line break after it': 'перевод строки Windows в конце',
        'a space after it': 'пробел в конце',
        'a space before it': 'пробел в начале',
        'a byte order mark before it': 'метка порядка байтов (BOM) в начале',
        'a byte order mark before it and a line break after it': (
            'метка порядка байтов (BOM) в начале и перевод строки в конце'
        ),
        'double quotes around it': 'двойные кавычки по краям',
        'single quotes around it': 'одинарные кавычки по краям',
    },
    'status': {
        '{name} with an operation in processing': '{name}, операция ещё выполняется',
        '{name}': '{name}',
    },
    'json_type': {
        'a string': 'строка',
        'an integer': 'целое число',
        'an integer or a number': 'число',
        'an integer or a string': 'целое число или строка',
        'true or false': 'true или false',
        'true or false or a string': 'true, false или строка',
        'an object': 'объект',
        'an array': 'массив',
    },
    'expected': {
        'a str': 'str',
        'a str, a dict or a list': 'str, dict или list',
        'a URL as a str': 'URL в виде str',
        'an int': 'int',
        'an int in minor units, such as 1815 for 18.15 EUR': (
            'int в дробных единицах валюты, например 1815 для 18.15 EUR'
        ),
        'a bool, or 1 or 0': 'bool, 1 или 0',
        'a datetime or its ISO 8601 text': 'datetime или его запись по ISO 8601',
        'a date or its text, DD-MM-YYYY': 'date или его запись в виде DD-MM-YYYY',
        'a list of items, or one str with commas between them': (
            'list или один str, в котором элементы разделены запятыми'
        ),
        'a dict or a list, or its JSON text': 'dict, list или JSON',
        'a dict or a list, or the Base64 of its JSON text': 'dict, list или JSON в Base64',
        'an int, a dict or a list, or its JSON text': 'int, dict, list или JSON',
        'an integer in decimal digits': 'целое число десятичными цифрами',
        'an integer in minor units of the currency, such as 1815 for 18.15 EUR': (
            'целое число в дробных единицах валюты, например 1815 для 18.15 EUR'
        ),
        'a country code of ISO 3166-1 alpha-2 in capitals, such as GB': (
            'код страны ISO 3166-1 alpha-2 заглавными буквами, например GB'
        ),
        'a country code of ISO 3166-1 alpha-2, such as FR or fr': (
            'код страны ISO 3166-1 alpha-2, например FR или fr'
        ),
        'a currency code of ISO 4217 in capitals, such as EUR': (
            'код валюты ISO 4217 заглавными буквами, например EUR'
        ),
        'a language code of ISO 639-1, such as en, or a longer one, such as zh-hant': (
            'код языка ISO 639-1, например en, или более длинный, например zh-hant'
        ),
        'the second part of an ISO 3166-2 code, such as ON in CA-ON, of the country in {name}': (
            'вторая часть кода ISO 3166-2, например ON в CA-ON, для страны из {name}'
        ),
        'a date as DD-MM-YYYY, such as 31-12-1990': 'дата в виде DD-MM-YYYY, например 31-12-1990',
        'a date and time as DD-MM-YYYYhh:mm, such as 31-12-202609:30': (
            'дата и время в виде DD-MM-YYYYhh:mm, например 31-12-202609:30'
        ),
        'a date and time with an offset from UTC, such as 2026-04-12T10:15:30+03:00, within '
        '{days} days': (
            'дата и время со сдвигом от UTC, например 2026-04-12T10:15:30+03:00, не дальше чем '
            'через {days} дней'
        ),
        'a time as hh:mm:ss, in UTC': 'время в виде hh:mm:ss, по UTC',
        'an absolute URL, such as https://shop.example/path': (
            'полный URL, например https://shop.example/path'
        ),
        'a host name, such as shop.example': 'имя хоста, например shop.example',
        'an e-mail address, such as jane@example.com': (
            'адрес электронной почты, например jane@example.com'
        ),
        'a UUID': 'UUID',
        'a text without control characters, and without white space at its ends': (
            'текст без управляющих символов и без пробелов по краям'
        ),
        'a text without ! @ & ~ № { } | < > [ ]': 'текст без ! @ & ~ № { } | < > [ ]',
        "Latin letters and ҐЇІЄ, digits, white space and - . '": (
            "латинские буквы и ҐЇІЄ, цифры, пробелы и - . '"
        ),
        'Latin letters, digits and # $ * ( ) - _ = + " ; : ? \\ / , . ` \' ^': (
            'латинские буквы, цифры и # $ * ( ) - _ = + " ; : ? \\ / , . ` \' ^'
        ),
        'the code of a payment method, such as card': 'код способа оплаты, например card',
        '4 digits, as a str if they start with 0': '4 цифры (str, если первая — 0)',
        '4 to 24 digits, including the country code': 'от 4 до 24 цифр вместе с кодом страны',
        '12 digits, YYYYMMDDhhmm': '12 цифр, YYYYMMDDhhmm',
        '15 to 19 digits': 'от 15 до 19 цифр',
        '64 characters': '64 символа',
        '1 to 10 Latin letters and digits': 'от 1 до 10 латинских букв и цифр',
        'at least 1 character': 'хотя бы 1 символ',
        'at most {most} characters': 'не больше {most} символов',
        'at least {least}': 'не меньше {least}',
        'at most {most}': 'не больше {most}',
        'one of {values}': 'одно из: {values}',
        'only {value} if {name} is set': 'только {value}, если задан {name}',
        '1': '1',
        '2': '2',
        'true': 'true',
        'paylater': 'paylater',
        'payment_method': 'payment_method',
        '{least} to {most}, and exactly 0 in card_verify': (
            'от {least} до {most}, а в card_verify только 0'
        ),
        '{least} to {most}': 'от {least} до {most}',
    },
}


def translate(sentence: str, lang: str) -> str:
    """Return a sentence of the sandbox in a language; as it is, if there is no translation."""
    if lang != 'ru' or len(sentence) > LONGEST:
        return sentence
    return _translate(sentence, 'sentence') or sentence


def _split(template: str) -> list[str]:
    """Return the parts of a template: a text, a name, a text, ..., a text."""
    return re.split(r'\{([a-z_]+)\}', template)


_PARTS = {
    name: [(_split(english), _split(russian)) for english, russian in catalogue.items()]
    for name, catalogue in CATALOGUES.items()
}


def _translate(text: str, catalogue: str) -> Optional[str]:
    """Return the translation, or None if no template fits."""
    for english, russian in _PARTS[catalogue]:
        values = _read_values(english, text)
        if values is not None:
            return ''.join(
                values[part] if position % 2 else part for position, part in enumerate(russian)
            )
    return None


def _read_values(parts: list[str], text: str) -> Optional[dict[str, str]]:
    """Return the values, translated, that ``text`` has at the names in ``parts``.

    Return None if it does not fit. Each text in ``parts`` is looked for once, from left to right,
    so this takes linear time whatever a stranger has written.
    """
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return None
    values: dict[str, str] = {}
    position = len(parts[0])
    for index in range(1, len(parts), 2):
        name, following = parts[index : index + 2]
        is_last = index + 2 == len(parts)
        end = len(text) - len(following) if is_last else text.find(following, position)
        if end < position:
            return None
        value = text[position:end]
        translation = _translate(value, name) if name in _PARTS else value
        if translation is None:
            return None
        values[name] = translation
        position = end + len(following)
    return values if position == len(text) else None
