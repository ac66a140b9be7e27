/**
 * Execution of batches on event loops: looks commands up, hashes and touches their keys, passes
 * them through the gates, owns their shards while they run, and suspends a session whose next
 * command must wait. Knows connections only as {@code Client}.
 */
@NullMarked
package dev.larder.dispatch;

import org.jspecify.annotations.NullMarked;
