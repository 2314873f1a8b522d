"""Parameters of the Payment Page, and what a subclass of Payment declares its own with.

    class MyPayment(Payment):
        new_parameter = Text('What it is.', MaxLength(255))

A *kind* is a class of parameters: what they take, and how they are sent. A *rule* is what the text
of a parameter must be. The parameters of the catalogue are made of these, too.
"""

from payment_page_sdk.parameters.json_kinds import Base64Json, IntegerOrJson, Json, TextOrJson
from payment_page_sdk.parameters.kinds import (
    ALWAYS,
    CARD_TOKENIZE,
    CARD_VERIFY,
    MODES,
    PAYOUT,
    PURCHASE,
    Amount,
    Choice,
    CommaSeparated,
    Date,
    DateTime,
    Flag,
    Integer,
    Parameter,
    Text,
    Url,
)
from payment_page_sdk.parameters.rules import (
    Format,
    MaxLength,
    MinLength,
    OneOf,
    OnlyBeside,
    Range,
    Rule,
    Subdivision,
)

__all__ = [
    'ALWAYS',
    'CARD_TOKENIZE',
    'CARD_VERIFY',
    'MODES',
    'PAYOUT',
    'PURCHASE',
    'Amount',
    'Base64Json',
    'Choice',
    'CommaSeparated',
    'Date',
    'DateTime',
    'Flag',
    'Format',
    'Integer',
    'IntegerOrJson',
    'Json',
    'MaxLength',
    'MinLength',
    'OneOf',
    'OnlyBeside',
    'Parameter',
    'Range',
    'Rule',
    'Subdivision',
    'Text',
    'TextOrJson',
    'Url',
]
