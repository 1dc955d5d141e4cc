// The facts of every place where a municipality and a role meet (@slots), as known at @seq: those that hold on the date or
// begin up to @arg.near and, where the answer looks ahead (@ahead), those that begin later. Where nobody holds the role on
// the date and that is told (@switch(holes)), every assignment to come; where it is told too who was the last
// (@switch(history)), every one that there ever was; of every place, where the question takes some of them away
// (@switch(cut) is off). Gives @held (rows of place number, assignment and holder), @holding (rows of a holder and the
// assignments held), @covers, @intents, @translated, @others (nodes: stand-ins, those covered, KOMBIT's own mailbox), @holders
// (these and all others, some twice). What is grouped is grouped in a CALL, since a WITH in COLLECT groups by all that is outside of it, too.
CALL (@slots, @seq) {
  UNWIND range(0, size(@slots) - 1) AS @i
  WITH @i, @slots[@i] AS @slot
  MATCH (@a:Assignment {slot: @slot}) WHERE @known(a) AND (@switch(history) OR @a.validTo > @at) AND @visible(a:Assignment)
  WITH @i, collect(@a) AS @ever
  UNWIND CASE WHEN @switch(cut) AND (NOT @switch(holes) OR any(a IN @ever WHERE a.validFrom <= @at AND a.validTo > @at))
    THEN [a IN @ever WHERE a.validTo > @at AND (@ahead OR a.validFrom <= @arg.near)] ELSE @ever END AS @a
  MATCH (@a)-[:HELD_BY]->(@h)
  RETURN collect([@i, @a, @h]) AS @held
}
WITH *, COLLECT {
  MATCH (@c:StandIn) WHERE @c.slot IN @slots
  AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @arg.near) AND @visible(c:StandIn)
  MATCH (@c)-[:HELD_BY]->(@h)
  MATCH (@c)-[:FOR]->(@f)
  RETURN [@c, @h, @f] AS cover
} AS @covers, COLLECT {
  MATCH (@v:Vacancy) WHERE @v.slot IN @slots
  AND @known(v) AND @v.validTo > @at AND (@ahead OR @v.validFrom <= @arg.near) AND @visible(v:Vacancy)
  RETURN @v AS vacancy
} AS @intents, COLLECT {
  MATCH (@t:Translation) WHERE @t.slot IN @slots
  AND @known(t) AND @t.validTo > @at AND (@ahead OR @t.validFrom <= @arg.near) AND @visible(t:Translation)
  RETURN [@t, head(COLLECT { MATCH (@t)-[:CARRIED_BY]->(@by:Role) RETURN @by.key AS key })] AS translation
} AS @translated
CALL (@held) {
  UNWIND @held AS @row
  WITH @row[2] AS @h, collect([@row[0], @row[1].key, @row[1].validFrom, @row[1].validTo]) AS @rows
  RETURN collect([@h, @rows]) AS @holding
}
WITH *, [row IN @covers | row[1]] + [row IN @covers | row[2]] + @resort AS @others
WITH *, [row IN @held | row[2]] + @others AS @holders
