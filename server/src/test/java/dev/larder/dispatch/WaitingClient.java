package dev.larder.dispatch;

import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.User;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that counts how often it is told to go on. */
final class WaitingClient implements Client {
  final AtomicInteger resumed = new AtomicInteger();
  private final Session session = new Session(1, new FakeConnection("test"), 0, User.TRUSTED);

  @Override
  public Session session() {
    return session;
  }

  @Override
  public boolean sendReplies() {
    return true;
  }

  @Override
  public long holdUntilDurable(long sequence) {
    return 0;
  }

  @Override
  public void endReply() {}

  @Override
  public Runnable resumption() {
    return resumed::incrementAndGet;
  }

  @Override
  public ByteBuf newBuffer(int bytes) {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void append(ByteBuf reply) {}
}
