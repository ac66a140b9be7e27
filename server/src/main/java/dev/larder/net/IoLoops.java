package dev.larder.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The event loops of a server. */
final class IoLoops extends MultiThreadIoEventLoopGroup {

  IoLoops(int loops, IoHandlerFactory handlers) {
    super(loops, new DefaultThreadFactory("larder-io", true), handlers);
  }

  @Override
  protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... unused) {
    return new IoLoop(this, executor, handlers);
  }

  List<IoLoop> all() {
    List<IoLoop> all = new ArrayList<>();
    iterator().forEachRemaining(loop -> all.add((IoLoop) loop));
    return all;
  }
}
