"""The reference data: `reference/*.toml` and `.csv` read into things and facts, in the graph's words.

Each function reads one file. What a file says of things and of their names and facts belongs to its edition: when a row
vanishes, its facts end on the file's edition date (`Reference.editions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from graph.model import Arrow, Record, Thing, Value, fact_key
from graph.params import stored
from graph.shape import OPEN_DATE
from graph.text import fold
from graph_seed.files import REFERENCE, File, Row, read_csv, read_toml
from graph_seed.model import BEGINNING, name
from graph_seed.tasks import Totals, read_tasks

DOMAINS: Final = ("OIR", "OIR_FINANS", "OIR_DEBITOR", "PROGRAMME", "INFRASTRUCTURE", "YR", "AGREEMENTS")
KINDS: Final = (
    *("SYSTEM_OWNER", "SYSTEM_MANAGER", "ADMINISTRATOR", "CONTACT", "MAILBOX"),
    *("PROGRAMME_LEADER", "INFRASTRUCTURE", "IMPLEMENTATION_LEAD", "APPROVER"),
)
CLASSES: Final = ("PUBLIC", "VENDORS", "AUTHORITIES", "OWN_MUNICIPALITY")
COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


@dataclass(slots=True)
class Reference:
    """All reference data.

    `editions` and `sources` tell the edition date and the file for each label; a name belongs to the label of what it
    names. `totals` are the published totals of progress, by task key.
    """

    things: list[Thing] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    editions: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)

    def take(self, file: File, labels: Iterable[str], things: Iterable[Thing], records: Iterable[Record]) -> None:
        """Add what a file says; `labels` are those of its things and facts."""
        self.things += things
        self.records += records
        for label in labels:
            self.editions[label], self.sources[label] = file.edition, file.name

    def edition(self, record: Record) -> str:
        """Tell the edition date of the file that says (or no longer says) this fact."""
        return self.editions[_owner(record)]

    def source(self, record: Record) -> str:
        """Tell the file that says this fact."""
        return self.sources[_owner(record)]


def _owner(record: Record) -> str:
    if record.label != "Name":
        return record.label
    prefix = record.arrows[0].target.partition(":")[0]
    return prefix[0].upper() + prefix[1:]


def read_reference(folder: Path = REFERENCE) -> Reference:
    """Read all files of a folder. Raises `SeedError` for the first row that is not what it must be."""
    reference = Reference()
    municipalities = read_csv(folder, "municipalities.csv", ("code", "name", "region", "also"))
    reference.take(municipalities, ("Municipality",), *_municipalities(municipalities))
    gallery, roles = read_toml(folder, "gallery.toml"), read_toml(folder, "roles.toml")
    reference.take(gallery, ("Gallery",), _galleries(gallery), ())
    reference.take(roles, ("Role", "Definition"), *_roles(roles, gallery))
    escalation = read_toml(folder, "escalation.toml")
    reference.take(escalation, ("Escalation",), (), _escalations(escalation))
    vendors = read_toml(folder, "vendors.toml")
    reference.take(vendors, ("Vendor", "ErpSystem"), *_vendors(vendors))
    mailboxes = read_toml(folder, "mailboxes.toml")
    reference.take(mailboxes, ("Mailbox",), _mailboxes(mailboxes), ())
    systems = read_toml(folder, "systems.toml")
    reference.take(systems, ("ItSystem", "Integration", "Service"), *_systems(systems))
    tasks = read_toml(folder, "tasks.toml")
    things, records, reference.totals = read_tasks(tasks)
    reference.take(tasks, ("Project", "Task", "Terms", "Addressing", "Requirement"), things, records)
    meetings = read_toml(folder, "meetings.toml")
    reference.take(meetings, ("Meeting",), _meetings(meetings), ())
    agreements = read_toml(folder, "agreements.toml")
    reference.take(agreements, ("Agreement",), (), _agreements(agreements))
    return reference


def _given(**values: Value | None) -> dict[str, Value]:
    return {key: value for key, value in values.items() if value is not None}


def _instant(local: dt.datetime) -> str:
    return stored(local.replace(tzinfo=COPENHAGEN))


def _arrows(row: Row, field: str, kind: str, prefix: str) -> tuple[Arrow, ...]:
    return tuple(Arrow(kind, f"{prefix}:{code}") for code in row.texts(field))


def _names(row: Row, key: str, official: str, note: str | None = None) -> list[Record]:
    """Read the names of a thing: former titles are official ones with an end, where the title of today begins."""
    others = []
    for other in row.rows("names"):
        valid = (other.maybe_date("from") or BEGINNING, other.maybe_date("to") or OPEN_DATE)
        kind = other.choice("kind", ("OFFICIAL", "ALIAS")) if other.has("kind") else "ALIAS"
        if kind == "OFFICIAL" and valid[1] == OPEN_DATE:
            raise other.wrong("to", "the day on which the title of today began")
        others.append(name(key, other.text("title"), kind, other.maybe_text("note"), valid))
        other.done()
    start = max((record.valid_to for record in others if record.properties["kind"] == "OFFICIAL"), default=BEGINNING)
    return [name(key, official, "OFFICIAL", note, (start, OPEN_DATE)), *others]


def _municipalities(file: File) -> tuple[list[Thing], list[Record]]:
    things, records = [], []
    for row in file.rows("row"):
        code, title = row.text("code"), row.text("name")
        if len(code) != 4 or not code.isdecimal():
            raise row.wrong("code", "four digits")
        key = f"municipality:{code}"
        things.append(
            Thing(
                "Municipality", key, {"code": code, "name": title, "folded": fold(title), "region": row.text("region")}
            )
        )
        also = [f"{title} Kommune", *(row.maybe_text("also") or "").split(";")]
        records += [name(key, title, "OFFICIAL"), *(name(key, other, "ALIAS") for other in also if other)]
        row.done()
    return things, records


def _galleries(file: File) -> list[Thing]:
    things = []
    for row in file.rows("gallery"):
        version = row.text("version")
        values = _given(version=version, published=row.date("published"), note=row.maybe_text("note"))
        things.append(Thing("Gallery", f"gallery:{version}", values))
        row.done()
    return sorted(things, key=lambda thing: str(thing.properties["published"]))


def _roles(file: File, gallery: File) -> tuple[list[Thing], list[Record]]:
    versions = {str(thing.properties["version"]): str(thing.properties["published"]) for thing in _galleries(gallery)}
    ends = dict(zip(versions, [*list(versions.values())[1:], OPEN_DATE], strict=True))
    things, records = [], []
    for order, row in enumerate(file.rows("role"), 1):
        code = row.text("code")
        key = f"role:{code}"
        values = _given(
            code=code,
            domain=row.choice("domain", DOMAINS),
            kind=row.choice("kind", KINDS),
            en=row.maybe_text("en"),
            order=order,
            prefersMailbox=row.flag("prefers_mailbox"),
            wantsOneHolder=row.flag("wants_one_holder"),
            heldBy=row.choice("held_by", ("ANY", "PERSON", "MAILBOX")),
        )
        mailbox = row.maybe_text("mailbox")
        things.append(Thing("Role", key, values, (Arrow("MAILBOX", f"role:{mailbox}"),) if mailbox else ()))
        records += _names(row, key, row.text("title"))
        row.choice("defined", ("source", "ours"))
        for version in row.texts("galleries"):
            if version not in versions:
                raise row.wrong("galleries", f"versions in {gallery.name}: {', '.join(versions)}")
            arrows = (Arrow("BY", f"gallery:{version}"), Arrow("OF", key))
            records.append(
                Record("Definition", fact_key("Definition", version, key), versions[version], ends[version], {}, arrows)
            )
        row.done()
    return things, records


def _escalations(file: File) -> list[Record]:
    start, chain = file.head.date("valid_from"), file.head.row("escalates_to")
    records = []
    for source, target in chain.items() if chain else ():
        arrows = (Arrow("FROM", f"role:{source}"), Arrow("TO", f"role:{target}"))
        records.append(
            Record("Escalation", fact_key("Escalation", source), start, OPEN_DATE, {"inferred": True}, arrows)
        )
    return records


def _vendors(file: File) -> tuple[list[Thing], list[Record]]:
    things, records = [], []
    for row in file.rows("vendor"):
        code, title, municipality = row.text("code"), row.text("name"), row.maybe_text("municipality")
        arrows = (Arrow("IS", f"municipality:{municipality}"),) if municipality else ()
        things.append(Thing("Vendor", f"vendor:{code}", {"code": code, "name": title, "folded": fold(title)}, arrows))
        records += _names(row, f"vendor:{code}", title)
        row.done()
    for row in file.rows("erp_system"):
        code, title = row.text("code"), row.text("name")
        arrows = (Arrow("SUPPLIED_BY", f"vendor:{row.text('vendor')}"),)
        things.append(
            Thing("ErpSystem", f"erpSystem:{code}", {"code": code, "name": title, "folded": fold(title)}, arrows)
        )
        records += _names(row, f"erpSystem:{code}", title, row.maybe_text("name_note"))
        row.done()
    return things, records


def _mailboxes(file: File) -> list[Thing]:
    things = []
    for row in file.rows("mailbox"):
        title, contacts = row.text("name"), list(row.rows("contacts"))
        values = _given(
            name=title,
            folded=fold(title),
            purpose=row.maybe_text("purpose"),
            contactKinds=tuple(contact.choice("kind", ("EMAIL", "PHONE")) for contact in contacts),
            contactValues=tuple(contact.text("value") for contact in contacts),
            contactClasses=tuple(contact.choice("class", CLASSES) for contact in contacts),
            demo=False,
        )
        things.append(Thing("Mailbox", f"mailbox:{row.text('code')}", values))
        for checked in (*contacts, row):
            checked.done()
    return things


def _systems(file: File) -> tuple[list[Thing], list[Record]]:
    things, records = [], []
    for row in file.rows("integration"):
        code = row.text("code")
        things.append(
            Thing(
                "Integration",
                f"integration:{code}",
                _given(code=code, name=row.text("name"), version=row.maybe_text("version")),
            )
        )
        row.done()
    for row in file.rows("service"):
        code = row.text("code")
        named = _given(**{field: row.text(field) for field in ("code", "name", "version", "type", "provider")})
        things.append(
            Thing("Service", f"service:{code}", named, (Arrow("PROVIDED_BY", f"itSystem:{row.text('provided_by')}"),))
        )
        row.done()
    for row in file.rows("it_system"):
        code, title = row.text("code"), row.text("name")
        arrows = [*_arrows(row, "uses", "USES", "itSystem"), *_arrows(row, "writes_to", "WRITES_TO", "mailbox")]
        for with_ in row.rows("integrates"):
            arrows.append(Arrow("INTEGRATES", f"integration:{with_.text('with')}", with_.text("protocol")))
            with_.done()
        values = _given(code=code, name=title, folded=fold(title), note=row.maybe_text("note"))
        things.append(Thing("ItSystem", f"itSystem:{code}", values, tuple(arrows)))
        records += _names(row, f"itSystem:{code}", title)
        row.done()
    return things, records


def _meetings(file: File) -> list[Thing]:
    things = []
    for row in file.rows("meeting"):
        code = row.text("code")
        arrows = (
            *_arrows(row, "vendors", "FOR", "vendor"),
            *_arrows(row, "projects", "FOR", "project"),
            *_arrows(row, "roles", "FOR", "role"),
        )
        optional = {field: row.maybe_text(field) for field in ("starts", "ends", "place", "audience")}
        values = _given(code=code, title=row.text("title"), date=row.date("date"), **optional)
        things.append(Thing("Meeting", f"meeting:{code}", values, arrows))
        row.done()
    return things


def _agreements(file: File) -> list[Record]:
    records = []
    for row in file.rows("agreement"):
        title, approved = row.text("name"), row.local_time("approved_at")
        values = _given(
            name=title,
            folded=fold(title),
            reason=row.maybe_text("reason"),
            comment=row.maybe_text("comment"),
            dataLimit=row.maybe_text("data_limit"),
            receiver=row.maybe_text("receiver"),
            approvedBy=row.maybe_text("approved_by"),
            approvedAt=_instant(approved) if approved else None,
        )
        arrows = (
            Arrow("FOR", f"itSystem:{row.text('system')}"),
            Arrow("GIVES", f"service:{row.text('service')}"),
            Arrow("IN", f"municipality:{row.text('municipality')}"),
        )
        key = fact_key("Agreement", row.text("code"))
        records.append(Record("Agreement", key, row.date("valid_from"), row.day_after("last_day"), values, arrows))
        row.done()
    return records
