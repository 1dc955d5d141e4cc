"""Functions written out for a selection: whatever a response key is, and whatever is null."""

import pytest

from graph.writing import Entry, NullFound, function


def test_keys_are_text_and_never_code() -> None:
    keys = ["a", "__class__", "'}; raise SystemExit #", '"', "\\", "{a}", "å", "None"]
    shape = function("row", [Entry(key) for key in keys], unpack="row")
    assert shape([*range(len(keys))]) == dict(zip(keys, range(len(keys)), strict=True))
    assert list(shape([*range(len(keys))])) == keys


def test_a_null_is_refused_where_a_value_is_needed_and_nowhere_else() -> None:
    shape = function("row", [Entry("free"), Entry("needed", needed=True)], unpack="row")
    assert shape([None, 0]) == {"free": None, "needed": 0}
    with pytest.raises(NullFound):
        shape([0, None])


def test_values_are_made_by_their_expressions_with_their_own_names() -> None:
    entries = [
        Entry("twice", take="value.real", make="{f}({a})", names={"f": lambda x: 2 * x}),
        Entry("thrice", take="value.real", make="{f}({a})", names={"f": lambda x: 3 * x}),
    ]
    assert function("value", entries)(7) == {"twice": 14, "thrice": 21}
    assert function("value", entries, wrap=list)(7) == ["twice", "thrice"]


def test_a_row_of_another_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="unpack"):
        function("row", [Entry("a")], unpack="row")([1, 2])
