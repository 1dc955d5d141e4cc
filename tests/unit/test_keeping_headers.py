"""What headers tell is kept for those that come again, and not for those that would fill memory."""

from server.keeping import LONGEST, MOST, kept_for_short


def test_long_values_are_looked_at_each_time_and_short_ones_once() -> None:
    asked: list[str | None] = []

    @kept_for_short
    def length(value: str | None) -> int:
        asked.append(value)
        return len(value or "")

    short, long = "x" * LONGEST, "x" * (LONGEST + 1)
    assert [length(value) for value in (short, short, long, long, None, None)] == [LONGEST] * 2 + [LONGEST + 1] * 2 + [
        0,
        0,
    ]
    assert asked == [short, long, long, None]
    for number in range(MOST + 1):
        length(str(number))
    length(short)
    assert asked.count(short) == 2
