"""Explanations: why a callback or a link is accepted or refused.

An explanation is for people who look for a fault. It says what the verifier says, and then undoes,
one after the other, what servers and frameworks are known to do to a body or a link, to see whether
the signature is right then. Nothing is accepted because of it. What was found that way is in
``causes``. If nothing was found, ``hints`` say what to look at, and claim no more.

The secret keys stay in the signature handler. No signature is shown, least of all a right one.
"""

from collections import OrderedDict

from payment_page_sdk._records import NamedTuple
from payment_page_sdk._wire import escape_unprintable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Sequence

_Explanation = NamedTuple(
    '_Explanation',
    [
        ('is_valid', 'bool'),
        ('code', 'Optional[str]'),
        ('signature_path', 'Optional[str]'),
        ('form', 'Optional[str]'),
        ('secret', 'Optional[int]'),
        ('canonical', 'Optional[str]'),
        ('causes', 'Sequence[str]'),
        ('hints', 'Sequence[str]'),
    ],
)


class Explanation(_Explanation):
    """Why a callback or a link is accepted or refused. It is true if that is accepted.

    - ``is_valid``: what ``handle_callback`` decides or, for a link, the Payment Page;
    - ``code``: the code of the error if it is refused (``invalid_signature``, ...), else None;
    - ``signature_path``: where the signature was found, ``signature`` or ``general.signature``;
    - ``form``: in which form of the canonical string it is right, ``plain`` or ``natural``;
    - ``secret``: with which secret key it is right: 0 is the current one, 1 the first previous one;
    - ``canonical``: the canonical string (the plain one if the signature is wrong), with ``***``
      for each text unless the texts were asked for;
    - ``causes``: what was found, as sentences; if it is accepted, what is worth knowing;
    - ``hints``: what to look at if nothing was found.

    A field is None if there is no such thing. ``str`` gives several lines to read.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return self.is_valid

    def __str__(self) -> str:
        lines = [
            'accepted' if self.is_valid else 'refused: %s' % self.code,
            'signature found: %s' % (self.signature_path or 'no'),
        ]
        if self.secret is not None:
            key = 'previous secret key %d' % self.secret if self.secret else 'current secret key'
            lines.append('signature right: in the %s form, with the %s' % (self.form, key))
        else:
            lines.append('signature right: no')
        if self.canonical is not None:
            lines.append('canonical string: ' + self.canonical)
        for title, sentences in [('found:', self.causes), ('to look at:', self.hints)]:
            if sentences:
                lines.append(title)
                lines.extend('- ' + sentence for sentence in sentences)
        return '\n'.join(map(escape_unprintable, lines))

    def as_dict(self) -> 'Dict[str, Any]':
        """Return all of it as a dict that JSON can hold."""
        fields = OrderedDict(zip(self._fields, self))
        fields.update(causes=list(self.causes), hints=list(self.hints))
        return fields
