"""What is shown under the help of each command that makes a change: one or two lines that can be typed on the demo data."""

from typing import Final

_EXAMPLES: Final = {
    "appoint": (
        'appoint "Demo Lone Testsen" --role "ØiR finans administrator" --in Aarhus --from 2027-01-01 --to 2027-06-30 --dry-run',
        "appoint --mailbox MAILBOX --role oir-funktionspostkasse --in 0751",
    ),
    "end": (
        "end --role KOMBIT-programleder --in Aarhus --to 2026-12-31",
        "end --fact usage:1a56… --to 2026-12-31 --dry-run",
    ),
    "stand-in": (
        'stand-in "Demo Erik Demosen" --role KOMBIT-programleder --in Aarhus --from 2027-01-04 --to 2027-01-15',
    ),
    "hand-over": (
        'hand-over "Demo Erik Demosen" --role "ØiR debitor administrator" --in Vejle --from-holder "Demo Ida Tænktved" --dry-run',
    ),
    "leave": (
        'leave "Demo Lone Testsen" --on 2027-01-01 --dry-run',
        'leave "Demo Lone Testsen" --successor assignment:1a56…="Demo Erik Demosen"',
        'leave "Demo Lone Testsen" --successor-mailbox assignment:1a56…="Demo ØiR funktionspostkasse Aarhus"',
    ),
    "vacate": ('vacate "Genbesættes til februar" --role KOMBIT-programleder --in Aarhus --to 2027-01-31',),
    "confirm": ('confirm --role "ØiR finans kontaktperson" --in Aarhus --by Økonomichefen',),
    "report": (
        'report "Demo Lone Testsen" "Nummeret svarer ikke" --role KOMBIT-programleder --in Aarhus',
        'report "Mailen kommer retur" --role KOMBIT-programleder --in Aarhus',
    ),
    "translate": (
        'translate --role "ØiR finans administrator" --in Læsø --title Økonomikonsulent --unit Økonomi',
        'translate --role "ØiR finans administrator" --in Læsø --carried-by KOMBIT-programleder',
    ),
    "progress": ("progress oir-basis-02 done --in Aarhus --on 2026-11-01",),
    "add-person": ('add-person "Demo Ny Medarbejder" --in Aarhus --email demo.ny@aarhus.example',),
    "change-person": ('change-person "Demo Lone Testsen" --phone "00 11 22 33" --job Programleder',),
    "merge": ("merge person:1a56… person:2f6c… --dry-run",),
    "correct": (
        "correct --role KOMBIT-programleder --in Aarhus --at 2026-12-01 --to 2028-12-31 --dry-run",
        "correct --fact progress:1a56… --state done",
    ),
    "retract": ("retract --role KOMBIT-programleder --in Aarhus --dry-run", "retract --fact report:1a56…"),
    "change": (
        'change escalateRole role="ØiR finans administrator" to="YR kontaktperson" validFrom=2027-01-01 --dry-run',
        'change useErpSystem municipality=0751 domain=FINANS erpSystem="ØS Indsigt" validFrom=2027-01-01',
    ),
    "undo": ('undo 720 --reason "Hun kommer før tid"',),
}


def of(command: str) -> str:
    """Give the examples of a command, as its help shows them."""
    return "Examples:  " + "  ·  ".join(f"[bold]rollegalleri {line}[/]" for line in _EXAMPLES[command])


def lines(command: str) -> tuple[str, ...]:
    """Give the examples of a command, as they are typed; none where it is no change of the map."""
    return _EXAMPLES.get(command, ())
