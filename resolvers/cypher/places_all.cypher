// All municipalities, or those of a region, or those that use an ERP system of a vendor on the date, by code.
// Gives @places (nodes).
WITH *, COLLECT {
  MATCH (@m:Municipality) WHERE @m.code > '' AND @m.fromSeq <= @seq
@include(whose)
  AND (@arg.region IS NULL OR @m.region = @arg.region)
  AND (@found.vendor IS NULL OR EXISTS {
    MATCH (@m)<-[:BY]-(@u:Usage)-[:OF]->(:ErpSystem)-[:SUPPLIED_BY]->(:Vendor {key: @found.vendor}) WHERE @valid(u) AND @visible(u:Usage)
  })
  RETURN @m AS municipality ORDER BY @m.code
} AS @places
