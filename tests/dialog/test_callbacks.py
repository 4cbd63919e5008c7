"""What buttons carry."""

from aiogram_dialog.api.entities.stack import id_to_str
from hypothesis import given
from hypothesis import strategies as st

from engine.dialog.callbacks import (
    MAX_KEY_BYTES,
    Control,
    Press,
    decode_press,
    encode_press,
    item_key,
)

TELEGRAM_LIMIT_BYTES = 64
LONGEST_CONTEXT = "a1B2c3D4"


@given(
    st.integers(min_value=0, max_value=36**10 - 1),
    st.sampled_from(list(Control)),
    st.text(max_size=200),
)
def test_a_press_survives_and_fits(screen: int, control: Control, key: str) -> None:
    """What is encoded is decoded again, within Telegram's 64 bytes, for any key an item may have."""
    press = Press(screen, control, item_key(key))
    data = encode_press(LONGEST_CONTEXT, press)
    assert len(data.encode()) <= TELEGRAM_LIMIT_BYTES
    assert decode_press(data.partition("\x1d")[2]) == press


def test_contexts_are_no_longer_than_is_counted_with() -> None:
    """The largest number that the library makes an id of, two digits before eight, gives no longer one."""
    assert len(id_to_str(10**10 - 1)) <= len(LONGEST_CONTEXT)


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=36**10 - 1))
def test_a_page_fits(page: int, screen: int) -> None:
    """The key to any page of any list is within the limit on every screen."""
    data = encode_press(LONGEST_CONTEXT, Press(screen, Control.PAGE, str(page)))
    assert len(data.encode()) <= TELEGRAM_LIMIT_BYTES


@given(st.text(max_size=80))
def test_any_payload_is_read_or_refused(payload: str) -> None:
    """Data that somebody made up never raise."""
    press = decode_press(payload)
    assert press is None or press.control in set(Control)


def test_long_keys_stay_apart() -> None:
    """Two items whose long keys differ at the end have different buttons."""
    first, second = item_key("x" * 60 + "1"), item_key("x" * 60 + "2")
    assert first != second
    assert len(first) <= MAX_KEY_BYTES
