/**
 * Requests that a cache has had, read from files of several forms one after the other, so that the
 * length of a trace does not matter.
 */
@NullMarked
package dev.larder.cli.trace;

import org.jspecify.annotations.NullMarked;
