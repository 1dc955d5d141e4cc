"""What a vendor can name: its roles, its customers, its systems, itself."""

from typing import Final

from graph.reads import Read, Related, Value, one
from resolvers.audiences import CONTACT_CLASSES, ROLE_DOMAINS
from resolvers.directory.texts import shown
from resolvers.reads.common import TITLE

ROLES: Final = Related(
    "(@x:Role)", shown("@x.code > '' AND @x.fromSeq <= @seq AND @x.domain IN DOMAINS"), "@x.order, @x.key"
)
ME: Final = Related("(@x:Vendor {key: $p.viewer.vendor})", "@x.fromSeq <= @seq", many=False)

_CODED: Final[dict[str, Read]] = {"id": Value("@n.key"), "code": Value("@n.code")}

READS: Final[dict[str, dict[str, Read]]] = {
    "Role": {**_CODED, "title": TITLE, "en": Value("@n.en"), "domain": Value("@n.domain")},
    "Municipality": {**_CODED, "name": Value("@n.name")},
    "ErpSystem": {**_CODED, "name": TITLE},
    "Vendor": {**_CODED, "name": TITLE},
    "Me": {
        "vendor": one("(@x:Vendor {key: @n.key})"),
        "systems": Related("(@n)<-[:SUPPLIED_BY]-(@x:ErpSystem)", "@x.fromSeq <= @seq", "@x.code"),
        "customerCount": Value(
            "COUNT { MATCH (@n)<-[:SUPPLIED_BY]-(:ErpSystem)<-[:OF]-(@u:Usage)-[:BY]->(@m:Municipality) WHERE @valid(u)"
            " RETURN DISTINCT @m }"
        ),
        "roleDomains": Value(str(list(ROLE_DOMAINS["vendor"]))),
        "contactClasses": Value(str(list(CONTACT_CLASSES["vendor"]))),
    },
}
