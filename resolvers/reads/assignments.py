"""Who holds what: assignments, stand-ins, vacancies that are meant, translations, and what of it meets in one place."""

from typing import Final

from graph.reads import Filter, Lookup, Order, Paged, Read, Related, Value, one, the
from resolvers.questions.places import prepare_filter
from resolvers.reads.common import FACT, MUNICIPALITY, ROLE

_HERE: Final = "@m.code + '|' + @r.key"  # the slot of a role in a municipality
_LATER: Final = " AND @a.validFrom > @c.validFrom"


def _there(label: str, more: str = "") -> str:
    return f"EXISTS {{ MATCH (@a:{label} {{slot: {_HERE}}}) WHERE @valid(a) AND @visible(a:{label}){more} }}"


_HELD_BY: Final = (
    "@x.slot IN COLLECT {{ MATCH (:{0} {{key: @found.filter.{1}}})<-[:HELD_BY]-(@f:Assignment) WHERE @visible(f:Assignment) RETURN @f.slot }}"
    " AND EXISTS {{ (@x)-[:HELD_BY]->(:{0} {{key: @found.filter.{1}}}) }}"
)
"""Found from who holds, by the slots: what the order is of, too, and of each assignment that there ever was one is looked at."""

ASSIGNMENTS: Final = Paged(
    "(@x:Assignment)",
    "@x.slot > '' AND @valid(x)",
    orders={
        "PLACE": Order("@x.slot"),
        "SINCE": Order("@x.validFrom"),
        "SINCE_DESC": Order("@x.validFrom", descending=True),
        "UNTIL": Order("@x.validTo"),
    },
    filters={
        "role": Filter(
            "@x.slot IN COLLECT { MATCH (@m:Municipality) WHERE @m.code > '' RETURN @m.code + '|' + @found.filter.role }"
        ),
        "municipality": Filter(
            "@x.slot STARTS WITH substring(@found.filter.municipality, size('municipality:')) + '|'"
        ),
        "region": Filter("EXISTS { (@x)-[:IN]->(:Municipality {region: @arg.filter.region}) }"),
        "person": Filter(_HELD_BY.format("Person", "person")),
        "mailbox": Filter(_HELD_BY.format("Mailbox", "mailbox")),
        "standIn": Filter(
            "EXISTS { MATCH (@s:StandIn {slot: @x.slot})-[:HELD_BY]->(:Person {key: @found.filter.standIn}) WHERE @valid(s) AND @visible(s:StandIn)"
            " AND EXISTS { (@s)-[:FOR]->(@h)<-[:HELD_BY]-(@x) } }",
            none="NOT EXISTS { MATCH (@s:StandIn {slot: @x.slot})"
            " WHERE @valid(s) AND @visible(s:StandIn) AND EXISTS { (@s)-[:FOR]->(@h)<-[:HELD_BY]-(@x) } }",
        ),
        "endsBy": Filter("@x.validTo <= @arg.filter.endsBy", none="@x.validTo = '9999-12-31'"),
    },
    lookups=(
        Lookup("filter.role", "Role"),
        Lookup("filter.municipality", "Municipality"),
        Lookup("filter.person", "Person"),
        Lookup("filter.mailbox", "Mailbox"),
        Lookup("filter.standIn", "Person"),
    ),
    prepare=prepare_filter,
)

LOCAL_ROLES: Final = Related(
    "(@r:Role)",
    "@r.code > '' AND @r.fromSeq <= @seq AND @n.code IS NOT NULL",
    "@r.order, @r.key",
    bind={"n": "r", "r": "r", "m": "n"},
)
"""Every role as it stands in one municipality."""

READS: Final[dict[str, dict[str, Read]]] = {
    "Assignment": {
        **FACT,
        "role": ROLE,
        "municipality": MUNICIPALITY,
        "holder": the("(@n)-[:HELD_BY]->(@x:Person|Mailbox)"),
        "standIns": Related(
            "(@x:StandIn {slot: @n.slot})",
            "@valid(x) AND EXISTS { (@x)-[:FOR]->()<-[:HELD_BY]-(@n) }",
            "@x.validFrom, @x.key",
        ),
        "lastConfirmed": Value(
            "COLLECT { MATCH (@c:Confirmation {slot: @n.slot}) WHERE @known(c) AND @c.validFrom <= @at"
            " AND @c.validFrom >= @n.validFrom AND @visible(c:Confirmation)"
            " RETURN @c.validFrom AS day ORDER BY day DESC LIMIT 1 }[0]"
        ),
    },
    "StandIn": {
        **FACT,
        "role": ROLE,
        "municipality": MUNICIPALITY,
        "covers": the("(@n)-[:FOR]->(@x:Person|Mailbox)"),
        "holder": the("(@n)-[:HELD_BY]->(@x:Person|Mailbox)"),
    },
    "Vacancy": {**FACT, "role": ROLE, "municipality": MUNICIPALITY, "reason": Value("@n.reason")},
    "Translation": {
        **FACT,
        "role": ROLE,
        "municipality": MUNICIPALITY,
        "title": Value("@n.title"),
        "unit": Value("@n.unit"),
        "carriedBy": the("(@n)-[:CARRIED_BY]->(@x:Role)"),
    },
    "LocalRole": {
        "role": one("(@x:Role {key: @r.key})"),
        "translation": one(f"(@x:Translation {{slot: {_HERE}}})", "@valid(x)", "@x.validFrom DESC, @x.key"),
        "assignments": Related(f"(@x:Assignment {{slot: {_HERE}}})", "@valid(x)", "@x.validFrom, @x.key"),
        "standIns": Related(f"(@x:StandIn {{slot: {_HERE}}})", "@valid(x)", "@x.validFrom, @x.key"),
        "intendedVacancy": one(f"(@x:Vacancy {{slot: {_HERE}}})", "@valid(x)", "@x.validFrom DESC, @x.key"),
        "lastConfirmed": Value(
            f"COLLECT {{ MATCH (@c:Confirmation {{slot: {_HERE}}}) WHERE @known(c) AND @c.validFrom <= @at AND @visible(c:Confirmation)"
            f" AND ({_there('Assignment')} AND NOT {_there('Assignment', _LATER)}"
            f" OR NOT {_there('Assignment')} AND {_there('Vacancy')} AND NOT {_there('Vacancy', _LATER)})"
            " RETURN @c.validFrom AS day ORDER BY day DESC LIMIT 1 }[0]"
        ),
    },
}
