/**
 * Value encodings inside and beside a record: strings whose bytes lie in shared chunks, and small
 * collections as one packed block, in the byte formats of Redis.
 */
@NullMarked
package dev.larder.storage.type;

import org.jspecify.annotations.NullMarked;
