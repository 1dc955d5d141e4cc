// The facts behind role × municipality: the gallery, and the facts of every place asked. Where a translation lets another
// role carry one of these, the facts of all that municipality's carriers.
UNWIND [0] AS @start
@include(roles)
@include(gallery)
@include(places)
@include(asked)
@include(facts)
@include(confirmed)
@include(due)
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
  @due],
  @nodes(Municipality: @places, Role: @roles, Assignment: [row IN @held | row[1]], StandIn: [row IN @covers | row[0]], Holder: @holders, Task: @dueTasks, Report: @reported)
] AS gathered
