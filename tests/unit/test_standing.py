"""A task is answerable for on the days when it stands (rule 12), and on no others."""

import pytest

from resolvers.errors import InvalidInput
from resolvers.questions.responsibility import check_stands


@pytest.mark.parametrize("terms", [[], [("2026-02-01", "2026-03-01", "Opgave")]])
def test_a_task_that_does_not_stand_is_refused_also_where_its_terms_were_not_known_yet(
    terms: list[tuple[str, str, str]],
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_stands(terms, "2026-01-01", "task:opgave")
    assert refused.value.code == "TASK_DOES_NOT_STAND"
    assert "task:opgave" in str(refused.value)
