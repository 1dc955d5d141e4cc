// The places to gather: each municipality × each role asked (@everywhere), in that order. In a municipality where a translation
// lets another role carry one of these, also every role that carries any there, with what @include(reached) adds; so a
// carrier's own carrier is there too. Gives @slots (@first, then @more), @more, @carriers (rows of code, role).
WITH *, [i IN range(0, size(@places) * size(@everywhere) - 1) |
  @places[i / size(@everywhere)].code + '|' + @everywhere[i % size(@everywhere)]] AS @first
WITH *, COLLECT {
  MATCH (@c:Translation) WHERE @c.slot IN @first AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @arg.near)
  AND @visible(c:Translation)
  MATCH (@c)-[:CARRIED_BY]->()
  RETURN DISTINCT split(@c.slot, '|')[0] AS code
} AS @carried
WITH *, COLLECT {
  UNWIND @carried AS @code
  MATCH (@c:Translation)
  WHERE @c.slot STARTS WITH @code + '|' AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @arg.near)
  AND @visible(c:Translation)
  MATCH (@c)-[:CARRIED_BY]->(@by:Role)
@include(reached)
  WITH * WHERE NOT @reached.key IN @everywhere
  RETURN DISTINCT [@code, @reached] AS carrier
} AS @carriers
WITH *, [row IN @carriers | row[0] + '|' + row[1].key] AS @more
WITH *, @first + @more AS @slots
