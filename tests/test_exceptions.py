import pickle

import pytest

from payment_page_sdk import exceptions
from payment_page_sdk.process_exception import ProcessException

FAMILY = [
    # class, code, also caught as
    (exceptions.ProcessException, 'process_error', Exception),
    (exceptions.ConfigurationException, 'configuration_error', ValueError),
    (exceptions.ValidationException, 'invalid_parameter', ValueError),
    (exceptions.UnsetParameter, 'unset_parameter', AttributeError),
    (exceptions.CallbackException, 'callback_error', ProcessException),
    (exceptions.MalformedCallback, 'malformed_callback', exceptions.CallbackException),
    (exceptions.MissingSignature, 'missing_signature', exceptions.CallbackException),
    (exceptions.InvalidSignature, 'invalid_signature', exceptions.CallbackException),
    (exceptions.AmbiguousCallback, 'ambiguous_callback', exceptions.CallbackException),
]


@pytest.mark.parametrize('cls, code, base', FAMILY)
def test_every_member_has_its_place_and_its_code(cls: type, code: str, base: type) -> None:
    error = cls('what is wrong')
    assert isinstance(error, ProcessException)
    assert isinstance(error, base)
    assert error.code == code
    assert str(error) == 'what is wrong'


def test_the_table_above_is_the_whole_family() -> None:
    members = {
        value
        for value in vars(exceptions).values()
        if isinstance(value, type) and issubclass(value, Exception)
    } - {exceptions.ConfigurationWarning}
    assert members == {cls for cls, _, _ in FAMILY}
    assert len({code for _, code, _ in FAMILY}) == len(FAMILY)


@pytest.mark.parametrize('cls', [cls for cls, _, _ in FAMILY])
def test_every_member_survives_a_pickle(cls: type) -> None:
    error = cls('what is wrong')
    restored = pickle.loads(pickle.dumps(error))
    assert (type(restored), restored.args, restored.code) == (cls, error.args, error.code)


def test_a_warning_is_of_another_family() -> None:
    assert issubclass(exceptions.ConfigurationWarning, UserWarning)  # shown by default
    assert not issubclass(exceptions.ConfigurationWarning, ProcessException)


def test_a_validation_exception_keeps_its_parameter_in_a_pickle() -> None:
    error = exceptions.ValidationException('what is wrong', 'payment_amount')
    assert pickle.loads(pickle.dumps(error)).parameter == 'payment_amount'
    assert exceptions.ValidationException('what is wrong').parameter == ''


@pytest.mark.parametrize('path, parameter', [('a', 'a'), ('a:b:0', 'a'), ('', '')])
def test_a_validation_exception_has_its_own_finding(path: str, parameter: str) -> None:
    error = exceptions.ValidationException('what is wrong', path)
    assert error.findings == ((parameter, 'invalid_parameter', 'what is wrong', False),)
    found = [exceptions.Finding('b', 'missing', 'is missing', True)]
    assert exceptions.ValidationException('', path, found).findings == tuple(found)
