package dev.larder.replay;

import dev.larder.push.PushMessage;
import dev.larder.session.Connection;

/** The connection of a client that is a file. */
final class NoPeer implements Connection {
  @Override
  public void push(PushMessage message, long sequence) {}

  @Override
  public void hurry() {}

  @Override
  public void close() {}

  @Override
  public String remoteAddress() {
    return "";
  }

  @Override
  public String localAddress() {
    return "";
  }

  @Override
  public int fileDescriptor() {
    return -1;
  }

  @Override
  public int eventLoop() {
    return 0;
  }

  @Override
  public boolean isUnixSocket() {
    return false;
  }

  @Override
  public int queryBufferBytes() {
    return 0;
  }

  @Override
  public int queryBufferFreeBytes() {
    return 0;
  }

  @Override
  public long outputBytes() {
    return 0;
  }
}
