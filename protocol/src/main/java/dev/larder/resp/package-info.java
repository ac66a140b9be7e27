/**
 * The Redis wire protocol: requests are decoded in place to addresses, replies written to one
 * buffer, so that the hot path neither copies nor allocates.
 */
@NullMarked
package dev.larder.resp;

import org.jspecify.annotations.NullMarked;
