/**
 * The index: records of keys, the hash table that finds them by hash, and the tree that orders them
 * by deadline; and the tree that orders what is inside a value.
 */
@NullMarked
package dev.larder.storage.table;

import org.jspecify.annotations.NullMarked;
