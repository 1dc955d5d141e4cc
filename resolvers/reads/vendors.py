"""Vendors and their ERP systems, IT systems and what they exchange, service agreements, meetings."""

from typing import Final

from graph.reads import Filter, Lookup, Order, Paged, Read, Related, Value, the
from resolvers.reads.common import FACT, MUNICIPALITY, NAMES, THING, TITLE

_BY_NAME: Final = {"NAME": Order("@x.folded"), "NAME_DESC": Order("@x.folded", descending=True)}

VENDORS: Final = Paged(
    "(@x:Vendor)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders=_BY_NAME,
    filters={
        "erpSystem": Filter(
            "EXISTS { (@x)<-[:SUPPLIED_BY]-(:ErpSystem {key: @found.filter.erpSystem}) }",
            none="NOT EXISTS { (@x)<-[:SUPPLIED_BY]-() }",
        ),
        "municipality": Filter(
            "EXISTS { MATCH (@x)<-[:SUPPLIED_BY]-()<-[:OF]-(@u:Usage)-[:BY]->(:Municipality {key: @found.filter.municipality})"
            " WHERE @valid(u) AND @visible(u:Usage) }",
            none="NOT EXISTS { MATCH (@x)<-[:SUPPLIED_BY]-()<-[:OF]-(@u:Usage) WHERE @valid(u) AND @visible(u:Usage) }",
        ),
    },
    lookups=(Lookup("filter.erpSystem", "ErpSystem"), Lookup("filter.municipality", "Municipality")),
)

ERP_SYSTEMS: Final = Paged(
    "(@x:ErpSystem)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders=_BY_NAME,
    filters={
        "vendor": Filter("EXISTS { (@x)-[:SUPPLIED_BY]->(:Vendor {key: @found.filter.vendor}) }"),
        "municipality": Filter(
            "EXISTS { MATCH (@x)<-[:OF]-(@u:Usage)-[:BY]->(:Municipality {key: @found.filter.municipality}) WHERE @valid(u) AND @visible(u:Usage) }",
            none="NOT EXISTS { MATCH (@x)<-[:OF]-(@u:Usage) WHERE @valid(u) AND @visible(u:Usage) }",
        ),
    },
    lookups=(Lookup("filter.vendor", "Vendor"), Lookup("filter.municipality", "Municipality")),
)

IT_SYSTEMS: Final = Paged(
    "(@x:ItSystem)",
    "@x.code > '' AND @x.fromSeq <= @seq",
    orders=_BY_NAME,
    filters={
        "uses": Filter(
            "EXISTS { (@x)-[:USES]->(:ItSystem {key: @found.filter.uses}) }", none="NOT EXISTS { (@x)-[:USES]->() }"
        ),
        "integration": Filter(
            "EXISTS { (@x)-[:INTEGRATES]->(:Integration {code: @arg.filter.integration}) }",
            none="NOT EXISTS { (@x)-[:INTEGRATES]->() }",
        ),
        "task": Filter(
            "EXISTS { (@x)<-[:CONCERNS]-(:Task {key: @found.filter.task}) }", none="NOT EXISTS { (@x)<-[:CONCERNS]-() }"
        ),
    },
    lookups=(Lookup("filter.uses", "ItSystem"), Lookup("filter.task", "Task")),
)

READS: Final[dict[str, dict[str, Read]]] = {
    "Vendor": {
        **THING,
        "code": Value("@n.code"),
        "name": TITLE,
        "names": NAMES,
        "erpSystems": Related("(@n)<-[:SUPPLIED_BY]-(@x:ErpSystem)", "@x.fromSeq <= @seq", "@x.code"),
        "isMunicipality": the("(@n)-[:IS]->(@x:Municipality)"),
        "meetings": Related("(@n)<-[:FOR]-(@x:Meeting)", "", "@x.date, @x.code"),
        "customers": Paged(
            "(@x:Municipality)",
            "@x.code > '' AND EXISTS { MATCH (@x)<-[:BY]-(@u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(@n) WHERE @valid(u) AND @visible(u:Usage) }",
            orders={"CODE": Order("@x.code"), "NAME": Order("@x.folded")},
        ),
    },
    "ErpSystem": {
        **THING,
        "code": Value("@n.code"),
        "name": TITLE,
        "names": NAMES,
        "vendor": the("(@n)-[:SUPPLIED_BY]->(@x:Vendor)"),
        "usedBy": Paged(
            "(@n)<-[:OF]-(@x:Usage)-[:BY]->(@m:Municipality)",
            "@valid(x)",
            orders={"MUNICIPALITY": Order("@m.code + @x.domain")},
        ),
    },
    "Usage": {
        **FACT,
        "domain": Value("@n.domain"),
        "erpSystem": the("(@n)-[:OF]->(@x:ErpSystem)"),
        "municipality": the("(@n)-[:BY]->(@x:Municipality)"),
    },
    "ItSystem": {
        **THING,
        "code": Value("@n.code"),
        "name": TITLE,
        "names": NAMES,
        "note": Value("@n.note"),
        "integrations": Related(
            "(@n)-[@p:INTEGRATES]->(@i:Integration)", "", "@i.code, @p.protocol", bind={"n": "i", "p": "p"}
        ),
        "uses": Related("(@n)-[:USES]->(@x:ItSystem)", "", "@x.code"),
        "usedBy": Related("(@n)<-[:USES]-(@x:ItSystem)", "", "@x.code"),
        "mailboxes": Related("(@n)-[:WRITES_TO]->(@x:Mailbox)", "", "@x.name"),
        "tasks": Related("(@n)<-[:CONCERNS]-(@x:Task)", "@x.fromSeq <= @seq", "@x.code"),
        "projects": Related("(@n)<-[:ABOUT]-(@x:Project)", "@x.fromSeq <= @seq", "@x.code"),
        "agreements": Related("(@n)<-[:FOR]-(@x:Agreement)", "@valid(x)", "@x.name, @x.key"),
    },
    "SystemIntegration": {
        "code": Value("@n.code"),
        "name": Value("@n.name"),
        "version": Value("@n.version"),
        "protocol": Value("@p.protocol"),
    },
    "Service": {
        **THING,
        "code": Value("@n.code"),
        "name": Value("@n.name"),
        "version": Value("@n.version"),
        "type": Value("@n.type"),
        "provider": Value("@n.provider"),
    },
    "Agreement": {
        **FACT,
        "name": Value("@n.name"),
        "reason": Value("@n.reason"),
        "comment": Value("@n.comment"),
        "dataLimit": Value("@n.dataLimit"),
        "receiver": Value("@n.receiver"),
        "approvedBy": Value("@n.approvedBy"),
        "approvedAt": Value("@n.approvedAt"),
        "system": the("(@n)-[:FOR]->(@x:ItSystem)"),
        "service": the("(@n)-[:GIVES]->(@x:Service)"),
        "municipality": MUNICIPALITY,
    },
    "Meeting": {
        **THING,
        "title": Value("@n.title"),
        "date": Value("@n.date"),
        "starts": Value("@n.starts"),
        "ends": Value("@n.ends"),
        "place": Value("@n.place"),
        "audience": Value("@n.audience"),
    },
}
