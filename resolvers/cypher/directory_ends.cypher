// For how long each municipality is the vendor's customer, where the answer looks ahead: whoever is next in a role is told only
// as long as it is. Gives @spans (rows of municipality, first day, day after the last).
WITH *, COLLECT {
  UNWIND CASE WHEN @ahead THEN @places ELSE [] END AS @m
  MATCH (@m)<-[:BY]-(@u:Usage)-[:OF]->(:ErpSystem)-[:SUPPLIED_BY]->(:Vendor {key: $p.viewer.vendor})
  WHERE @known(u) AND @u.validTo > @at
  RETURN [@m.key, @u.validFrom, @u.validTo] AS row
} AS @spans
