# ruff: noqa: E501, RUF001 -- the table has one line for each code, and the messages as they are
"""The result codes of operations: what each means, and what to do about it.

A code is a str of digits; '0' is success. A callback may word the message of a code differently, so
compare only codes. Ranges: 100-999 declines, 1401-1499 risk control, 2000-3999 errors in requests,
10000-19998 the card's issuer or the provider, 20000-29998 providers of other methods, 30000 and up
the merchant's own decisions.

Source: the platform's documentation of response codes.
"""

from payment_page_sdk._records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

_Result = NamedTuple(
    '_Result',
    [
        ('code', 'str'),
        ('message', 'Optional[str]'),
        ('category', 'Optional[str]'),
        ('action', 'Optional[str]'),
    ],
)

RETRY, WAIT, CORRECT_REQUEST, CONTACT_SUPPORT, NOTHING = (
    'retry',
    'wait',
    'correct_request',
    'contact_support',
    'nothing',
)

# The platform's advice, and the category that it falls into.
CATEGORIES = {
    'none': NOTHING,
    'wait': WAIT,
    'retry': RETRY,
    'retry_later': RETRY,
    'retry_later_24h': RETRY,
    'retry_later_7d': RETRY,
    'retry_later_30d': RETRY,
    'retry_or_contact_support': RETRY,
    'fix_request': CORRECT_REQUEST,
    'fix_request_or_retry_later': CORRECT_REQUEST,
    'split_or_lower_amount': CORRECT_REQUEST,
    'authenticate_with_3ds': CORRECT_REQUEST,
    'advise_customer': CORRECT_REQUEST,
    'contact_support': CONTACT_SUPPORT,
    'contact_support_and_retry_later': CONTACT_SUPPORT,
    'none_or_contact_support': CONTACT_SUPPORT,
    'contact_manager': CONTACT_SUPPORT,
}


class Result(_Result):
    """The result of an operation, with the fields

    - ``code``: the code, such as ``'0'`` or ``'10105'``;
    - ``message``: what is documented for the code, else the callback's own message;
    - ``category``: RETRY, WAIT, CORRECT_REQUEST, CONTACT_SUPPORT or NOTHING (to be done), one of
      the constants of this module; None for a code that is not documented;
    - ``action``: the platform's advice in more detail, a key of CATEGORIES; None likewise.
    """

    __slots__ = ()


def result_of(code: str, message: 'Optional[str]' = None) -> Result:
    """Return the result that ``code`` stands for; ``message`` is for one not documented."""
    documented = _RESULTS.get(code)
    return documented or Result(code, message, None, None)


_TABLE = """
0 none Success
100 contact_support General decline
104 retry Declined by 3DS check
108 retry Customer has not returned from ACS
109 fix_request Declined by AVS check
301 retry Cancelled
303 contact_support Access denied
309 fix_request The amount received during conversion exceeds the limit
310 contact_support This operation is not allowed by project settings
314 retry_later Provider is not available now to perform the operation
318 contact_support Use of token_data is disabled for the project
319 fix_request There is not enough data to create an operation
402 none RCS reject. Declined by Risk System
501 contact_support Internal error
502 contact_support Validation error
504 contact_support Insufficient funds on the balance
601 retry Try again
602 retry Network error
603 retry Auto decline
604 fix_request Payout Session Terminated. UUID Expired
702 fix_request Malformed request
903 contact_support Exceeded allowed amount for refund
904 contact_support Exceeded allowed amount for payout
1401 none_or_contact_support RCS reject. PAN is Blacklisted in RCS
1402 none_or_contact_support RCS reject. Customer is Blacklisted in RCS
1403 none_or_contact_support RCS reject. Cardholder is Blacklisted in RCS
1404 none_or_contact_support RCS reject. IIN is Blacklisted in RCS
1405 none_or_contact_support RCS reject. IP is Blacklisted in RCS
1406 none_or_contact_support RCS reject. Email is Blacklisted in RCS
1407 none_or_contact_support RCS reject. Phone is Blacklisted in RCS
1408 none_or_contact_support RCS reject. Card is compromised
1409 none_or_contact_support RCS Reject. Interval too short
1410 none_or_contact_support RCS reject. Domain is forbidden
1411 none_or_contact_support RCS reject. Country is forbidden
1412 none_or_contact_support RCS reject. Country mismatch
1413 none_or_contact_support RCS reject. Country limit exceeded
1414 none_or_contact_support RCS Reject. Country is forbidden for cross-border transaction
1415 none_or_contact_support RCS reject. Rejected by Scoring system
1421 none_or_contact_support RCS reject. Invalid amount
1422 none_or_contact_support RCS reject. Amount limit exceeded
1431 none_or_contact_support RCS reject. Allowed number of cards exceeded
1432 none_or_contact_support RCS reject. Allowed number of emails exceeded
1433 none_or_contact_support RCS reject. Count limit exceeded
1434 none_or_contact_support RCS reject. Duplicate operation
1435 none_or_contact_support RCS reject. Allowed number of users exceeded
1437 none_or_contact_support RCS reject. Allowed number of names exceeded
1441 none_or_contact_support RCS reject. Rejected by compliance restriction
1450 none_or_contact_support RCS reject. Rejected by sanctions lists
1451 none_or_contact_support RCS reject. Rejected by AML restriction
1452 none_or_contact_support RCS reject. Rejected by AML UK sanction list
1453 none_or_contact_support RCS reject. Rejected by AML US sanction list
1455 none_or_contact_support RCS reject. Rejected by AML phrase list
1456 none_or_contact_support RCS reject. Rejected by holdername format validation
1457 none_or_contact_support RCS reject. Rejected by AML EU sanction list
1458 none_or_contact_support RCS reject. Rejected by AML UN sanction list
1459 none_or_contact_support RCS reject. Rejected by AML NL sanction list
1460 none_or_contact_support RCS reject. Rejected by AML UAE sanction list
1461 none_or_contact_support RCS reject. Restricted card product code
1462 none_or_contact_support RCS reject. Restricted card type
1463 none_or_contact_support RCS reject. Cardholder name mismatch
1499 none_or_contact_support RCS reject. Machine Learning recommendation
2003 fix_request Invalid JSON string
2004 fix_request Required field not provided
2014 fix_request Addendum data disallowed with COF purchase registration
2061 fix_request Avs Data Not Found
2123 fix_request Account verification is not allowed
2124 fix_request Invalid Customer ID
2147 retry_later Lock Error
2154 fix_request Customer ID is required for project
2261 fix_request Country not found
2426 fix_request Invalid Email
2442 fix_request Project ID not found
2466 retry Declined By Pares Settings
2467 fix_request 3DS SDK request is not supported
2468 fix_request 3DS 3RI request is not supported
2541 fix_request Unknown Payment Method
2606 fix_request Withdrawal without initial payment is not allowed
2609 fix_request Invalid day of birth
2610 fix_request Invalid Country
2611 fix_request Invalid City
2641 fix_request Invalid Bank Code or Currency
2642 fix_request Operation amount is greater than limit
2701 contact_support Rules Failed Code
2801 fix_request Bank ID not found
2945 fix_request Invalid operation type for try again request
2949 fix_request Invalid amount for try again request
3001 fix_request Invalid day of birth from UK merchant
3002 fix_request Invalid Post Code from UK merchant
3003 fix_request Invalid Surname from UK merchant
3004 fix_request Invalid Street Address from UK merchant
3020 fix_request Period of card validity is required for the project
3021 fix_request Card expired
3022 fix_request Customer is not presented in saved card request
3023 contact_support Provided currency disabled for Project ID
3024 fix_request Invalid Payment ID
3026 contact_support Internal Decline
3027 fix_request Invalid token provided
3028 contact_manager Insufficient funds on merchant balance
3029 contact_support Operation with expired card is not allowed for this provider
3041 fix_request Payment ID already exists
3060 contact_support Current payment or operation status does not allow this action
3061 retry_or_contact_support Transaction not found
3062 retry_later Payment details not received
3081 contact_support State Machine Flow Break
3101 fix_request Card not found
3102 contact_support Invalid payment constraint
3103 contact_support Payout was declined due to constraint for card type
3104 fix_request Payment Constraint Invalid Payout Amount
3105 fix_request Card country is forbidden
3106 retry_later Payment Constraint Invalid Monthly Payout
3107 contact_support Payout Constraint, card without successful purchase
3108 retry_later Payment Constraint Invalid Weekly Payout
3109 retry_later Payment Constraint Invalid 24 Hour Payout
3110 retry_later Payment Constraint Monthly payout operations number exceeded
3111 retry_later Payment Constraint Weekly payout operations number exceeded
3112 retry_later Payment Constraint 24 hour payout operations number exceeded
3117 split_or_lower_amount Operation is prohibited because residual payment amount is less than one minor in USD
3118 fix_request Operation amount will be less than one minor unit after conversion by IPS
3119 fix_request Request currency does not match channel currency
3120 fix_request The payment amount should not exceed 25 USD for the MCC
3121 fix_request Invalid currency
3123 fix_request Invalid API Key
3124 contact_support Invalid certificate
3125 fix_request Incremental authorization requests are forbidden for the MCC
3141 fix_request CVV is required
3161 fix_request Invalid Holder
3162 fix_request Cardholder is required
3181 fix_request COF purchase registration ID not found
3182 fix_request Duplicate COF purchase scheduled payment ID
3183 none COF purchase registration ID is invalidated due to card expiry date
3184 contact_support COF purchase registration ID is cancelled
3186 fix_request Trigger operation ID is not found
3190 fix_request Remittance payment method mismatched
3191 fix_request Need clarification
3192 fix_request Remittance currency mismatched
3193 contact_support Remittance is not allowed for this project
3194 fix_request Recipient ID is not found
3195 fix_request Recipient ID is forbidden
3196 contact_support Remittance is not supported by payment system
3197 contact_support Remittance is not allowed for this payment method
3198 contact_support_and_retry_later Auto decline due to long verification
3199 contact_manager Operation was declined by AML checks
3201 contact_support Expected error
3221 fix_request Card token not found
3230 fix_request The operation with such merchant_refund_id already exists
3241 fix_request Customer not found
3242 fix_request Account must be defined
3243 fix_request Account must not be defined
3244 fix_request Bank id must be defined
3261 fix_request Invalid signature
3262 fix_request Empty signature
3281 contact_support Converted amount is less than one minor unit
3283 fix_request Refund amount more than init amount
3284 fix_request Refund currency mismatched or empty
3285 contact_support Cannot make refund because of timeout block for repeat refund
3286 fix_request The property amount is required
3287 fix_request The property currency is required
3288 contact_support Refund prohibited on disputed transaction
3289 fix_request The operation amount is less than fix fee of tariff
3291 fix_request Incorrect merchant account settings for operation
3292 contact_support Online gambling payouts are not available for this MCC
3293 contact_support Payout method not filled in merchant account
3297 retry_later The provider's daily limit for the merchant account for the total amount of transactions has been exceeded
3298 retry_later The provider's daily limit on the total amount of transactions has been exceeded
3299 contact_support Sorry, the merchant status does not allow you to create an operation
3301 fix_request Recurring registration is expired
3305 retry_later Payment Constraint 30-days Payout operations number exceeded for MCC 7995, 9406 Domestic
3306 retry_later Payment Constraint 30-days Payout operations number exceeded for MCC 7995, 9406 Cross-border
3307 retry_later Payment Constraint 30-days Payout operations number exceeded for Money transfer Domestic
3308 retry_later Payment Constraint 30-days Payout operations number exceeded for Money transfer Cross-border
3309 retry_later Payment Constraint 30-days Payout operations number exceeded for Funds disbursement Domestic
3310 retry_later Payment Constraint 30-days Payout operations number exceeded for Funds disbursement Cross-border
3311 retry_later Payment Constraint Invalid Weekly Payout for MCC 7995, 9406 Domestic
3312 retry_later Payment Constraint Invalid Weekly Payout for MCC 7995, 9406 Cross-border
3313 retry_later Payment Constraint Invalid Weekly Payout for Money transfer Domestic
3314 retry_later Payment Constraint Invalid Weekly Payout for Money transfer Cross-border
3315 retry_later Payment Constraint Invalid Weekly Payout for Funds disbursement Domestic
3316 retry_later Payment Constraint Invalid Weekly Payout for Funds disbursement Cross-border
3317 retry_later Payment Constraint Invalid 24 Hour Payout for MCC 7995, 9406 Domestic
3318 retry_later Payment Constraint Invalid 24 Hour Payout for MCC 7995, 9406 Cross-border
3319 retry_later Payment Constraint Invalid 24 Hour Payout for Money transfer Domestic
3320 retry_later Payment Constraint Invalid 24 Hour Payout for Money transfer Cross-border
3321 retry_later Payment Constraint Invalid 24 Hour Payout for Funds disbursement Domestic
3322 retry_later Payment Constraint Invalid 24 Hour Payout for Funds disbursement Cross-border
3323 retry_later Payment Constraint Invalid 30-days Payout for MCC 7995, 9406 Domestic
3324 retry_later Payment Constraint Invalid 30-days Payout for MCC 7995, 9406 Cross-border
3325 retry_later Payment Constraint Invalid 30-days Payout for Money transfer Domestic
3326 retry_later Payment Constraint Invalid 30-days Payout for Money transfer Cross-border
3327 retry_later Payment Constraint Invalid 30-days Payout for Funds disbursement Domestic
3328 retry_later Payment Constraint Invalid 30-days Payout for Funds disbursement Cross-border
3329 retry_later Payment Constraint Weekly payout operations number exceeded for MCC 7995, 9406 Domestic
3330 retry_later Payment Constraint Weekly payout operations number exceeded for MCC 7995, 9406 Cross-border
3331 retry_later Payment Constraint Weekly payout operations number exceeded for Money transfer Domestic
3332 retry_later Payment Constraint Weekly payout operations number exceeded for Money transfer Cross-border
3333 retry_later Payment Constraint Weekly payout operations number exceeded for Funds disbursement Domestic
3334 retry_later Payment Constraint Weekly payout operations number exceeded for Funds disbursement Cross-border
3335 retry_later Payment Constraint 24 hour payout operations number exceeded for MCC 7995, 9406 Domestic
3336 retry_later Payment Constraint 24 hour payout operations number exceeded for MCC 7995, 9406 Cross-border
3337 retry_later Payment Constraint 24 hour payout operations number exceeded for Money transfer Domestic
3338 retry_later Payment Constraint 24 hour payout operations number exceeded for Money transfer Cross-border
3339 retry_later Payment Constraint 24 hour payout operations number exceeded for Funds disbursement Domestic
3340 retry_later Payment Constraint 24 hour payout operations number exceeded for Funds disbursement Cross-border
3341 contact_support Payout was declined due to card constraints
3355 retry_later Payment Constraint 24 hour operations number exceeded for same card
3356 none The operation is not allowed for this card
3357 retry_later Payment Constraint 30-days operations number exceed for same card
3358 fix_request Operation amount is less than limit
3360 fix_request Payment amount cannot exceed 50 EUR for prepaid non-reloadable card
3362 retry_later Payment Constraint Invalid 30-days Payout for MCC 7995, 9406
3363 contact_support Trace ID must be present in recurring payment and MIT
3400 fix_request AFT Payment Constraint for Commercial cards
3402 fix_request Payment Constraint 25000 USD Amount limit exceeded for MoneySend Funding Transaction by Consumer cards
3403 fix_request Payment Constraint 50000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3404 fix_request Payment Constraint 25000 USD Amount limit exceeded for MoneySend payout by Consumer cards
3406 fix_request Payment Constraint 50000 USD Amount limit exceeded for MoneySend payout by Small business cards
3407 retry_later Payment Constraint Invalid 30-days MoneySend payout for Consumer cards
3408 retry_later Payment Constraint Invalid 30-days MoneySend payout for Small business cards
3409 fix_request Payment Constraint 2500 USD Amount limit exceeded for MoneySend Funding Transaction by Consumer cards
3410 fix_request Payment Constraint 2500 USD Amount limit exceeded for MoneySend payout by Consumer cards
3411 fix_request Payment cannot be made due to location of the sender's card issuer outside the Europe Region
3412 fix_request Payment Constraint 25000 USD Amount limit exceeded for MoneySend payout by Small business cards
3413 fix_request Payment Constraint 25000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3414 fix_request Payment Constraint 50000 USD Amount limit exceeded for MoneySend payout by Consumer cards
3415 fix_request Payment Constraint 100000 USD Amount limit exceeded for MoneySend payout by Small business cards
3416 fix_request Payment Constraint 50000 USD Amount limit exceeded for MoneySend Funding Transaction by Consumer cards
3417 fix_request Payment Constraint 100000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3418 fix_request Payment Constraint 75000 USD Amount limit exceeded for MoneySend payout by Small business cards
3419 fix_request Payment Constraint 75000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3431 fix_request Money transfer is not possible for two identical cards
3432 fix_request The request must contain either the identifier of the saved card or complete card details
3433 fix_request The request contains complete card details for both cards. This endpoint is for making a payment using saved card data only
3434 fix_request The sender's card expired
3435 fix_request The recipient's card expired
3436 fix_request The sender's card is invalid
3437 fix_request The recipient's card is invalid
3438 fix_request Saved sender card has no expiration date
3439 fix_request The saved card has no expiration date
3450 retry_later Payment Constraint Invalid 24 Hour AFT for Money transfer Domestic
3451 retry_later Payment Constraint Invalid Weekly AFT for Money transfer Domestic
3452 retry_later Payment Constraint Invalid 30-days AFT for Money transfer Domestic
3470 contact_support Payment was declined due to sender's card constraints
3471 contact_support Payment was declined due to recipient's card constraints
3472 contact_manager Payment was declined due to constraints in the region of the recipient card
3480 fix_request Payment cannot be made due to location of the sender's card issuer outside the EEA
3490 fix_request Required fields for Debt Repayment are missing
3491 fix_request Invalid card type for Debt Repayment
3606 retry_later_30d Payment Constraint Invalid 30-days MoneySend Funding Transaction for Consumer cards
3607 retry_later_30d Payment Constraint Invalid 30-days MoneySend Funding Transaction for Small business cards
3609 fix_request Operation amount must be equal to the initial amount
3610 contact_support Refund unavailable for the current operation
3611 contact_support AFT reversal must be used to refund within the first 24 hours of the original AFT
3612 fix_request One or more required money transfer fields are empty
3613 retry_later Duplicate operation
3617 contact_support Not allowed mcc for pan with product code = F2
3618 split_or_lower_amount Payment Constraint 10000 USD Amount limit exceeded for MoneySend payout by Consumer cards
3619 split_or_lower_amount Payment Constraint 10000 USD Amount limit exceeded for MoneySend payout by Small business cards
3620 split_or_lower_amount Payment Constraint 125000 USD Amount limit exceeded for MoneySend payout by Consumer cards
3621 split_or_lower_amount Payment Constraint 125000 USD Amount limit exceeded for MoneySend payout by Small business cards
3622 split_or_lower_amount Payment Constraint 125000 USD Amount limit exceeded for MoneySend Funding Transaction by Consumer cards
3623 split_or_lower_amount Payment Constraint 125000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3624 split_or_lower_amount Payment Constraint 10000 USD Amount limit exceeded for MoneySend Funding Transaction by Consumer cards
3625 split_or_lower_amount Payment Constraint 10000 USD Amount limit exceeded for MoneySend Funding Transaction by Small business cards
3626 retry_later_24h Payment Constraint Invalid 24 Hour payout for MoneySend by Consumer cards
3627 retry_later_24h Payment Constraint Invalid 24 Hour payout for MoneySend by Small business cards
3628 retry_later_24h Payment Constraint Invalid 24 Hour funding for MoneySend by Consumer cards
3629 retry_later_24h Payment Constraint Invalid 24 Hour funding for MoneySend by Small business cards
3630 retry_later_7d Payment Constraint Invalid Weekly payout for MoneySend by Consumer cards
3631 retry_later_7d Payment Constraint Invalid Weekly payout for MoneySend by Small business cards
3632 retry_later_7d Payment Constraint Invalid Weekly funding for MoneySend by Consumer cards
3633 retry_later_7d Payment Constraint Invalid Weekly funding for MoneySend by Small business cards
3634 retry_later_24h Payment Constraint Invalid 24 Hour for Payout mcc 7995, 9406 by Consumer cards
3635 retry_later_7d Payment Constraint Invalid Weekly for Payout mcc 7995, 9406 by Consumer cards
3900 fix_request Payment Constraint 50000 USD Amount limit exceeded for Money transfer
3901 fix_request Payment Constraint 25000 USD Amount limit exceeded for Money transfer
9999 wait Awaiting processing
10000 retry General decline
10100 retry Declined by external provider
10101 fix_request_or_retry_later Decline due to amount or frequency limit
10102 fix_request Incorrect data entered
10103 fix_request Incorrect PIN or CVV
10104 retry Incorrect 3DS password
10105 retry Insufficient funds on card
10106 fix_request Card expired
10107 retry Allowable PIN tries exceeded
10108 fix_request Maestro MO/TO operation is prohibited for this country
10109 retry_later COF payment registration or customer payment data saving is not approved by external provider
10110 none Subscription is canceled by customer on the issuer side
10112 retry_later Insufficient Funds. Retry later
10113 none_or_contact_support Insufficient Funds. Do not retry
10114 retry_later Declined by 3DS Check
10201 advise_customer Refer to card issuer
10202 retry Issuer inoperative
10203 none Pick-up card
10204 fix_request Restrictions for the customer card
10205 fix_request Not enrolled for 3DS
10206 none_or_contact_support Restrictions for the customer data
10301 retry Operation was cancelled
10401 fix_request Declined by PSP risk system
10402 none Suspicious operation
10403 authenticate_with_3ds Fraud/Security. Try again using 3DS authentication
10404 none_or_contact_support Suspected fraud. Do not try again
10405 none_or_contact_support Fraud or closed account. Do not try again
10501 contact_support Refer to acquirer
10502 fix_request Error during operation validation
10503 contact_support Incorrect acquirer settings
10504 contact_support Insufficient funds on acquirer balance
10505 retry PSP system is inoperative
10601 retry Try again
10602 retry Time-out
10603 retry Operation could not be authorized. Try again later
10701 fix_request Wrong requests sequence
10702 contact_support Invalid request
10703 contact_support Incorrect eci
10704 contact_support Card holder not found
10705 contact_support The request contains no fields of the customer object
10706 contact_support Refund unavailable for current operation
10707 contact_support Required rental information is not present
10708 contact_support Required flight details is not present
10709 contact_support Additional customer 3‑D Secure authentication required
10722 contact_support Strong Customer Authentication mandated according to PSD2
10801 contact_support External provider approved but did not process the operation
10805 fix_request Life cycle (Mastercard use only)
10806 contact_support Policy (Mastercard use only)
10807 none_or_contact_support Fraud/Security
10810 none_or_contact_support Life cycle. Do not try again
10811 none_or_contact_support Policy. Do not try again
10812 none_or_contact_support Invalid card. Do not try again
19999 wait Awaiting processing
20000 retry General decline
20100 retry Declined by external provider
20101 fix_request_or_retry_later Decline due to amount or frequency limit
20102 fix_request Incorrect account data entered
20103 fix_request Incorrect login or password
20104 retry Password attempts entry exceeded
20105 retry Insufficient funds on customer account
20106 fix_request Customer account is no longer available
20107 fix_request Customer account does not support requested currency
20109 retry_later COF payment registration or customer payment data saving is not approved by external provider
20110 none Subscription is canceled by customer on the issuer side
20111 none Operation declined by PSP because the Direct Debit mandate is inactive, cancelled, or expired
20201 fix_request Restrictions for the customer account
20202 retry PSP system is unavailable
20203 none Compromised customer account
20204 fix_request Crediting this customer account is blocked
20205 none Payment method is not available for customer country
20206 retry_later Difficulties on the mobile operator side
20301 retry Account owner cancelled operation
20302 fix_request Unacceptable password
20303 fix_request Customer is not permitted to perform the action
20304 retry Incorrect amount paid
20401 fix_request Declined by PSP risk system
20402 none Suspicious operation
20450 retry_later The Verification of Payee cannot be performed due to technical reasons.
20451 advise_customer Payout or refund cannot be processed based on the Verification of Payee result.
20501 contact_support Refer to acquirer
20502 fix_request Error during operation validation
20503 contact_support Incorrect acquirer settings
20504 contact_support Insufficient funds on acquirer balance
20601 retry Try again
20602 retry Time-out
20603 retry Operation could not be authorized. Try again later
20604 contact_support Notification is not delivered
20701 fix_request Wrong requests sequence
20702 contact_support Invalid request. Try again
20703 contact_support Invoice not found
20705 contact_support Merchant account is blocked
20706 contact_support Operation not supported by provider
20801 contact_support Payment provider approved but did not process the operation
20802 wait The payment provider did not confirm neither successful nor negative status of the payment transaction
20812 retry The service provider did not confirm the account crediting
20899 none The payment is processed on the provider side. It can take up to several days. Inform customer if needed
29999 wait Awaiting processing
30000 none Operation was declined by merchant
30100 none Operation was declined by merchant for an unknown reason
30301 none Merchant did not confirm operation processing
30302 none Merchant did not respond during the operation confirmation process
30303 none The amount or currency confirmed by the merchant is different from the requested one
30401 none Empty draws list
"""

_RESULTS = {}  # type: Dict[str, Result]
for _line in _TABLE.strip().splitlines():
    _code, _action, _message = _line.split(' ', 2)
    _RESULTS[_code] = Result(_code, _message, CATEGORIES[_action], _action)
