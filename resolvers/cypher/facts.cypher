// The facts of every place where a municipality and a role meet (@slots), as known at @seq: those that hold on the date
// and, where the answer looks ahead (@ahead), those that begin later. Where nobody holds the role on the date, every
// assignment that there ever was or will be: who comes next, and who was the last (where that is told: @switch(history)).
// Gives @held (rows of place number and [assignment, holder] pairs), @covers, @intents, @translated, @holders (nodes).
WITH *, COLLECT {
  UNWIND range(0, size(@slots) - 1) AS @i
  WITH @i, @slots[@i] AS @slot
  WITH @i, @slot, COLLECT {
    MATCH (@a:Assignment {slot: @slot})
    WHERE @known(a) AND @a.validTo > @at AND (@ahead OR @a.validFrom <= @at) AND @visible(a:Assignment)
    MATCH (@a)-[:HELD_BY]->(@h)
    RETURN [@a, @h] AS pair
  } AS @here
  WITH @i, CASE WHEN NOT @switch(history) OR any(pair IN @here WHERE pair[0].validFrom <= @at) THEN @here ELSE COLLECT {
    MATCH (@a:Assignment {slot: @slot}) WHERE @known(a) AND @visible(a:Assignment)
    MATCH (@a)-[:HELD_BY]->(@h)
    RETURN [@a, @h] AS pair
  } END AS @pairs
  WHERE size(@pairs) > 0
  RETURN [@i, @pairs] AS place
} AS @held, COLLECT {
  MATCH (@c:StandIn) WHERE @c.slot IN @slots
  AND @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @at) AND @visible(c:StandIn)
  MATCH (@c)-[:HELD_BY]->(@h)
  MATCH (@c)-[:FOR]->(@f)
  RETURN [@c, @h, @f] AS cover
} AS @covers, COLLECT {
  MATCH (@v:Vacancy) WHERE @v.slot IN @slots
  AND @known(v) AND @v.validTo > @at AND (@ahead OR @v.validFrom <= @at) AND @visible(v:Vacancy)
  RETURN @v AS vacancy
} AS @intents, COLLECT {
  MATCH (@t:Translation) WHERE @t.slot IN @slots
  AND @known(t) AND @t.validTo > @at AND (@ahead OR @t.validFrom <= @at) AND @visible(t:Translation)
  RETURN [@t, head(COLLECT { MATCH (@t)-[:CARRIED_BY]->(@by:Role) RETURN @by.key AS key })] AS translation
} AS @translated
WITH *, COLLECT { UNWIND @held AS @place UNWIND @place[1] AS @pair RETURN @pair AS pair } AS @pairs
WITH *, COLLECT {
  UNWIND [pair IN @pairs | pair[1]] + [cover IN @covers | cover[1]] + [cover IN @covers | cover[2]] + @resort AS @h
  RETURN DISTINCT @h AS holder
} AS @holders, [pair IN @pairs | pair[0]] AS @assignments
