/** Value encodings inside and beside a record: today strings whose bytes lie in shared chunks. */
@NullMarked
package dev.larder.storage.type;

import org.jspecify.annotations.NullMarked;
