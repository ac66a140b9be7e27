package dev.larder.monitoring;

import java.util.ArrayList;
import java.util.List;

/**
 * Under which names fields of INFO are exported. Names that begin with {@code redis_} are those of
 * redis_exporter, so that dashboards and alerts made for it work; others are Larder's own.
 */
final class ExportedFields {
  /** Microseconds and milliseconds are exported as seconds, as Prometheus wants them. */
  private static final double MICROS = 1e-6;

  private static final double MILLIS = 1e-3;

  enum Kind {
    GAUGE,
    COUNTER,
    /** A counter under a name that Prometheus's format allows no counter to have. */
    UNTYPED
  }

  /**
   * One field.
   *
   * @param field of INFO
   * @param factor by which its number is multiplied
   */
  record Export(String field, String metric, Kind kind, double factor) {}

  private static final String REDIS_GAUGES =
      """
      uptime_in_seconds
      process_id
      hz
      io_threads_active
      connected_clients
      blocked_clients
      maxclients max_clients
      maxclients config_maxclients
      tracking_clients
      clients_in_timeout_table
      pubsub_clients
      watching_clients
      total_watched_keys
      total_blocking_keys
      total_blocking_keys_on_nokey
      client_recent_max_output_buffer client_recent_max_output_buffer_bytes
      client_recent_max_input_buffer client_recent_max_input_buffer_bytes
      allocator_active allocator_active_bytes
      allocator_allocated allocator_allocated_bytes
      allocator_resident allocator_resident_bytes
      allocator_frag_ratio
      allocator_frag_bytes
      allocator_rss_ratio
      allocator_rss_bytes
      used_memory memory_used_bytes
      used_memory_rss memory_used_rss_bytes
      used_memory_peak memory_used_peak_bytes
      used_memory_scripts_eval memory_used_scripts_eval_bytes
      used_memory_overhead memory_used_overhead_bytes
      used_memory_startup memory_used_startup_bytes
      used_memory_dataset memory_used_dataset_bytes
      used_memory_scripts memory_used_scripts_bytes
      used_memory_functions memory_used_functions_bytes
      number_of_cached_scripts
      number_of_functions
      number_of_libraries
      maxmemory memory_max_bytes
      maxmemory config_maxmemory
      total_system_memory total_system_memory_bytes
      mem_fragmentation_ratio
      mem_fragmentation_bytes
      mem_clients_slaves
      mem_clients_normal
      mem_not_counted_for_evict mem_not_counted_for_eviction_bytes
      mem_total_replication_buffers mem_total_replication_buffers_bytes
      mem_overhead_db_hashtable_rehashing mem_overhead_db_hashtable_rehashing_bytes
      lazyfree_pending_objects
      active_defrag_running
      migrate_cached_sockets migrate_cached_sockets_total
      active_defrag_hits defrag_hits
      active_defrag_misses defrag_misses
      active_defrag_key_hits defrag_key_hits
      active_defrag_key_misses defrag_key_misses
      loading loading_dump_file
      async_loading
      rdb_changes_since_last_save
      rdb_bgsave_in_progress
      rdb_last_save_time rdb_last_save_timestamp_seconds
      rdb_last_bgsave_status
      rdb_last_bgsave_time_sec rdb_last_bgsave_duration_sec
      rdb_current_bgsave_time_sec rdb_current_bgsave_duration_sec
      rdb_saves rdb_saves_total
      rdb_last_cow_size rdb_last_cow_size_bytes
      rdb_last_load_keys_expired rdb_last_load_expired_keys
      rdb_last_load_keys_loaded rdb_last_load_loaded_keys
      aof_enabled
      aof_rewrite_in_progress
      aof_rewrite_scheduled
      aof_last_rewrite_time_sec aof_last_rewrite_duration_sec
      aof_current_rewrite_time_sec aof_current_rewrite_duration_sec
      aof_current_size aof_current_size_bytes
      aof_base_size aof_base_size_bytes
      aof_pending_rewrite
      aof_buffer_length
      aof_pending_bio_fsync
      aof_delayed_fsync
      aof_last_bgrewrite_status
      aof_last_write_status
      current_eviction_exceeded_time current_eviction_exceeded_time_ms
      pubsub_channels
      pubsub_patterns
      pubsubshard_channels
      tracking_total_keys
      tracking_total_items
      tracking_total_prefixes
      connected_slaves
      repl_backlog_size replication_backlog_bytes
      repl_backlog_active repl_backlog_is_active
      repl_backlog_first_byte_offset
      repl_backlog_histlen repl_backlog_history_bytes
      master_repl_offset
      second_repl_offset
      slave_expires_tracked_keys
      sync_full replica_resyncs_full
      sync_partial_ok replica_partial_resync_accepted
      sync_partial_err replica_partial_resync_denied
      """;

  private static final String REDIS_COUNTERS =
      """
      total_connections_received connections_received_total
      total_commands_processed commands_processed_total
      rejected_connections rejected_connections_total
      total_net_input_bytes net_input_bytes_total
      total_net_output_bytes net_output_bytes_total
      total_net_repl_input_bytes net_repl_input_bytes_total
      total_net_repl_output_bytes net_repl_output_bytes_total
      expired_subkeys expired_subkeys_total
      expired_keys expired_keys_total
      evicted_keys evicted_keys_total
      evicted_clients evicted_clients_total
      evicted_scripts evicted_scripts_total
      total_eviction_exceeded_time eviction_exceeded_time_ms_total
      keyspace_hits keyspace_hits_total
      keyspace_misses keyspace_misses_total
      used_cpu_sys cpu_sys_seconds_total
      used_cpu_user cpu_user_seconds_total
      used_cpu_sys_children cpu_sys_children_seconds_total
      used_cpu_user_children cpu_user_children_seconds_total
      client_query_buffer_limit_disconnections client_query_buffer_limit_disconnections_total
      client_output_buffer_limit_disconnections client_output_buffer_limit_disconnections_total
      acl_access_denied_auth acl_access_denied_auth_total
      acl_access_denied_cmd acl_access_denied_cmd_total
      acl_access_denied_key acl_access_denied_key_total
      acl_access_denied_channel acl_access_denied_channel_total
      """;

  private static final String REDIS_UNTYPED =
      """
      unexpected_error_replies
      total_error_replies
      """;

  private static final String OWN_GAUGES =
      """
      larder_event_loops event_loops
      larder_threads threads
      larder_heap_used heap_used_bytes
      larder_heap_committed heap_committed_bytes
      larder_heap_max heap_max_bytes
      larder_nonheap_committed nonheap_committed_bytes
      larder_jvm_base jvm_base_bytes
      larder_buffer_pool buffer_pool_bytes
      larder_buffer_pool_lent buffer_pool_lent_bytes
      larder_policy_bytes policy_bytes
      larder_snapshot_reserve snapshot_reserve_bytes
      larder_unusable_memory unusable_memory_bytes
      loading_loaded_bytes
      loading_total_bytes
      """;

  private static final String OWN_COUNTERS =
      """
      larder_gc_count gc_collections_total
      shard_waits shard_waits_total
      loop_allocated_bytes loop_allocated_bytes_total
      internal_errors internal_errors_total
      lazyfreed_objects lazyfreed_objects_total
      """;

  private ExportedFields() {}

  /** All of them. */
  static List<Export> all() {
    List<Export> all = new ArrayList<>();
    add(all, REDIS_GAUGES, "redis_", Kind.GAUGE);
    all.add(new Export("larder_event_loops", "redis_config_io_threads", Kind.GAUGE, 1));
    all.add(new Export("latest_fork_usec", "redis_latest_fork_seconds", Kind.GAUGE, MICROS));
    add(all, REDIS_COUNTERS, "redis_", Kind.COUNTER);
    add(all, REDIS_UNTYPED, "redis_", Kind.UNTYPED);
    add(all, OWN_GAUGES, "larder_", Kind.GAUGE);
    all.add(
        new Export("longest_loop_turn_us", "larder_longest_loop_turn_seconds", Kind.GAUGE, MICROS));
    all.add(
        new Export(
            "longest_shard_wait_us", "larder_longest_shard_wait_seconds", Kind.GAUGE, MICROS));
    add(all, OWN_COUNTERS, "larder_", Kind.COUNTER);
    all.add(new Export("larder_gc_millis", "larder_gc_seconds_total", Kind.COUNTER, MILLIS));
    return List.copyOf(all);
  }

  /** A line is a field and the metric's name behind its prefix; one word is both. */
  private static void add(List<Export> all, String lines, String prefix, Kind kind) {
    lines
        .lines()
        .forEach(line -> {
          String[] words = line.split(" ", -1);
          all.add(new Export(words[0], prefix + words[words.length - 1], kind, 1));
        });
  }
}
