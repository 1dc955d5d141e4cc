// Things by any name they ever had, ranked; the text comes as a full-text query already. Tried, no difference beyond the
// noise: titles in the ranking's subquery or after it, the label as a condition of the match or of WHERE.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
RETURN COLLECT {
  CALL db.index.fulltext.queryNodes('search', $p.lucene, {limit: 1000}) YIELD node AS hit
  WHERE hit:Name OR hit:Terms OR hit:Person OR hit:Mailbox
  OPTIONAL MATCH (hit)-[:NAMES|OF]->(named)
  WITH hit, coalesce(named, hit) AS thing, hit.folded AS name, split(hit.folded, ' ') AS parts
  WHERE hit.toSeq IS NULL OR (@known(hit))
  WITH thing, [CASE
    WHEN name = $p.folded THEN 0
    WHEN all(w IN $p.words WHERE w IN parts) THEN 1
    WHEN all(w IN $p.words WHERE any(x IN parts WHERE x STARTS WITH w)) THEN 2
    ELSE 3
  END, CASE WHEN hit.toSeq IS NULL OR (hit.validFrom <= $p.at AND $p.at < hit.validTo) THEN 0 ELSE 1 END,
    size(name), coalesce(hit.title, hit.name)] AS fit ORDER BY fit, thing.key
  WITH thing, head(collect(fit)) AS best ORDER BY best, thing.key LIMIT 20
  OPTIONAL MATCH (thing)<-[:NAMES|OF]-(n:Name|Terms) WHERE coalesce(n.kind, 'OFFICIAL') = 'OFFICIAL' AND @known(n)
  WITH thing, best, n ORDER BY n.validFrom <= $p.at AND $p.at < n.validTo DESC, n.validFrom > $p.at DESC,
    CASE WHEN n.validFrom <= $p.at THEN '' ELSE n.validFrom END, n.validFrom DESC
  WITH thing, best, head(collect(n.title)) AS title ORDER BY best, thing.key
  RETURN [coalesce(title, thing.name), best[3], best[0], best[1]]
} AS data
