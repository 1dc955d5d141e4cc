"""What many types read alike: ids, sequence numbers, periods, titles at a date, contact points."""

from typing import Final

from graph.reads import Read, Related, Rows, Value, the

THING: Final[dict[str, Read]] = {"id": Value("@n.key"), "seq": Value("@n.seq")}
"""What every thing has."""

FACT: Final[dict[str, Read]] = {
    "id": Value("@n.key"),
    "seq": Value("@n.fromSeq"),
    "validFrom": Value("@n.validFrom"),
    "validTo": Value("nullIf(@n.validTo, '9999-12-31')"),
}
"""What every record of a fact has; an open end is null."""

TITLE: Final = Value(
    # The official name valid on the date; where none is, the next later one, else the last earlier one. Nearly always
    # one is, and is found without sorting: all municipalities' assignments with their roles' titles take 26 ms, not 30.
    "head([@one IN [[(@n)<-[:NAMES]-(@b:Name) WHERE @b.kind = 'OFFICIAL' AND @valid(b) | @b.title]] |"
    " CASE size(@one) WHEN 1 THEN @one[0] ELSE head(COLLECT { MATCH (@n)<-[:NAMES]-(@a:Name) WHERE @a.kind = 'OFFICIAL' AND @known(a)"
    " RETURN @a.title AS title ORDER BY @a.validFrom <= @at AND @at < @a.validTo DESC, @a.validFrom > @at DESC,"
    " CASE WHEN @a.validFrom <= @at THEN '' ELSE @a.validFrom END, @a.validFrom DESC LIMIT 1 }) END])"
)
"""The official name of a thing on the date asked (rule 11)."""

NAMES: Final = Related("(@n)<-[:NAMES]-(@x:Name)", "@known(x)", "@x.kind DESC, @x.validFrom, @x.title")
"""All names a thing ever had."""

CONTACTS: Final = Rows("@contacts(n)")
"""The contact points that the viewer may see, as rows of kind, value and class; current only (rule 4)."""

HOME: Final = the("(@n)-[:BELONGS_TO]->(@x:Municipality)")

HOLDER: Final[dict[str, Read]] = {
    **THING,
    "name": Value("@n.name"),
    "isDemo": Value("@n.demo"),
    "contactPoints": CONTACTS,
    "municipality": HOME,
    "roles": Related("(@n)<-[:HELD_BY]-(@x:Assignment)", "@valid(x)", "@x.slot, @x.validFrom, @x.key"),
    "standsInFor": Related("(@n)<-[:HELD_BY]-(@x:StandIn)", "@valid(x)", "@x.slot, @x.validFrom, @x.key"),
}
"""What a person and a shared mailbox have in common (rule 8)."""

ROLE: Final = the("(@n)-[:OF]->(@x:Role)", few="(@x:Role) WHERE @x.code > '' AND @x.fromSeq <= @seq")
MUNICIPALITY: Final = the("(@n)-[:IN]->(@x:Municipality)")
