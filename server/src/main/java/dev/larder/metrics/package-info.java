/**
 * What the server measures about itself. Each event loop counts into its own plain fields, without
 * atomic operations; a reader sums over the loops and accepts that the sum is a moment old.
 */
@NullMarked
package dev.larder.metrics;

import org.jspecify.annotations.NullMarked;
