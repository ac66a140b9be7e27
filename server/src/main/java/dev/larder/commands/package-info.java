/**
 * The commands, one file per group: each handler beside the declaration from which everything else
 * about the command follows. Groups know mechanisms, never each other.
 */
@NullMarked
package dev.larder.commands;

import org.jspecify.annotations.NullMarked;
