/**
 * What a command is: its declaration, the table that finds it, the key positions that follow from
 * it, and the view of one call that its handler sees. A command is declared once, in {@code
 * dev.larder.commands}; everything else that knows commands reads it from here.
 */
@NullMarked
package dev.larder.command;

import org.jspecify.annotations.NullMarked;
