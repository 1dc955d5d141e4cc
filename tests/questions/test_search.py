"""How what people type becomes a full-text query, and what is refused."""

import pytest

from resolvers.errors import InvalidInput
from resolvers.questions.search import SEARCH, query

PREPARE = SEARCH.prepare


def prepared(text: str, **others: object) -> dict[str, object]:
    assert PREPARE is not None
    return dict(PREPARE({"text": text, **others}))


def test_every_word_must_fit_exactly_or_by_its_beginning_or_with_one_typo() -> None:
    assert (
        query(["skive", "finans"])
        == "(skive^4 OR skive*^2 OR skive~1) AND (finans^4 OR finans*^2 OR finans~1 OR /fina[ae]?ns.*/)"
    )


def test_a_short_word_has_no_typo() -> None:
    assert query(["ei"]) == "(ei^4 OR ei*^2)"


@pytest.mark.parametrize(
    ("typed", "tried"),
    [("bogforing", "/boe?gfoe?ring.*/"), ("arhus", "/a[ae]?rhus.*/"), ("hoje", "/hoe?je.*/")],
)
def test_letters_without_their_dots_and_rings_are_tried_with_them(typed: str, tried: str) -> None:
    assert tried in query([typed])


@pytest.mark.parametrize("typed", ["Århus", "århus", "Aarhus", "  AARHUS!  "])
def test_spellings_of_one_name_are_one_query(typed: str) -> None:
    assert prepared(typed)["lucene"] == "(aarhus^4 OR aarhus*^2 OR aarhus~1)"


@pytest.mark.parametrize(
    "typed", ['a" OR *:*', "name:(x) +y -z", "[a TO b]", "a\\b/c~2^9", "* ? !", "AND OR NOT && ||"]
)
def test_nothing_typed_is_read_as_the_language_of_queries(typed: str) -> None:
    words = str(prepared(typed)["folded"]) if any(c.isalnum() for c in typed) else ""
    assert all(c.isalnum() or c == " " for c in words)


@pytest.mark.parametrize("typed", ["", "   ", "!?*", "_"])
def test_text_without_a_letter_or_digit_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        prepared(typed)
    assert (refused.value.code, refused.value.field, refused.value.value) == ("BAD_TEXT", "text", typed)


@pytest.mark.parametrize(
    ("others", "code", "field"),
    [
        ({"first": 0}, "BAD_PAGE_SIZE", "first"),
        ({"first": 101}, "BAD_PAGE_SIZE", "first"),
        ({"kinds": []}, "EMPTY_LIST", "kinds"),
    ],
)
def test_sizes_and_lists_out_of_range_are_refused(others: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        prepared("aarhus", **others)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_more_than_ten_words_are_refused_but_a_word_twice_counts_once() -> None:
    assert prepared("a " * 50)["words"] == ["a"]
    with pytest.raises(InvalidInput) as refused:
        prepared(" ".join(f"w{number}" for number in range(11)))
    assert refused.value.code == "BAD_TEXT"
