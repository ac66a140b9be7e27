/**
 * Sockets: the only package that knows Netty's channels. A connection is one channel handler that
 * decodes what a read brought where it lies, has it executed at once on the same thread, and sends
 * all replies of the read by one write. An idle connection holds no buffer.
 */
@NullMarked
package dev.larder.net;

import org.jspecify.annotations.NullMarked;
