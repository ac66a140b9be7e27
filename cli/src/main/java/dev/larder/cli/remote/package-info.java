/** The server that a command of the terminal asks: where it is, and how it is reached. */
@NullMarked
package dev.larder.cli.remote;

import org.jspecify.annotations.NullMarked;
