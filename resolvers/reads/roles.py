"""Roles, their names, their galleries, where they escalate to."""

from typing import Final

from graph.reads import Filter, Lookup, Order, Paged, Read, Related, Value, one, the
from resolvers.reads.common import FACT, NAMES, THING, TITLE

ROLES: Final = Paged(
    "(@x:Role)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders={
        "GALLERY": Order("@x.order", kind=int),
        "CODE": Order("@x.code"),
        "CODE_DESC": Order("@x.code", descending=True),
    },
    filters={
        "domain": Filter("@x.domain = @arg.filter.domain"),
        "kind": Filter("@x.kind = @arg.filter.kind"),
        "gallery": Filter(
            "EXISTS { MATCH (@x)<-[:OF]-(@d:Definition)-[:BY]->(@g:Gallery {key: @found.filter.gallery}) WHERE @valid(d) }",
            none="NOT EXISTS { MATCH (@x)<-[:OF]-(@d:Definition) WHERE @valid(d) }",
        ),
        "municipality": Filter(
            "EXISTS { MATCH (@x)<-[:OF]-(@a:Assignment)-[:IN]->(@m:Municipality {key: @found.filter.municipality})"
            " WHERE @valid(a) AND @visible(a:Assignment) }",
            none="NOT EXISTS { MATCH (@x)<-[:OF]-(@a:Assignment) WHERE @valid(a) AND @visible(a:Assignment) }",
        ),
        "task": Filter(
            "EXISTS { MATCH (@x)<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task {key: @found.filter.task}) WHERE @valid(d) }",
            none="NOT EXISTS { MATCH (@x)<-[:TO]-(@d:Addressing) WHERE @valid(d) }",
        ),
        "escalatesTo": Filter(
            "EXISTS { MATCH (@x)<-[:FROM]-(@e:Escalation)-[:TO]->(@r:Role {key: @found.filter.escalatesTo}) WHERE @valid(e) }",
            none="NOT EXISTS { MATCH (@x)<-[:FROM]-(@e:Escalation) WHERE @valid(e) }",
        ),
    },
    lookups=(
        Lookup("filter.gallery", "Gallery"),
        Lookup("filter.municipality", "Municipality"),
        Lookup("filter.task", "Task"),
        Lookup("filter.escalatesTo", "Role"),
    ),
)

READS: Final[dict[str, dict[str, Read]]] = {
    "Role": {
        **THING,
        "code": Value("@n.code"),
        "title": TITLE,
        "en": Value("@n.en"),
        "domain": Value("@n.domain"),
        "kind": Value("@n.kind"),
        "prefersMailbox": Value("@n.prefersMailbox"),
        "wantsOneHolder": Value("@n.wantsOneHolder"),
        "heldBy": Value("@n.heldBy"),
        "mailboxRole": the("(@n)-[:MAILBOX]->(@x:Role)"),
        "names": NAMES,
        "escalatesTo": one("(@n)<-[:FROM]-(@e:Escalation)-[:TO]->(@x:Role)", "@valid(e)", "@e.validFrom DESC, @x.key"),
        "escalation": one("(@n)<-[:FROM]-(@x:Escalation)", "@valid(x)", "@x.validFrom DESC, @x.key"),
        "galleries": Related("(@n)<-[:OF]-(@d:Definition)-[:BY]->(@x:Gallery)", "@valid(d)", "@x.version"),
        "tasks": Related("(@n)<-[:TO]-(@x:Addressing)", "@valid(x)", "@x.key"),
        "assignments": Paged(
            "(@n)<-[:OF]-(@x:Assignment)",
            "@valid(x)",
            orders={"PLACE": Order("@x.slot"), "SINCE": Order("@x.validFrom")},
        ),
    },
    "Name": {
        **FACT,
        "title": Value("@n.title"),
        "kind": Value("@n.kind"),
        "note": Value("@n.note"),
    },
    "Escalation": {
        **FACT,
        "from": the("(@n)-[:FROM]->(@x:Role)"),
        "to": the("(@n)-[:TO]->(@x:Role)"),
        "inferred": Value("@n.inferred"),
    },
    "Gallery": {
        **THING,
        "version": Value("@n.version"),
        "published": Value("@n.published"),
        "note": Value("@n.note"),
        "roles": Related("(@n)<-[:BY]-(@d:Definition)-[:OF]->(@x:Role)", "@known(d)", "@x.order"),
    },
}
