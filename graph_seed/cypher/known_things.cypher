// What is there of the things that the reference files name: properties, arrows, and who changed them last.
UNWIND $p.keys AS key
MATCH (n:Gallery|Role|Municipality|Mailbox|Vendor|ErpSystem|ItSystem|Integration|Service|Project|Task|Meeting {key: key})
OPTIONAL MATCH (c:Change {seq: n.seq})
RETURN key, properties(n) AS properties, c.actor AS actor, [(n)-[r]->(t) | [type(r), t.key, r.protocol]] AS arrows
