/**
 * What the server knows about each connected client, as plain state: the connection that carries it
 * is an interface, so that commands, metrics and tests need no network.
 */
@NullMarked
package dev.larder.session;

import org.jspecify.annotations.NullMarked;
