/**
 * Client-side caching: which client has read which key, and who has to be told when it changes.
 *
 * <p>NEVER STALE: a key is noted while its shard is owned, before the reply to the reader can
 * leave; a change of the key, under the same shard, takes the note away and sends for it a message.
 * That is delivered on the reader's loop between commands, so it stands behind every reply that
 * could have shown the value before. A message too many does no harm, one too few does.
 */
@NullMarked
package dev.larder.tracking;

import org.jspecify.annotations.NullMarked;
