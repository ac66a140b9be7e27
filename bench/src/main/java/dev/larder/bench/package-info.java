/**
 * The whole-server benchmark, black box: it starts Larder and its rivals as processes, loads them
 * in turn over loopback, reads what they cost from {@code /proc}, and judges the result against
 * {@link dev.larder.bench.Goals}.
 */
@NullMarked
package dev.larder.bench;

import org.jspecify.annotations.NullMarked;
