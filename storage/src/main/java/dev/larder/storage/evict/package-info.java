/**
 * What eviction remembers beside the records: handles of new keys in their order, and fingerprints
 * of keys that went. Knows nothing of shards; whoever looks a handle up owns one.
 */
@NullMarked
package dev.larder.storage.evict;

import org.jspecify.annotations.NullMarked;
