// Written by `python -m graph.migrations --write` from graph/shape.py. Once released, never changed.
CREATE CONSTRAINT report_key_fromseq IF NOT EXISTS FOR (n:Report) REQUIRE (n.key, n.fromSeq) IS UNIQUE;
CREATE INDEX report_slot IF NOT EXISTS FOR (n:Report) ON (n.slot);
CREATE CONSTRAINT change_operationid IF NOT EXISTS FOR (n:Change) REQUIRE (n.operationId) IS UNIQUE;
// What the log of an older version does not have yet: which records each change closed, which things it touched, and where.
MATCH (n:Name|Escalation|Definition|Assignment|StandIn|Vacancy|Translation|Confirmation|Report|Usage|Terms|Addressing|Requirement|Progress|Agreement) WHERE n.toSeq < 9007199254740991 MATCH (c:Change {seq: n.toSeq}) MERGE (c)-[:CLOSED]->(n);
MATCH (n:Gallery|Role|Municipality|Person|Mailbox|Vendor|ErpSystem|ItSystem|Integration|Service|Project|Task|Meeting) UNWIND [n.fromSeq, n.seq] AS seq MATCH (c:Change {seq: seq}) MERGE (c)-[:TOUCHED]->(n);
MATCH (c:Change) WHERE c.kinds IS NULL SET c.edits = [], c.kinds = COLLECT { MATCH (c)-[:RECORDED|CLOSED|TOUCHED]->(n) RETURN DISTINCT coalesce({StandIn: 'STAND_IN', ErpSystem: 'ERP_SYSTEM', ItSystem: 'IT_SYSTEM'}[labels(n)[0]], toUpper(labels(n)[0])) AS kind ORDER BY kind }, c.municipalities = CASE WHEN EXISTS { MATCH (c)-[:RECORDED|CLOSED|TOUCHED]->(n) WHERE NOT n:Municipality AND NOT EXISTS { (n)-[:IN|BY|BELONGS_TO]->(:Municipality) } } THEN [] ELSE COLLECT { MATCH (c)-[:RECORDED|CLOSED|TOUCHED]->()-[:IN|BY|BELONGS_TO]->(m:Municipality) RETURN DISTINCT m.code AS code ORDER BY code } END;
