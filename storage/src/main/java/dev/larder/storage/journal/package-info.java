/**
 * The journal as bytes: blocks that units append on their own, merged into one file in the order of
 * their sequences, so that any cut of the file is a prefix of what happened; and the manifest of
 * the files that make up an append-only file.
 */
@NullMarked
package dev.larder.storage.journal;

import org.jspecify.annotations.NullMarked;
