// Who answers for a role, or for each role that a task addresses, in each municipality asked: the roles that the
// walk can come to, and the facts of every place there. That is, per municipality: the roles asked, where they escalate
// to, their mailboxes and the end of the chain; where a translation lets another role carry one of these, the same of it.
UNWIND [0] AS @start
@include(asked)
@include(places)
WITH *, COLLECT {
  UNWIND @asked + ['role:kombit-programleder', 'role:oir-funktionspostkasse'] AS @key
  MATCH (@by:Role {key: @key})
@include(reached)
  RETURN DISTINCT @reached AS role
} AS @chain
WITH *, [r IN @chain | r.key] AS @everywhere
@include(slots)
WITH *, @chain + COLLECT { UNWIND @carriers AS @row RETURN DISTINCT @row[1] AS role } AS @roles
@include(gallery)
@include(facts)
@only(confirmed)
@include(confirmed)
@else
WITH *, [] AS @confirmed
@end
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
@include(addressed)
 ],
  @nodes(Municipality: @places, Role: @roles, Task: @tasks, Assignment: [row IN @held | row[1]], Holder: @holders,
    Evidence: [row IN @held | row[1]] + [row IN @covers | row[0]] + @intents + [row IN @translated | row[0]] + [row IN @ways | row[0]])
] AS gathered
