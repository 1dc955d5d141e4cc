// The municipalities that use one of the asking vendor's ERP systems both on the date and today. Begins a subquery: whoever
// includes it goes on with @m (node) and @used (its use: first day, day after the last, domain).
  MATCH (@v:Vendor {key: $p.viewer.vendor})<-[:SUPPLIED_BY]-(@e:ErpSystem)<-[:OF]-(@u:Usage)-[:BY]->(@m:Municipality)
  WHERE @known(u)
  WITH @m, collect([@u.validFrom, @u.validTo, @u.domain]) AS @used
  WHERE any(period IN @used WHERE period[0] <= @at AND @at < period[1])
    AND any(period IN @used WHERE period[0] <= @arg.today AND @arg.today < period[1])
