package dev.larder.config;

import java.util.Map;
import java.util.Set;

/** Directives of redis.conf that are no options here: what a file may still say, and may not. */
final class KnownDirectives {

  /**
   * Accepted in files with a warning (older names with "slave" as well): without them the server
   * does what one would expect.
   */
  private static final Set<String> IGNORED =
      Set.of(
          "aof-disable-auto-gc",
          "aof-rewrite-incremental-fsync",
          "aof_rewrite_cpulist",
          "bgsave_cpulist",
          "bind-source-addr",
          "bio_cpulist",
          "cluster-allow-pubsubshard-when-down",
          "cluster-allow-reads-when-down",
          "cluster-allow-replica-migration",
          "cluster-config-file",
          "cluster-link-sendbuf-limit",
          "cluster-migration-barrier",
          "cluster-node-timeout",
          "cluster-port",
          "cluster-preferred-endpoint-type",
          "cluster-replica-no-failover",
          "cluster-replica-validity-factor",
          "cluster-require-full-coverage",
          "crash-log-enabled",
          "crash-memcheck-enabled",
          "disable-thp",
          "enable-module-command",
          "enable-protected-configs",
          "gopher-enabled",
          "ignore-warnings",
          "io-threads-do-reads",
          "jemalloc-bg-thread",
          "locale-collate",
          "masterauth",
          "masteruser",
          "min-replicas-max-lag",
          "min-replicas-to-write",
          "oom-score-adj",
          "oom-score-adj-values",
          "proc-title-template",
          "propagation-error-behavior",
          "rdb-del-sync-files",
          "rdb-save-incremental-fsync",
          "repl-backlog-size",
          "repl-backlog-ttl",
          "repl-disable-tcp-nodelay",
          "repl-diskless-load",
          "repl-diskless-sync",
          "repl-diskless-sync-delay",
          "repl-diskless-sync-max-replicas",
          "repl-ping-replica-period",
          "repl-timeout",
          "replica-announced",
          "replica-ignore-disk-write-errors",
          "replica-ignore-maxmemory",
          "replica-lazy-flush",
          "replica-priority",
          "replica-read-only",
          "replica-serve-stale-data",
          "sanitize-dump-payload",
          "server_cpulist",
          "shutdown-on-sigint",
          "shutdown-on-sigterm",
          "shutdown-timeout",
          "socket-mark-id",
          "tls-client-cert-file",
          "tls-client-key-file",
          "tls-client-key-file-pass",
          "tls-dh-params-file");

  /**
   * Refused, since a server without them would be another one than the file asks for; by the value
   * that switches each off and is therefore accepted.
   */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("cluster-enabled", "no"),
          Map.entry("loadmodule", ""),
          Map.entry("replicaof", "no one"),
          Map.entry("slaveof", "no one"),
          Map.entry("tls-cluster", "no"),
          Map.entry("tls-replication", "no"));

  private KnownDirectives() {}

  /** Whether a line with it is accepted and has no effect. */
  static boolean isIgnored(String name) {
    return IGNORED.contains(name.replace("slave", "replica"))
        || name.startsWith("cluster-announce-")
        || name.startsWith("replica-announce-");
  }

  /** Whether a line with it is an error unless {@link #isOff}. */
  static boolean isRefused(String name) {
    return REFUSED.containsKey(name);
  }

  /** Whether a refused directive has the value that asks for nothing. */
  static boolean isOff(String name, String value) {
    return value.equalsIgnoreCase(REFUSED.get(name));
  }
}
