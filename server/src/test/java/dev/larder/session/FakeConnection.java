package dev.larder.session;

import dev.larder.push.PushMessage;

/** A connection of tests: remembers whether it was closed. */
public final class FakeConnection implements Connection {

  private final String remoteAddress;
  private volatile boolean closed;
  long outputBytes;

  public FakeConnection(String remoteAddress) {
    this.remoteAddress = remoteAddress;
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public String localAddress() {
    return "127.0.0.1:6379";
  }

  @Override
  public int fileDescriptor() {
    return 8;
  }

  @Override
  public int eventLoop() {
    return 0;
  }

  @Override
  public boolean isUnixSocket() {
    return remoteAddress.startsWith("/");
  }

  @Override
  public int queryBufferBytes() {
    return 26;
  }

  @Override
  public int queryBufferFreeBytes() {
    return 100;
  }

  @Override
  public long outputBytes() {
    return outputBytes;
  }

  @Override
  public void push(PushMessage message, long sequence) {}

  @Override
  public void hurry() {}
}
