"""The catalogue: every parameter with which the Payment Page can be opened.

A line says what a parameter is, what its text must be, and when it matters; a length stands where
the sources state it, also where a format implies it. Checkers ask for the type behind each line. A
subclass of Payment may declare in the same way what is missing here.

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


class IdentityParameters:
    """Who takes the payment, from whom, and which one it is."""

    customer_id = Text(
        'Your id of the customer: one for each account at your service. Saved cards belong to it.',
        required=WITH_CUSTOMER,
    )  # type: Text
    interface_type = Json('Which integration opens the page; the SDK sets its own.', shown=True)  # type: Json
    payment_id = Text(
        'Your id of the payment, used once in the project; upper and lower case are the same.',
        PAYMENT_ID,
        MaxLength(255),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )  # type: Text
    project_id = Integer(
        'Your project, as the platform numbered it.',
        Range(1, 2**32 - 1),
        required=ALWAYS,
        shown=True,
    )  # type: Integer
    uuid = Text(
        'What the callback about a registered payout gave you to open its page.',
        MaxLength(64),
        required=(PAYOUT,),
        modes=(PAYOUT,),
    )  # type: Text


class AmountParameters:
    """How much."""

    customer_installment_count = Integer(
        'Months of instalments, preselected; 1 is all at once.', OneOf([1, 3, 6, 9, 12]), shown=True
    )  # type: Integer
    payment_amount = Amount(
        'The amount to pay; exactly 0 in card_verify. See Payment.set_amount.',
        PaymentAmount(1, 10**13),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )  # type: Amount
    payment_currency = Text(
        'The currency of the amount.',
        CURRENCY,
        MaxLength(3),
        required=WITH_AMOUNT,
        modes=WITH_AMOUNT,
        shown=True,
    )  # type: Text


class OtherParameters:
    """What is to be done, until when, and where the result is reported."""

    best_before = DateTime('When the page stops to take the payment.', shown=True)  # type: DateTime
    merchant_callback_url = Url(
        "Where callbacks about this payment go, instead of the project's address."
    )  # type: Url
    merchant_decline_callback_url = Url('Where the final callback goes if the payment is declined.')  # type: Url
    merchant_success_callback_url = Url('Where the final callback goes if the payment is made.')  # type: Url
    mode = Choice(
        'What the page is opened for: to pay (the default), to be paid, to check a payment '
        'instrument, or to store a card.',
        'purchase',
        'payout',
        'card_verify',
        'card_tokenize',
        shown=True,
    )  # type: Choice
    operation_type = Choice(
        "To debit at once, or to hold first and capture later; the project's default otherwise.",
        'sale',
        'auth',
        modes=(PURCHASE,),
        shown=True,
    )  # type: Choice
    payment_extra_param = Text('A special way of processing, as agreed with the platform.')  # type: Text


class DisplayParameters:
    """How the page looks."""

    css_modal_wrap = Text('A class of CSS for the modal window of the page.')  # type: Text
    language_code = Text(
        "The language of the page and of messages to the customer; that of the customer's browser "
        'otherwise.',
        LANGUAGE,
        shown=True,
    )  # type: Text
    list_payment_block = Choice(
        'What the list of payment methods shows as a block of its own.', 'payment_method'
    )  # type: Choice
    style_id = Integer('The design of a page of the fifth generation.')  # type: Integer
    terminal_id = Integer('The template of a page of the fourth generation or older.', shown=True)  # type: Integer


class MethodSelectionParameters:
    """Which payment methods the page offers."""

    default_payment_method = Text(
        'The method that is open at first; others can be chosen.', shown=True
    )  # type: Text
    force_payment_group = Choice(
        'The only group of methods to choose from; force_payment_method outdoes it.',
        'openbanking',
        'one_click_buttons',
    )  # type: Choice
    force_payment_method = Text(
        'The only method; account_token outdoes it.',
        OnlyBeside('card', 'force_payment_method_subtype'),
        required_with={'force_payment_method_subtype': ()},
        shown=True,
    )  # type: Text
    force_payment_method_subtype = Choice(
        'The only brand of card, where force_payment_method is card.',
        'amex',
        'belcard',
        'maestro',
        'mastercard',
        'mir',
        'troy',
        'visa',
    )  # type: Choice
    hide = CommaSeparated('Codes of methods that are not offered.', Text('', METHOD))  # type: CommaSeparated
    payment_methods_options = Json('Settings by method.')  # type: Json


class CustomerParameters:
    """Who pays; what is given, the page need not ask."""

    account_customer_name = Text('Full name of the owner of the account.')  # type: Text
    account_number = Text('Number of the wallet or account.')  # type: Text
    account_province = Text('Province of the owner of the account.')  # type: Text
    customer_account_number = Text(
        'Account, wallet, e-mail or phone that the payment system knows.'
    )  # type: Text
    customer_address = Text('Street and house.', MaxLength(255))  # type: Text
    customer_birthplace = Text('Place of birth.', MaxLength(255))  # type: Text
    customer_city = Text('Town.', MaxLength(255))  # type: Text
    customer_country = Text('Country.', COUNTRY, MaxLength(2))  # type: Text
    customer_day_of_birth = Date('Date of birth.')  # type: Date
    customer_email = Text(
        'E-mail address; for cards this or customer_phone.', EMAIL, MaxLength(255)
    )  # type: Text
    customer_first_name = Text('First name.', MaxLength(255))  # type: Text
    customer_last_name = Text('Last name.', MaxLength(255))  # type: Text
    customer_middle_name = Text('Middle name or patronymic.', MaxLength(255))  # type: Text
    customer_phone = Text(
        'Phone number, with the code of its country; for cards this or customer_email.', PHONE
    )  # type: Text
    customer_security_code = Text('Code by which the customer confirms payments of some methods.')  # type: Text
    customer_ssn = Integer(
        'Last four digits of the social security number, in the USA.', Range(0, 9999), FOUR_DIGITS
    )  # type: Integer
    customer_state = Text('State or region, by name.', MaxLength(255))  # type: Text
    customer_street = Text('Street.', MaxLength(255))  # type: Text
    customer_zip = Text('Postal code.', MaxLength(10))  # type: Text
    identify_doc_number = Text(
        'Number of an identity or tax document.', required_with={'identify_doc_type': ()}
    )  # type: Text
    identify_doc_type = Text(
        'Which document that is, by the code that the payment method has for it.'
    )  # type: Text
    region_code = Text(
        'Country of the customer, in spite of the name: methods are offered by it.',
        COUNTRY_IN_ANY_CASE,
        MaxLength(2),
        shown=True,
    )  # type: Text


class BillingParameters:
    """Where bills go."""

    billing_address = Text('Street and house.', MaxLength(255))  # type: Text
    billing_city = Text('Town.', MaxLength(255))  # type: Text
    billing_country = Text(
        'Country.', COUNTRY, MaxLength(2), required_with={'billing_region_code': ()}
    )  # type: Text
    billing_postal = Text('Postal code.', MaxLength(16))  # type: Text
    billing_region = Text('State or region, by name.', MaxLength(255))  # type: Text
    billing_region_code = Text(
        'State or region, by code.', Subdivision('billing_country'), MaxLength(3)
    )  # type: Text


class CardParameters:
    """The card, and how it is charged."""

    account_token = Text(
        'Token of a saved card, which is then chosen already.',
        TOKEN,
        required_with={'checkout_script': ('1',)},
        modes=CARD_MODES,
    )  # type: Text
    card_holder = Text('Name on the card; the customer can change it.')  # type: Text
    card_operation_type = Choice(
        'The former name of operation_type. Set, it sets that.',
        'sale',
        'auth',
        modes=(PURCHASE,),
        replaced_by='operation_type',
    )  # type: Choice
    checkout_script = Flag(
        'The token comes from the script that encrypts cards: pay without the CVV.',
        modes=CARD_MODES,
    )  # type: Flag
    moto_type = Integer(
        'The order came by mail (1) or telephone (2).', OneOf([1, 2]), modes=CARD_MODES
    )  # type: Integer


class AvsParameters:
    """The address for the address verification service: both or none."""

    avs_post_code = Text('Postal code.', required_with={'avs_street_address': ()})  # type: Text
    avs_street_address = Text('House and street.', required_with={'avs_post_code': ()})  # type: Text


class RecurringParameters:
    """Payments that follow this one."""

    recurring = Json('What is registered, and when it will be charged.', modes=CARD_MODES)  # type: Json
    recurring_register = Flag('Register the card for later payments.', modes=CARD_MODES, shown=True)  # type: Flag


class BusinessDataParameters:
    """What the payment is for."""

    addendum_data = Base64Json(
        'The stay at a hotel, for Visa and Mastercard; in the first request.'
    )  # type: Base64Json
    booking_info = Base64Json(
        'The booking that is paid. See Payment.set_booking_info.', modes=CARD_MODES
    )  # type: Base64Json
    cash_voucher_data = Base64Json(
        'The fiscal receipt, by the Russian law 54-FZ.', modes=(PURCHASE,)
    )  # type: Base64Json
    debt_account = Text('The account whose debt is repaid.', ACCOUNT, MaxLength(10))  # type: Text
    descriptor = Text(
        "Your text on the customer's statement. The only one that may hold a semicolon.",
        DESCRIPTOR,
        MaxLength(13),
    )  # type: Text
    merchant_data = TextOrJson('Your own text, or data: returned in final callbacks, if so agreed.')  # type: TextOrJson
    payment_cryptocurrency_type = Choice(
        'What is bought, in payments for crypto assets through Visa Direct.',
        'cbdc',
        'native_tokens',
        'other',
        'stablecoins_fiat_backed',
    )  # type: Choice
    payment_description = Text(
        'What the customer and reports read about the payment.', MaxLength(255)
    )  # type: Text
    receipt_data = Base64Json('The lines of the receipt.')  # type: Base64Json


class CustomerRiskParameters:
    """What helps 3-D Secure to let a card payment pass without a challenge."""

    customer_account_info = Base64Json("The customer's account at your service.")  # type: Base64Json
    customer_mpi_result = Base64Json("The customer's former authentication by 3-D Secure.")  # type: Base64Json
    customer_shipping = Base64Json('Where and how the goods are delivered.')  # type: Base64Json
    payment_merchant_risk = Base64Json('About the purchase, and whether you want a challenge.')  # type: Base64Json


class RecipientParameters:
    """Who gets the money that is paid out or sent."""

    recipient_address = Text('Street and house.', MaxLength(99))  # type: Text
    recipient_card_holder = Text('Name on the card.', PERSON, MaxLength(255))  # type: Text
    recipient_city = Text('Town.', MaxLength(25))  # type: Text
    recipient_country = Text('Country.', COUNTRY, MaxLength(2))  # type: Text
    recipient_day_of_birth = Date('Date of birth.')  # type: Date
    recipient_first_name = Text('First name.', MaxLength(255))  # type: Text
    recipient_last_name = Text('Last name.', MaxLength(255))  # type: Text
    recipient_pan = Text(
        'Full number of the card. Better in a form or a widget than in a link.',
        CARD_NUMBER,
        MaxLength(19),
    )  # type: Text
    recipient_state = Text(
        'State or region, by code, for payouts.',
        Subdivision('recipient_country'),
        MaxLength(3),
        required_with={'recipient_country': ('CA', 'US')},
        modes=(PAYOUT,),
    )  # type: Text
    recipient_state_code = Text(
        'State or region, by code, for MoneySend and Visa Direct.',
        Subdivision('recipient_country'),
        MaxLength(3),
    )  # type: Text
    recipient_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))  # type: Text
    recipient_wallet_owner = Text('Owner of the wallet.', PERSON, MaxLength(255))  # type: Text


class SenderParameters:
    """Who sends the money."""

    sender_address = Text('Street and house.', MaxLength(99))  # type: Text
    sender_city = Text('Town.', MaxLength(25))  # type: Text
    sender_country = Text('Country.', COUNTRY, MaxLength(2))  # type: Text
    sender_first_name = Text('First name.', MaxLength(255))  # type: Text
    sender_last_name = Text('Last name.', MaxLength(255))  # type: Text
    sender_state = Text(
        'State or region, by code.',
        Subdivision('sender_country'),
        MaxLength(3),
        required_with={'sender_country': ()},
    )  # type: Text
    sender_wallet_id = Text('Id of the wallet.', WALLET, MaxLength(64))  # type: Text
    sender_zip = Text('Postal code.', MaxLength(255))  # type: Text


class RedirectParameters:
    """Where the customer is sent when the payment has ended."""

    redirect_fail_enabled = Integer('Whether redirect_fail_url is used: 2 is always.', OneOf([2]))  # type: Integer
    redirect_fail_mode = Choice('How redirect_fail_url opens.', *WAYS_TO_OPEN)  # type: Choice
    redirect_fail_url = Url(
        'Where the customer is sent when the payment is declined; no second try.'
    )  # type: Url
    redirect_return_url = Url(
        'Where other pages send the customer back to before the payment has ended.'
    )  # type: Url
    redirect_success_enabled = Integer(
        'Whether redirect_success_url is used: 2 is always.', OneOf([2])
    )  # type: Integer
    redirect_success_mode = Choice('How redirect_success_url opens.', *WAYS_TO_OPEN)  # type: Choice
    redirect_success_url = Url('Where the customer is sent when the payment is made.')  # type: Url
    redirect_tokenize_mode = Choice(
        'How redirect_tokenize_url opens.', 'iframe', 'parent_page', modes=(CARD_TOKENIZE,)
    )  # type: Choice
    redirect_tokenize_url = Url(
        'Where the customer is sent when the card is stored.', modes=(CARD_TOKENIZE,)
    )  # type: Url


class MerchantPageParameters:
    """The button that leads back to your page: 0 never, 1 on a full page, 2 everywhere."""

    merchant_fail_enabled = Integer(
        'Whether there is one after a declined payment.', Range(0, 2), OFFERED
    )  # type: Integer
    merchant_fail_redirect_mode = Choice('How merchant_fail_url opens.', *WAYS_TO_OPEN)  # type: Choice
    merchant_fail_url = Url('Where it leads to after a declined payment.')  # type: Url
    merchant_return_enabled = Integer(
        'Whether there is one before the payment has ended.', Range(0, 2), OFFERED
    )  # type: Integer
    merchant_return_redirect_mode = Choice('How merchant_return_url opens.', *WAYS_TO_OPEN)  # type: Choice
    merchant_return_url = Url('Where it leads to before the payment has ended.')  # type: Url
    merchant_success_enabled = Integer(
        'Whether there is one after a payment was made.', Range(0, 2), OFFERED
    )  # type: Integer
    merchant_success_redirect_mode = Choice('How merchant_success_url opens.', *WAYS_TO_OPEN)  # type: Choice
    merchant_success_url = Url('Where it leads to after a payment was made.')  # type: Url


class WidgetParameters:
    """How the page opens inside of yours."""

    baseUrl = Url("Where the page is, if not at the platform's own address.")  # type: Url
    baseurl = Url('What the official SDKs call baseUrl.', replaced_by='baseUrl')  # type: Url
    close_on_missclick = Flag('A click beside the modal window closes it.')  # type: Flag
    force_acs_new_window = Flag('Pages of third parties open in a new tab.')  # type: Flag
    frame_mode = Choice(
        'How the script opens the page. The signature does not cover it.',
        'popup',
        'iframe',
        'embedded',
    )  # type: Choice
    merchant_domain = Text('The host of your page, for buttons of wallets.', HOST)  # type: Text
    redirect = Flag('Open as a page of its own; outdoes target_element.')  # type: Flag
    redirect_on_mobile = Flag('Open as a page of its own on mobile devices.')  # type: Flag
    target_element = Text('Id of the element that takes the page as an iframe.')  # type: Text


class CashierParameters:
    """The former cashier mode, in which the customer chooses the amount."""

    cashier_default_mode = Choice('The tab that is open at first.', 'deposit', 'withdrawal')  # type: Choice
    cashier_force_mode = Choice('The only tab.', 'deposit', 'withdrawal')  # type: Choice
    cashier_manual_input = Flag('The customer can type an amount.')  # type: Flag
    cashier_max_value = Amount('The largest amount.')  # type: Amount
    cashier_min_value = Amount('The smallest amount.')  # type: Amount
    cashier_predefined_amounts = CommaSeparated('Amounts to choose from.', Amount())  # type: CommaSeparated


class Catalogue(
    IdentityParameters,
    AmountParameters,
    OtherParameters,
    DisplayParameters,
    MethodSelectionParameters,
    CustomerParameters,
    BillingParameters,
    CardParameters,
    AvsParameters,
    RecurringParameters,
    BusinessDataParameters,
    CustomerRiskParameters,
    RecipientParameters,
    SenderParameters,
    RedirectParameters,
    MerchantPageParameters,
    WidgetParameters,
    CashierParameters,
):
    """All of them."""
