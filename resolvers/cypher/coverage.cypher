// The facts behind role × municipality: the gallery, and the facts of every place asked. Where a translation lets another
// role carry one of these, all roles of that municipality, since a carrier may have one too.
UNWIND [0] AS @start
@include(roles)
@include(gallery)
@include(places)
WITH *, CASE WHEN @arg.roles IS NULL THEN [r IN @roles | r.key] ELSE @found.roles END AS @asked
WITH *, COLLECT {
  UNWIND @places AS @m UNWIND @asked AS @key
  RETURN @m.code + '|' + @key AS slot
} AS @first
WITH *, CASE WHEN @arg.roles IS NULL THEN [] ELSE COLLECT {
  UNWIND @first AS @slot
  MATCH (@c:Translation {slot: @slot})-[:CARRIED_BY]->() WHERE @known(c) AND @c.validTo > @at
  RETURN DISTINCT split(@slot, '|')[0] AS code
} END AS @carried
WITH *, COLLECT {
  UNWIND [slot IN @first | [slot, 0]] + [code IN @carried | [code, 1]] AS @part
  UNWIND CASE @part[1] WHEN 0 THEN [@part[0]] ELSE [r IN @roles | @part[0] + '|' + r.key] END AS @slot
  RETURN DISTINCT @slot AS slot
} AS @slots
@include(facts)
@include(confirmed)
@include(due)
WITH *, [row IN @covers | row[0]] AS @standIns
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
  @asked, @due],
  @nodes(Municipality: @places, Role: @roles, Assignment: @assignments, StandIn: @standIns, Holder: @holders, Task: @dueTasks)
] AS gathered
