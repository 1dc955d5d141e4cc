// The facts behind the roles for vendors at all of a vendor's customers, cut to what vendors are shown as in contact.cypher.
// Everything is gathered by place and role together, since nearly every role is asked for anyway.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
WITH *, COLLECT {
  MATCH (:Vendor {key: $p.vendor})<-[:SUPPLIED_BY]-(:ErpSystem)<-[:OF]-(u:Usage)-[:BY]->(m) WHERE @valid(u)
  WITH DISTINCT seq, m WHERE EXISTS {
    MATCH (m)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {key: $p.vendor})
    WHERE u.validFrom <= $p.today AND u.validTo > $p.today AND @known(u)
  }
  RETURN m ORDER BY m.code
} AS places, COLLECT { MATCH (r:Role) WHERE r.code > '' RETURN r ORDER BY r.order, r.key } AS roles
WITH *, [r IN roles WHERE r.domain IN ['OIR', 'OIR_FINANS', 'OIR_DEBITOR'] | r.key] AS shown
WITH *, [i IN range(0, size(places) * size(shown) - 1) | places[i / size(shown)].code + '|' + shown[i % size(shown)]] AS slots
WITH *, COLLECT {
  UNWIND range(0, size(slots) - 1) AS i
  WITH i, slots[i] AS slot
  MATCH (a:Assignment {slot: slot}) WHERE @valid(a)
  MATCH (a)-[:HELD_BY]->(h)
  RETURN [i, a, h]
} AS held, COLLECT {
  MATCH (s:StandIn) WHERE s.slot IN slots AND @valid(s)
  MATCH (s)-[:HELD_BY]->(h)
  MATCH (s)-[:FOR]->(f)
  RETURN [s, h, f]
} AS covers
RETURN [[COLLECT {
  UNWIND roles AS r
  RETURN [r.key, r.domain, r.kind, r.prefersMailbox, r.wantsOneHolder, head([(r)-[:MAILBOX]->(b) | b.key]), COLLECT {
    MATCH (r)<-[:NAMES]-(n:Name) WHERE n.kind = 'OFFICIAL' AND @valid(n)
    RETURN [n.title, n.kind, n.validFrom, n.validTo]
  }]
}, COLLECT {
  UNWIND roles AS r
  MATCH (r)<-[:FROM]-(e:Escalation)-[:TO]->(to) WHERE @valid(e)
  RETURN [e.key, r.key, to.key, e.validFrom, e.validTo]
}, [m IN places | [m.key, m.code, m.name]], [], []], [[shown, []], COLLECT {
  UNWIND held AS row
  WITH row[2] AS h, collect([row[0], row[1].key, row[1].validFrom, row[1].validTo]) AS rows
  WITH h, rows, h.contactKinds AS kinds, h.contactValues AS given, h.contactClasses AS classes
  @points(places)
  RETURN [h.key, CASE WHEN h:Mailbox OR size(points) > 0 THEN h.name ELSE '' END,
    [[i IN points | kinds[i]], [i IN points | given[i]]], rows]
}, COLLECT {
  UNWIND [x IN covers | x[1]] + [x IN covers | x[2]] + COLLECT { MATCH (h:Mailbox {key: 'mailbox:implementering-kombit'}) RETURN h } AS h
  WITH DISTINCT h, h.contactKinds AS kinds, h.contactValues AS given, h.contactClasses AS classes
  @points(places)
  RETURN [h.key, CASE WHEN h:Mailbox OR size(points) > 0 THEN h.name ELSE '' END,
    [[i IN points | kinds[i]], [i IN points | given[i]]]]
}, [x IN covers | [x[0].slot, x[0].key, x[2].key, x[1].key, x[0].validFrom, x[0].validTo]], COLLECT {
  MATCH (v:Vacancy) WHERE v.slot IN slots AND @valid(v)
  RETURN [v.slot, v.key, '', v.validFrom, v.validTo]
}, COLLECT {
  MATCH (t:Translation) WHERE t.slot IN slots AND @valid(t)
  RETURN [t.slot, t.key, t.title, t.unit, head([(t)-[:CARRIED_BY]->(by) | by.key]), t.validFrom, t.validTo]
}, []]] AS data
