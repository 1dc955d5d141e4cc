// The ERP systems that the municipality of the heading uses on the date, and for what. Gives @uses (domain and node).
WITH *, COLLECT {
  UNWIND @places AS @m
  MATCH (@m)<-[:BY]-(@u:Usage)-[:OF]->(@e:ErpSystem) WHERE @valid(u) AND @visible(u:Usage)
  RETURN [@u.domain, @e] AS pair
} AS @uses
