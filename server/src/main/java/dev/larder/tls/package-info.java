/**
 * What TLS needs before there is a connection: certificates and keys from files, the ciphers by
 * their names, and the context that engines of connections are made from, which can be replaced
 * while the server runs.
 */
@NullMarked
package dev.larder.tls;

import org.jspecify.annotations.NullMarked;
