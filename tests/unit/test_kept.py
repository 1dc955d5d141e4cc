"""What is kept of documents and plans is bounded by what it takes in memory, not by count alone."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from resolvers.context import Viewer
from schema.documents import Prepared, take_in
from schema.engine import Engine, Request
from schema.gallery.schema import core, engine
from schema.kept import CACHED, OF_DOCUMENTS, OF_PLANS, Recent
from schema.limits import LIMITS


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The gallery's engine, which has been asked nothing yet."""
    made = engine()
    for name, most in (("_documents", OF_DOCUMENTS), ("_plans", OF_PLANS), ("_costs", OF_DOCUMENTS)):
        monkeypatch.setattr(made, name, Recent(most))
    return made


def _dense(number: int) -> str:
    """As much as is valid in few characters."""
    return " ".join(f"query Q{i} {{ roles {{ nodes {{{' id' * 86} }} }} }}" for i in range(9)) + f" #{number}"


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[str, int] = Recent(10)

    def take(*names: str) -> list[str]:
        for name in names:
            assert kept.take(name, lambda name=name: ord(name), lambda _: 4) == ord(name)  # type: ignore[misc]
        return list(kept)

    assert take("a", "b") == ["a", "b"]
    assert take("a", "c") == ["a", "c"]
    assert kept.take("d", lambda: 1, lambda _: 11) == 1
    assert list(kept) == ["d"], "one that is larger than all may be is kept as well, alone"
    assert take("a", "b") == ["a", "b"]
    kept.clear()
    assert take("a", "b") == ["a", "b"]


def test_many_small_ones_are_bounded_by_their_number() -> None:
    kept: Recent[int, int] = Recent(10)
    for number in range(CACHED + 1):
        kept.take(number, lambda: 0, lambda _: 0)
    assert (len(kept), 0 in kept) == (CACHED, False)


@pytest.mark.parametrize(
    "query",
    [
        _dense(0),
        "{ __typename } #" + "x" * 19_000,
        "{ __typename } #" + "\N{GRINNING FACE}" * 19_000,
        "{ roles { nodes {" + " ".join(f" f{i}" for i in range(150)) + " } } }",
        "{ roles { " + "nodes" * 2_000 + " {" + " ".join(f" ...F{i}" for i in range(120)) + " } } }",
    ],
    ids=["dense", "comment", "wide letters", "errors", "errors with a long way"],
)
def test_a_document_is_counted_with_about_what_it_takes(query: str) -> None:
    take_in(query, core(), LIMITS)

    def held(number: int) -> tuple[int, Prepared]:
        tracemalloc.start()
        try:
            taken = take_in("\n" * number + query, core(), LIMITS)
            gc.collect()
            return tracemalloc.get_traced_memory()[0], taken
        finally:
            tracemalloc.stop()

    least, taken = min((held(number) for number in range(1, 4)), key=lambda one: one[0])  # other threads take some, too
    assert 0.7 * least < taken.size < 3 * least + 10_000


def test_large_documents_push_out_the_oldest(asked: Engine) -> None:
    requests = [Request(_dense(number), operation_name="Q0") for number in range(30)]
    for request in requests:
        assert isinstance(asked.prepare(request, Viewer()), Prepared)
    known = [asked.knows(request) for request in requests]
    assert known == sorted(known)
    assert 0 < sum(known) < 25
    assert sum(document.size for document in asked._documents.values()) <= OF_DOCUMENTS
    assert len(asked._costs) < 25


def test_plans_are_counted_with_the_documents_that_they_hold(asked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_plans", Recent(100_000))
    for number in range(3):
        request = Request(f"subscription {{ cells {{ seq }} }} #{number}{'x' * 30_000}"[: LIMITS.source])
        assert not hasattr(asked.subscription(request, Viewer("kombit", "kombit")), "errors")
    assert len(asked._plans) == 1
