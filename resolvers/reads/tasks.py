"""KLIK projects and tasks: terms at a date, whom they address, what they wait for, how far the municipalities are."""

from typing import Final

from graph.reads import Filter, Lookup, Order, Paged, Read, Related, Rows, Value, one, the
from resolvers.reads.common import FACT, MUNICIPALITY, NAMES, THING, TITLE

_TERMS: Final = (
    # The terms that stand on the date; where none do, the next ones, else the last ones: a title is always there.
    "head(COLLECT { MATCH (TASK)<-[:OF]-(@a:Terms) WHERE @known(a)"
    " RETURN FIELD AS value ORDER BY @a.validFrom <= @at AND @at < @a.validTo DESC, @a.validFrom > @at DESC,"
    " CASE WHEN @a.validFrom <= @at THEN '' ELSE @a.validFrom END, @a.validFrom DESC LIMIT 1 })"
)


def _term(cypher: str) -> Value:
    return Value(_TERMS.replace("TASK", "@n").replace("FIELD", cypher))


_STANDS: Final = "EXISTS { MATCH (@x)<-[:OF]-(@s:Terms) WHERE @valid(s) }"
_LASTS: Final = "EXISTS { MATCH (@x)<-[:OF]-(@w:Terms) WHERE @known(w) AND @w.validTo > @at }"
"""That a task was not withdrawn: nobody waits for one that was."""
_DONE: Final = "(@p:Progress {slot: @m.code + '|' + @n.key})"
_STATE: Final = (
    f"head(COLLECT {{ MATCH {_DONE} WHERE @valid(p) AND @visible(p:Progress)"
    " RETURN @p.state AS state ORDER BY @p.validFrom DESC LIMIT 1 })"
)
_DUE: Final = f"coalesce({_TERMS.replace('TASK', '@x').replace('FIELD', '@a.due')}, '9999-12-31')"
"""The day that the field `due` shows."""

_TASK_FILTERS: Final = {
    "project": Filter("EXISTS { (@x)-[:PART_OF]->(:Project {key: @found.filter.project}) }"),
    "role": Filter(
        "EXISTS { MATCH (@x)<-[:BY]-(@d:Addressing)-[:TO]->(:Role {key: @found.filter.role}) WHERE @valid(d) }",
        none="NOT EXISTS { MATCH (@x)<-[:BY]-(@d:Addressing) WHERE @valid(d) }",
    ),
    "system": Filter(
        "EXISTS { (@x)-[:CONCERNS]->(:ItSystem {key: @found.filter.system}) }",
        none="NOT EXISTS { (@x)-[:CONCERNS]->() }",
    ),
    "requires": Filter(
        "EXISTS { MATCH (@x)<-[:BY]-(@q:Requirement)-[:ON]->(:Task {key: @found.filter.requires}) WHERE @valid(q) }",
        none="NOT EXISTS { MATCH (@x)<-[:BY]-(@q:Requirement) WHERE @valid(q) }",
    ),
    "obligation": Filter(
        "EXISTS { MATCH (@x)<-[:OF]-(@o:Terms) WHERE @valid(o) AND @o.obligation = @arg.filter.obligation }",
        none="NOT EXISTS { MATCH (@x)<-[:OF]-(@o:Terms) WHERE @valid(o) AND @o.obligation IS NOT NULL }",
    ),
    "stands": Filter(f"{_STANDS} = @arg.filter.stands"),
    "dueBy": Filter(f"{_DUE} <= @arg.filter.dueBy", none=f"{_DUE} = '9999-12-31'"),
}

TASKS: Final = Paged(
    "(@x:Task)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders={"CODE": Order("@x.code"), "DUE": Order(_DUE), "DUE_DESC": Order(_DUE, descending=True)},
    filters=_TASK_FILTERS,
    lookups=(
        Lookup("filter.project", "Project"),
        Lookup("filter.role", "Role"),
        Lookup("filter.system", "ItSystem"),
        Lookup("filter.requires", "Task"),
    ),
)

PROJECTS: Final = Paged(
    "(@x:Project)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders={"NAME": Order("@x.folded"), "START": Order("coalesce(@x.start, '9999-12-31')")},
    filters={
        "system": Filter(
            "EXISTS { (@x)-[:ABOUT]->(:ItSystem {key: @found.filter.system}) }", none="NOT EXISTS { (@x)-[:ABOUT]->() }"
        )
    },
    lookups=(Lookup("filter.system", "ItSystem"),),
)

LOCAL_TASKS: Final = Related(
    "(@t:Task)",
    "@own(n:Municipality) AND @t.code > '' AND @t.fromSeq <= @seq AND EXISTS { MATCH (@t)<-[:OF]-(@s:Terms) WHERE @valid(s) }",
    "@t.code",
    bind={"n": "t", "m": "n"},
)
"""The tasks that stand on the date, as they are in one municipality: the viewer's own, since how far it is only it may know."""

PERSON_TASKS: Final = Related(
    "(@n)<-[:HELD_BY]-(@a:Assignment)-[:OF]->(@r:Role)<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task), (@a)-[:IN]->(@m:Municipality)",
    "@valid(a) AND @visible(a:Assignment) AND @valid(d) AND EXISTS { MATCH (@t)<-[:OF]-(@s:Terms) WHERE @valid(s) }",
    "@t.code, @r.order, @m.code",
    bind={"n": "t", "m": "m", "r": "r", "d": "d"},
)
"""The tasks that address a role which the person holds, once for each role and municipality."""

READS: Final[dict[str, dict[str, Read]]] = {
    "Task": {
        **THING,
        "code": Value("@n.code"),
        "number": Value("@n.number"),
        "isActivity": Value("@n.isActivity"),
        "isDemo": Value("@n.demo"),
        "title": _term("@a.title"),
        "obligation": _term("@a.obligation"),
        "published": _term("@a.published"),
        "due": _term("@a.due"),
        "note": _term("@a.note"),
        "standsFrom": _term("@a.validFrom"),
        "standsTo": _term("nullIf(@a.validTo, '9999-12-31')"),
        "stands": Value("EXISTS { MATCH (@n)<-[:OF]-(@a:Terms) WHERE @valid(a) }"),
        "project": the("(@n)-[:PART_OF]->(@x:Project)"),
        "systems": Related("(@n)-[:CONCERNS]->(@x:ItSystem)", "", "@x.code"),
        "roles": Related("(@n)<-[:BY]-(@x:Addressing)-[:TO]->(@r:Role)", "@valid(x)", "@x.kind DESC, @r.order, @x.key"),
        "namesNoRole": Value("NOT EXISTS { MATCH (@n)<-[:BY]-(@a:Addressing) WHERE @valid(a) }"),
        "requires": Related("(@n)<-[:BY]-(@q:Requirement)-[:ON]->(@x:Task)", "@valid(q)", "@x.code"),
        "requiredBy": Related("(@n)<-[:ON]-(@q:Requirement)-[:BY]->(@x:Task)", "@valid(q)", "@x.code"),
        "blockedBy": Related(
            "(@n)<-[:BY]-(@q:Requirement)-[:ON]->(@x:Task)",
            f"@valid(q) AND {_LASTS} AND EXISTS {{ MATCH (@m:Municipality)"
            " WHERE @m.code > '' AND @own(m:Municipality) AND (@found.municipality IS NULL OR @m.key = @found.municipality)"
            " AND NOT EXISTS { MATCH (@p:Progress {slot: @m.code + '|' + @x.key}) WHERE @valid(p) AND @p.state = 'DONE' AND @visible(p:Progress) } }",
            "@x.code",
            lookups=(Lookup("municipality", "Municipality"),),
        ),
        "progress": Rows(
            "head([@states IN [COLLECT { MATCH (@m:Municipality) WHERE @m.code > '' AND @m.fromSeq <= @seq"
            " OPTIONAL MATCH (@p:Progress {slot: @m.code + '|' + @n.key}) WHERE @valid(p) AND @visible(p:Progress)"
            " RETURN coalesce(@p.state, '') AS state }] | [size([@s IN @states WHERE @s = 'DONE']), size([@s IN @states WHERE @s = 'STARTED']),"
            " size([@s IN @states WHERE @s = 'NOT_STARTED']), size([@s IN @states WHERE @s = '']), @n]])",
            many=False,
        ),
    },
    "TaskProgress": {
        "done": Value("@n[0]"),
        "started": Value("@n[1]"),
        "notStarted": Value("@n[2]"),
        "unreported": Value("@n[3]"),
        "municipalities": Related("(@x:Progress)-[:ON]->(@t:Task {key: @n[4].key})", "@valid(x)", "@x.slot"),
    },
    "Progress": {
        **FACT,
        "state": Value("@n.state"),
        "task": the("(@n)-[:ON]->(@x:Task)"),
        "municipality": MUNICIPALITY,
    },
    "Addressing": {
        **FACT,
        "kind": Value("@n.kind"),
        "inferred": Value("@n.inferred"),
        "role": the("(@n)-[:TO]->(@x:Role)"),
        "task": the("(@n)-[:BY]->(@x:Task)"),
    },
    "LocalTask": {
        "task": one("(@x:Task {key: @n.key})"),
        "state": Value(_STATE),
        "due": _term("@a.due"),
        "overdue": Value(f"coalesce({_term('@a.due').cypher} < @at AND coalesce({_STATE}, '') <> 'DONE', false)"),
        "blockedBy": Related(
            "(@n)<-[:BY]-(@q:Requirement)-[:ON]->(@x:Task)",
            f"@valid(q) AND {_LASTS} AND NOT EXISTS {{ MATCH (@p:Progress {{slot: @m.code + '|' + @x.key}})"
            " WHERE @valid(p) AND @p.state = 'DONE' AND @visible(p:Progress) }",
            "@x.code",
        ),
    },
    "PersonTask": {
        "task": one("(@x:Task {key: @n.key})"),
        "role": one("(@x:Role {key: @r.key})"),
        "municipality": one("(@x:Municipality {key: @m.key})"),
        "kind": Value("@d.kind"),
        "state": Value(_STATE),
        "due": _term("@a.due"),
    },
    "Project": {
        **THING,
        "code": Value("@n.code"),
        "name": TITLE,
        "names": NAMES,
        "start": Value("@n.start"),
        "tasks": Related("(@n)<-[:PART_OF]-(@x:Task)", "@x.fromSeq <= @seq", "@x.code"),
        "systems": Related("(@n)-[:ABOUT]->(@x:ItSystem)", "", "@x.code"),
        "mailboxes": Related("(@n)-[:WRITES_TO]->(@x:Mailbox)", "", "@x.name"),
        "meetings": Related("(@n)<-[:FOR]-(@x:Meeting)", "", "@x.date, @x.code"),
    },
}
