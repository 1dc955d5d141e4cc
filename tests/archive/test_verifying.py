"""Before anything is touched: what is cut, altered, foreign, newer or not as the shape declares is refused, and said why."""

from __future__ import annotations

import asyncio
import gzip
import io
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from graph.migrations import read_migrations
from graph.shape import OPEN_SEQ
from graph_seed.archive.errors import ArchiveError, DamagedFileError, ForeignFileError, NewerFormatError
from graph_seed.archive.files import write_backup
from graph_seed.archive.restoring import verify
from tests.archive import world
from tests.archive.world import AT, Rows, assembled, rows


def packed(document: bytes) -> bytes:
    """Make a backup of a document."""
    target = io.BytesIO()

    async def chunks() -> AsyncIterator[bytes]:
        yield document

    asyncio.run(write_backup(chunks(), target))
    return target.getvalue()


def refusal(content: bytes) -> ArchiveError:
    """Verify what must be refused, and give the refusal, whose four parts are there."""
    with pytest.raises(ArchiveError) as refused:
        verify(io.BytesIO(content))
    error = refused.value
    assert error.field
    assert error.expected
    assert "Nothing was touched." in str(error)
    assert "\n" not in str(error)
    return error


def test_a_document_and_its_backup_are_whole() -> None:
    document = assembled(rows())
    plain, backup = verify(io.BytesIO(document)), verify(io.BytesIO(packed(document)))
    assert plain.sum == backup.sum
    assert plain.sum.bytes == len(document)
    assert (plain.product, backup.product) == (None, "0.1.0")
    lines = gzip.decompress(packed(document)).split(b"\n")
    assert b"\n".join(lines[1:-2]) + b"\n" == document
    assert packed(document) == packed(document)


def test_a_backup_cut_off_anywhere_is_refused() -> None:
    whole = packed(assembled(rows()))
    for length in (*range(3, 40), *range(40, len(whole), 97), len(whole) - 1):
        assert isinstance(refusal(whole[:length]), DamagedFileError)


def test_a_backup_with_one_bit_flipped_anywhere_is_refused() -> None:
    whole = packed(assembled(rows()))
    chosen = random.Random(5)
    # Bytes 3 to 9 of a gzip file are flags, time and system: they carry nothing, and some are looked at by nobody.
    for place in (*range(3), *chosen.sample(range(10, len(whole)), 300)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chosen.randrange(8)
        refusal(bytes(flipped))


def test_a_document_cut_off_after_any_line_is_refused() -> None:
    lines = assembled(rows()).splitlines(keepends=True)
    for count in range(1, len(lines)):
        assert isinstance(refusal(b"".join(lines[:count])), DamagedFileError)
        refusal(b"".join(lines[:count])[:-1])


def test_content_altered_under_a_seal_that_was_kept_is_refused() -> None:
    text = gzip.decompress(packed(assembled(rows()))).replace(b"vendor:full", b"vendor:fuml", 1)
    assert refusal(gzip.compress(text)).field
    sealed = gzip.decompress(packed(assembled(rows())))
    other = sealed.replace(b'"reason":"reason 1 ', b'"reason":"reason 2 ', 1)
    assert other != sealed
    assert refusal(gzip.compress(other)).field == "its checksum"
    assert refusal(gzip.compress(sealed + b"{}\n")).field == "what follows the end"
    assert refusal(packed(assembled(rows())) + b"more").field == "the compression"


FOREIGN = (
    b"",
    b"PK\x03\x04 a workbook",
    b"code;name\n0101;K\xf8benhavn\n",
    b"{}",
    b'{"data": []}\n',
    b'{"head":{"format":"other","version":1},\n',
    b"[" * 100_000,
    b"x" * 17_000_000,
    gzip.compress(b"something else\n"),
    gzip.compress(b'{"backup":"other","product":"1","version":1}\n'),
    gzip.compress(assembled(rows())),
)


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
def test_a_foreign_file_is_refused(content: bytes) -> None:
    assert isinstance(refusal(content), ForeignFileError)


def test_what_a_newer_version_wrote_is_refused() -> None:
    document = assembled(rows())
    newer = refusal(document.replace(b'"version":1}', b'"version":2}', 1))
    assert isinstance(newer, NewerFormatError)
    assert (newer.field, newer.value, newer.expected) == ("version", 2, "at most 1")
    text = gzip.decompress(packed(document)).replace(b'"version":1}', b'"version":7}', 1)
    assert isinstance(refusal(gzip.compress(text)), NewerFormatError)
    known = len(read_migrations())
    schema = refusal(assembled(rows(), lambda head: head.update(schema=known + 1)))
    assert isinstance(schema, NewerFormatError)
    assert (schema.field, schema.value) == ("schema", known + 1)


def first(found: Rows, label: str, name: str = "full") -> dict[str, Any]:
    """Give a row to damage."""
    section = "things" if any(row["label"] == label for row in found["things"]) else "records"
    key = f"{label[0].lower()}{label[1:]}:{name}"
    return next(row for row in found[section] if row["properties"]["key"] == key)


def twice(found: Rows, label: str, name: str) -> None:
    """Give a row what another one has."""
    first(found, label)["properties"][name] = first(found, label, "bare")["properties"][name]


DAMAGE: dict[str, Callable[[Rows], object]] = {
    "one of": lambda found: first(found, "Vendor").update(label="Seller"),
    "one of the properties": lambda found: first(found, "Vendor")["properties"].update(colour="blue"),
    "a value (string)": lambda found: first(found, "Vendor")["properties"].pop("folded"),
    "a value of type string": lambda found: first(found, "Vendor")["properties"].update(folded=5),
    "a value of type boolean": lambda found: first(found, "Escalation")["properties"].update(inferred=1),
    "a value of type integer": lambda found: first(found, "Role")["properties"].update(order=True),
    "a value of type strings": lambda found: first(found, "Person")["properties"].update(contactKinds=[1]),
    "a day such as": lambda found: first(found, "Vacancy")["properties"].update(validFrom="2026-02-30"),
    "a day such": lambda found: first(found, "Vacancy")["properties"].update(validTo="9999-99-99"),
    "an instant such as": lambda found: found["changes"][2]["properties"].update(at="banana"),
    "an instant such": lambda found: found["changes"][2]["properties"].update(at="2026-11-20T10:00:00Z"),
    "an instant not before the last": lambda found: found["changes"][1]["properties"].update(at=AT.format(0)),
    "a day after validFrom": lambda found: first(found, "Vacancy")["properties"].update(validTo="2020-02-29"),
    "one of the types": lambda found: first(found, "Vacancy")["arrows"].append(["ZZ", "role:full"]),
    "the key of a Municipality": lambda found: first(found, "Vacancy").update(arrows=[["IN", "role:full"], ["OF", "role:full"]]),
    "the key of a thing that is in the document": lambda found: first(found, "Vacancy").update(
        arrows=[["IN", "municipality:gone"], ["OF", "role:full"]]
    ),
    "the key of a thing that is in the doc": lambda found: first(found, "Vendor").update(arrows=[["IS", "municipality:gone"]]),
    "one": lambda found: first(found, "Vacancy")["arrows"].pop(),
    "at most one": lambda found: first(found, "Vendor").update(
        arrows=[["IS", "municipality:bare"], ["IS", "municipality:full"]]
    ),
    "a sorted list of arrows": lambda found: first(found, "Vacancy")["arrows"].reverse(),
    "one that begins with vendor:": lambda found: first(found, "Vendor")["properties"].update(key="role:x"),
    "one after": lambda found: found["things"].append(found["things"][0]),
    "one after (": lambda found: found["records"].reverse(),
    "a change of the log, 1 to 3": lambda found: first(found, "Vacancy")["properties"].update(fromSeq=9),
    "a change of the log, 1": lambda found: first(found, "Vacancy").update(log=[["RECORDED", 4]]),
    "a change of the log": lambda found: first(found, "Vendor")["properties"].update(seq=4),
    "a change after": lambda found: first(found, "Vacancy")["properties"].update(toSeq=1),
    "2: the log has every number once": lambda found: found["changes"].pop(1),
    "the key of an earlier change": lambda found: found["changes"][2].update(arrows=[["UNDOES", "change:3"]]),
    "the key of an earlier": lambda found: found["changes"][2].update(arrows=[["UNDOES", "change:01"]]),
    "['arrows', 'label', 'log', 'properties']": lambda found: first(found, "Vacancy").pop("log"),
    "[type, end]": lambda found: first(found, "Vacancy").update(arrows=[["IN"]]),
    "one that no other Municipality": lambda found: twice(found, "Municipality", "code"),
    "one that no other Role": lambda found: twice(found, "Role", "code"),
    "one that no other Gallery": lambda found: twice(found, "Gallery", "version"),
    "one that no other Change": lambda found: found["changes"][2]["properties"].update(
        operationId=found["changes"][0]["properties"]["operationId"]
    ),
    "'code full": lambda found: first(found, "Vacancy")["properties"].update(slot="0751|role:full"),
    "'code full æøå": lambda found: first(found, "Progress", "bare")["properties"].update(slot="0751|role:full"),
    "3 or later: a fact": lambda found: first(found, "Vacancy").update(
        properties=first(found, "Vacancy")["properties"] | {"toSeq": 3}, log=[["CLOSED", 3], ["RECORDED", 1]]
    ),
    "none, as the one before is open": lambda found: first(found, "Vacancy").update(
        properties=first(found, "Vacancy")["properties"] | {"toSeq": OPEN_SEQ}, log=[["RECORDED", 1]]
    ),
    "[1], its fromSeq": lambda found: first(found, "Vacancy").update(log=[["CLOSED", 2]]),
    "[1], its from": lambda found: first(found, "Vacancy").update(log=[["CLOSED", 2], ["RECORDED", 2]]),
    "[1], its": lambda found: first(found, "Vacancy").update(log=[["CLOSED", 2], ["RECORDED", 1], ["RECORDED", 1]]),
    "[2], its toSeq": lambda found: first(found, "Vacancy").update(log=[["RECORDED", 1]]),
    "[2], its to": lambda found: first(found, "Vacancy").update(log=[["CLOSED", 3], ["RECORDED", 1]]),
    "one of the properties protocol": lambda found: first(found, "ItSystem")["arrows"][0].__setitem__(2, {"x": 1}),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "damage"), DAMAGE.items(), ids=DAMAGE)
def test_a_row_that_is_not_as_declared_is_refused(expected: str, damage: Callable[[Rows], object]) -> None:
    found = rows()
    damage(found)
    error = refusal(packed(assembled(found)))
    assert isinstance(error, DamagedFileError)
    assert error.expected.startswith(expected)


def test_a_head_that_counts_otherwise_is_refused() -> None:
    for edit in (
        lambda head: head.update(changes=2),
        lambda head: head["things"].update(Vendor=3),
        lambda head: head["records"].pop("Vacancy"),
        lambda head: head.update(seq=4),
        lambda head: head.update(at="2026-11-20T10:00:00.000009Z"),
    ):
        error = refusal(assembled(rows(), edit))
        assert isinstance(error, DamagedFileError)
    assert refusal(assembled(rows()).replace(b'"seq":3,', b'"seq":"3",', 1)).field == "head"


def test_a_plain_file_whose_last_change_is_still_to_come_is_refused() -> None:
    found = rows()
    found["changes"][2]["properties"]["at"] = "9999-12-31T23:59:59.999999Z"
    assert refusal(assembled(found)).field == "the last change's instant"
    assert verify(io.BytesIO(packed(assembled(found)))).head.seq == 3


def test_other_json_of_the_same_content_is_refused() -> None:
    document = assembled(rows())
    assert refusal(document.replace(b'"label":', b'"label": ', 1)).expected == "one object a line, as it was written"
    assert refusal(document.replace(b'"changes":[\n', b'"changes":[\n\n', 1)).field == "row 1 of changes"
    assert refusal(document.replace(b'{"arrows":[],"label"', b'{"label"', 1)).field


def test_a_document_of_an_older_schema_may_lack_what_came_later() -> None:
    found = rows()
    for row in found["changes"]:
        del row["properties"]["kinds"]
    refusal(assembled(found))
    assert verify(io.BytesIO(assembled(found, lambda head: head.update(schema=1)))).head.schema == 1
    assert world.SEQ == 3
