/** Executes the commands of append-only files. */
@NullMarked
package dev.larder.replay;

import org.jspecify.annotations.NullMarked;
