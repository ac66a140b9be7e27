/**
 * The format in which Redis stores and moves values: what lies between the type byte and the next
 * key of an RDB file, and what DUMP wraps in a footer. Values are read and written as events, so
 * that nothing here knows how a value lies in memory.
 */
@NullMarked
package dev.larder.storage.rdb;

import org.jspecify.annotations.NullMarked;
