// What the ERP systems in the middle are used for on the date: in the municipality of the heading, else anywhere.
// Gives @uses (domain and node).
WITH *, COLLECT {
  UNWIND @centre AS @e
  MATCH (@e)<-[:OF]-(@u:Usage)-[:BY]->(@m:Municipality) WHERE @valid(u) AND @visible(u:Usage) AND (@heading IS NULL OR @m.key = @heading)
  RETURN DISTINCT [@u.domain, @e] AS pair
} AS @uses
