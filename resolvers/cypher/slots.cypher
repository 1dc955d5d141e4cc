// Where each municipality and each role asked (@everywhere) meet; and where a translation lets another role carry one of
// these, also that municipality's carriers with the roles to which they lead (@include(reached)): a carrier may be carried too, by one
// of the municipality's carriers again. Gives @slots, @more (those beside the roles asked), @carriers (rows of code, role).
WITH *, COLLECT {
  UNWIND @places AS @m UNWIND @everywhere AS @key
  RETURN @m.code + '|' + @key AS slot
} AS @first
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
  WITH DISTINCT @code, @reached WHERE NOT @reached.key IN @everywhere
  RETURN [@code, @reached] AS carrier
} AS @carriers
WITH *, [row IN @carriers | row[0] + '|' + row[1].key] AS @more
WITH *, @first + @more AS @slots
