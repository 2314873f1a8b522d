"""The catalogue: every parameter with which the Payment Page can be opened.

Each entry says what a parameter is, what its text must be, and when it matters; it has a length if
the sources state one, even if its format implies it. A subclass of Payment may declare in the same
way what is missing here.

docs/generate.py reads the headings, which are comments, and writes the types of the entries for
checkers: catalogue.pyi.

Sources: the Payment Page's tables of parameters (the current one, the former one, the Russian one),
the Gate API's specification, and the official SDKs and plugins. Where they contradict each other,
docs/parameters.md says what was decided.
"""

from payment_page_sdk.parameters.json_kinds import Base64Json, Json, TextOrJson
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
        'Your id of the customer: one for each account at your service. Saved cards belong to it.',
        required=WITH_CUSTOMER,
    )
    interface_type = Json('Which integration opens the page; the SDK sets its own.', shown=True)
    payment_id = Text(
        'Your id of the payment, used once in the project; upper and lower case are the same.',
        PAYMENT_ID,
        MaxLength(255),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )
    project_id = Integer(
        'Your project, as the platform numbered it.',
        Range(1, 2**32 - 1),
        required=ALWAYS,
        shown=True,
    )
    uuid = Text(
        'What the callback about a registered payout gave you to open its page.',
        MaxLength(64),
        required=(PAYOUT,),
        modes=(PAYOUT,),
    )
    # Amount: how much.
    customer_installment_count = Integer(
        'Months of instalments, preselected; 1 is all at once.', OneOf([1, 3, 6, 9, 12]), shown=True
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
    best_before = DateTime('When the page stops to take the payment.', shown=True)
    merchant_callback_url = Url(
        "Where callbacks about this payment go, instead of the project's address."
    )
    merchant_decline_callback_url = Url('Where the final callback goes if the payment is declined.')
    merchant_success_callback_url = Url('Where the final callback goes if the payment is made.')
    mode = Choice(
        'What the page is opened for: to pay (the default), to be paid, to check a payment '
        'instrument, or to store a card.',
        'purchase',
        'payout',
        'card_verify',
        'card_tokenize',
        shown=True,
    )
    operation_type = Choice(
        "To debit at once, or to hold first and capture later; the project's default otherwise.",
        'sale',
        'auth',
        modes=(PURCHASE,),
        shown=True,
    )
    payment_extra_param = Text('A special way of processing, as agreed with the platform.')
    # Display: how the page looks.
    css_modal_wrap = Text('A class of CSS for the modal window of the page.')
    language_code = Text(
        "The language of the page and of messages to the customer; that of the customer's browser "
        'otherwise.',
        LANGUAGE,
        shown=True,
    )
    list_payment_block = Choice(
        'What the list of payment methods shows as a block of its own.', 'payment_method'
    )
    style_id = Integer('The design of a page of the fifth generation.')
    terminal_id = Integer('The template of a page of the fourth generation or older.', shown=True)
    # Method selection: which payment methods the page offers.
    default_payment_method = Text(
        'The method that is open at first; others can be chosen.', shown=True
    )
    force_payment_group = Choice(
        'The only group of methods to choose from; force_payment_method outdoes it.',
        'openbanking',
        'one_click_buttons',
    )
    force_payment_method = Text(
        'The only method; account_token outdoes it.',
        OnlyBeside('card', 'force_payment_method_subtype'),
        required_with={'force_payment_method_subtype': ()},
        shown=True,
    )
    force_payment_method_subtype = Choice(
        'The only brand of card, where force_payment_method is card.',
        'amex',
        'belcard',
        'maestro',
        'mastercard',
        'mir',
        'troy',
        'visa',
    )
    hide = CommaSeparated('Codes of methods that are not offered.', Text('', METHOD))
    payment_methods_options = Json('Settings by method.')
    # Customer: who pays; what is given, the page need not ask.
    account_customer_name = Text('Full name of the owner of the account.')
    account_number = Text('Number of the wallet or account.')
    account_province = Text('Province of the owner of the account.')
    customer_account_number = Text(
        'Account, wallet, e-mail or phone that the payment system knows.'
    )
    customer_address = Text('Street and house.', MaxLength(255))
    customer_birthplace = Text('Place of birth.', MaxLength(255))
    customer_city = Text('Town.', MaxLength(255))
    customer_country = Text('Country.', COUNTRY, MaxLength(2))
    customer_day_of_birth = Date('Date of birth.')
    customer_email = Text(
        'E-mail address; for cards this or customer_phone.', EMAIL, MaxLength(255)
    )
    customer_first_name = Text('First name.', MaxLength(255))
    customer_last_name = Text('Last name.', MaxLength(255))
    customer_middle_name = Text('Middle name or patronymic.', MaxLength(255))
    customer_phone = Text(
        'Phone number, with the code of its country; for cards this or customer_email.', PHONE
    )
    customer_security_code = Text('Code by which the customer confirms payments of some methods.')
    customer_ssn = Integer(
        'Last four digits of the social security number, in the USA.', Range(0, 9999), FOUR_DIGITS
    )
    customer_state = Text('State or region, by name.', MaxLength(255))
    customer_street = Text('Street.', MaxLength(255))
    customer_zip = Text('Postal code.', MaxLength(10))
    identify_doc_number = Text(
        'Number of an identity or tax document.', required_with={'identify_doc_type': ()}
    )
    identify_doc_type = Text(
        'Which document that is, by the code that the payment method has for it.'
    )
    region_code = Text(
        'Country of the customer, in spite of the name: methods are offered by it.',
        COUNTRY_IN_ANY_CASE,
        MaxLength(2),
        shown=True,
    )
    # Billing: where bills go.
    billing_address = Text('Street and house.', MaxLength(255))
    billing_city = Text('Town.', MaxLength(255))
    billing_country = Text(
        'Country.', COUNTRY, MaxLength(2), required_with={'billing_region_code': ()}
    )
    billing_postal = Text('Postal code.', MaxLength(16))
    billing_region = Text('State or region, by name.', MaxLength(255))
    billing_region_code = Text(
        'State or region, by code.', Subdivision('billing_country'), MaxLength(3)
    )
    # Card: the card, and how it is charged.
    account_token = Text(
        'Token of a saved card, which is then chosen already.',
        TOKEN,
        required_with={'checkout_script': ('1',)},
        modes=CARD_MODES,
    )
    card_holder = Text('Name on the card; the customer can change it.')
    card_operation_type = Choice(
        'The former name of operation_type. Set, it sets that.',
        'sale',
        'auth',
        modes=(PURCHASE,),
        replaced_by='operation_type',
    )
    checkout_script = Flag(
        'The token comes from the script that encrypts cards: pay without the CVV.',
        modes=CARD_MODES,
    )
    moto_type = Integer(
        'The order came by mail (1) or telephone (2).', OneOf([1, 2]), modes=CARD_MODES
    )
    # AVS: the address for the address verification service: both or none.
    avs_post_code = Text('Postal code.', required_with={'avs_street_address': ()})
    avs_street_address = Text('House and street.', required_with={'avs_post_code': ()})
    # Recurring: payments that follow this one.
    recurring = Json('What is registered, and when it will be charged.', modes=CARD_MODES)
    recurring_register = Flag('Register the card for later payments.', modes=CARD_MODES, shown=True)
    # Business data: what the payment is for.
    addendum_data = Base64Json(
        'The stay at a hotel, for Visa and Mastercard; in the first request.'
    )
    booking_info = Base64Json(
        'The booking that is paid. See Payment.set_booking_info.', modes=CARD_MODES
    )
    cash_voucher_data = Base64Json(
        'The fiscal receipt, by the Russian law 54-FZ.', modes=(PURCHASE,)
    )
    debt_account = Text('The account whose debt is repaid.', ACCOUNT, MaxLength(10))
    descriptor = Text(
        "Your text on the customer's statement. The only one that may hold a semicolon.",
        DESCRIPTOR,
        MaxLength(13),
    )
    merchant_data = TextOrJson('Your own text, or data: returned in final callbacks, if so agreed.')
    payment_cryptocurrency_type = Choice(
        'What is bought, in payments for crypto assets through Visa Direct.',
        'cbdc',
        'native_tokens',
        'other',
        'stablecoins_fiat_backed',
    )
    payment_description = Text(
        'What the customer and reports read about the payment.', MaxLength(255)
    )
    receipt_data = Base64Json('The lines of the receipt.')
    # Customer risk: what helps 3-D Secure to let a card payment pass without a challenge.
    customer_account_info = Base64Json("The customer's account at your service.")
    customer_mpi_result = Base64Json("The customer's former authentication by 3-D Secure.")
    customer_shipping = Base64Json('Where and how the goods are delivered.')
    payment_merchant_risk = Base64Json('About the purchase, and whether you want a challenge.')
    # Recipient: who gets the money that is paid out or sent.
    recipient_address = Text('Street and house.', MaxLength(99))
    recipient_card_holder = Text('Name on the card.', PERSON, MaxLength(255))
    recipient_city = Text('Town.', MaxLength(25))
    recipient_country = Text('Country.', COUNTRY, MaxLength(2))
    recipient_day_of_birth = Date('Date of birth.')
    recipient_first_name = Text('First name.', MaxLength(255))
    recipient_last_name = Text('Last name.', MaxLength(255))
    recipient_pan = Text(
        'Full number of the card. Better in a form or a widget than in a link.',
        CARD_NUMBER,
        MaxLength(19),
    )
    recipient_state = Text(
        'State or region, by code, for payouts.',
        Subdivision('recipient_country'),
        MaxLength(3),
        required_with={'recipient_country': ('CA', 'US')},
        modes=(PAYOUT,),
    )
    recipient_state_code = Text(
        'State or region, by code, for MoneySend and Visa Direct.',
        Subdivision('recipient_country'),
        MaxLength(3),
    )
    recipient_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))
    recipient_wallet_owner = Text('Owner of the wallet.', PERSON, MaxLength(255))
    # Sender: who sends the money.
    sender_address = Text('Street and house.', MaxLength(99))
    sender_city = Text('Town.', MaxLength(25))
    sender_country = Text('Country.', COUNTRY, MaxLength(2))
    sender_first_name = Text('First name.', MaxLength(255))
    sender_last_name = Text('Last name.', MaxLength(255))
    sender_state = Text(
        'State or region, by code.',
        Subdivision('sender_country'),
        MaxLength(3),
        required_with={'sender_country': ()},
    )
    sender_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))
    sender_zip = Text('Postal code.', MaxLength(255))
    # Redirect: where the customer is sent when the payment has ended.
    redirect_fail_enabled = Integer('Whether redirect_fail_url is used: 2 is always.', OneOf([2]))
    redirect_fail_mode = Choice('How redirect_fail_url opens.', *WAYS_TO_OPEN)
    redirect_fail_url = Url(
        'Where the customer is sent when the payment is declined; no second try.'
    )
    redirect_return_url = Url(
        'Where other pages send the customer back to before the payment has ended.'
    )
    redirect_success_enabled = Integer(
        'Whether redirect_success_url is used: 2 is always.', OneOf([2])
    )
    redirect_success_mode = Choice('How redirect_success_url opens.', *WAYS_TO_OPEN)
    redirect_success_url = Url('Where the customer is sent when the payment is made.')
    redirect_tokenize_mode = Choice(
        'How redirect_tokenize_url opens.', 'iframe', 'parent_page', modes=(CARD_TOKENIZE,)
    )
    redirect_tokenize_url = Url(
        'Where the customer is sent when the card is stored.', modes=(CARD_TOKENIZE,)
    )
    # Merchant page: the button back to your page: 0 never, 1 on a full page, 2 everywhere.
    merchant_fail_enabled = Integer(
        'Whether there is one after a declined payment.', Range(0, 2), OFFERED
    )
    merchant_fail_redirect_mode = Choice('How merchant_fail_url opens.', *WAYS_TO_OPEN)
    merchant_fail_url = Url('Where it leads to after a declined payment.')
    merchant_return_enabled = Integer(
        'Whether there is one before the payment has ended.', Range(0, 2), OFFERED
    )
    merchant_return_redirect_mode = Choice('How merchant_return_url opens.', *WAYS_TO_OPEN)
    merchant_return_url = Url('Where it leads to before the payment has ended.')
    merchant_success_enabled = Integer(
        'Whether there is one after a payment was made.', Range(0, 2), OFFERED
    )
    merchant_success_redirect_mode = Choice('How merchant_success_url opens.', *WAYS_TO_OPEN)
    merchant_success_url = Url('Where it leads to after a payment was made.')
    # Widget: how the page opens inside of yours.
    baseUrl = Url("Where the page is, if not at the platform's own address.")
    baseurl = Url('What the official SDKs call baseUrl.', replaced_by='baseUrl')
    close_on_missclick = Flag('A click beside the modal window closes it.')
    force_acs_new_window = Flag('Pages of third parties open in a new tab.')
    frame_mode = Choice(
        'How the script opens the page. The signature does not cover it.',
        'popup',
        'iframe',
        'embedded',
    )
    merchant_domain = Text('The host of your page, for buttons of wallets.', HOST)
    redirect = Flag('Open as a page of its own; outdoes target_element.')
    redirect_on_mobile = Flag('Open as a page of its own on mobile devices.')
    target_element = Text('Id of the element that takes the page as an iframe.')
    # Cashier: the former cashier mode, in which the customer chooses the amount.
    cashier_default_mode = Choice('The tab that is open at first.', 'deposit', 'withdrawal')
    cashier_force_mode = Choice('The only tab.', 'deposit', 'withdrawal')
    cashier_manual_input = Flag('The customer can type an amount.')
    cashier_max_value = Amount('The largest amount.')
    cashier_min_value = Amount('The smallest amount.')
    cashier_predefined_amounts = CommaSeparated('Amounts to choose from.', Amount())
