package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.ServerStats;
import dev.larder.pubsub.PubSub;
import dev.larder.storage.Relocation;
import dev.larder.tracking.ClientTracking;

/** Totals since the start or the last reset, and rates. */
final class StatsSection implements InfoSection {
  private final ServerStats stats;
  private final ClientTracking tracking;
  private final PubSub pubSub;
  private final Vitals vitals;

  private final Relocation relocation;
  private final HitCurveReport hitCurve;

  StatsSection(
      ServerStats stats,
      ClientTracking tracking,
      PubSub pubSub,
      Vitals vitals,
      Relocation relocation,
      HitCurveReport hitCurve) {
    this.stats = stats;
    this.tracking = tracking;
    this.pubSub = pubSub;
    this.vitals = vitals;
    this.relocation = relocation;
    this.hitCurve = hitCurve;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Stats");
    out.field("total_connections_received", stats.connectionsAccepted());
    out.field("total_commands_processed", stats.commandsProcessed());
    out.field("instantaneous_ops_per_sec", Math.round(vitals.commandsPerSecond()));
    out.field("total_net_input_bytes", stats.bytesReceived());
    out.field("total_net_output_bytes", stats.bytesSent());
    out.field("total_net_repl_input_bytes", 0);
    out.field("total_net_repl_output_bytes", 0);
    out.field("instantaneous_input_kbps", vitals.receivedBytesPerSecond() / 1024, 2);
    out.field("instantaneous_output_kbps", vitals.sentBytesPerSecond() / 1024, 2);
    out.field("instantaneous_input_repl_kbps", 0, 2);
    out.field("instantaneous_output_repl_kbps", 0, 2);
    out.field("rejected_connections", stats.connectionsRefused());
    out.field("sync_full", 0);
    out.field("sync_partial_ok", 0);
    out.field("sync_partial_err", 0);
    out.field("expired_subkeys", stats.expiredFields());
    out.field("expired_keys", stats.expiredKeys());
    out.field("evicted_keys", stats.evictedKeys());
    out.field("evicted_clients", stats.evictedClients());
    out.field("evicted_scripts", stats.evictedScripts());
    out.field("total_eviction_exceeded_time", stats.evictionExceededMillis());
    out.field("current_eviction_exceeded_time", stats.currentEvictionExceededMillis());
    out.field("keyspace_hits", stats.keyHits());
    out.field("keyspace_misses", stats.keyMisses());
    out.field("pubsub_channels", pubSub.channelCount());
    out.field("pubsub_patterns", pubSub.patternCount());
    out.field("pubsubshard_channels", pubSub.shardChannelCount());
    out.field("latest_fork_usec", 0);
    out.field("total_forks", 0);
    out.field("migrate_cached_sockets", 0);
    out.field("slave_expires_tracked_keys", 0);
    writeDefrag(out);
    out.field("tracking_total_keys", tracking.keyCount());
    out.field("tracking_total_items", tracking.itemCount());
    out.field("tracking_total_prefixes", tracking.prefixCount());
    out.field("unexpected_error_replies", 0);
    out.field("total_error_replies", stats.errorReplies());
    out.field("client_query_buffer_limit_disconnections", stats.queryLimitDisconnections());
    out.field("client_output_buffer_limit_disconnections", stats.outputLimitDisconnections());
    out.field("acl_access_denied_auth", stats.denials().authentications());
    out.field("acl_access_denied_cmd", stats.denials().commands());
    out.field("acl_access_denied_key", stats.denials().keys());
    out.field("acl_access_denied_channel", stats.denials().channels());
    out.field("acl_access_denied_db", stats.denials().databases());
    out.field("longest_loop_turn_us", stats.longestLoopTurnMicros());
    out.field("longest_shard_wait_us", stats.longestShardWaitMicros());
    out.field("shard_waits", stats.shardWaits());
    out.field("loop_allocated_bytes", stats.loopAllocatedBytes());
    out.field("internal_errors", stats.bugs());
    hitCurve.write(out);
  }

  /** What was moved so that memory goes back to the system. */
  private void writeDefrag(InfoFields out) {
    out.field("active_defrag_hits", relocation.moved());
    out.field("active_defrag_misses", relocation.kept());
    out.field("active_defrag_key_hits", relocation.keysMoved());
    out.field("active_defrag_key_misses", relocation.keysKept());
    out.field("total_active_defrag_time", relocation.totalMillis());
    out.field("current_active_defrag_time", relocation.currentMillis());
  }
}
