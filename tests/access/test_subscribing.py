"""What is followed obeys the table as what is asked does: who may follow what, whose changes come, and whose contact points are shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest

from graph.driver import Database, Statement
from resolvers.context import PUBLIC, Viewer
from server.guard import Headers
from server.identity.identity import Identified
from tests.access.conftest import AARHUS, COPENHAGEN, KOMBIT, VENDOR, As
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.notice.conftest import Service, Socket, bare, served, statements, streamed

__all__ = ["statements"]
OPERATOR: Final = Viewer(edits=True)
ROLE: Final = {"role": "Aftalegodkender"}
WHO: Final = {"kombit": KOMBIT, "aarhus": AARHUS, "copenhagen": COPENHAGEN, "vendor": VENDOR}


class Named:
    """Takes the names of viewers for tokens."""

    async def of_headers(self, headers: Headers) -> Identified:
        given = headers.get(b"authorization")
        return Identified(PUBLIC if given is None else WHO[given.decode()])

    async def of_text(self, text: str) -> Identified:
        return Identified(WHO[text])


@pytest.fixture
async def service(seeded: Database) -> AsyncIterator[Service]:
    async with served(Patient(seeded), Named()) as running:
        yield running


def headers(who: str) -> dict[str, str]:
    return {"authorization": who} if who else {}


async def follower(stack: AsyncExitStack, service: Service, who: str) -> Socket:
    """A socket of a viewer's, open as long as `stack` is."""
    client = await stack.enter_async_context(bare(service, additional_headers=headers(who)))
    await client.say(type="connection_init")
    assert await client.hear() == {"type": "connection_ack"}
    return client


# --- who may follow ---------------------------------------------------------------------------------------------------------

PROGRESS: Final = "effects { thing { ... on Task { progress { done } } } }"
FOLLOWED: Final = {
    'answer(role: "Aftalegodkender", municipality: "0751") { seq }': 'responsibility(role: "Aftalegodkender", municipality: "0751") { at }',
    'cells(municipality: "0751") { seq }': 'coverage(municipality: "0751") { at }',
    "changes(after: 0) { seq }": "changes { totalCount }",
    f"changes(after: 0) {{ {PROGRESS} }}": f"changes(first: 1) {{ nodes {{ {PROGRESS} }} }}",
}
"""What is followed, and how the same is asked."""
REFUSED: Final = [
    *((who, viewer, followed) for who, viewer in (("", PUBLIC), ("vendor", VENDOR)) for followed in FOLLOWED),
    ("aarhus", AARHUS, [*FOLLOWED][-1]),
]


@pytest.mark.parametrize(("who", "viewer", "followed"), REFUSED)
async def test_who_may_not_ask_may_not_follow(
    who: str, viewer: Viewer, followed: str, service: Service, seeded: Database, statements: list[Statement]
) -> None:
    asked = (await As(seeded).asks(viewer, f"{{ {FOLLOWED[followed]} }}")).error
    async with AsyncExitStack() as stack:
        client = await follower(stack, service, who)
        await client.follow("a", f"subscription {{ {followed} }}")
        message = await client.hear()
        stream = await stack.enter_async_context(streamed(service, f"subscription {{ {followed} }}", headers(who)))
        assert stream.headers["content-type"].startswith("application/"), "it is followed"
        body = json.loads(await stream.reader.readexactly(int(stream.headers["content-length"])))
    assert (message["id"], message["type"]) == ("a", "error")
    assert message["payload"] == body["errors"]
    (error,) = message["payload"]
    assert asked["code"] == "NOT_ALLOWED"
    root = followed.partition("(")[0]
    field = f"Subscription.{root}" if asked["field"].startswith("Query.") else asked["field"]
    assert error["extensions"] == {**asked, "field": field}
    assert [one.name for one in statements if "subscription" in one.name] == []


# --- whose changes come -----------------------------------------------------------------------------------------------------

CHANGES: Final = """subscription ($after: Int) {
  changes(after: $after) { seq operation municipalities { code } effects { thing { id } after { id } } } }"""


async def report(who: As, code: str) -> int:
    """Report a contact in a municipality; whose report it is."""
    made = await who.changes(OPERATOR, "reportContact", **ROLE, municipality=code, comment="Demo: nummeret er forkert")
    return int(made["change"]["seq"])


async def test_a_municipality_s_changes_come_to_itself_and_what_is_everybody_s_to_all(
    service: Service, who: As, garden: Garden
) -> None:
    start = garden.seq
    made = {"aarhus": [await report(who, "0751")], "copenhagen": [await report(who, "0101")]}

    async def follow(stack: AsyncExitStack, name: str) -> Socket:
        client = await follower(stack, service, name)
        await client.follow("log", CHANGES, after=start)
        return client

    async with AsyncExitStack() as stack:
        # One after the other, so that none is looked at first by chance; KOMBIT, which sees all, is before the others.
        clients = {name: await follow(stack, name) for name in ("kombit", "aarhus", "copenhagen")}
        for name, code in (("aarhus", "0751"), ("copenhagen", "0101")):
            event = await clients[name].event("log")
            assert (event["seq"], event["operation"]) == (made[name][0], "reportContact")
            assert event["municipalities"] == [{"code": code}]
            assert [effect["after"]["id"].partition(":")[0] for effect in event["effects"]] == ["report"]
            assert (await clients["kombit"].event("log"))["seq"] == made[name][0]
        for name, code in (("copenhagen", "0101"), ("aarhus", "0751")):
            seq = await report(who, code)
            assert (await clients[name].event("log"))["seq"] == seq
            assert (await clients["kombit"].event("log"))["seq"] == seq
        renamed = await who.changes(OPERATOR, "renameRole", **ROLE, title="Demo Godkender af aftaler")
        for client in clients.values():
            event = await client.event("log")
            assert (event["seq"], event["municipalities"]) == (renamed["change"]["seq"], [])
        for client in clients.values():
            await client.quiet(0.4)


async def test_the_ids_of_a_stream_tell_no_number_of_another_municipality_s_change(
    service: Service, who: As, garden: Garden
) -> None:
    start = garden.seq
    for code in ("0101", "0751", "0101", "0101"):
        await report(who, code)
    renamed = await who.changes(OPERATOR, "renameRole", **ROLE, title="Demo Godkender af aftaler")
    query = "subscription ($after: Int) { changes(after: $after) { operation } }"
    async with streamed(service, query, headers("aarhus"), after=start) as stream:
        told = [await stream.event() for _ in range(2)]
    assert told == [
        (str(start + 2), {"operation": "reportContact"}),
        (str(renamed["change"]["seq"]), {"operation": "renameRole"}),
    ]


# --- whose contact points are shown -----------------------------------------------------------------------------------------

ANSWER: Final = """subscription { answer(role: "Aftalegodkender", municipality: "0751") {
  seq answers { accountable { holder { id contactPoints { value } } } reach { email phone } } } }"""
MAIL, PHONE, NEW_PHONE = "demo.gro@demo.example", "00 11 22 33", "00 11 22 44"


def points(phone: str) -> list[dict[str, str]]:
    return [
        {"kind": "EMAIL", "value": MAIL, "visibility": "AUTHORITIES"},
        {"kind": "PHONE", "value": phone, "visibility": "OWN_MUNICIPALITY"},
    ]


def shown(event: Mapping[str, Any], person: str) -> set[str]:
    """The contact points that an event shows of a person, and all that it says of reaching anybody."""
    (answer,) = event["answers"]
    holders = [one["holder"] for one in answer["accountable"]]
    mine = {point["value"] for one in holders if one["id"] == person for point in one["contactPoints"]}
    return mine | {value for one in answer["reach"] for value in one.values() if value in (PHONE, NEW_PHONE)}


@pytest.mark.parametrize(
    "order", [("kombit", "aarhus", "copenhagen"), ("aarhus", "copenhagen", "kombit")], ids=" ".join
)
async def test_each_follower_of_one_answer_is_shown_what_is_theirs_to_see(
    order: tuple[str, ...], service: Service, who: As, garden: Garden, statements: list[Statement]
) -> None:
    given = {"name": "Demo Gro Muren", "municipality": "0751", "contactPoints": points(PHONE)}
    added = await who.changes(OPERATOR, "addPerson", "... on PersonChanged { person { id } }", **given)
    person = added["person"]["id"]
    await who.changes(OPERATOR, "appoint", **ROLE, municipality="0751", person=person)
    async with AsyncExitStack() as stack:
        followers = [(name, await follower(stack, service, name)) for name in (*order, "aarhus")]
        for name, client in followers:
            await client.follow("a", ANSWER)
            expected = {MAIL, PHONE} if name == "aarhus" else {MAIL}
            assert shown(await client.event("a"), person) == expected, name
        statements.clear()
        await who.changes(OPERATOR, "changePerson", person=person, contactPoints=points(NEW_PHONE))
        for name, client in followers:
            if name == "aarhus":
                assert shown(await client.event("a"), person) == {MAIL, NEW_PHONE}
            else:
                await client.quiet()
        looks = [one for one in statements if "subscription answer" in one.name]
        assert len(looks) == len(order), "two of the same viewer share one look"
