// For how long those who hold one of the places (@held) on the date, or stand in there (@covers), have done so: these facts and
// all earlier ones of theirs in that place, since one may follow the other without a break. Gives @tenures (rows of the place's
// slot, who, for whom if they stand in, first day, day after the last).
WITH *, COLLECT {
  UNWIND [row IN @held WHERE row[1].validFrom <= @at AND row[1].validTo > @at] AS @row
  WITH @row[1].slot AS @slot, @row[2] AS @h
  MATCH (@e:Assignment {slot: @slot})-[:HELD_BY]->(@h) WHERE @known(e) AND @e.validFrom <= @at AND @visible(e:Assignment)
  RETURN DISTINCT [@slot, @h.key, NULL, @e.validFrom, @e.validTo] AS tenure
} + COLLECT {
  UNWIND [row IN @covers WHERE row[0].validFrom <= @at AND row[0].validTo > @at] AS @row
  WITH @row[0].slot AS @slot, @row[1] AS @h, @row[2] AS @f
  MATCH (@f)<-[:FOR]-(@s:StandIn {slot: @slot})-[:HELD_BY]->(@h) WHERE @known(s) AND @s.validFrom <= @at AND @visible(s:StandIn)
  RETURN DISTINCT [@slot, @h.key, @f.key, @s.validFrom, @s.validTo] AS tenure
} AS @tenures
