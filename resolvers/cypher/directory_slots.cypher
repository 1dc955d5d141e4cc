// The places to gather, as `slots.cypher` has them: the one municipality × @everywhere, and where a translation lets another
// role carry one of these, also every role that carries any there, with what @include(reached) adds. A carrier that is not for
// vendors is among the @carriers, which the walk must know, but nothing is read of it. Gives @slots, @more, @carriers.
WITH *, COLLECT { UNWIND @places AS @m UNWIND @everywhere AS @key RETURN @m.code + '|' + @key AS slot } AS @first
WITH *, COLLECT {
  MATCH (@c:Translation) WHERE @c.slot IN @first AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @arg.near)
  MATCH (@c)-[:CARRIED_BY]->()
  RETURN DISTINCT split(@c.slot, '|')[0] AS code
} AS @carried
WITH *, COLLECT {
  UNWIND @carried AS @code
  MATCH (@c:Translation)
  WHERE @c.slot STARTS WITH @code + '|' AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @arg.near)
  MATCH (@c)-[:CARRIED_BY]->(@by:Role)
@include(reached)
  WITH * WHERE NOT @reached IN @chain
  RETURN DISTINCT [@code, @reached] AS carrier
} AS @carriers
WITH *, [row IN @carriers WHERE row[1].domain IN DOMAINS | row[0] + '|' + row[1].key] AS @more
WITH *, @first + @more AS @slots
