// What holds on either of two days (@arg.from and @arg.to): the facts of every place where a municipality and a role meet,
// the roles' titles, and the tasks with their terms. Where on one of these days a translation lets another role carry one
// of those asked, all roles of that municipality, since a carrier may have one too.
UNWIND [0] AS @start
WITH @start, COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq RETURN @r AS role ORDER BY @r.order, @r.key
} AS @roles
WITH *, COLLECT {
  UNWIND @roles AS @r
  MATCH (@r)<-[:NAMES]-(@w:Name) WHERE @w.kind = 'OFFICIAL' AND @known(w)
  RETURN [@r.key, @w.title, @w.kind, @w.validFrom, @w.validTo] AS name
} AS @names
@include(places)
@include(roles_named)
WITH *, CASE WHEN @arg.roles IS NULL THEN [r IN @roles | r.key] ELSE @named END AS @asked
WITH *, COLLECT {
  UNWIND @places AS @m UNWIND @asked AS @key
  RETURN @m.code + '|' + @key AS slot
} AS @first
WITH *, CASE WHEN @arg.roles IS NULL THEN [] ELSE COLLECT {
  UNWIND @first AS @slot
  MATCH (@c:Translation {slot: @slot})-[:CARRIED_BY]->()
  WHERE @known(c) AND @visible(c:Translation) AND any(day IN [@arg.from, @arg.to] WHERE @c.validFrom <= day AND day < @c.validTo)
  RETURN DISTINCT split(@slot, '|')[0] AS code
} END AS @carried
WITH *, COLLECT {
  UNWIND [slot IN @first | [slot, 0]] + [code IN @carried | [code, 1]] AS @part
  UNWIND CASE @part[1] WHEN 0 THEN [@part[0]] ELSE [r IN @roles | @part[0] + '|' + r.key] END AS @slot
  RETURN DISTINCT @slot AS slot
} AS @slots
WITH *, COLLECT {
  MATCH (@a:Assignment)
  WHERE @a.slot IN @slots AND @known(a) AND @visible(a:Assignment) AND any(day IN [@arg.from, @arg.to] WHERE @a.validFrom <= day AND day < @a.validTo)
  MATCH (@a)-[:HELD_BY]->(@h)
  RETURN [@a, @h] AS pair
} AS @held, COLLECT {
  MATCH (@c:StandIn)
  WHERE @c.slot IN @slots AND @known(c) AND @visible(c:StandIn) AND any(day IN [@arg.from, @arg.to] WHERE @c.validFrom <= day AND day < @c.validTo)
  MATCH (@c)-[:HELD_BY]->(@h)
  MATCH (@c)-[:FOR]->(@f)
  RETURN [@c, @h, @f] AS cover
} AS @covers, COLLECT {
  MATCH (@t:Translation)
  WHERE @t.slot IN @slots AND @known(t) AND @visible(t:Translation) AND any(day IN [@arg.from, @arg.to] WHERE @t.validFrom <= day AND day < @t.validTo)
  RETURN [@t, head(COLLECT { MATCH (@t)-[:CARRIED_BY]->(@by:Role) RETURN @by.key AS key })] AS translation
} AS @translated, COLLECT {
  MATCH (@w:Terms)-[:OF]->(@t:Task)
  WHERE @w.folded > '' AND @known(w) AND any(day IN [@arg.from, @arg.to] WHERE @w.validFrom <= day AND day < @w.validTo)
  AND (@arg.roles IS NULL OR EXISTS {
    MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@o:Role)
    WHERE @o.key IN @found.roles AND @known(d) AND any(day IN [@arg.from, @arg.to] WHERE @d.validFrom <= day AND day < @d.validTo)
  })
  RETURN [@t, @w.key, @w.title, @w.due, @w.validFrom, @w.validTo] AS terms
} AS @terms
WITH *, COLLECT {
  UNWIND [pair IN @held | pair[1]] + [cover IN @covers | cover[1]] + [cover IN @covers | cover[2]] AS @h
  RETURN DISTINCT @h AS holder
} AS @holders, COLLECT { UNWIND @terms AS @row RETURN DISTINCT @row[0] AS task } AS @tasks
WITH *, [row IN @held | row[0]] + [row IN @covers | row[0]] + [row IN @translated | row[0]] AS @evidence
RETURN [
 [[r IN @roles | r.key], @names, @asked, [m IN @places | [m.key, m.code, m.name]],
  [row IN @held | [row[0].slot, row[0].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
  [row IN @terms | [row[0].key, row[1], row[2], row[3], row[4], row[5]]]],
  @nodes(Municipality: @places, Role: @roles, Task: @tasks, Holder: @holders, Evidence: @evidence)
] AS gathered
