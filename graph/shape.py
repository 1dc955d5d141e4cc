"""The graph's shape, declared once: labels, their properties, the arrows between them, what is unique, what is found fast.

Constraints, indexes, the doctor's comparison, the seed's checks and the statements' constants all derive from here
(docs/decisions/0001). Two kinds of nodes carry the domain (rule 1):

* a *thing* has a `key` that never changes (it is the API's `id`), `fromSeq` (the change that brought it) and `seq`
  (the last change that touched it);
* a *record* is one version of a *fact*. The fact is its `key`; `validFrom`/`validTo` say when it holds in the world
  (ISO dates, half-open), `fromSeq`/`toSeq` when the gallery knew it (half-open). `origin` says who wrote it:
  `reference`, `demo` or `api`. Open ends are `OPEN_DATE` and `OPEN_SEQ`, never null: a null would cost the index.

A key begins with its label in lower camel case and a colon: `municipality:0751`, `standIn:5f2c…`.

One table and what reads it, so one file however long: a label is looked up here, not read through.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

OPEN_DATE: Final = "9999-12-31"
"""`validTo` of what holds until further notice; null in the API."""
OPEN_SEQ: Final = 2**53 - 1
"""`toSeq` of what is still believed; the largest integer that JSON readers keep exact."""
STAGED: Final = 2**52
"""The number under which a large import is laid ready (graph/announcing.py): later than any change, so that no
reader sees it."""
CLOSING: Final = STAGED + 1
"""`toSeq` of a record that such an import is to close: still believed. So what writers believe is `toSeq > STAGED`."""

Type = Literal["string", "date", "instant", "integer", "boolean", "strings"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a label. `date` and `instant` are stored as ISO strings (`2019-12-16`, `2019-12-16T09:00:00.000000Z`)."""

    name: str
    type: Type = "string"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """What one label's nodes carry, which property identifies them, which ones an index finds."""

    name: str
    kind: Literal["thing", "fact", "log"]
    properties: tuple[Property, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexed: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """The first part of its keys: `StandIn` → `standIn`."""
        return self.name[0].lower() + self.name[1:]


@dataclass(frozen=True, slots=True)
class Arrow:
    """One kind of relationship. `many` is how many a source has: `1`, `?` (none or one) or `*`."""

    source: str
    type: str
    targets: tuple[str, ...]
    many: Literal["1", "?", "*"] = "1"
    properties: tuple[Property, ...] = ()


def thing(name: str, *properties: Property, unique: tuple[str, ...] = (), indexed: tuple[str, ...] = ()) -> Label:
    """Declare a label of things."""
    own = (Property("key"), Property("fromSeq", "integer"), Property("seq", "integer"), *properties)
    return Label(name, "thing", own, (("key",), *((p,) for p in unique)), indexed)


def fact(name: str, *properties: Property, indexed: tuple[str, ...] = ()) -> Label:
    """Declare a label of records; a fact has one record for each `fromSeq`."""
    clocks = (
        Property("validFrom", "date"),
        Property("validTo", "date"),
        Property("fromSeq", "integer"),
        Property("toSeq", "integer"),
        Property("origin"),
    )
    return Label(name, "fact", (Property("key"), *clocks, *properties), (("key", "fromSeq"),), indexed)


def text(name: str) -> Property:
    """Declare a string that may be missing."""
    return Property(name, required=False)


SLOT = Property(
    "slot"
)  # "0751|role:…" or "0751|task:…": municipality and role (or task) in one value, so that one seek finds it
MERGED = Property("toSeq", "integer", False)  # the change that merged it into another; absent: it is there
FOLDED = Property("folded")  # graph.text.fold of what people would type

LABELS: Final[tuple[Label, ...]] = (
    # --- things ---------------------------------------------------------------------------------------------------
    thing("Gallery", Property("version"), Property("published", "date"), text("note"), unique=("version",)),
    thing(
        "Role",
        Property("code"),  # the last part of the key
        Property("domain"),  # OIR | OIR_FINANS | OIR_DEBITOR | PROGRAMME | INFRASTRUCTURE | YR | AGREEMENTS
        Property(
            "kind"
        ),  # SYSTEM_OWNER | SYSTEM_MANAGER | ADMINISTRATOR | CONTACT | MAILBOX | PROGRAMME_LEADER | INFRASTRUCTURE | IMPLEMENTATION_LEAD | APPROVER
        text("en"),  # English gloss
        Property("order", "integer"),  # where lists show it
        Property(
            "prefersMailbox", "boolean"
        ),  # reach begins with the domain's mailbox (docs/rules.md, "Resolution", step 3)
        Property("wantsOneHolder", "boolean"),
        Property("heldBy"),  # ANY | PERSON | MAILBOX
        unique=("code",),
    ),
    thing(
        "Municipality",
        Property("code"),
        Property("name"),
        FOLDED,
        Property("region"),
        unique=("code",),
        indexed=("name", "region"),
    ),
    thing(
        "Person",
        Property("name"),
        FOLDED,
        text("jobTitle"),
        text("unit"),
        Property("leftOn", "date", False),  # the first day on which they are not there any more
        Property("contactKinds", "strings"),  # EMAIL | PHONE, parallel to the next two
        Property("contactValues", "strings"),
        Property("contactClasses", "strings"),  # PUBLIC | VENDORS | AUTHORITIES | OWN_MUNICIPALITY
        Property("demo", "boolean"),
        MERGED,
        Property("erasedAt", "instant", False),  # since when it is nobody any more (graph/erasing.py)
        indexed=("name", "folded"),
    ),
    thing(
        "Mailbox",
        Property("name"),
        FOLDED,
        text("purpose"),
        Property("contactKinds", "strings"),
        Property("contactValues", "strings"),
        Property("contactClasses", "strings"),
        Property("demo", "boolean"),
        MERGED,
        indexed=("name", "folded"),
    ),
    thing("Vendor", Property("code"), Property("name"), FOLDED, unique=("code",), indexed=("name",)),
    thing("ErpSystem", Property("code"), Property("name"), FOLDED, unique=("code",), indexed=("name",)),
    thing("ItSystem", Property("code"), Property("name"), FOLDED, text("note"), unique=("code",), indexed=("name",)),
    thing("Integration", Property("code"), Property("name"), Property("version", required=False), unique=("code",)),
    thing(
        "Service",
        Property("code"),
        Property("name"),
        Property("version"),
        Property("type"),
        Property("provider"),
        unique=("code",),
    ),
    thing(
        "Project",
        Property("code"),
        Property("name"),
        FOLDED,
        Property("start", "date", False),
        unique=("code",),
        indexed=("name",),
    ),
    thing(
        "Task",
        Property("code"),
        text("number"),
        Property("isActivity", "boolean"),
        Property("demo", "boolean"),
        unique=("code",),
    ),
    thing(
        "Meeting",
        Property("code"),
        Property("title"),
        Property("date", "date"),
        text("starts"),  # local time of day, "10.00"
        text("ends"),
        text("place"),
        text("audience"),
        unique=("code",),
        indexed=("date",),
    ),
    # --- facts ----------------------------------------------------------------------------------------------------
    fact(
        "Name", Property("title"), FOLDED, Property("kind"), text("language"), text("note"), indexed=("folded",)
    ),  # kind: OFFICIAL | ALIAS
    fact("Escalation", Property("inferred", "boolean")),
    fact("Definition"),  # a gallery version defines a role
    fact("Assignment", SLOT, indexed=("slot",)),
    fact("StandIn", SLOT, indexed=("slot",)),
    fact("Vacancy", SLOT, Property("reason"), indexed=("slot",)),
    fact("Translation", SLOT, text("title"), text("unit"), indexed=("slot",)),
    fact("Confirmation", SLOT, text("by"), indexed=("slot",)),  # valid from the day of "still right"
    fact(
        "Report", SLOT, text("by"), Property("comment"), indexed=("slot",)
    ),  # a contact is said to be wrong; closed when put right
    fact("Usage", Property("domain"), indexed=("domain",)),  # FINANS | DEBITOR
    fact(
        "Terms",
        Property("title"),
        FOLDED,
        text("obligation"),  # MANDATORY | RECOMMENDED
        Property("published", "date", False),
        Property("due", "date", False),
        text("note"),
        indexed=("folded", "due"),
    ),
    fact("Addressing", Property("kind"), Property("inferred", "boolean")),  # kind: RESPONSIBLE | INVOLVED
    fact("Requirement"),
    fact("Progress", SLOT, Property("state"), indexed=("slot",)),  # DONE | STARTED | NOT_STARTED
    fact(
        "Agreement",
        Property("name"),
        FOLDED,
        text("reason"),
        text("comment"),
        text("dataLimit"),
        text("receiver"),
        text("approvedBy"),
        Property("approvedAt", "instant", False),
        indexed=("folded",),
    ),
    # --- the log --------------------------------------------------------------------------------------------------
    Label(
        "Counter",
        "log",
        (
            Property("key"),
            Property("seq", "integer"),
            Property(
                "before", "integer", False
            ),  # of the counter alone: its number before the last commit (graph/clock.py)
            Property("moved", "integer", False),  # of the counter alone: see graph/clock.py
            # Of a lease alone: who has announced a long write, until when, and what it has to show (graph/announcing.py).
            text("holder"),
            Property("until", "integer", False),
            Property("reserves", "integer", False),
            Property("reveals", "integer", False),
        ),
        (("key",),),
    ),
    Label(
        "Change",
        "log",
        (
            Property("key"),
            Property("seq", "integer"),
            Property("at", "instant"),
            Property("actor"),
            Property("operation"),
            text("reason"),
            Property("kinds", "strings"),  # the kinds of what it recorded, closed or touched: ASSIGNMENT, STAND_IN, …
            Property("municipalities", "strings"),  # the codes of where; empty: it concerns all
            text("operationId"),  # names this write, so that it is recorded once however often it is sent
            text("inputHash"),  # of what was asked, so that another input under the same id is refused
            text("outcome"),  # JSON: which things and facts the answer shows, for an answer that was lost
            Property(
                "edits", "strings"
            ),  # of things, four by four: key, property, before, after (JSON, empty: personal)
        ),
        (("key",), ("seq",), ("operationId",)),
        ("at",),
    ),
    # Whose data an answer held: no part of the map, its clock or its backups (graph/looking.py). The same people are shown
    # again and again, 900 of them by a grid: they are kept once, and each look has their name.
    Label(
        "Look",
        "log",
        (
            Property("key"),
            Property("at", "instant"),
            Property("actor"),
            Property("operation"),
            Property("shown"),  # the key of a `Shown`
            Property("requests", "strings"),  # ids
        ),
        (("key",),),
        ("at", "shown", "actor"),
    ),
    Label("Shown", "log", (Property("key"), Property("people", "strings"), Property("count", "integer")), (("key",),)),
    # Who was erased: without any personal data, and kept also where an older backup takes the map's place. `home` is how far that
    # reached: a municipality's code, nothing (what belongs to none), `all`; not there where an older version erased them.
    Label("Erased", "log", (Property("key"), Property("at", "instant"), text("home")), (("key",),)),
    Label(
        "Migration",
        "log",
        (Property("version", "integer"), Property("name"), Property("checksum"), Property("at", "instant")),
        (("version",),),
    ),
)

THINGS: Final[tuple[str, ...]] = tuple(label.name for label in LABELS if label.kind == "thing")
FACTS: Final[tuple[str, ...]] = tuple(label.name for label in LABELS if label.kind == "fact")
SLOTTED: Final[tuple[str, ...]] = tuple(label.name for label in LABELS if SLOT in label.properties)
"""The labels of facts that are found by their place."""
BESIDE: Final = frozenset({"Look", "Shown", "Migration"})
"""The labels that are written without a change of the map."""

ARROWS: Final[tuple[Arrow, ...]] = (
    # (:Definition)-[:BY]->(:Gallery), (:Definition)-[:OF]->(:Role)
    Arrow("Definition", "BY", ("Gallery",)),
    Arrow("Definition", "OF", ("Role",)),
    # (:Name)-[:NAMES]->(:Role|Municipality|…)
    Arrow("Name", "NAMES", ("Role", "Municipality", "Vendor", "ErpSystem", "ItSystem", "Project")),
    # (:Role)-[:MAILBOX]->(:Role): the role whose holder is the single point of contact of this one's domain
    Arrow("Role", "MAILBOX", ("Role",), "?"),
    # (:Escalation)-[:FROM]->(:Role), (:Escalation)-[:TO]->(:Role)
    Arrow("Escalation", "FROM", ("Role",)),
    Arrow("Escalation", "TO", ("Role",)),
    # (:Assignment)-[:OF]->(:Role), -[:IN]->(:Municipality), -[:HELD_BY]->(:Person|Mailbox)
    Arrow("Assignment", "OF", ("Role",)),
    Arrow("Assignment", "IN", ("Municipality",)),
    Arrow("Assignment", "HELD_BY", ("Person", "Mailbox")),
    # (:StandIn)-[:OF]->(:Role), -[:IN]->(:Municipality), -[:FOR]->(:Person|Mailbox), -[:HELD_BY]->(:Person|Mailbox)
    Arrow("StandIn", "OF", ("Role",)),
    Arrow("StandIn", "IN", ("Municipality",)),
    Arrow("StandIn", "FOR", ("Person", "Mailbox")),
    Arrow("StandIn", "HELD_BY", ("Person", "Mailbox")),
    # (:Vacancy)-[:OF]->(:Role), -[:IN]->(:Municipality)
    Arrow("Vacancy", "OF", ("Role",)),
    Arrow("Vacancy", "IN", ("Municipality",)),
    # (:Translation)-[:OF]->(:Role), -[:IN]->(:Municipality), -[:CARRIED_BY]->(:Role)
    Arrow("Translation", "OF", ("Role",)),
    Arrow("Translation", "IN", ("Municipality",)),
    Arrow("Translation", "CARRIED_BY", ("Role",), "?"),
    # (:Confirmation)-[:OF]->(:Role), -[:IN]->(:Municipality)
    Arrow("Confirmation", "OF", ("Role",)),
    Arrow("Confirmation", "IN", ("Municipality",)),
    # (:Report)-[:OF]->(:Role), -[:IN]->(:Municipality), -[:ABOUT]->(:Person|Mailbox)
    Arrow("Report", "OF", ("Role",)),
    Arrow("Report", "IN", ("Municipality",)),
    Arrow("Report", "ABOUT", ("Person", "Mailbox")),
    # (:Person|Mailbox)-[:BELONGS_TO]->(:Municipality): where they work, current only (rule 4)
    Arrow("Person", "BELONGS_TO", ("Municipality",), "?"),
    Arrow("Mailbox", "BELONGS_TO", ("Municipality",), "?"),
    # (:Usage {domain})-[:BY]->(:Municipality), (:Usage)-[:OF]->(:ErpSystem)-[:SUPPLIED_BY]->(:Vendor)
    Arrow("Usage", "BY", ("Municipality",)),
    Arrow("Usage", "OF", ("ErpSystem",)),
    Arrow("ErpSystem", "SUPPLIED_BY", ("Vendor",)),
    # (:Vendor)-[:IS]->(:Municipality): a vendor may be a municipality (rule 12)
    Arrow("Vendor", "IS", ("Municipality",), "?"),
    # (:Task)-[:PART_OF]->(:Project), (:Terms)-[:OF]->(:Task)
    Arrow("Task", "PART_OF", ("Project",)),
    Arrow("Terms", "OF", ("Task",)),
    # (:Task)-[:CONCERNS]->(:ItSystem)
    Arrow("Task", "CONCERNS", ("ItSystem",), "*"),
    # (:Addressing {kind, inferred})-[:BY]->(:Task), -[:TO]->(:Role)
    Arrow("Addressing", "BY", ("Task",)),
    Arrow("Addressing", "TO", ("Role",)),
    # (:Requirement)-[:BY]->(:Task), -[:ON]->(:Task): BY must wait for ON
    Arrow("Requirement", "BY", ("Task",)),
    Arrow("Requirement", "ON", ("Task",)),
    # (:Progress)-[:ON]->(:Task), -[:IN]->(:Municipality)
    Arrow("Progress", "ON", ("Task",)),
    Arrow("Progress", "IN", ("Municipality",)),
    # (:ItSystem)-[:INTEGRATES {protocol}]->(:Integration)
    Arrow("ItSystem", "INTEGRATES", ("Integration",), "*", (Property("protocol", required=False),)),
    # (:ItSystem)-[:USES]->(:ItSystem): what it needs of other systems
    Arrow("ItSystem", "USES", ("ItSystem",), "*"),
    # (:ItSystem|Project)-[:WRITES_TO]->(:Mailbox): the function mailbox that answers for it
    Arrow("ItSystem", "WRITES_TO", ("Mailbox",), "*"),
    Arrow("Project", "WRITES_TO", ("Mailbox",), "*"),
    # (:Project)-[:ABOUT]->(:ItSystem)
    Arrow("Project", "ABOUT", ("ItSystem",), "*"),
    # (:Agreement)-[:FOR]->(:ItSystem), -[:GIVES]->(:Service), -[:IN]->(:Municipality)
    Arrow("Agreement", "FOR", ("ItSystem",)),
    Arrow("Agreement", "GIVES", ("Service",)),
    Arrow("Agreement", "IN", ("Municipality",)),
    # (:Service)-[:PROVIDED_BY]->(:ItSystem)
    Arrow("Service", "PROVIDED_BY", ("ItSystem",), "?"),
    # (:Meeting)-[:FOR]->(:Vendor|Project|Role)
    Arrow("Meeting", "FOR", ("Vendor", "Project", "Role"), "*"),
    # (:Person|Mailbox)-[:MERGED_INTO]->(the same kind): the one that the two were
    Arrow("Person", "MERGED_INTO", ("Person",), "?"),
    Arrow("Mailbox", "MERGED_INTO", ("Mailbox",), "?"),
    # (:Change)-[:RECORDED]->(the records it wrote), -[:CLOSED]->(those it ended the belief in)
    Arrow("Change", "RECORDED", FACTS, "*"),
    Arrow("Change", "CLOSED", FACTS, "*"),
    # (:Change)-[:TOUCHED]->(the things it created or edited)
    Arrow("Change", "TOUCHED", THINGS, "*"),
    # (:Change)-[:UNDOES]->(:Change)
    Arrow("Change", "UNDOES", ("Change",), "?"),
)

SEARCH_INDEX: Final = "search"
"""The full-text index over `folded` of every label in `SEARCHED`."""
SEARCHED: Final[tuple[str, ...]] = (
    "Name",
    "Municipality",
    "Person",
    "Mailbox",
    "Vendor",
    "ErpSystem",
    "ItSystem",
    "Project",
    "Terms",
)

LOOKS_INDEX: Final = "looks"
"""The full-text index over the `people` of every `Shown`: a list of keys, each a word."""

BY_NAME: Final[dict[str, Label]] = {label.name: label for label in LABELS}
PREFIXES: Final[dict[str, str]] = {label.prefix: label.name for label in LABELS if label.kind != "log"}


def kind_of(label: str) -> str:
    """Tell a label as the log and the API do: `StandIn` → `STAND_IN`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", label).upper()


def slot(municipality_code: str, key: str) -> str:
    """Name the place where a municipality and a role (or a task) meet: `0751|role:…`."""
    return f"{municipality_code}|{key}"


def padded(text: str) -> str:
    """Give a municipality's code with the zero that spreadsheets take away; anything else as it is."""
    return text.zfill(4) if len(text) == 3 and text.isascii() and text.isdigit() else text


def is_code(text: str) -> bool:
    """Tell whether this is a municipality's code: four digits, and so nothing else's name."""
    return len(text) == 4 and text.isascii() and text.isdigit()


def label_of(key: str) -> str | None:
    """Tell the label whose key this is, or None if none of ours begins so."""
    return PREFIXES.get(key.partition(":")[0])
