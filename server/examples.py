"""Questions to begin with: the page at `/graphql` offers them, the start warms the database with them, a test runs them.

Their dates lie in the demo data's years, so that the answers stay the same whatever the day.
"""

from typing import Final, NamedTuple


class Example(NamedTuple):
    """One question: its key in addresses, what it asks in Danish and English, and the document."""

    key: str
    da: str
    en: str
    query: str


EXAMPLES: Final = (
    Example(
        "who",
        "Hvem har ansvaret, hvordan når jeg dem, og hvorfor?",
        "Who answers for it, how do I reach them, and why?",
        """\
{
  responsibility(
    role: "Systemejer for kommunens bogføringssystem"
    municipality: "Aarhus"
    at: "2026-06-01"
  ) {
    municipality { name }
    title
    outcome
    accountable { holder { name } validFrom validTo }
    reach { holder { name } reachedAs email phone }
    until
    next { outcome reach { holder { name } } }
    steps { kind da }
  }
}
""",
    ),
    Example(
        "task",
        "Hvem skal løse en KLIK-opgave i tre kommuner?",
        "Who does a KLIK task in three municipalities?",
        """\
{
  responsibility(
    task: "Organiser jer i relation til ØiR"
    municipalities: ["0101", "Lyngby-Taarbæk", "Åbenrå"]
    at: "2020-01-10"
  ) {
    municipality { code name }
    role { title }
    inferred
    outcome
    reach { holder { name } email }
  }
}
""",
    ),
    Example(
        "gaps",
        "Hvad mangler der i en region, og hvilke opgaver venter på det?",
        "What is missing in a region, and which tasks wait for it?",
        """\
{
  gaps(region: "Nordjylland", within: 30, at: "2026-06-01") {
    day
    reason
    da
    tasks { task { title } due overdue }
  }
}
""",
    ),
    Example(
        "municipality",
        "Alle rollerne i én kommune på en dato",
        "All roles of one municipality on a date",
        """\
{
  municipality(name: "0751", at: "2026-06-01") {
    name
    region
    erpSystems { domain erpSystem { name vendor { name } } }
    roles {
      role { title }
      assignments { holder { name } validFrom validTo }
      standIns { holder { name } }
      intendedVacancy { reason }
    }
  }
}
""",
    ),
    Example(
        "progress",
        "Hvor langt er landet med en opgave?",
        "How far has the country come with a task?",
        """\
{
  task(name: "Oplys ØiR-kontaktpersoner og ØiR funktionspostkasse til KOMBIT", at: "2019-12-16") {
    title
    due
    progress { done started notStarted }
    roles { role { title } inferred }
  }
}
""",
    ),
    Example(
        "role",
        "En rolle, dens navne over tid, og hvor ansvaret går hen",
        "A role, its names over time, and where it escalates",
        """\
{
  role(name: "ØiR finans kontaktperson", at: "2026-06-01") {
    title
    en
    domain
    names { title validFrom validTo }
    escalatesTo { title }
    mailboxRole { title }
  }
}
""",
    ),
    Example(
        "vendors",
        "ERP-leverandører, deres systemer og kunder",
        "ERP vendors, their systems and customers",
        """\
{
  vendors(first: 10, at: "2026-06-01") {
    totalCount
    nodes {
      name
      erpSystems { name }
      customers(first: 3) { totalCount nodes { name } }
    }
  }
}
""",
    ),
    Example(
        "two-dates",
        "Samme spørgsmål på to datoer",
        "The same question on two dates",
        """\
{
  then: municipality(name: "Aabenraa", at: "2020-03-01") { ...holders }
  now: municipality(name: "Aabenraa", at: "2026-06-01") { ...holders }
}

fragment holders on Municipality {
  assignments { role { title } holder { name } validTo }
}
""",
    ),
    Example(
        "known-at",
        "Hvad vidste galleriet dengang?",
        "What did the gallery know then?",
        """\
{
  assignments(first: 5, at: "2026-06-01", knownAt: "2025-01-01") {
    totalCount
    nodes {
      municipality { name }
      role { title }
      holder { name isDemo }
      validFrom
      validTo
    }
  }
}
""",
    ),
)

OF_VENDORS: Final = (
    """{ contacts(role: "oir-finans-kontaktperson", municipality: "0751") {
      role { code title } outcome mailbox name email phone since until next { from mailbox name email } lastConfirmed da en } }""",
    """{ customers(first: 100) { totalCount nodes { municipality { code name } uses { domain system { name } }
      contacts { role { code title } outcome mailbox name email since da } } pageInfo { hasNextPage endCursor } } }""",
    """{ tasks { nodes { title due roles { code } progress { customers { municipality { code name } state } } } } }""",
)
"""What ERP vendors usually ask the directory; the start warms the database with these, too."""
