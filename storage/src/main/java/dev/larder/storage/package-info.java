/**
 * The storage engine's one public face: a keyspace of shards, each owned by one unit of work at a
 * time, over records that live outside of the Java heap.
 */
@NullMarked
package dev.larder.storage;

import org.jspecify.annotations.NullMarked;
