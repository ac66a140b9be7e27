/**
 * {@code larder top}: what a server does at the moment, seen from outside, by the commands that any
 * client can send.
 */
@NullMarked
package dev.larder.cli.top;

import org.jspecify.annotations.NullMarked;
