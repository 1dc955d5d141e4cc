// The facts of every place where a municipality and a role meet (@slots), as known at @seq: those that hold on the date
// or later, and of the assignments that ended before, the last. What only begins later is left out of all but the
// assignments unless the answer looks ahead (@ahead). Gives @held and @covers (nodes with their people), @ended,
// @intents, @translated, @confirmed, and @holders (nodes).
WITH *, COLLECT {
  UNWIND @slots AS @slot
  MATCH (@a:Assignment {slot: @slot}) WHERE @known(a) AND @a.validTo > @at AND @visible(a:Assignment)
  MATCH (@a)-[:HELD_BY]->(@h)
  RETURN [@a, @h] AS pair
} AS @held, COLLECT {
  UNWIND @slots AS @slot
  MATCH (@a:Assignment {slot: @slot}) WHERE @known(a) AND @a.validTo <= @at AND @visible(a:Assignment)
  WITH @slot, @a ORDER BY @a.validTo DESC, @a.key DESC
  WITH @slot, head(collect(@a)) AS @last
  RETURN [@slot, @last] AS last
} AS @ended, COLLECT {
  UNWIND @slots AS @slot
  MATCH (@c:StandIn {slot: @slot})
  WHERE @known(c) AND @c.validTo > @at AND (@ahead OR @c.validFrom <= @at) AND @visible(c:StandIn)
  MATCH (@c)-[:HELD_BY]->(@h)
  MATCH (@c)-[:FOR]->(@f)
  RETURN [@c, @h, @f] AS cover
} AS @covers, COLLECT {
  UNWIND @slots AS @slot
  MATCH (@v:Vacancy {slot: @slot})
  WHERE @known(v) AND @v.validTo > @at AND (@ahead OR @v.validFrom <= @at) AND @visible(v:Vacancy)
  RETURN @v AS vacancy
} AS @intents, COLLECT {
  UNWIND @slots AS @slot
  MATCH (@t:Translation {slot: @slot})
  WHERE @known(t) AND @t.validTo > @at AND (@ahead OR @t.validFrom <= @at) AND @visible(t:Translation)
  RETURN [@t, head(COLLECT { MATCH (@t)-[:CARRIED_BY]->(@by:Role) RETURN @by.key AS key })] AS translation
} AS @translated
WITH *, COLLECT {
  UNWIND [pair IN @held | pair[1]] + [cover IN @covers | cover[1]] + [cover IN @covers | cover[2]] + @resort AS @h
  RETURN DISTINCT @h AS holder
} AS @holders
