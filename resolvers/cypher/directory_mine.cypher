// The municipalities that use one of the asking vendor's ERP systems both on the date and today. Begins a subquery: whoever
// includes it goes on with @m (node) and @used (for what it uses them on the date).
  MATCH (@v:Vendor {key: $p.viewer.vendor})<-[:SUPPLIED_BY]-()<-[:OF]-(@u)
  WHERE @known(u) AND (@u.validFrom <= @at AND @at < @u.validTo OR @u.validFrom <= @arg.today AND @arg.today < @u.validTo)
  MATCH (@u)-[:BY]->(@m)
  WITH @m, collect(CASE WHEN @u.validFrom <= @at AND @at < @u.validTo THEN @u.domain END) AS @used,
    count(CASE WHEN @u.validFrom <= @arg.today AND @arg.today < @u.validTo THEN 1 END) AS @now
  WHERE size(@used) > 0 AND @now > 0
