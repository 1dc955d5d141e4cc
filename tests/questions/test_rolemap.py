"""What a role map shows: how far it walks, what a lane leaves out, in which order."""

from collections.abc import Iterable

from resolvers.rolemap import CAP, Box, Drawing, Edge, EdgeKind, Lane, draw, reached

EDGES = [
    Edge("system:a", "task:a", EdgeKind.CONCERNS),
    Edge("system:a", "task:b", EdgeKind.CONCERNS),
    Edge("task:a", "role:a", EdgeKind.RESPONSIBLE),
    Edge("task:a", "role:b", EdgeKind.INVOLVED, inferred=True),
    Edge("task:b", "role:c", EdgeKind.RESPONSIBLE),
    Edge("role:a", "person:a", EdgeKind.HOLDS),
    Edge("role:b", "person:a", EdgeKind.STANDS_IN),
    Edge("role:c", "person:b", EdgeKind.HOLDS),
]
LANES = {"system": Lane.SYSTEM, "task": Lane.TASK, "role": Lane.ROLE, "person": Lane.HOLDER}


def box(key: str, *, centre: bool = False) -> Box:
    return Box(key, LANES[key.partition(":")[0]], "TASK", key, is_centre=centre)


def around(key: str, depth: int, lanes: Iterable[Lane] = Lane) -> Drawing:
    keys = sorted({end for edge in EDGES for end in (edge.source, edge.target)})
    return draw([box(k, centre=k == key) for k in keys], EDGES, {key: 0}, depth, lanes)


def ids(drawing: Drawing) -> list[str]:
    return [node.id for node in drawing.nodes]


def test_two_edges_far_a_task_shows_its_systems_roles_and_holders_and_nothing_else() -> None:
    assert ids(around("task:a", 2)) == ["system:a", "task:a", "role:a", "role:b", "person:a"]


def test_the_walk_goes_outwards_and_never_turns_back() -> None:
    assert reached({"person:a": 0}, EDGES, 3) == {"person:a", "role:a", "role:b", "task:a", "system:a"}
    assert reached({"system:a": 0}, EDGES, 1) == {"system:a", "task:a", "task:b"}


def test_what_is_one_edge_away_already_has_one_edge_less() -> None:
    assert reached({"role:a": 1}, EDGES, 1) == {"role:a"}
    assert reached({"role:a": 1}, EDGES, 2) == {"role:a", "person:a", "task:a"}


def test_lanes_that_are_not_asked_for_are_hidden_but_not_the_thing_itself() -> None:
    drawing = around("task:a", 2, [Lane.HOLDER])
    assert ids(drawing) == ["task:a", "person:a"]
    assert drawing.edges == ()
    assert [left.lane for left in drawing.left_out] == [Lane.HOLDER]


def test_lines_join_shown_boxes_from_left_to_right_in_their_order() -> None:
    drawing = around("task:a", 2)
    assert [(edge.source, edge.target, edge.kind.value, edge.inferred) for edge in drawing.edges] == [
        ("system:a", "task:a", "CONCERNS", False),
        ("task:a", "role:a", "RESPONSIBLE", False),
        ("task:a", "role:b", "INVOLVED", True),
        ("role:a", "person:a", "HOLDS", False),
        ("role:b", "person:a", "STANDS_IN", False),
    ]


def test_a_lane_shows_twelve_and_counts_the_rest() -> None:
    people = [f"person:{number:02}" for number in range(CAP + 3)]
    boxes = [box("role:a", centre=True), *map(box, people)]
    edges = [Edge("role:a", person, EdgeKind.HOLDS) for person in people]
    drawing = draw(boxes, edges, {"role:a": 0}, 1, Lane)
    assert ids(drawing) == ["role:a", *people[:CAP]]
    assert {left.lane.value: left.count for left in drawing.left_out} == {
        "SYSTEM": 0,
        "TASK": 0,
        "ROLE": 0,
        "HOLDER": 3,
    }
    assert len(drawing.edges) == CAP


def test_the_thing_itself_is_shown_even_where_it_comes_last() -> None:
    boxes = [*(box(f"role:{number:02}") for number in range(CAP)), box("role:z", centre=True)]
    drawing = draw(boxes, [], dict.fromkeys((b.id for b in boxes), 0), 1, Lane)
    assert ids(drawing)[0] == "role:z"
    assert len(drawing.nodes) == CAP


def test_the_same_line_twice_is_drawn_once() -> None:
    line = Edge("role:a", "person:a", EdgeKind.HOLDS)
    drawing = draw([box("role:a", centre=True), box("person:a")], [line, line], {"role:a": 0}, 1, Lane)
    assert drawing.edges == (line,)
