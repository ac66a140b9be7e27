/**
 * Compares the whole server with redis-server: random sessions, made from the commands' own
 * declarations, go to both and every reply must be the same, but for the differences listed here.
 */
@NullMarked
package dev.larder.oracle;

import org.jspecify.annotations.NullMarked;
