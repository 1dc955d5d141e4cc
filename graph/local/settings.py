"""What the embedded Neo4j is told: its settings and those of its virtual machine."""

from __future__ import annotations

JVM_ARGUMENTS = (
    # -Xrs: signals are ours to handle, not the virtual machine's.
    "-Xrs",
    "-Xms128m",
    "-Xmx1024m",
    # G1, and no full stop where a collection is asked for. What it does by itself is for larger heaps: it took a large
    # import's garbage for the beginning of a full heap, and looked 22 times for what is alive, a quarter of the processor
    # time, and each time, for 25 ms in which nobody is answered, for classes to unload, of which there are none. Pauses of
    # at most 10 ms (it aims at that) came so often that what would have been garbage soon was copied first
    # (docs/decisions/0008).
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=25",
    "-XX:-G1UseAdaptiveIHOP",
    "-XX:InitiatingHeapOccupancyPercent=65",
    "-XX:-ClassUnloadingWithConcurrentMark",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Dfile.encoding=UTF-8",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-modules=jdk.unsupported",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
)

ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""One arena per thread is the C library's default; it costs this many-threaded process up to 100 MB."""

_SETTINGS = {
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "server.bolt.enabled": "true",
    # Off by default in this way of starting.
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    "db.logs.query.enabled": "OFF",
    # A stop takes 10 s by default, and up to 80 s with an open transaction; with these three at most a few seconds.
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
    "internal.db.transaction.shutdown_terminated_transaction_wait_timeout": "1s",
    "db.shutdown_transaction_end_timeout": "1s",
    # How soon a statement that is past its time is stopped (2 s by default).
    "db.transaction.monitor.check.interval": "200ms",
    "server.memory.pagecache.size": "64m",
    # Every shape of a query is a plan of its own, up to 2 MB of the heap. Of the 1,000 that are kept by default 865
    # filled 384 MB: the collector took both processors, and a statement that plans in 0.3 s took 40 s. 250 of the
    # largest fill 60 % of the heap. Nor fewer: where no place is left, a new one is planned each time it is asked, up to
    # fifteen times, until it was asked more often than one that has a place (docs/decisions/0002).
    "server.memory.query_cache.per_db_cache_num_entries": "250",
    # By itself a plan is made anew when the counts have moved on, seconds after it was made: 2 s in which a question waits.
    # Ours begin at keys and slots, whatever the counts; after a load of data they are made anew (`Database.forget_plans`).
    "dbms.cypher.min_replan_interval": "24h",
    "db.tx_log.preallocate": "false",
    "db.tx_log.rotation.size": "16m",
    "db.tx_log.rotation.retention_policy": "2 files",
}


def settings_file(port: int) -> str:
    """The text of `neo4j.conf`; port 0 lets the system choose a free one."""
    lines = _SETTINGS | {"server.bolt.listen_address": f"127.0.0.1:{port}"}
    return "".join(f"{name}={value}\n" for name, value in lines.items())
