// To whom a vendor writes for a role, or for each role that a task addresses, at one of its customers: the look-up finds no
// other municipality, and where it found none nothing of one is read below. As in `responsibility.cypher` the facts of the
// roles that the walk can come to, but of none that is not for vendors.
UNWIND [0] AS @start
@include(asked)
WITH *, COLLECT { MATCH (@m:Municipality {key: @found.municipality}) RETURN @m AS municipality } AS @places
WITH *, COLLECT {
  UNWIND @asked + ['role:kombit-programleder', 'role:oir-funktionspostkasse'] AS @key
  MATCH (@by:Role {key: @key})
@include(reached)
  RETURN DISTINCT @reached AS role
} AS @chain
WITH *, [r IN @chain WHERE r.domain IN DOMAINS | r.key] AS @everywhere
@include(directory_slots)
WITH *, @chain + COLLECT { UNWIND @carriers AS @row RETURN DISTINCT @row[1] AS role } AS @roles
@include(directory_ends)
@include(gallery)
@include(facts)
@only(since)
@include(directory_since)
@else
WITH *, [] AS @tenures
@end
@only(confirmed)
@include(confirmed)
@else
WITH *, [] AS @confirmed
@end
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]], @spans, @tenures],
@include(directory_rows)
@include(addressed)
 ],
  @nodes(Municipality: @places, Role: @roles)
] AS gathered
