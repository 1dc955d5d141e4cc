"""Who may see and do what: one table, closed against both schemas, and the predicates that it is compiled to.

Four circles, each inside the one before (docs/access.md is made of this file):

* **anybody**: no token is needed. What the gallery says of roles, tasks, systems, vendors and municipalities, and the
  mailboxes that are meant for all; no people, nobody who holds a role.
* **authorities**: KOMBIT and the municipalities. Who holds what, everywhere: they work together on the same tasks.
* **own**: the field may be asked for by authorities, and has a value for what belongs to the own municipality; else null.
  KOMBIT sees all of these.
* **KOMBIT**: the programme office alone.

Who operates the installation (its command line, on its database) may see and do everything. An ERP vendor sees here what
anybody sees, and may report a contact as wrong; whom to write to at a customer the vendor directory says.

Rows: what a circle may not see at all is left out by a predicate of the statement (`ROWS`), never filtered afterwards, so
that it is as if it were not there: in lists, counts, filters, searches, look-ups by name and id. Contact points have a class
of their own (`CONTACT`).

All of it stands in one file, long as it is: who may know what has to be readable, and be reviewed, in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.model import Arrow, Thing
from graph.shape import OPEN_SEQ
from resolvers.context import AUDIENCES, Audience, Viewer

CIRCLES: Final[Mapping[str, frozenset[Audience]]] = {
    "anybody": frozenset(AUDIENCES),
    "authorities": frozenset({"local", "kombit", "municipality"}),
    "own": frozenset({"local", "kombit", "municipality"}),
    "KOMBIT": frozenset({"local", "kombit"}),
    "vendors": frozenset({"vendor"}),
    "reporters": frozenset({"local", "kombit", "municipality", "vendor"}),
    "editors": frozenset({"local", "kombit", "municipality"}),
    "municipality": frozenset({"local", "municipality"}),
}
"""Who is in each circle of the tables; `vendors` are the directory's. The last three are of mutations: `editors` of a
municipality change what is its own, KOMBIT's what belongs to no municipality and the ERP systems in use; `municipality` are
the municipality's editors alone, and KOMBIT in a mutation are KOMBIT's; `reporters` need not be editors."""

EXPECTED: Final[Mapping[str, str]] = {
    "authorities": "a token of KOMBIT or of a municipality",
    "own": "a token of KOMBIT or of a municipality",
    "KOMBIT": "a token of KOMBIT",
    "vendors": "a token of a vendor; the gallery at /graphql answers the others",
    "reporters": "a token of KOMBIT, of a municipality, or of a vendor",
    "editors": "a token of an editor, of a municipality or of KOMBIT",
    "municipality": "a token of an editor of the municipality",
}
"""What would be right, for whoever is outside a circle."""

GALLERY: Final = """
Query             anybody       node nodes role roles municipality municipalities mailbox mailboxes vendor vendors
Query             anybody       erpSystem erpSystems itSystem itSystems project projects task tasks search
Query             authorities   responsibility coverage gaps impact difference roleMap person people assignments
Query             authorities   change changes accessLog personFile __schema __type
Subscription      authorities   answer cells changes
Mutation          municipality  appoint standIn handOver leave intendVacancy confirm translate mergePeople reportProgress
Mutation          editors       end correct retract undo addPerson changePerson addMailbox changeMailbox useErpSystem
Mutation          editors       erasePerson
Mutation          KOMBIT        defineRole renameRole withdrawRole escalateRole publishGallery
Mutation          KOMBIT        publishTask changeTask withdrawTask
Mutation          reporters     reportContact

Node              anybody       id seq
Node              authorities   history
Fact              anybody       id seq validFrom validTo
Fact              authorities   history
Holder            anybody       id seq name isDemo contactPoints municipality
Holder            authorities   history roles standsInFor

Role              anybody       id seq code title en domain kind prefersMailbox wantsOneHolder heldBy mailboxRole names
Role              anybody       escalatesTo escalation galleries tasks
Role              authorities   history assignments
Name              anybody       id seq validFrom validTo title kind note
Name              authorities   history
Escalation        anybody       id seq validFrom validTo from to inferred
Escalation        authorities   history
Gallery           anybody       id seq version published note roles
Gallery           authorities   history
Definition        anybody       id seq validFrom validTo gallery role
Definition        authorities   history

Municipality      anybody       id seq code name region names
Municipality      authorities   history assignments roles erpSystems people
Municipality      authorities   tasks agreements
Person            authorities   id seq history name isDemo contactPoints municipality roles standsInFor tasks mergedInto
Person            authorities   erasedAt leftOn
Person            own           jobTitle unit
Mailbox           anybody       id seq name isDemo contactPoints municipality purpose
Mailbox           authorities   history roles standsInFor
ContactPoint      anybody       kind value visibility

Assignment        authorities   id seq history validFrom validTo role municipality holder standIns lastConfirmed
StandIn           authorities   id seq history validFrom validTo role municipality covers holder
Vacancy           authorities   id seq history validFrom validTo role municipality reason
Translation       authorities   id seq history validFrom validTo role municipality title unit carriedBy
Confirmation      authorities   id seq history validFrom validTo role municipality
Confirmation      own           by
Report            authorities   id seq history validFrom validTo role municipality holder comment by
LocalRole         authorities   role translation assignments standIns intendedVacancy lastConfirmed

Vendor            anybody       id seq code name names erpSystems isMunicipality meetings
Vendor            authorities   history customers
ErpSystem         anybody       id seq code name names vendor
ErpSystem         authorities   history usedBy
Usage             authorities   id seq history validFrom validTo domain erpSystem municipality
ItSystem          anybody       id seq code name names note integrations uses usedBy mailboxes tasks projects
ItSystem          authorities   history agreements
SystemIntegration anybody       code name version protocol
Service           anybody       id seq code name version type provider
Service           authorities   history
Agreement         authorities   id seq history validFrom validTo name reason comment dataLimit receiver approvedBy approvedAt
Agreement         authorities   system service municipality
Meeting           anybody       id seq title date starts ends place audience
Meeting           authorities   history

Project           anybody       id seq code name names start tasks systems mailboxes meetings
Project           authorities   history
Task              anybody       id seq code number isActivity isDemo title obligation published due note stands standsFrom
Task              anybody       standsTo project systems roles namesNoRole requires requiredBy
Task              authorities   history blockedBy
Task              KOMBIT        progress
TaskProgress      KOMBIT        done started notStarted unreported municipalities
Terms             anybody       id seq validFrom validTo task title obligation published due note
Terms             authorities   history
Addressing        anybody       id seq validFrom validTo kind inferred role task
Addressing        authorities   history
Requirement       anybody       id seq validFrom validTo task requires
Requirement       authorities   history
Progress          authorities   id seq history validFrom validTo state task municipality
LocalTask         authorities   task state due overdue blockedBy
PersonTask        authorities   task role municipality kind state due

Answer            authorities   asked municipality role task addressing inferred title localTitle at outcome accountable
Answer            authorities   reach until next lastConfirmed steps
AnswerNow         authorities   seq at answers
AskedFor          authorities   at roleMeant taskMeant municipalityMeant
Reach             authorities   holder reachedAs role email phone
Step              authorities   kind role target holder covers facts validFrom validTo da en
Coverage          authorities   at within municipalities roles cells columns counts
CoverageColumns   authorities   municipalities roles states holders since until openFrom lastConfirmed
Cell              authorities   municipality role state carriedBy holders assignments standIns since until openFrom
Cell              authorities   lastConfirmed
CellsNow          authorities   seq at coverage
StateCount        authorities   state count
Gap               authorities   municipality role reason day tasks reports cell da en
HeldUp            authorities   task due overdue
Impact            authorities   person day holdings standIns tasks contacts
LostHolding       authorities   assignment role municipality day vacantFrom after candidates
LostStandIn       authorities   standIn role municipality covers day others
LostTask          authorities   task role municipality kind inferred day due overdue state
LostContact       authorities   vendor erpSystem domain role municipality day
Candidate         authorities   holder reason role fact
Difference        authorities   first last changes counts
StateChange       authorities   kind municipality role task holder covers before after facts
ChangeCount       authorities   kind count
RoleMap           authorities   around municipality nodes edges leftOut
MapNode           authorities   id lane kind label sublabel state due progress isCentre node
MapLine           authorities   source target kind inferred
LeftOut           authorities   lane count
Hit               anybody       node kind title matched fit isFormerName

Look              authorities   at actor operation requests
PersonFile        authorities   person seq json

Change            anybody       seq at actor operation reason kinds
Change            authorities   municipalities undoes undoneBy effects
Effect            authorities   kind before after thing edits
Edit              authorities   property before after isPersonal

Changed           anybody       change dryRun repeated
Changed           authorities   answers cells
Failure           anybody       message code field value expected
InvalidInput      anybody       message code field value expected
NotAllowed        anybody       message code field value expected
Conflict          anybody       message code field value expected
Conflict          authorities   changes
AssignmentChanged   authorities change dryRun repeated answers cells assignment
StandInsChanged     authorities change dryRun repeated answers cells standIns
FactChanged         authorities change dryRun repeated answers cells fact
VacancyChanged      authorities change dryRun repeated answers cells vacancy
ConfirmationChanged authorities change dryRun repeated answers cells confirmation
ReportChanged       anybody     change dryRun repeated
ReportChanged       authorities answers cells report
TranslationChanged  authorities change dryRun repeated answers cells translation
PersonChanged       authorities change dryRun repeated answers cells person
MailboxChanged      authorities change dryRun repeated answers cells mailbox
RoleChanged         authorities change dryRun repeated answers cells role
GalleryChanged      authorities change dryRun repeated answers cells gallery
TaskChanged         authorities change dryRun repeated answers cells task
ProgressChanged     authorities change dryRun repeated answers cells progress
UsageChanged        authorities change dryRun repeated answers cells usage
HandedOver          authorities change dryRun repeated answers cells ended appointed predecessor successor openTasks
HandedOver          authorities translation translations
PersonErased        authorities change dryRun repeated answers cells person ended appointed
PersonLeft          authorities change dryRun repeated answers cells person ended appointed
ChangeUndone        authorities change dryRun repeated answers cells undone facts
"""
"""Type, circle, fields. Pages of a connection and their edges may be seen as what is on them."""

DIRECTORY: Final = """
Query             vendors       contacts customers roles tasks me __schema __type
Contact           vendors       role municipality outcome answeredBy mailbox name email phone others since until next
Contact           vendors       lastConfirmed da en steps
NextContact       vendors       from outcome answeredBy mailbox name email phone others
ContactPerson     vendors       name email phone standsIn
Step              vendors       kind role da en
Customer          vendors       municipality uses contacts
Use               vendors       domain system
Task              vendors       id number title project obligation published due overdue roles progress
TaskProgress      vendors       done started notStarted unreported customers
CustomerProgress  vendors       municipality state
Me                vendors       vendor systems customerCount roleDomains contactClasses
Node              vendors       id
Role              vendors       id code title en domain
Municipality      vendors       id code name
ErpSystem         vendors       id code name
Vendor            vendors       id code name
"""
"""The vendor directory's table. What is a vendor's is told by its statements, which begin at its customers."""

_AUTHORITY: Final = "$p.viewer.authority"
_AT_HOME: Final = "$p.viewer.kombit OR left(@x.slot, 4) = $p.viewer.home"
_BELONGS: Final = "EXISTS { (@x)-[:BELONGS_TO]->(:Municipality {code: $p.viewer.home}) }"

ROWS: Final[Mapping[str, str]] = {
    "Person": _AUTHORITY,
    "Mailbox": f"({_AUTHORITY} OR 'PUBLIC' IN @x.contactClasses)",
    "Assignment": _AUTHORITY,
    "StandIn": _AUTHORITY,
    "Vacancy": _AUTHORITY,
    "Translation": _AUTHORITY,
    "Confirmation": _AUTHORITY,
    "Usage": _AUTHORITY,
    "Report": f"({_AT_HOME})",
    "Progress": f"({_AT_HOME})",
    "Agreement": "($p.viewer.kombit OR EXISTS { (@x)-[:IN]->(:Municipality {code: $p.viewer.home}) })",
    "Change": "($p.viewer.kombit OR @x.actor = $p.viewer.actor OR ($p.viewer.authority AND"
    " (coalesce(@x.municipalities, []) = [] OR $p.viewer.home IN @x.municipalities)))",
}
"""For each label that not everybody may see, what must hold of `@x`; the viewer is `$p.viewer` (`Viewer.parameters`)."""

_ALL_OF_THEM: Final = "WITH collect(@own) AS @mine UNWIND @mine AS @x"
"""Together first, then one by one: the planner would else begin at the id that is asked for."""
_HOME_S_SLOTS: Final = "@x.slot STARTS WITH $p.viewer.home + '|'"

WITHIN: Final[Mapping[str, tuple[str, str]]] = {
    "Report": ("$p.viewer.kombit", f"MATCH (@x:Report) USING INDEX @x:Report(slot) WHERE {_HOME_S_SLOTS}"),
    "Progress": ("$p.viewer.kombit", f"MATCH (@x:Progress) USING INDEX @x:Progress(slot) WHERE {_HOME_S_SLOTS}"),
    "Agreement": (
        "$p.viewer.kombit",
        f"MATCH (:Municipality {{code: $p.viewer.home}})<-[:IN]-(@own:Agreement) {_ALL_OF_THEM}",
    ),
    "Mailbox": (
        _AUTHORITY,
        f"UNWIND CASE WHEN {_AUTHORITY} THEN [] ELSE [1] END AS @once MATCH (@own:Mailbox) WHERE 'PUBLIC' IN @own.contactClasses {_ALL_OF_THEM}",
    ),
}
"""Of the labels whose rule looks at the row: who sees all of them, and what leads all others to those that they see.

An id is looked for among these alone, so one that may not be seen costs as many database hits as one that does not exist. Of
changes there is none: their ids are numbers without a gap, so that it is known which of them exist."""

ROW_WORDS: Final[Mapping[str, str]] = {
    "Person": "authorities",
    "Mailbox": "authorities; anybody, where a contact point is `PUBLIC`",
    "Assignment": "authorities",
    "StandIn": "authorities",
    "Vacancy": "authorities",
    "Translation": "authorities",
    "Confirmation": "authorities",
    "Usage": "authorities",
    "Report": "the own municipality, and KOMBIT",
    "Progress": "the own municipality, and KOMBIT; a vendor of the municipality, in the vendor directory",
    "Agreement": "the own municipality, and KOMBIT",
    "Change": "KOMBIT; who made it; authorities, where it concerns all or the own municipality",
}
"""`ROWS` in words, for the page."""

OWN: Final[Mapping[str, str]] = {
    "Person": f"($p.viewer.kombit OR {_BELONGS})",
    "Municipality": "($p.viewer.kombit OR @x.code = $p.viewer.home)",
    "Confirmation": f"({_AT_HOME})",
}
"""What makes `@x` the viewer's own, for fields of the circle `own` and wherever a template writes `@own(x:Label)`."""

CONTACT: Final = (
    f"$p.viewer.everything OR @class = 'PUBLIC' OR $p.viewer.authority AND (@class <> 'OWN_MUNICIPALITY' OR {_BELONGS})"
)
"""What must hold of the class of one of `@x`'s contact points. A function mailbox without a class that the viewer may see
is there, and cannot be written to: then the walk goes on (docs/rules.md, "Resolution", step 3)."""

EVERY_CONTACT: Final = "$p.viewer.everything OR $p.viewer.authority AND NOT 'OWN_MUNICIPALITY' IN @x.contactClasses"
"""What tells without a look at each that `CONTACT` lets every one of `@x`'s contact points be seen; where it does not hold, each is looked at."""

CONTACT_WORDS: Final[Mapping[str, str]] = {
    "PUBLIC": "anybody who sees the person or mailbox",
    "VENDORS": "authorities; in the vendor directory vendors whose ERP system the municipality uses that the person or mailbox belongs to,"
    " and every vendor where it belongs to none",
    "AUTHORITIES": "authorities",
    "OWN_MUNICIPALITY": "the municipality that the person or mailbox belongs to",
}
"""`CONTACT` in words, by class."""

PREDICATES: Final[Mapping[str, str]] = {
    **ROWS,
    **{f"own {label}": rule for label, rule in OWN.items()},
    **{f"all {label}": every for label, (every, _) in WITHIN.items()},
    **{f"within {label}": way for label, (_, way) in WITHIN.items()},
    "contact": CONTACT,
    "every contact": EVERY_CONTACT,
}
"""What templates are compiled with (`graph.templates.Scope.rules`)."""


class AccessTableError(Exception):
    """The table of who may see what does not fit the schema; the message names every line that is wrong."""


@dataclass(frozen=True, slots=True)
class Access:
    """A table as it is asked: the circle of each field, by type."""

    circles: Mapping[str, Mapping[str, str]]

    def circle(self, typename: str, field: str) -> str:
        """Give the circle that a field is for."""
        return self.circles[typename][field]

    def may(self, audience: Audience, typename: str, field: str) -> bool:
        """Tell whether somebody of an audience may ask for a field."""
        return audience in CIRCLES[self.circles[typename][field]]


def read_table(text: str) -> Access:
    """Read a table.

    Raises:
        AccessTableError: a circle that there is not, a field with two rules, a line of another form.
    """
    circles: dict[str, dict[str, str]] = {}
    wrong: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        typename, circle, *fields = line.split()
        if circle not in CIRCLES:
            wrong.append(f"{typename}: “{circle}” is none of {', '.join(CIRCLES)}")
        if not fields:
            wrong.append(f"{typename}: no field stands behind “{circle}”")
        for field in fields:
            if field in circles.setdefault(typename, {}):
                wrong.append(f"{typename}.{field} has two rules")
            circles[typename][field] = circle
    if wrong:
        raise AccessTableError("; ".join(wrong))
    return Access(circles)


def seen(viewer: Viewer, thing: Thing) -> Thing:
    """Give a thing with what the viewer, an authority, may see of it: what `CONTACT` and the circle `own` say, for files."""
    if sees_whole(viewer, thing):
        return thing
    kept = dict(thing.properties)
    names = ("contactKinds", "contactValues", "contactClasses")
    points = zip(*(_listed(kept.get(name)) for name in names), strict=True)
    shown = [point for point in points if point[2] != "OWN_MUNICIPALITY"]
    kept |= {name: tuple(point[i] for point in shown) for i, name in enumerate(names)}
    if viewer.audience != "kombit" and thing.label == "Person":
        kept = {name: value for name, value in kept.items() if name not in ("jobTitle", "unit")}
    return replace(thing, properties=kept)


def sees_whole(viewer: Viewer, thing: Thing) -> bool:
    """Tell whether nothing of a thing can be hidden from an authority: of people and mailboxes, those of the own municipality."""
    if viewer.audience == "local" or thing.label not in ("Person", "Mailbox"):
        return True
    return any(arrow == Arrow("BELONGS_TO", f"municipality:{viewer.municipality}") for arrow in thing.arrows)


def _listed(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


def there(variable: str) -> str:
    """Give what must hold of a person or mailbox that is to be found: it was not merged into another."""
    return f"coalesce(@{variable}.toSeq, {OPEN_SEQ}) > @seq"


def may_change(viewer: Viewer, circle: str) -> bool:
    """Tell whether a viewer may make changes of a circle at all; of what, `resolvers/changes/allowing.py` tells."""
    return viewer.audience in CIRCLES[circle] and (viewer.edits or circle == "reporters")


def about(person: str) -> str:
    """Give what must hold of who may read all that is kept of a person (an expression that gives the key), and by whom it was
    looked up: the person, their municipality, KOMBIT.
    """
    home = f"EXISTS {{ (:Person {{key: {person}}})-[:BELONGS_TO]->(:Municipality {{code: $p.viewer.home}}) }}"
    return f"($p.viewer.kombit OR $p.viewer.person = {person} OR {home})"


def whole(person: str) -> str:
    """Give what must hold of who is given all that is about a person, also what each municipality sees of its own alone: the
    person, and who operates the installation. Others who may read it (`about`) are given what they may see anyhow.
    """
    return f"($p.viewer.everything OR $p.viewer.person = {person})"
