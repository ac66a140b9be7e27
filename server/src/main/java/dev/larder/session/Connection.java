package dev.larder.session;

import dev.larder.push.PushTarget;

/**
 * The transport behind a {@link Session}. Every method but {@link #push} may be called from any
 * thread; sizes are racy reads meant for reports. A message gets to {@link #push} through an {@link
 * dev.larder.push.Outbox}, with {@link #eventLoop} as its address.
 */
public interface Connection extends PushTarget {

  /** Closes the connection as soon as its own event loop gets to it; a second call does nothing. */
  void close();

  /** Has the client's job looked after soon: others wait for what it holds. */
  void hurry();

  /** The peer as CLIENT LIST prints it: {@code ip:port}, {@code [ip6]:port} or {@code path:0}. */
  String remoteAddress();

  /** The local end, in the form of {@link #remoteAddress()}. */
  String localAddress();

  /** The socket's file descriptor, or -1 where the transport does not tell. */
  int fileDescriptor();

  /** Index of the event loop that serves this connection. */
  int eventLoop();

  /** Whether the peer came over a Unix domain socket. */
  boolean isUnixSocket();

  /** Bytes received and not yet executed. */
  int queryBufferBytes();

  /** Room left in the buffer that holds {@link #queryBufferBytes()}. */
  int queryBufferFreeBytes();

  /** What the encryption of the connection takes of memory, in bytes; 0 without. */
  default int encryptionBytes() {
    return 0;
  }

  /** Bytes of replies waiting for the peer to read. */
  long outputBytes();
}
