/**
 * Makes the texts that packages bring along (manual pages, completion, a configuration file) from
 * the declarations of commands and options. Only {@code ./larder dist} runs it.
 */
@NullMarked
package dev.larder.cli.shipped;

import org.jspecify.annotations.NullMarked;
