/**
 * Measures the server beside its rivals: a load generator that verifies every reply, and the goals
 * that a release must hold.
 */
@NullMarked
package dev.larder.bench;

import org.jspecify.annotations.NullMarked;
