/**
 * The {@code larder} command line: it picks what to run and hands the rest of the arguments over
 * unparsed, since the server's own options are declared in the server.
 */
@NullMarked
package dev.larder.cli;

import org.jspecify.annotations.NullMarked;
