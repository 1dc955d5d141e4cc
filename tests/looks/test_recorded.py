"""Every look-up is recorded: at most a second later, once for what is the same, with no part in the answer's way."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.doctor import examine
from graph.driver import Database, Statement
from graph.errors import DatabaseUnavailableError
from graph.looking import Gone, Look, prune, record
from graph.params import stored
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from schema.keeping import Answers
from server import logs
from server import looks as looks_module
from server.app import Application
from server.identity.identity import Operator
from server.looks import MOST_OPERATIONS, OTHERS, WAIT, Looks
from tests.changes.conftest import Change, document
from tests.changes.test_holding import OWNER, PLACE, ROLE, appointed, person
from tests.contract.conftest import NOW
from tests.logged import logged

LONE = '{ person(name: "Demo Lone Testsen") { id name } }'
LOG = (
    'query Log($first: Int!, $after: String) { accessLog(person: "Demo Lone Testsen", first: $first, after: $after) { totalCount '
    "pageInfo { endCursor hasNextPage } nodes { at actor operation requests } } }"
)
KOMBIT = Viewer("kombit", "token:kombit")


async def _log(database: Database, first: int = 100, after: str | None = None, viewer: Viewer = KOMBIT) -> Any:
    async with asyncio.timeout(10):
        await database.read(Statement("wait", "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    request = Request(LOG, {"first": first, "after": after})
    result = await engine().execute(request, Context(database, viewer, NOW))
    assert not result.errors
    assert result.data is not None
    return result.data["accessLog"]


async def _lone(database: Database) -> str:
    result = await engine().execute(Request(LONE), Context.local(database, NOW))
    assert result.data is not None
    return str(result.data["person"]["id"])


async def test_over_http_with_the_requests_id(seeded: Database) -> None:
    looks = Looks(seeded)
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded), looks=looks))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        requests = []
        for _ in range(3):
            answer = await client.post(
                "/graphql", json={"query": "query Who " + LONE}, headers={"x-request-id": "mine"}
            )
            assert answer.json()["data"]["person"]["name"] == "Demo Lone Testsen"
            requests.append(answer.headers["x-request-id"])
        await client.post("/graphql", json={"query": LONE})
        await client.post("/graphql", json={"query": "{ municipalities { nodes { name } } }"})
    await looks.close()
    found = (await _log(seeded))["nodes"]
    assert [(one["operation"], len(one["requests"])) for one in found] == [("person", 1), ("Who", 3)]
    assert found[1]["requests"] == requests
    assert "mine" not in requests, "a request's id is ours: the log has the same"
    assert found[0]["actor"] == Context.local(seeded).viewer.actor
    assert await examine(seeded) == []


async def test_also_where_an_answer_is_given_again(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    answers = Answers(1_000_000, lambda: now[0])
    monkeypatch.setattr(engine(), "answers", answers)
    looks = Looks(seeded)
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded), looks=looks))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        bodies = []
        for _ in range(4):
            answer = await client.post("/graphql", json={"query": LONE, "extensions": {"cost": True}})
            assert answer.headers["content-type"].startswith("application/json")
            bodies.append(answer.content)
            now[0] += 2
    await looks.close()
    assert len(answers) == 1
    assert len(set(bodies)) == 1
    assert answer.json()["data"]["person"]["name"] == "Demo Lone Testsen"
    assert answer.json()["extensions"] == {"cost": 1}
    assert [len(one["requests"]) for one in (await _log(seeded))["nodes"]] == [4]


async def test_it_is_begun_to_be_written_within_a_second(seeded: Database) -> None:
    """By itself, before anybody stops: it begins to write `WAIT` after the first, and how long that takes is the machine's."""
    assert WAIT < 1
    lone = await _lone(seeded)
    looks = Looks(seeded)
    looks.note("local:me", "Q", frozenset({lone}), "r1")
    async with asyncio.timeout(30):
        while not (await _log(seeded))["totalCount"]:  # noqa: ASYNC110 - nobody tells of what is waited for
            await asyncio.sleep(0.1)
    looks.note("local:me", "Again", frozenset({lone}), "r2")
    again = Statement("looks", "MATCH (l:Look {operation: 'Again'}) RETURN l.requests AS r")
    async with asyncio.timeout(30):
        while not (rows := await seeded.read(again)):  # noqa: ASYNC110 - nor here
            await asyncio.sleep(0.1)
    assert [row["r"] for row in rows] == [["r2"]]
    await looks.close()


async def test_an_export_is_one_record_of_all_it_names(seeded: Database, database: Database) -> None:
    looks = Looks(seeded)
    transport = httpx.ASGITransport(Application(database, Operator(database), looks=looks))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=120) as client:
        answer = await client.get("/exchange/people.csv?municipality=0751")
        assert answer.status_code == 200
    await looks.close()
    rows = await seeded.read(
        Statement(
            "looks",
            "MATCH (l:Look) MATCH (s:Shown {key: l.shown}) RETURN l.operation AS o, l.requests AS r, s.people AS p",
        )
    )
    (row,) = rows
    assert (row["o"], row["r"]) == ("export people.csv", [answer.headers["x-request-id"]])
    assert set(row["p"]) == {word for word in answer.text.replace("\r\n", ";").split(";") if word.startswith("person:")}


async def test_pages_the_last_first(seeded: Database) -> None:
    lone = await _lone(seeded)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        Look(f"look:t-{i}", stored(at + timedelta(seconds=i)), "a", f"Q{i}", frozenset({lone, f"person:x{i % 2}"}), ())
        for i in range(5)
    ]
    await record(seeded, made)
    await record(seeded, made[:2])  # sent again, as after a lost answer
    page = await _log(seeded, 3)
    rest = await _log(seeded, 3, page["pageInfo"]["endCursor"])
    assert [one["operation"] for one in (*page["nodes"], *rest["nodes"])] == ["Q4", "Q3", "Q2", "Q1", "Q0"]
    assert page["totalCount"] == 5
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_for_whom(seeded: Database) -> None:
    lone = await _lone(seeded)
    await record(seeded, [Look("look:t", stored(NOW), "a", "Q", frozenset({lone}), ())])
    seen = {
        viewer.actor: (await _log(seeded, viewer=viewer))["totalCount"]
        for viewer in (
            KOMBIT,
            Viewer("municipality", "aarhus", municipality="0751"),
            Viewer("municipality", "odense", municipality="0461"),
            Viewer("municipality", "herself", municipality="0461", person=lone),
        )
    }
    assert seen == {"token:kombit": 1, "aarhus": 1, "odense": 0, "herself": 1}


async def test_what_is_too_old_or_too_much_goes_in_parts(seeded: Database) -> None:
    lone = await _lone(seeded)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    await record(
        seeded,
        [
            Look(f"look:t-{i}", stored(at + timedelta(days=i)), "a", "Q", frozenset({lone, f"person:{i // 2}"}), ())
            for i in range(6)
        ],
    )
    assert await prune(seeded, stored(at + timedelta(days=3))) == (3, 0)
    assert await prune(seeded, stored(at + timedelta(days=3))) == (0, 0)
    rows = await seeded.read(Statement("shown", "MATCH (s:Shown) RETURN s.people[0] AS p ORDER BY p"))
    assert [row["p"] for row in rows] == ["person:1", "person:2"]
    assert await prune(seeded, "", most=2) == (1, 1)
    assert await prune(seeded, "", most=2) == (0, 0)
    assert await prune(seeded, "", most_keys=1) == (2, 2)
    assert await seeded.value(Statement("left", "RETURN COUNT { MATCH (n:Look|Shown) }")) == 0


async def _left(database: Database) -> list[tuple[str, str]]:
    rows = await database.read(Statement("left", "MATCH (l:Look) RETURN l.actor AS a, l.operation AS o ORDER BY l.at"))
    return [(str(row["a"]), str(row["o"])) for row in rows]


async def test_who_makes_many_looks_pushes_out_none_but_the_own_ones(seeded: Database) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    early, late = frozenset({"person:watched"}), frozenset({"person:a", "person:b", "person:c"})
    seen = [("anna", "Q0", early), ("flood", "Q1", early), ("flood", "Q2", early), ("flood", "Q3", early)]
    seen += [("bent", "Q4", late)]
    await record(
        seeded,
        [
            Look(f"look:t-{i}", stored(at + timedelta(days=i)), actor, operation, people, ())
            for i, (actor, operation, people) in enumerate(seen)
        ],
    )
    assert await prune(seeded, "", most=3) == (2, 2)
    assert await _left(seeded) == [("anna", "Q0"), ("flood", "Q3"), ("bent", "Q4")]
    # Of the keys that are kept bent has three, and whoever shares the other one has one.
    assert await prune(seeded, "", most_keys=3) == (1, 1)
    assert await _left(seeded) == [("anna", "Q0"), ("flood", "Q3")]


async def test_that_young_looks_were_removed_is_an_error_in_the_log(
    seeded: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("text", "error")
    removed = asyncio.Event()
    parts = [Gone(5, 0), Gone(3, 3), Gone(2, 2), Gone(0, 0)]

    async def prune(_database: Database, _before: str) -> Gone:
        gone = parts.pop(0)
        if not parts:
            removed.set()
        return gone

    monkeypatch.setattr(looks_module, "prune", prune)
    monkeypatch.setattr(looks_module, "PAUSE", 0.0)
    keeping = asyncio.create_task(Looks(seeded, 30).keep_pruned())
    await asyncio.wait_for(removed.wait(), 10)
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "LOOKS_CUT" in line]
    assert "count=5" in line


async def test_a_mistake_of_ours_does_not_end_the_retention(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = [RuntimeError("nobody foresaw this"), None]
    again = asyncio.Event()

    async def prune(_database: Database, _before: str) -> Gone:
        if (error := tries.pop(0)) is not None:
            raise error
        again.set()
        return Gone(0, 0)

    monkeypatch.setattr(looks_module, "prune", prune)
    monkeypatch.setattr(looks_module, "AGAIN", 0.01)
    with logged("json", "info") as log:
        keeping = asyncio.create_task(Looks(seeded, 30).keep_pruned())
        await asyncio.wait_for(again.wait(), 10)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    (told,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (told["event"], told["kind"]) == ("looks could not be pruned", "RuntimeError")


async def test_names_of_operations_make_few_looks(seeded: Database) -> None:
    lone = await _lone(seeded)
    looks = Looks(seeded)
    for i in range(100):
        looks.note("token:reader", f"A{i}", frozenset({lone}), f"r{i}")
    looks.note("token:other", "A99", frozenset({lone}), "r100")
    looks.note("token:reader", "A0", frozenset({lone}), "r101")
    await looks.flush()
    looks.note("token:reader", "A99", frozenset({lone}), "r102")
    await looks.close()
    found = {(one["actor"], one["operation"]): one["requests"] for one in (await _log(seeded))["nodes"]}
    assert len(found) == MOST_OPERATIONS + 3
    assert found["token:reader", "A0"] == ["r0", "r101"]
    assert found["token:reader", OTHERS] == [f"r{i}" for i in range(MOST_OPERATIONS, 100)]
    assert found["token:other", "A99"] == ["r100"]
    assert found["token:reader", "A99"] == ["r102"]


class _Away(Database):
    """A database that is away until it is told to come back."""

    def __init__(self, database: Database) -> None:
        self._real, self.away = database, True

    async def write(self, work: Any, **how: Any) -> Any:
        if self.away:
            raise DatabaseUnavailableError
        return await self._real.write(work, **how)


async def test_while_the_database_is_away_notes_are_kept_to_a_bound(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import looks as module

    lone = await _lone(seeded)
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "LOOKS_SECONDS", 10.0)
    database = _Away(seeded)
    looks = Looks(database)
    with logged("json", "info") as log:
        for i in range(5):
            looks.note("local:me", f"Q{i}", frozenset({lone}), f"r{i}")
        with pytest.raises(DatabaseUnavailableError):
            await looks.flush()
        database.away = False
        await looks.close()
    told = [(line["code"], line.get("count")) for line in map(json.loads, log.getvalue().splitlines())]
    assert told == [("LOOKS_LOST", None), ("LOOKS_LOST", 2)], "once at once, and how many it were in the end"
    assert [one["operation"] for one in (await _log(seeded))["nodes"]] == ["Q2", "Q1", "Q0"]


async def test_that_looks_wait_for_the_database_is_told_once_and_when_they_are_recorded_again(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import looks as module

    monkeypatch.setattr(module, "WAIT", 0.01)
    monkeypatch.setattr(module, "AGAIN", 0.01)
    database, lone = _Away(seeded), await _lone(seeded)
    looks = Looks(database)
    with logged("json", "info") as log:
        looks.note("local:me", "Q", frozenset({lone}), "r")
        await asyncio.sleep(0.2)
        database.away = False
        assert looks._task is not None
        await asyncio.wait_for(looks._task, 10)
        await looks.close()
    told = [line["event"] for line in map(json.loads, log.getvalue().splitlines())]
    assert told == ["looks wait to be recorded: the database does not take them", "looks are recorded again"]


async def test_nobody_shown_is_nothing_recorded(seeded: Database) -> None:
    looks = Looks(seeded)
    looks.note("local:me", "Q", frozenset())
    await looks.close()
    assert await seeded.value(Statement("left", "RETURN COUNT { MATCH (n:Look) }")) == 0


async def test_whose_key_a_refused_change_tells(seeded: Database, change: Change) -> None:
    bo, anna = await person(change, "Demo Bo Afprøvesen"), await person(change, "Demo Anna Afprøvesen")
    held = await appointed(change, anna, validFrom="2026-01-01", validTo="2026-06-01")
    text = (
        "query ($role: String) { assignments(first: 5, filter: {role: $role, endsBy: null}) "
        "{ nodes { municipality { code } holder { ... on Person { id } } } } }"
    )
    found = await engine().execute(Request(text, {"role": OWNER}), Context.local(seeded, NOW))
    assert found.data is not None
    owner = found.data["assignments"]["nodes"][0]
    cases = [
        (
            "appoint",
            {"role": OWNER, "municipality": owner["municipality"]["code"], "person": bo},
            "ONE_HOLDER",
            owner["holder"]["id"],
        ),
        ("standIn", {"assignments": [held["assignment"]["id"]], "person": bo}, "OUTSIDE_COVER", anna),
    ]
    for mutation, given, code, told in cases:
        request = Request(document(mutation, ""), {"input": {**given, "validFrom": "2026-12-01"}})
        result = await engine().execute(request, Context.local(seeded, NOW))
        assert result.data is not None
        assert result.data[mutation]["code"] == code
        assert told in result.data[mutation]["expected"]
        assert told in result.people


async def test_of_whom_a_refused_change_tells(seeded: Database, change: Change) -> None:
    anna, bo, cilla, dora = [await person(change, f"Demo {name} Afvist") for name in ("Anna", "Bo", "Cilla", "Dora")]
    await change("leave", person=bo, on="2026-05-01")
    await change("erasePerson", person=dora, statements=3)
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    debtors = {"role": "ØiR debitor administrator", "municipality": PLACE, "validFrom": "2026-06-01"}
    made = await change("appoint", "... on AssignmentChanged { assignment { id } }", **debtors, person=cilla)
    taken_back = await change("retract", fact=made["assignment"]["id"])
    await change("appoint", **debtors, person=cilla)
    here = {"role": ROLE, "municipality": PLACE}
    aarhus = Viewer("municipality", "aarhus", municipality="0751", edits=True)
    me = Context.local(seeded).viewer
    cases: list[tuple[str, Viewer, dict[str, Any], str, set[str]]] = [
        ("appoint", aarhus, {**here, "municipality": "0751", "person": bo, "dryRun": True}, "HAS_LEFT", {bo}),
        ("changePerson", aarhus, {"person": anna, "unit": "x"}, "NOT_ALLOWED", {anna}),
        ("end", aarhus, {"fact": held, "validTo": "2026-12-02"}, "NOT_ALLOWED", {anna}),
        ("appoint", me, {**here, "person": anna}, "ALREADY_HELD", {anna}),
        ("undo", me, {"change": taken_back["change"]["seq"]}, "ALREADY_HELD", {cilla}),
        ("erasePerson", me, {"person": anna}, "HOLDS_ROLES", {anna}),
        ("erasePerson", me, {"person": anna, "vacancies": [held], "reason": "Anna bad om det"}, "BAD_TEXT", {anna}),
        ("erasePerson", me, {"person": dora}, "ERASED", set()),
        ("changePerson", me, {"person": "Demo Anna Afvist", "name": "Demo Anna Afvist"}, "NOTHING_TO_CHANGE", {anna}),
        ("end", me, {"fact": held, "validTo": "2025-01-01"}, "BAD_PERIOD", {anna}),
        ("handOver", me, {"assignment": held, "person": cilla, "on": "2025-01-01"}, "BAD_PERIOD", {anna, cilla}),
        (
            "handOver",
            me,
            {"assignment": "assignment:0000000000000000", "person": "Demo Bo Afvist"},
            "UNKNOWN_FACT",
            {bo},
        ),
    ]
    told = []
    for mutation, viewer, given, _, _ in cases:
        result = await engine().execute(Request(document(mutation, ""), {"input": given}), Context(seeded, viewer, NOW))
        assert result.data is not None
        told.append((mutation, result.data[mutation].get("code"), set(result.people)))
    assert told == [(mutation, code, people) for mutation, _, _, code, people in cases]


async def test_whom_a_change_names_that_is_made_or_only_tried(seeded: Database, change: Change) -> None:
    anna, bo, dora = [await person(change, f"Demo {name} Nævnt") for name in ("Anna", "Bo", "Dora")]
    await change("erasePerson", person=dora, statements=3)
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    here = {"role": ROLE, "municipality": PLACE, "person": "Demo Anna Nævnt"}
    report = {**here, "comment": "Svarer ikke"}
    me = Context.local(seeded).viewer
    reader = Viewer("municipality", "odense", municipality="0461")
    vendor = Viewer("vendor", "vendor:kmd", vendor="vendor:kmd")
    dry = {"dryRun": True}
    once = {"idempotencyKey": "nævnt"}
    cases: list[tuple[str, Viewer, dict[str, Any], str | None, set[str]]] = [
        ("reportContact", reader, {**report, **dry}, None, {anna}),
        ("reportContact", reader, {**report, "person": "Demo Bo Nævnt", **dry}, "NOT_A_CONTACT", {bo}),
        # A vendor finds nobody here, whoever is named: the right name is answered as any other, and tells of nobody.
        ("reportContact", vendor, {**report, "person": anna, **dry}, "UNKNOWN_PERSON", set()),
        ("reportContact", vendor, {**report, **dry}, "UNKNOWN_PERSON", set()),
        ("appoint", me, {**here, "role": "ØiR debitor administrator", **dry}, None, {anna}),
        ("changePerson", me, {"person": anna, "unit": "Løn", **dry}, None, {anna}),
        ("end", me, {"fact": held, "validTo": "2027-01-01", **dry}, None, {anna}),
        ("end", me, {"fact": held, "validTo": "2027-01-01", "ifSeq": 1, **dry}, "CONFLICT", {anna}),
        ("handOver", me, {"assignment": held, "person": "Demo Bo Nævnt", "on": "2027-01-01", **dry}, None, {anna, bo}),
        ("changePerson", me, {"person": "Demo Bo Nævnt", "municipality": "Ingensteds"}, "UNKNOWN_MUNICIPALITY", {bo}),
        ("changePerson", me, {"person": bo, "unit": "Løn", **once}, None, {bo}),
        ("changePerson", me, {"person": bo, "unit": "Løn", **once}, None, {bo}),
        ("erasePerson", me, {"person": dora, "formerNames": ["Demo Dora Nævnt"], **dry}, None, set()),
        ("erasePerson", me, {"person": bo, **dry}, None, {bo}),
        ("erasePerson", me, {"person": bo}, None, set()),
    ]
    told = []
    for mutation, viewer, given, _, _ in cases:
        text = document(mutation, "").replace("... on Conflict { changes { seq operation } }", "")
        result = await engine().execute(Request(text, {"input": given}), Context(seeded, viewer, NOW))
        assert not result.errors, [error.formatted for error in result.errors]
        assert result.data is not None
        told.append((mutation, result.data[mutation].get("code"), set(result.people)))
    assert told == [(mutation, code, people) for mutation, _, _, code, people in cases]


async def test_a_dry_run_is_in_the_access_log_as_a_question_is(seeded: Database, change: Change) -> None:
    anna = await person(change, "Demo Anna Nævnt")
    await appointed(change, anna, validFrom="2026-01-01")
    looks = Looks(seeded)
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded), looks=looks))
    given = {"role": ROLE, "municipality": PLACE, "person": "Demo Anna Nævnt", "comment": "x", "dryRun": True}
    query = "mutation Guess($input: ReportContactInput!) { reportContact(input: $input) { __typename } }"
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.post("/graphql", json={"query": query, "variables": {"input": given}})
    await looks.close()
    assert answer.json() == {"data": {"reportContact": {"__typename": "ReportChanged"}}}
    rows = await seeded.read(
        Statement(
            "looks",
            "MATCH (l:Look) MATCH (s:Shown {key: l.shown})"
            " RETURN l.actor AS a, l.operation AS o, l.requests AS r, s.people AS p",
        )
    )
    me = Context.local(seeded).viewer.actor
    assert [tuple(row.values()) for row in rows] == [(me, "Guess", [answer.headers["x-request-id"]], [anna])]
