// To whom a vendor writes for a role, or for each role that a task addresses, at one of its customers: the look-up finds no
// other municipality, and where it found none nothing below has anything to read.
UNWIND [0] AS @start
@include(asked)
WITH *, COLLECT { MATCH (@m:Municipality {key: @found.municipality}) RETURN @m AS municipality } AS @places
@include(directory_facts)
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(directory_rows)
@include(addressed)
 ],
  @nodes(Municipality: @places, Role: @roles)
] AS gathered
