// Written by `python -m graph.migrations --write` from graph/shape.py. Once released, never changed.
CREATE CONSTRAINT look_key IF NOT EXISTS FOR (n:Look) REQUIRE (n.key) IS UNIQUE;
CREATE INDEX look_at IF NOT EXISTS FOR (n:Look) ON (n.at);
CREATE INDEX look_shown IF NOT EXISTS FOR (n:Look) ON (n.shown);
CREATE CONSTRAINT shown_key IF NOT EXISTS FOR (n:Shown) REQUIRE (n.key) IS UNIQUE;
CREATE CONSTRAINT erased_key IF NOT EXISTS FOR (n:Erased) REQUIRE (n.key) IS UNIQUE;
CREATE FULLTEXT INDEX looks IF NOT EXISTS FOR (n:Shown) ON EACH [n.people] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: true}};
