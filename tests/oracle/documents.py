"""What is asked of the API: the same few documents for every world, so that each is planned once."""

FACT = """
fragment F on Evidence {
  ... on Assignment { id } ... on StandIn { id } ... on Vacancy { id } ... on Translation { id } ... on Escalation { id }
}
"""
ANSWER = (
    """
fragment A on Answer {
  municipality { id } role { id } task { id } title addressing outcome accountable { id }
  reach { reachedAs holder { id } role { id } email }
  steps { kind role { id } target { id } holder { id } covers { id } facts { ...F } validFrom validTo }
}
"""
    + FACT
)
ROLE = (
    """
query Role($role: String!, $places: [String!], $at: Date, $known: DateTime) {
  answers: responsibility(role: $role, municipalities: $places, at: $at, knownAt: $known) { ...A until next { ...A } }
}"""
    + ANSWER
)
ALONE = (
    """
query Alone($role: String!, $place: String!, $then: Date) {
  answers: responsibility(role: $role, municipality: $place, at: $then) { ...A }
}"""
    + ANSWER
)
TASK = (
    """
query Task($task: String!, $places: [String!], $at: Date, $known: DateTime, $then: Date) {
  at: responsibility(task: $task, municipalities: $places, at: $at, knownAt: $known) { ...A until next { ...A } }
  then: responsibility(task: $task, municipalities: $places, at: $then) { ...A until next { ...A } }
}"""
    + ANSWER
)
COVERAGE = """
query Coverage($roles: [String!], $places: [String!], $at: Date, $known: DateTime, $then: Date, $within: Int) {
  at: coverage(roles: $roles, municipalities: $places, within: $within, at: $at, knownAt: $known) { ...C }
  then: coverage(roles: $roles, municipalities: $places, within: $within, at: $then) { ...C }
}
fragment C on Coverage {
  cells {
    municipality { id } role { id } state carriedBy { id } holders { id } assignments { id } standIns { id }
    since until openFrom lastConfirmed
  }
  columns { municipalities roles states holders since until openFrom lastConfirmed }
  counts { state count }
}
"""
GAPS = """
query Gaps($roles: [String!], $places: [String!], $at: Date, $known: DateTime, $then: Date, $within: Int) {
  at: gaps(roles: $roles, municipalities: $places, within: $within, at: $at, knownAt: $known) { ...G }
  then: gaps(roles: $roles, municipalities: $places, within: $within, at: $then) { ...G }
}
fragment G on Gap { municipality { id } role { id } reason day tasks { task { id } due overdue } }
"""
DIFFERENCE = (
    """
query Difference($roles: [String!], $places: [String!], $first: Date!, $last: Date!, $known: DateTime, $within: Int) {
  difference(from: $first, to: $last, roles: $roles, municipalities: $places, knownAt: $known) {
    counts { kind count }
    changes { kind municipality { id } role { id } task { id } holder { id } covers { id } before after facts { ...F } }
  }
  coverage(roles: $roles, municipalities: $places, within: $within, at: $last, knownAt: $known) { cells { state openFrom } }
}
"""
    + FACT
)
