// The municipalities in which a change touched something, or all where it touched all, by code. Gives @places (nodes).
WITH *, any(p IN @arg.places WHERE p ENDS WITH '|') AS @all
WITH *, COLLECT {
  MATCH (@m:Municipality) WHERE @m.code > '' AND @m.fromSeq <= @seq AND (@all OR @m.key IN @arg.municipalities)
  RETURN @m AS municipality ORDER BY @m.code
} AS @places
