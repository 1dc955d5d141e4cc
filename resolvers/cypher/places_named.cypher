// The municipalities that were named, in that order. Gives @places (nodes).
WITH *, COLLECT {
  UNWIND range(0, size(@found.municipalities) - 1) AS @i
  MATCH (@m:Municipality {key: @found.municipalities[@i]}) WHERE @m.fromSeq <= @seq
@include(whose)
  RETURN @m AS municipality ORDER BY @i
} AS @places
