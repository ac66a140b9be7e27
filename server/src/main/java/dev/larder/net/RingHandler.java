package dev.larder.net;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;

/**
 * Netty's handler of io_uring, except that a channel which is not to be read is not read when the
 * receive buffers have run out either. Netty then asks the kernel again whatever the channel wants;
 * clients that send while they wait would use up each other's buffers and never be stopped.
 */
final class RingHandler implements IoHandler {
  private static final byte RECV = 27;
  private static final int NO_BUFFERS = -105;
  private static final int CANCELLED = -125;

  private final IoHandler handler;

  RingHandler(IoHandler handler) {
    this.handler = handler;
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return handler.register(
        handle instanceof Channel.Unsafe unsafe
            ? new Handle((IoUringIoHandle) handle, unsafe.voidPromise().channel())
            : handle);
  }

  @Override
  public void initialize() {
    handler.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return handler.run(context);
  }

  @Override
  public void prepareToDestroy() {
    handler.prepareToDestroy();
  }

  @Override
  public void destroy() {
    handler.destroy();
  }

  @Override
  public void wakeup() {
    handler.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType);
  }

  /** What completes operations of a channel. */
  private static final class Handle implements IoUringIoHandle {
    private final IoUringIoHandle handle;
    private final Channel channel;

    Handle(IoUringIoHandle handle, Channel channel) {
      this.handle = handle;
      this.channel = channel;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      IoUringIoEvent completion = (IoUringIoEvent) event;
      handle.handle(
          registration,
          completion.res() == NO_BUFFERS && completion.opcode() == RECV && isPaused()
              ? new IoUringIoEvent(CANCELLED, completion.flags(), RECV, completion.userData())
              : completion);
    }

    private boolean isPaused() {
      return !channel.config().isAutoRead();
    }

    @Override
    public void registered() {
      handle.registered();
    }

    @Override
    public void unregistered() {
      handle.unregistered();
    }

    @Override
    public void close() throws Exception {
      handle.close();
    }
  }
}
