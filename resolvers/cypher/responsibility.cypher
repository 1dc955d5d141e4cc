// Who answers for a role, or for each role that a task addresses, in each municipality asked: the roles that the
// walk can come to, and the facts of every place there. That is, per municipality: the roles asked, where they escalate
// to, their mailboxes and the end of the chain; all roles where a translation lets another role carry one of these.
UNWIND [0] AS @start
WITH @start, COLLECT { MATCH (@t:Task {key: @found.task}) RETURN @t AS task } AS @tasks
WITH *, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:OF]-(@w:Terms) WHERE @known(w)
  RETURN [@w.validFrom, @w.validTo, @w.title] AS terms ORDER BY @w.validFrom
} AS @terms, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@r:Role) WHERE @valid(d)
  RETURN [@d, @r.key] AS addressed ORDER BY @d.kind DESC, @r.order, @d.key
} AS @addressed
@include(places)
WITH *, CASE WHEN size(@tasks) > 0 THEN [row IN @addressed | row[1]] ELSE [@found.role] END AS @asked
WITH *, COLLECT {
  UNWIND @asked + ['role:kombit-programleder', 'role:oir-funktionspostkasse'] AS @key
  MATCH (@from:Role {key: @key})
  MATCH (@from) (()<-[:FROM]-(:Escalation)-[:TO]->()){0,8} (@near)
  MATCH (@near)-[:MAILBOX]->{0,1}(@reached)
  RETURN DISTINCT @reached AS role
} AS @chain
WITH *, COLLECT {
  UNWIND @places AS @m UNWIND @chain AS @r
  RETURN @m.code + '|' + @r.key AS slot
} AS @first
WITH *, COLLECT {
  UNWIND @first AS @slot
  MATCH (@c:Translation {slot: @slot})-[:CARRIED_BY]->() WHERE @known(c) AND @c.validTo > @at
  RETURN DISTINCT split(@slot, '|')[0] AS code
} AS @carried
WITH *, CASE WHEN size(@carried) = 0 THEN @chain ELSE COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq RETURN @r AS role
} END AS @roles
@include(gallery)
WITH *, COLLECT {
  UNWIND [slot IN @first | [slot, 0]] + [code IN @carried | [code, 1]] AS @part
  UNWIND CASE @part[1] WHEN 0 THEN [@part[0]] ELSE [r IN @roles | @part[0] + '|' + r.key] END AS @slot
  RETURN DISTINCT @slot AS slot
} AS @slots
@include(facts)
WITH *, [] AS @confirmed
WITH *, @assignments + [row IN @covers | row[0]] + @intents + [row IN @translated | row[0]] + [row IN @ways | row[0]] AS @evidence
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
  [[t IN @tasks | t.key], @terms, [row IN @addressed | [row[1], row[0].kind, row[0].inferred]]]],
  @nodes(Municipality: @places, Role: @roles, Task: @tasks, Assignment: @assignments, Holder: @holders, Evidence: @evidence)
] AS gathered
