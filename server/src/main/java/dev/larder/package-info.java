/**
 * The cache server as a library: {@code LarderServer} wires configuration, storage, commands and
 * network together and is the only type that embedding programs need.
 */
@NullMarked
package dev.larder;

import org.jspecify.annotations.NullMarked;
