"""The gallery itself: roles defined, renamed, withdrawn, escalated; its versions (rules 9 to 11)."""

import re
from typing import Any, Final

from graph.basis import Wanted
from graph.model import Arrow, Thing, Value
from graph.reads import Lookup
from graph.shape import OPEN_DATE
from graph.text import fold
from resolvers.changes import chains
from resolvers.changes.holding import ROLE
from resolvers.changes.operation import Case, Draft, Named, Operation, name_of, target, text, until
from resolvers.errors import InvalidInput

_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}")
_LAST: Final = 10_000
"""Where lists show a role that says nothing of its order: after the others."""


def new_code(given: Any, title: str, field: str = "code") -> str:
    """Give the code of a new thing: the one that is asked for, else one made of its title."""
    code = given.get(field) or fold(title).replace(" ", "-")[:80].strip("-")
    if not _CODE.fullmatch(code) or len(code) > 80:
        raise InvalidInput("BAD_CODE", field, code, "at most 80 small letters and digits, words joined by hyphens")
    return str(code)


def check_free(case: Case, key: str, field: str) -> None:
    """Refuse a key that a thing has already."""
    if key in case.things:
        raise InvalidInput("CODE_TAKEN", field, key.partition(":")[2], "a code that nothing has yet")


def _gallery_key(given: Any) -> str:
    return f"gallery:{given['gallery']}"


def _define(case: Case) -> Draft:
    named, given = case.named, case.given
    title = name_of(given, "title")
    key, version = f"role:{new_code(given, title)}", _gallery_key(given)
    check_free(case, key, "code")
    gallery = case.things.get(version)
    if gallery is None:
        raise InvalidInput(
            "UNKNOWN_GALLERY", "gallery", given["gallery"], "a version that the gallery has, such as 1.4"
        )
    since = given.get("validFrom") or named.today
    properties: dict[str, Value] = {
        "code": key.partition(":")[2],
        "domain": given["domain"],
        "kind": given["kind"],
        "order": _LAST if given.get("order") is None else given["order"],
        "prefersMailbox": bool(given.get("prefersMailbox")),
        "wantsOneHolder": bool(given.get("wantsOneHolder")),
        "heldBy": given.get("heldBy") or "ANY",
    }
    if (gloss := text(given, "en")) is not None:
        properties["en"] = gloss
    mailbox = named.keys.get("mailboxRole")
    draft = Draft(since)
    draft.create(Thing("Role", key, properties, (Arrow("MAILBOX", mailbox),) if mailbox else ()))
    draft.add("Name", (since, OPEN_DATE), [("NAMES", key)], _named(title))
    draft.add("Definition", (since, OPEN_DATE), [("BY", version), ("OF", key)])
    if (escalates := named.keys.get("escalatesTo")) is not None:
        draft.add("Escalation", (since, OPEN_DATE), [("FROM", key), ("TO", escalates)], {"inferred": False})
        chains.check(case, draft, "escalatesTo")
    draft.shows["role"] = {"keys": [key]}
    return draft


def _named(title: str) -> dict[str, Value | None]:
    return {"title": title, "folded": fold(title), "kind": "OFFICIAL", "language": "da"}


def _wants_new(named: Named) -> Wanted:
    title = name_of(named.given, "title")
    return Wanted(things=[f"role:{new_code(named.given, title)}", _gallery_key(named.given)], chains=[""])


def _rename(case: Case) -> Draft:
    """Give a role another official title from a day on; the old one stays findable."""
    named = case.named
    role, since = named.key("role"), case.given.get("validFrom") or named.today
    title = name_of(case.given, "title")
    draft, goes_on = Draft(since), False
    for row in list(case.believed("Name")):
        name = row.record
        if name.properties["kind"] != "OFFICIAL" or name.valid_to <= since:
            continue
        if name.properties["title"] == title and name.valid_from <= since:
            draft.supersede(row, valid_to=OPEN_DATE)
            goes_on = True
            continue
        if name.valid_from >= since:
            raise InvalidInput(
                "BAD_PERIOD",
                "validFrom",
                since,
                f"a day after {name.valid_from}, when {name.key} begins; or correct that one",
            )
        draft.supersede(row, valid_to=since)
    if not goes_on:
        draft.add("Name", (since, OPEN_DATE), [("NAMES", role)], _named(title))
    draft.shows["role"] = {"keys": [role]}
    return draft


def _withdraw(case: Case) -> Draft:
    """Let all gallery versions cease to define a role from a day on; who holds it goes on until ended.

    Raises:
        InvalidInput: it was not defined before that day: of a role that no version ever defined nothing would tell that it is withdrawn.
    """
    role, on = case.named.key("role"), case.given.get("on") or case.named.today
    if (first := min((row.record.valid_from for row in case.believed("Definition")), default="")) >= on:
        expected = f"a day after it was first defined, {first}: until then the gallery tells of it"
        raise InvalidInput("BAD_PERIOD", "on", on, expected)
    draft = Draft(on)
    for row in list(case.believed("Definition")):
        if row.record.valid_to > on:
            draft.stop(row, on)
    draft.shows["role"] = {"keys": [role]}
    return draft


def _escalate(case: Case) -> Draft:
    """Let a role escalate elsewhere from a day on; to nowhere: to the end of the chain."""
    named = case.named
    role, since = named.key("role"), case.given.get("validFrom") or named.today
    to = named.keys.get("to")
    draft, goes_on = Draft(since), False
    for row in list(case.believed("Escalation")):
        if target(row.record, "FROM") != role or row.record.valid_to <= since:
            continue
        if row.record.valid_from > since:
            held = f"{row.record.valid_from}, when {row.record.key} begins {until(row.record.valid_to)}"
            raise InvalidInput("BAD_PERIOD", "validFrom", since, f"a day from {held}; or correct that one")
        if target(row.record, "TO") == to:
            draft.supersede(row, valid_to=OPEN_DATE)
            goes_on = True
        else:
            draft.stop(row, since)
    if to is not None and not goes_on:
        draft.add("Escalation", (since, OPEN_DATE), [("FROM", role), ("TO", to)], {"inferred": False})
    chains.check(case, draft, "to")
    draft.shows["role"] = {"keys": [role]}
    return draft


def _publish(case: Case) -> Draft:
    """Publish a gallery version: which roles it defines; the version that it replaces ceases to define any."""
    given, named = case.given, case.named
    version, day = given["version"], given["published"]
    if not _VERSION.fullmatch(version):
        raise InvalidInput("BAD_CODE", "version", version, "a version such as 1.4")
    key = f"gallery:{version}"
    check_free(case, key, "version")
    draft = Draft(day)
    if (before := given.get("replaces")) is not None:
        if f"gallery:{before}" not in case.things:
            raise InvalidInput("UNKNOWN_GALLERY", "replaces", before, "a version that the gallery has, such as 1.1")
        for row in list(case.believed("Definition")):
            if target(row.record, "BY") == f"gallery:{before}" and row.record.valid_to > day:
                if row.record.valid_from >= day:
                    raise InvalidInput(
                        "BAD_PERIOD",
                        "published",
                        day,
                        f"a day after {row.record.valid_from}, when version {before} begins to define {target(row.record, 'OF')}",
                    )
                draft.supersede(row, valid_to=day)
    properties: dict[str, Value] = {"version": version, "published": day}
    if (note := text(given, "note", 500)) is not None:
        properties["note"] = note
    draft.create(Thing("Gallery", key, properties))
    for role in dict.fromkeys(named.keys["roles"]):
        draft.add("Definition", (day, OPEN_DATE), [("BY", key), ("OF", role)])
    draft.shows["gallery"] = {"keys": [key]}
    return draft


def _wants_version(named: Named) -> Wanted:
    before = [f"gallery:{named.given['replaces']}"] if named.given.get("replaces") else []
    defined = named.keys["roles"] if named.given.get("ifSeq") is not None else []
    return Wanted(about=before, things=[f"gallery:{named.given['version']}", *before], defined=defined)


def _rests_on(case: Case) -> list[str]:
    """Tell what a version rests on: the one that it replaces, and the roles that it defines."""
    return [*_wants_version(case.named).about, *case.named.keys["roles"]]


OPERATIONS: Final = (
    Operation(
        "defineRole", "RoleChanged", _define, _wants_new,
        lookups=(Lookup("mailboxRole", "Role"), Lookup("escalatesTo", "Role")),
    ),
    Operation(
        "renameRole", "RoleChanged", _rename,
        lambda named: Wanted(named=[named.key("role")], things=[named.key("role")]), lookups=(ROLE,), edits=("role",),
    ),
    Operation(
        "withdrawRole", "RoleChanged", _withdraw,
        lambda named: Wanted(defined=[named.key("role")], things=[named.key("role")]), lookups=(ROLE,), edits=("role",),
    ),
    Operation(
        "escalateRole", "RoleChanged", _escalate,
        lambda named: Wanted(chains=[""], things=[named.key("role")]),
        lookups=(ROLE, Lookup("to", "Role")), edits=("role",),
    ),
    Operation(
        "publishGallery", "GalleryChanged", _publish, _wants_version,
        lookups=(Lookup("roles", "Role", many=True),), rests=_rests_on,
    ),
)  # fmt: skip
"""The operations on the gallery."""
