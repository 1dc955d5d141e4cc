// What falls vacant if a person leaves: the facts of every role in each municipality where the person holds one or stands
// in on the day or later, since a translation may let one of those carry another; the tasks that address a role which the
// leave may touch (the person's own, and those that another role carries); the ERP systems used there. How far another
// municipality is with a task the viewer may not know, so that no task there is called lost.
UNWIND [0] AS @start
WITH @start, COLLECT {
  MATCH (@l:Person {key: @found.person}) WHERE @l.fromSeq <= @seq AND @visible(l:Person) AND @own(l:Person) RETURN @l AS leaver
} AS @leavers
WITH *, COLLECT {
  UNWIND @leavers AS @l
  MATCH (@l)<-[:HELD_BY]-(@f:Assignment|StandIn)-[:IN]->(@m:Municipality)
  WHERE @known(f) AND @f.validTo > @at AND @visible(f:Assignment) AND @visible(f:StandIn)
  RETURN DISTINCT @m AS municipality ORDER BY @m.code
} AS @places
@include(roles)
@include(gallery)
@include(slots_all)
@include(facts)
@only(confirmed)
@include(confirmed)
@else
WITH *, [] AS @confirmed
@end
WITH *, [row IN @held WHERE row[2].key = @found.person AND row[1].validTo > @at | split(row[1].slot, '|')[1]] AS @own
WITH *, COLLECT {
  CALL (@own, @translated) {
    UNWIND @own + [row IN @translated WHERE row[1] IS NOT NULL | split(row[0].slot, '|')[1]] AS @key
    RETURN DISTINCT @key
  }
  MATCH (@r:Role {key: @key})<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task)
  WHERE @known(d) AND @d.validTo > @at
  RETURN [@t, @r.key, @d.kind, @d.inferred, @d.validFrom, @d.validTo] AS addressed
} AS @addressed, COLLECT {
  UNWIND @places AS @m
  MATCH (@m)<-[:BY]-(@u:Usage)-[:OF]->(@e:ErpSystem)-[:SUPPLIED_BY]->(@v:Vendor)
  WHERE @known(u) AND @u.validTo > @at AND @visible(u:Usage)
  RETURN [@u, @m.key, @e, @v] AS usage ORDER BY @u.domain DESC, @u.validFrom, @u.key
} AS @uses
WITH *, COLLECT { UNWIND @addressed AS @row RETURN DISTINCT @row[0] AS task } AS @tasks
WITH *, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:OF]-(@w:Terms) WHERE @known(w) AND @w.validTo > @at
  RETURN [@t.key, @w.due, @w.validFrom, @w.validTo] AS terms
} AS @terms, COLLECT {
  UNWIND @places AS @m UNWIND @tasks AS @t
  OPTIONAL MATCH (@p:Progress {slot: @m.code + '|' + @t.key}) WHERE @valid(p) AND @visible(p:Progress)
  WITH @m, @t, @p WHERE @p IS NOT NULL OR NOT @own(m:Municipality)
  RETURN [@m.key, @t.key, coalesce(@p.state, 'DONE')] AS progress
} AS @states
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
  [l IN @leavers | [l.key, l.unit]],
  COLLECT { UNWIND [h IN @holders WHERE h:Person] AS @h RETURN DISTINCT [@h.key, CASE WHEN @own(h:Person) THEN @h.unit END] AS row },
  [[row IN @addressed | [row[0].key, row[1], row[2], row[3], row[4], row[5]]], @terms, @states,
   [row IN @uses | [row[0].domain, row[1], row[2].key, row[3].key, row[0].validFrom, row[0].validTo]]]],
  @nodes(Municipality: @places, Role: @roles, Task: @tasks, Assignment: [row IN @held | row[1]],
    StandIn: [row IN @covers | row[0]], Holder: @holders, Person: @leavers, ErpSystem: [row IN @uses | row[2]],
    Vendor: [row IN @uses | row[3]],
    Evidence: [row IN @held | row[1]] + [row IN @covers | row[0]] + @intents + [row IN @translated | row[0]] + [row IN @ways | row[0]])
] AS gathered
