/** A whole server in use, through real clients and through bare sockets; nothing is faked. */
@NullMarked
package dev.larder.integration;

import org.jspecify.annotations.NullMarked;
