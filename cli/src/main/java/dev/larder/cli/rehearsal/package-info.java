/**
 * Prepares the JVM's ahead-of-time cache, with which servers start sooner. Only the build runs it.
 */
@NullMarked
package dev.larder.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
