"""The catalogue: every parameter with which the Payment Page can be opened.

Each entry says what a parameter is, what its text must be, and when it matters; it has a length if
the sources state one, even if its format implies it. A subclass of Payment may declare in the same
way what is missing here.

docs/generate.py reads the headings, which are comments, and writes the types of the entries for
checkers: catalogue.pyi. docs/ru/parameters.json has all texts in Russian.

Sources: the Payment Page's tables of parameters (the current one, the former one, the Russian one),
the Gate API's specification, and the official SDKs and plugins. Where they contradict each other,
docs/en/parameters.md says what was decided.
"""

from payment_page_sdk.parameters.json_kinds import Base64Json, IntegerOrJson, Json, TextOrJson
from payment_page_sdk.parameters.kinds import (
    ALWAYS,
    CARD_TOKENIZE,
    CARD_VERIFY,
    PAYOUT,
    PURCHASE,
    Amount,
    Choice,
    CommaSeparated,
    Date,
    DateTime,
    Flag,
    Integer,
    Text,
    Url,
)
from payment_page_sdk.parameters.rules import (
    ACCOUNT,
    CARD_NUMBER,
    COUNTRY,
    COUNTRY_IN_ANY_CASE,
    CURRENCY,
    DESCRIPTOR,
    DIGITS,
    EMAIL,
    FOUR_DIGITS,
    HOST,
    LANGUAGE,
    METHOD,
    PAYMENT_ID,
    PERSON,
    PHONE,
    TOKEN,
    WALLET,
    MaxLength,
    OneOf,
    OnlyBeside,
    PaymentAmount,
    Range,
    Subdivision,
)

WITH_AMOUNT = (PURCHASE, PAYOUT, CARD_VERIFY)
WITH_CUSTOMER = (PURCHASE, PAYOUT, CARD_TOKENIZE)
CARD_MODES = (PURCHASE, CARD_VERIFY)

WAYS_TO_OPEN = ('iframe', 'parent_page', 'blank_page')
OFFERED = OneOf([0, 1, 2])


class Catalogue:
    """All parameters, as attributes."""

    # Identity: who takes the payment, from whom, and which one it is.
    customer_id = Text(
        'Your id of the customer: one for each account at your service. Saved cards belong to it; '
        'guests have none, if the project allows that.',
        required=WITH_CUSTOMER,
    )
    interface_type = IntegerOrJson(
        'Which integration opens the page. The SDK sets its own.', shown=True
    )
    payment_id = Text(
        'Your id of the payment, unique in the project. Upper and lower case make no difference.',
        PAYMENT_ID,
        MaxLength(255),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )
    project_id = Integer(
        'The id of your project, which the platform gave you.',
        Range(1, 2**32 - 1),
        required=ALWAYS,
        shown=True,
    )
    uuid = Text(
        'The value that opens the page of a registered payout, from the callback about it.',
        MaxLength(64),
        required=(PAYOUT,),
        modes=(PAYOUT,),
    )

    # Amount: how much is paid, and in which currency.
    customer_installment_count = Integer(
        'Number of monthly instalments, preselected; 1 is to pay at once.',
        OneOf([1, 3, 6, 9, 12]),
        shown=True,
    )
    payment_amount = Amount(
        'The amount to pay; exactly 0 in card_verify. See Payment.set_amount.',
        PaymentAmount(1, 10**13),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )
    payment_currency = Text(
        'The currency of the amount.',
        CURRENCY,
        MaxLength(3),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )

    # Other: what is to be done, until when, and where the result is reported.
    best_before = DateTime('When the page stops accepting the payment.', shown=True)
    merchant_callback_url = Url(
        "Where callbacks about this payment go, instead of the project's address."
    )
    merchant_decline_callback_url = Url('Where the final callback goes if the payment is declined.')
    merchant_success_callback_url = Url('Where the final callback goes if the payment is made.')
    mode = Choice(
        'What the page is for: a purchase (the default), a payout, verifying a payment '
        'instrument, or storing a card.',
        'purchase',
        'payout',
        'card_verify',
        'card_tokenize',
        shown=True,
    )
    operation_type = Choice(
        'Whether to debit at once (sale), or to hold first and capture later (auth). Without it, '
        "the project's default applies.",
        'sale',
        'auth',
        modes=CARD_MODES,
        shown=True,
    )
    payment_extra_param = Text('A special way of processing, agreed with the platform.')

    # Display: how the page looks.
    css_modal_wrap = Text('A CSS class for the modal window of the page.')
    language_code = Text(
        'The language of the page and of messages to the customer. Without it, that of the '
        "customer's browser.",
        LANGUAGE,
        shown=True,
    )
    list_payment_block = Choice(
        'What the page shows in a block of its own: payment_method is the method used last.',
        'payment_method',
    )
    style_id = Integer('The design of a fifth-generation page.')
    terminal_id = Integer('The template of a page of the fourth generation or older.', shown=True)

    # Method selection: which payment methods the page offers.
    default_payment_method = Text(
        'The method that is shown first; the customer can choose another.', shown=True
    )
    force_payment_group = Choice(
        'The only group of methods to choose from; force_payment_method takes precedence.',
        'openbanking',
        'one_click_buttons',
    )
    force_payment_method = Text(
        'The only method; account_token takes precedence.',
        OnlyBeside('card', 'force_payment_method_subtype'),
        required_with={'force_payment_method_subtype': ()},
        shown=True,
    )
    force_payment_method_subtype = Choice(
        'The only brand of card, if force_payment_method is card.',
        'amex',
        'belcard',
        'maestro',
        'mastercard',
        'mir',
        'troy',
        'visa',
    )
    hide = CommaSeparated('Codes of methods that are not offered.', Text('', METHOD))
    payment_methods_options = Json('Settings for each payment method.')

    # Customer: who pays. The page need not ask for what is given here.
    account_customer_name = Text('Full name of the account owner.')
    account_number = Text('Number of the wallet or account.')
    account_province = Text('Province of the account owner.')
    customer_account_number = Text(
        'Account, wallet, e-mail address or phone number in the payment system.'
    )
    customer_address = Text('Street and house number.', MaxLength(255))
    customer_birthplace = Text('Place of birth.', MaxLength(255))
    customer_city = Text('City or town.', MaxLength(255))
    customer_country = Text('Country.', COUNTRY, MaxLength(2))
    customer_day_of_birth = Date('Date of birth.')
    customer_email = Text(
        'E-mail address. Card payments need it or customer_phone.', EMAIL, MaxLength(255)
    )
    customer_first_name = Text('First name.', MaxLength(255))
    customer_last_name = Text('Last name.', MaxLength(255))
    customer_middle_name = Text('Middle name or patronymic.', MaxLength(255))
    customer_phone = Text(
        'Phone number with its country code. Card payments need it or customer_email.', PHONE
    )
    customer_security_code = Text('Code with which the customer confirms payments by some methods.')
    customer_ssn = Integer(
        'Last four digits of the US social security number.', Range(0, 9999), FOUR_DIGITS
    )
    customer_state = Text('Name of the state or region.', MaxLength(255))
    customer_street = Text('Street.', MaxLength(255))
    customer_zip = Text('Postal code.', MaxLength(10))
    identify_doc_number = Text(
        'Number of an identity or tax document.', required_with={'identify_doc_type': ()}
    )
    identify_doc_type = Text(
        'Type of the document in identify_doc_number: a code of the payment method.'
    )
    region_code = Text(
        "The customer's country, despite the name. It decides which methods are offered.",
        COUNTRY_IN_ANY_CASE,
        MaxLength(2),
        shown=True,
    )

    # Billing: the billing address.
    billing_address = Text('Street and house number.', MaxLength(255))
    billing_city = Text('City or town.', MaxLength(255))
    billing_country = Text(
        'Country.', COUNTRY, MaxLength(2), required_with={'billing_region_code': ()}
    )
    billing_postal = Text('Postal code.', MaxLength(16))
    billing_region = Text('Name of the state or region.', MaxLength(255))
    billing_region_code = Text(
        'Code of the state or region.', Subdivision('billing_country'), MaxLength(3)
    )

    # Card: the card, and how it is charged.
    account_token = Text(
        'Token of a saved card, which is then preselected.',
        TOKEN,
        required_with={'checkout_script': ('1',)},
        modes=CARD_MODES,
    )
    card_holder = Text('Name on the card; the customer can change it.')
    card_operation_type = Choice(
        'The former name of operation_type, which it sets.',
        'sale',
        'auth',
        modes=CARD_MODES,
        replaced_by='operation_type',
    )
    checkout_script = Flag(
        'Whether the token comes from the script that encrypts cards. The customer then pays '
        'without the CVV.',
        modes=CARD_MODES,
    )
    moto_type = Integer(
        'The order came by mail (1) or telephone (2).', OneOf([1, 2]), modes=CARD_MODES
    )
    stored_card_type = Text('Type of the stored card: a code of the payment method.', DIGITS)

    # AVS: the address that the address verification service checks. Set both or neither.
    avs_post_code = Text('Postal code.', required_with={'avs_street_address': ()})
    avs_street_address = Text('House number and street.', required_with={'avs_post_code': ()})

    # Recurring: payments that follow this one.
    recurring = Json('What is registered, and when it will be charged.', modes=CARD_MODES)
    recurring_register = Flag(
        'Whether to register the card for later payments.', modes=CARD_MODES, shown=True
    )

    # Business data: what the payment is for.
    addendum_data = Base64Json(
        'The hotel stay, for Visa and Mastercard. It belongs in the first request.'
    )
    booking_info = Base64Json(
        'The booking that is paid for. See Payment.set_booking_info.', modes=CARD_MODES
    )
    cash_voucher_data = Base64Json(
        'The fiscal receipt that the Russian law 54-FZ requires.', modes=(PURCHASE,)
    )
    debt_account = Text('The account whose debt is repaid.', ACCOUNT, MaxLength(10))
    descriptor = Text(
        "Your text on the customer's statement. No other parameter may contain a semicolon.",
        DESCRIPTOR,
        MaxLength(13),
    )
    merchant_data = TextOrJson(
        'Your own text or data, returned in final callbacks if so agreed with the platform.'
    )
    payment_cryptocurrency_type = Choice(
        'What is bought, in payments for crypto assets through Visa Direct.',
        'cbdc',
        'native_tokens',
        'other',
        'stablecoins_fiat_backed',
    )
    payment_description = Text(
        'Description of the payment, for the customer and for reports.', MaxLength(255)
    )
    receipt_data = Base64Json('The lines of the receipt.')

    # Customer risk: what helps a card payment to pass 3-D Secure without a challenge.
    customer_account_info = Base64Json("The customer's account at your service.")
    customer_mpi_result = Base64Json("The customer's previous 3-D Secure authentication.")
    customer_shipping = Base64Json('Where and how the goods are delivered.')
    payment_merchant_risk = Base64Json(
        'Facts about the purchase, and whether you want a challenge.'
    )

    # Recipient: who receives the money that is paid out or sent.
    recipient_address = Text('Street and house number.', MaxLength(99))
    recipient_card_holder = Text('Name on the card.', PERSON, MaxLength(255))
    recipient_city = Text('City or town.', MaxLength(25))
    recipient_country = Text('Country.', COUNTRY, MaxLength(2))
    recipient_day_of_birth = Date('Date of birth.')
    recipient_first_name = Text('First name.', MaxLength(255))
    recipient_last_name = Text('Last name.', MaxLength(255))
    recipient_pan = Text(
        'Full card number. Send it in a form or a widget rather than in a link.',
        CARD_NUMBER,
        MaxLength(19),
    )
    recipient_state = Text(
        'Code of the state or region, for payouts.',
        Subdivision('recipient_country'),
        MaxLength(3),
        required_with={'recipient_country': ('CA', 'US')},
        modes=(PAYOUT,),
    )
    recipient_state_code = Text(
        'Code of the state or region, for MoneySend and Visa Direct.',
        Subdivision('recipient_country'),
        MaxLength(3),
    )
    recipient_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))
    recipient_wallet_owner = Text('Owner of the wallet.', PERSON, MaxLength(255))

    # Sender: who sends the money.
    sender_address = Text('Street and house number.', MaxLength(99))
    sender_city = Text('City or town.', MaxLength(25))
    sender_country = Text('Country.', COUNTRY, MaxLength(2))
    sender_first_name = Text('First name.', MaxLength(255))
    sender_last_name = Text('Last name.', MaxLength(255))
    sender_state = Text(
        'Code of the state or region.',
        Subdivision('sender_country'),
        MaxLength(3),
        required_with={'sender_country': ()},
    )
    sender_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))
    sender_zip = Text('Postal code.', MaxLength(255))

    # Redirect: where the customer is sent after the payment.
    redirect_fail_enabled = Integer(
        'Whether redirect_fail_url is used; 2 means always.', OneOf([2])
    )
    redirect_fail_mode = Choice('How redirect_fail_url opens.', *WAYS_TO_OPEN)
    redirect_fail_url = Url(
        'Where the customer is sent when the payment is declined, without a second try.'
    )
    redirect_return_url = Url(
        'Where pages of third parties send the customer back before the payment has ended.'
    )
    redirect_success_enabled = Integer(
        'Whether redirect_success_url is used; 2 means always.', OneOf([2])
    )
    redirect_success_mode = Choice('How redirect_success_url opens.', *WAYS_TO_OPEN)
    redirect_success_url = Url('Where the customer is sent when the payment is made.')
    redirect_tokenize_mode = Choice(
        'How redirect_tokenize_url opens.', 'iframe', 'parent_page', modes=(CARD_TOKENIZE,)
    )
    redirect_tokenize_url = Url(
        'Where the customer is sent when the card is stored.', modes=(CARD_TOKENIZE,)
    )

    # Merchant page: the button back to your page: never (0), on a full page (1) or everywhere (2).
    merchant_fail_enabled = Integer(
        'Where the button is shown after a declined payment.', Range(0, 2), OFFERED
    )
    merchant_fail_redirect_mode = Choice('How merchant_fail_url opens.', *WAYS_TO_OPEN)
    merchant_fail_url = Url('Where the button leads after a declined payment.')
    merchant_return_enabled = Integer(
        'Where the button is shown before the payment has ended.', Range(0, 2), OFFERED
    )
    merchant_return_redirect_mode = Choice('How merchant_return_url opens.', *WAYS_TO_OPEN)
    merchant_return_url = Url('Where the button leads before the payment has ended.')
    merchant_success_enabled = Integer(
        'Where the button is shown after a successful payment.', Range(0, 2), OFFERED
    )
    merchant_success_redirect_mode = Choice('How merchant_success_url opens.', *WAYS_TO_OPEN)
    merchant_success_url = Url('Where the button leads after a successful payment.')

    # Widget: how the page opens inside yours.
    baseUrl = Url("The page's address, if it is not the platform's own.")
    baseurl = Url('What the official SDKs call baseUrl.', replaced_by='baseUrl')
    close_on_missclick = Flag('Whether a click outside the modal window closes it.')
    force_acs_new_window = Flag('Whether pages of third parties open in a new tab.')
    frame_mode = Choice(
        'How the script opens the page. The signature does not cover it.',
        'popup',
        'iframe',
        'embedded',
    )
    merchant_domain = Text('The host of your page, for wallet buttons.', HOST)
    redirect = Flag('Whether to open as a page of its own; takes precedence over target_element.')
    redirect_on_mobile = Flag('Whether to open as a page of its own on mobile devices.')
    target_element = Text('Id of the element in which the page opens as an iframe.')

    # Cashier: the former cashier mode, in which the customer chooses the amount.
    cashier_default_mode = Choice('The tab that is shown first.', 'deposit', 'withdrawal')
    cashier_force_mode = Choice('The only tab that is shown.', 'deposit', 'withdrawal')
    cashier_manual_input = Flag('Whether the customer can type an amount.')
    cashier_max_value = Amount('The largest amount.')
    cashier_min_value = Amount('The smallest amount.')
    cashier_predefined_amounts = CommaSeparated('Amounts to choose from.', Amount())
