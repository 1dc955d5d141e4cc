"""The gallery beside the limit and beside the usual way: `make bench`, which is `.venv/bin/python -m bench`.

One seeded database (embedded, its data in `.rollegalleri-bench`, reference and demo data); four servers, one process each,
with the same settings (uvicorn, uvloop, httptools, one worker) and the same driver (`graph/driver.py`):

* `limit`: Cypher written by hand for just this read (`bench/cypher/`), a bare ASGI function, JSON by orjson, no GraphQL.
  It gets keys and codes, so it looks up no names. What Python has to decide (responsibility, coverage) it hands out as the
  facts that the decision needs, undecided: the bare gather;
* `gallery`: the service over HTTP: asked with a token, its rules on, recording whose data it shows, every answer made anew;
  no budgets;
* `again`: the same as people run it, which keeps answers while the map stands still (decision 0014). Its rates have a table of
  their own: the limit asks the database for everything each time, and so does `gallery`;
* `loaders`: a Strawberry server with DataLoaders as its documentation teaches (`bench/loaders/`), one loader for each
  relation; for responsibility and coverage one for each kind of fact, then the same pure decision as the gallery's. The
  vendor directory's reads have none.

First each column's answer to every variation is compared, the limit's facts decided here. Then, in each of three rounds
and for each read, the columns take turns for a few seconds under load from a process of its own (8 connections for
small reads, 2 for big ones, keep-alive, parameters from a fixed list), so that noise hits all alike. The table shows
medians of requests a second; `of limit` is gallery/limit with the least that issue and design ask for, `× loaders` is
gallery/loaders with the same. `work` is what one request costs the machine (milliseconds of processor time, server and
database together) at the gallery and at the limit: it says the same on a busy machine, where requests a second do not.

    python -m bench [--rounds 3] [--seconds 3] [--only NAME …]    the table; JSON in bench/results/<time>.json
    python -m bench memory [--requests 10000]                     the service's memory while it answers mixed requests
    python -m bench changes                                       single changes, and the bare Cypher that writes the same
    python -m bench imports                                       50,000 new rows of .xlsx, and who asks meanwhile
    python -m bench notice                                        subscriptions: what they cost a writer, how soon they hear
    python -m bench hostile                                       who means harm, and who asks honestly beside it
    python -m bench looks                                         what it costs to record whose data is shown
    python -m bench seeding [--scale 20]                          how long loading takes, in a folder thrown away after

Everything is on loopback, and every process it started is stopped at the end, also after Ctrl-C.
"""
