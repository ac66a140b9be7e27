package dev.larder.dispatch;

import dev.larder.command.Job;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/**
 * Where and why the execution of a batch stopped.
 *
 * @param next the command to go on with
 * @param job what is under way
 * @param shard what a command waits for that waits for a shard
 * @param lease what a command waits for that waits for somebody else's lease of a key
 * @param isToServe whether that shard is needed to serve others first, not by the command itself
 * @param blocked the command that waits for a key
 */
record Stop(
    Outcome reason,
    int next,
    @Nullable Job job,
    @Nullable Shard shard,
    @Nullable Lease lease,
    boolean isToServe,
    @Nullable BlockedCall blocked) {}
