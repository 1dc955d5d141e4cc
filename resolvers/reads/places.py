"""Municipalities, and people and shared mailboxes who answer there."""

from typing import Final

from graph.reads import Filter, Lookup, Order, Paged, Read, Related, Value, the
from resolvers.access import there
from resolvers.questions.places import prepare_filter
from resolvers.reads.assignments import LOCAL_ROLES
from resolvers.reads.common import HOLDER, NAMES, THING
from resolvers.reads.tasks import LOCAL_TASKS, PERSON_TASKS

_HOLDS: Final = "EXISTS { MATCH (@x)<-[:HELD_BY]-(@a:Assignment)-[:OF]->(:Role {key: @found.filter.role}) WHERE @valid(a) AND @visible(a:Assignment) }"
_HOLDS_NONE: Final = "NOT EXISTS { MATCH (@x)<-[:HELD_BY]-(@a:Assignment) WHERE @valid(a) AND @visible(a:Assignment) }"
_BELONGS: Final = "EXISTS { (@x)-[:BELONGS_TO]->(:Municipality {key: @found.filter.municipality}) }"
_BELONGS_NOWHERE: Final = "NOT EXISTS { (@x)-[:BELONGS_TO]->(:Municipality) }"


def _held_here(role: str) -> str:
    """Give the condition, with the look at it behind the right to: who may not see assignments costs no seek, whatever there is."""
    slot = f"@x.code + '|' + @found.filter.{role}"
    return f"@visible(a:Assignment) AND EXISTS {{ MATCH (@a:Assignment {{slot: {slot}}}) WHERE @valid(a) }}"


MUNICIPALITIES: Final = Paged(
    "(@x:Municipality)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders={
        "CODE": Order("@x.code"),
        "NAME": Order("@x.folded"),
        "NAME_DESC": Order("@x.folded", descending=True),
    },
    filters={
        "region": Filter("@x.region = @arg.filter.region"),
        "erpSystem": Filter(
            "EXISTS { MATCH (@x)<-[:BY]-(@u:Usage)-[:OF]->(:ErpSystem {key: @found.filter.erpSystem}) WHERE @valid(u) AND @visible(u:Usage) }",
            none="NOT EXISTS { MATCH (@x)<-[:BY]-(@u:Usage) WHERE @valid(u) AND @visible(u:Usage) }",
        ),
        "vendor": Filter(
            "EXISTS { MATCH (@x)<-[:BY]-(@u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {key: @found.filter.vendor})"
            " WHERE @valid(u) AND @visible(u:Usage) }",
            none="NOT EXISTS { MATCH (@x)<-[:BY]-(@u:Usage) WHERE @valid(u) AND @visible(u:Usage) }",
        ),
        "holdsRole": Filter(
            _held_here("holdsRole"),
            none="NOT EXISTS { MATCH (@x)<-[:IN]-(@a:Assignment) WHERE @valid(a) AND @visible(a:Assignment) }",
        ),
        "lacksRole": Filter(f"NOT ({_held_here('lacksRole')})"),
    },
    lookups=(
        Lookup("filter.erpSystem", "ErpSystem"),
        Lookup("filter.vendor", "Vendor"),
        Lookup("filter.holdsRole", "Role"),
        Lookup("filter.lacksRole", "Role"),
    ),
    prepare=prepare_filter,
)

PEOPLE: Final = Paged(
    "(@x:Person)",
    f"@x.name > '' AND @x.fromSeq <= @seq AND {there('x')}",
    orders={"NAME": Order("@x.name"), "NAME_DESC": Order("@x.name", descending=True)},
    filters={
        "municipality": Filter(
            "@x.key IN COLLECT { MATCH (@p:Person)-[:BELONGS_TO]->(:Municipality {key: @found.filter.municipality}) RETURN @p.key }",
            none=_BELONGS_NOWHERE,
        ),
        "role": Filter(_HOLDS, none=_HOLDS_NONE),
        "standsInFor": Filter(
            "EXISTS { MATCH (@x)<-[:HELD_BY]-(@s:StandIn)-[:FOR]->(:Person {key: @found.filter.standsInFor}) WHERE @valid(s) AND @visible(s:StandIn) }",
            none="NOT EXISTS { MATCH (@x)<-[:HELD_BY]-(@s:StandIn) WHERE @valid(s) AND @visible(s:StandIn) }",
        ),
        "unit": Filter("@x.unit = @arg.filter.unit AND @own(x:Person)", none="(@x.unit IS NULL OR NOT @own(x:Person))"),
    },
    lookups=(
        Lookup("filter.municipality", "Municipality"),
        Lookup("filter.role", "Role"),
        Lookup("filter.standsInFor", "Person"),
    ),
)

MAILBOXES: Final = Paged(
    "(@x:Mailbox)",
    f"@x.name > '' AND @x.fromSeq <= @seq AND {there('x')}",
    orders={"NAME": Order("@x.name"), "NAME_DESC": Order("@x.name", descending=True)},
    filters={"municipality": Filter(_BELONGS, none=_BELONGS_NOWHERE), "role": Filter(_HOLDS, none=_HOLDS_NONE)},
    lookups=(Lookup("filter.municipality", "Municipality"), Lookup("filter.role", "Role")),
)

READS: Final[dict[str, dict[str, Read]]] = {
    "Municipality": {
        **THING,
        "code": Value("@n.code"),
        "name": Value("@n.name"),
        "region": Value("@n.region"),
        "names": NAMES,
        "assignments": Related("(@n)<-[:IN]-(@x:Assignment)", "@valid(x)", "@x.slot, @x.validFrom, @x.key"),
        "roles": LOCAL_ROLES,
        "tasks": LOCAL_TASKS,
        "erpSystems": Related("(@n)<-[:BY]-(@x:Usage)", "@valid(x)", "@x.domain DESC, @x.key"),
        "agreements": Related("(@n)<-[:IN]-(@x:Agreement)", "@valid(x)", "@x.name, @x.key"),
        "people": Paged(
            "(@n)<-[:BELONGS_TO]-(@x:Person)", f"@x.fromSeq <= @seq AND {there('x')}", orders={"NAME": Order("@x.name")}
        ),
    },
    "Person": {
        **HOLDER,
        "jobTitle": Value("@n.jobTitle"),
        "unit": Value("@n.unit"),
        "tasks": PERSON_TASKS,
        "leftOn": Value("@n.leftOn"),
        "erasedAt": Value("@n.erasedAt"),
        "mergedInto": the("(@n)-[:MERGED_INTO]->(@x:Person)"),
    },
    "Mailbox": {**HOLDER, "purpose": Value("@n.purpose")},
    "ContactPoint": {"kind": Value("@n[0]"), "value": Value("@n[1]"), "visibility": Value("@n[2]")},
}
