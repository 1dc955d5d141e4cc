"""Each step says itself in Danish and in English: exactly so."""

import pytest

from graph.shape import OPEN_DATE
from resolvers.facts import Holder
from resolvers.gaps import Reason
from resolvers.responsibility import Resolver
from resolvers.sentences import _GAPS, _STEPS, Language, period
from resolvers.steps import StepKind
from tests.unit.world import BOX, LEADER, MANAGER, OWNER, TODAY, World


def say(world: World, role: str | None = OWNER) -> list[str]:
    answer = world.who(role)
    return [line for pair in zip(world.said(answer, "da"), world.said(answer, "en"), strict=True) for line in pair]


def test_held_through_a_preferred_mailbox() -> None:
    world = World()
    world.prefers_mailbox = True
    world.translate(OWNER, "Økonomichef", unit="Økonomi")
    world.hold(OWNER, by="anna", since="2019-12-01", to="2027-01-01")
    world.hold(BOX, by="box-oir")
    assert say(world) == [
        "I Aarhus kaldes rollen Systemejer for kommunens bogføringssystem »Økonomichef« (Økonomi).",
        "In Aarhus the role Systemejer for kommunens bogføringssystem is called “Økonomichef” (Økonomi).",
        (
            "Anna har rollen Systemejer for kommunens bogføringssystem i Aarhus"
            " fra 1. december 2019 til og med 31. december 2026."
        ),
        (
            "Anna holds the role Systemejer for kommunens bogføringssystem in Aarhus"
            " from 1 December 2019 up to and including 31 December 2026."
        ),
        (
            "Skriv først til Box-oir: rollen Systemejer for kommunens bogføringssystem kontaktes gennem"
            " ØiR funktionspostkasse i Aarhus."
        ),
        (
            "Write to Box-oir first: the role Systemejer for kommunens bogføringssystem is contacted through"
            " ØiR funktionspostkasse in Aarhus."
        ),
    ]


def test_covered_and_out_of_reach() -> None:
    world = World()
    world.person("bo", reachable=False)
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo", since="2026-10-01")
    world.hold(BOX, by="box-oir")
    assert say(world) == [
        (
            "Bo er stedfortræder for Anna i rollen Systemejer for kommunens bogføringssystem i Aarhus"
            " fra 1. oktober 2026 indtil videre."
        ),
        (
            "Bo stands in for Anna in the role Systemejer for kommunens bogføringssystem in Aarhus"
            " from 1 October 2026 until further notice."
        ),
        "Man kan også skrive til Box-oir, som er ØiR funktionspostkasse i Aarhus.",
        "One can also write to Box-oir, which is ØiR funktionspostkasse in Aarhus.",
        "Bo har ingen kontaktoplysninger, der vises for dig.",
        "Bo has no contact details that are shown to you.",
    ]


def test_a_chain_that_ends_at_kombit() -> None:
    world = World("Bornholm")
    world.escalate(OWNER, MANAGER)
    world.translate(OWNER, carried_by=MANAGER, unit="IT")
    world.leave_vacant(MANAGER, "stillingen er nedlagt", since="2026-01-01", to="2027-01-01")
    world.hold(LEADER, by="dorte", since="2027-03-01")
    world.hold(BOX, by="box-oir", to="2026-07-01")
    manager = "Systemansvarlig for bogføringssystemet"
    assert say(world) == [
        (
            "På Bornholm varetages rollen Systemejer for kommunens bogføringssystem af rollen"
            " Systemansvarlig for bogføringssystemet (IT)."
        ),
        (
            "In Bornholm the role Systemejer for kommunens bogføringssystem is carried by the role"
            " Systemansvarlig for bogføringssystemet (IT)."
        ),
        (
            f"Rollen {manager} er ubesat med vilje på Bornholm"
            " fra 1. januar 2026 til og med 31. december 2026 (stillingen er nedlagt)."
        ),
        (
            f"The role {manager} is vacant on purpose in Bornholm"
            " from 1 January 2026 up to and including 31 December 2026 (stillingen er nedlagt)."
        ),
        "Spørgsmålet går derfor videre til KOMBIT-programleder på Bornholm.",
        "The question therefore goes on to KOMBIT-programleder in Bornholm.",
        "Ingen har rollen KOMBIT-programleder på Bornholm endnu; Dorte får rollen fra 1. marts 2027.",
        "Nobody holds the role KOMBIT-programleder in Bornholm yet; Dorte takes it from 1 March 2027.",
        "Spørgsmålet går derfor videre til ØiR funktionspostkasse på Bornholm.",
        "The question therefore goes on to ØiR funktionspostkasse in Bornholm.",
        "Ingen har længere rollen ØiR funktionspostkasse på Bornholm; den var sidst besat til og med 30. juni 2026.",
        (
            "Nobody holds the role ØiR funktionspostkasse in Bornholm any longer;"
            " it was last held up to and including 30 June 2026."
        ),
        "Ingen på Bornholm har ansvaret; skriv til KOMBIT.",
        "Nobody in Bornholm answers for it; write to KOMBIT.",
    ]


def test_no_role_and_nobody_to_write_to() -> None:
    world = World()
    world.person("dorte", reachable=False)
    world.hold(LEADER, by="dorte")
    lines = say(world, None)
    assert lines[:2] == [
        "Opgaven nævner ingen rolle, så spørgsmålet går til KOMBIT-programleder i Aarhus.",
        "The task names no role, so the question goes to KOMBIT-programleder in Aarhus.",
    ]
    assert lines[-4:] == [
        "Ingen har rollen ØiR funktionspostkasse i Aarhus, og ingen er kendt fra før eller til senere.",
        "Nobody holds the role ØiR funktionspostkasse in Aarhus, and nobody is known from before or for later.",
        "Ingen i Aarhus kan kontaktes om det ud fra det, der vises for dig; skriv til KOMBIT.",
        "Nobody in Aarhus can be contacted about it by what you are shown; write to KOMBIT.",
    ]


def test_a_unit_alone_says_where_the_role_belongs() -> None:
    world = World()
    world.translate(OWNER, unit="Økonomi og IT")
    assert say(world)[0] == "I Aarhus hører rollen Systemejer for kommunens bogføringssystem til i Økonomi og IT."


@pytest.mark.parametrize(
    ("language", "since", "to", "said"),
    [
        ("da", None, "2027-01-01", "til og med 31. december 2026"),
        ("da", None, OPEN_DATE, "indtil videre"),
        ("en", "2024-02-29", "2024-03-01", "from 29 February 2024 up to and including 29 February 2024"),
    ],
)
def test_a_period_is_said_with_its_last_day(language: Language, since: str | None, to: str, said: str) -> None:
    assert period(since, to, language) == said


def test_who_may_see_less_is_told_so_and_no_names() -> None:
    world = World()
    world.escalate(OWNER, LEADER)
    world.leave_vacant(OWNER, "", since="2026-01-01")
    world.hold(LEADER, by="anna")
    answer = Resolver(world.gallery, world.local, hidden=frozenset({LEADER, BOX})).resolve(OWNER, TODAY)
    owner = "Systemejer for kommunens bogføringssystem"
    assert (
        world.said(answer, "da")[0] == f"Rollen {owner} er ubesat med vilje i Aarhus fra 1. januar 2026 indtil videre."
    )
    assert world.said(answer, "da")[2] == "Hvem der har rollen KOMBIT-programleder i Aarhus, vises ikke for dig."
    assert world.said(answer, "en")[2] == "Who holds the role KOMBIT-programleder in Aarhus is not shown to you."
    assert world.said(answer, "da")[-1] == "Ingen, der vises for dig i Aarhus, har ansvaret; skriv til KOMBIT."
    assert world.said(answer, "en")[-1] == "Nobody whom you are shown in Aarhus answers for it; write to KOMBIT."


def test_a_person_whose_name_is_not_shown_is_a_member_of_staff() -> None:
    world = World()
    world.holders |= {f"person:{name}": Holder(f"person:{name}", "", ()) for name in ("anna", "bo")}
    world.hold(OWNER, by="anna", since="2026-01-01")
    world.cover(OWNER, of="anna", by="bo", since="2026-01-01")
    lines = say(world)
    assert lines[0] == (
        "En medarbejder er stedfortræder for en medarbejder i rollen Systemejer for kommunens bogføringssystem i Aarhus"
        " fra 1. januar 2026 indtil videre."
    )
    assert lines[1].startswith("A member of staff stands in for a member of staff in the role ")


def test_every_kind_of_step_and_every_reason_has_its_words() -> None:
    assert set(_STEPS) == set(StepKind) - {StepKind.TRANSLATED}
    assert set(_GAPS) == set(Reason)
