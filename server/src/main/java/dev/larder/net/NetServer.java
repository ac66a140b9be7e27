package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.dispatch.LoopContext;
import dev.larder.metrics.Clock;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.AddressOf;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.RequestDecoder;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.tls.TlsContexts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Event loops, listening sockets, and the connections that come in through them. */
public final class NetServer implements AutoCloseable {
  private static final int RECEIVE_BYTES = 16 * 1024;

  /** Between these sizes of unread replies a connection stops and goes on executing. */
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  /** Chunks of 1 MiB: what one loop of small connections needs. */
  private static final int CHUNK_ORDER = 7;

  /** What a loop with a few clients needs: a chunk to receive into, and two to reply from. */
  private static final long SHARE_BYTES = 3L << 20;

  private static final int PAGE_BYTES = 8 * 1024;
  private static final int CACHED_SMALL_BUFFERS = 256;
  private static final int CACHED_LARGER_BUFFERS = 64;

  /** How often idle loops are looked after; bounds the lag of expiry without traffic. */
  public static final int TICKS_PER_SECOND = 50;

  private static final long TICK_MILLIS = 1000 / TICKS_PER_SECOND;

  private static final long TICKET_KEY_MILLIS = TimeUnit.HOURS.toMillis(1);

  private static final long CLOSE_MILLIS = 5_000;

  /** Makes what an event loop executes with. */
  @FunctionalInterface
  public interface ContextFactory {
    /**
     * @param loop the loop's number, from 0
     * @param addressOf where buffers of the network lie
     */
    LoopContext create(int loop, AddressOf addressOf);
  }

  private final NetSettings settings;
  private final Sessions sessions;
  private final ServerStats stats;
  private final ConnectionLimits limits;
  private final Limits protocolLimits;
  private final LargeArguments largeArguments;
  private final Transport transport;
  private final PooledByteBufAllocator allocator;
  private final IoLoops loops;
  private final Listeners listeners;

  /** What does handshakes; null without TLS. */
  private final @Nullable TlsThreads tls;

  /** All open ones; those that come while it is being closed are closed too. */
  private final ChannelGroup connections =
      new DefaultChannelGroup("larder", ImmediateEventExecutor.INSTANCE, true);

  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("larder-ticker").daemon().factory());

  /** Loads what every server needs of Netty and of the JVM, which otherwise the first one does. */
  public static void prepare(String transport) {
    OpenFiles.count();
    Transport.load(transport);
    // That takes generated classes, for an annotation.
    new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        // Belongs to no channel.
      }
    }.isSharable();
  }

  /**
   * Starts the event loops; nobody can connect before {@link #listen}.
   *
   * @param tls makes engines for the TLS port, null if there is none
   * @param contexts makes what each loop executes with
   * @throws StartException when the transport asked for does not work here
   */
  public NetServer(
      NetSettings settings,
      Sessions sessions,
      ServerStats stats,
      Limits protocolLimits,
      LargeArguments largeArguments,
      @Nullable TlsContexts tls,
      ContextFactory contexts) {
    this.settings = settings;
    this.sessions = sessions;
    this.stats = stats;
    this.protocolLimits = protocolLimits;
    this.largeArguments = largeArguments;
    this.limits = new ConnectionLimits(settings, sessions, stats);
    this.transport = Transport.choose(settings.transport());
    this.allocator =
        new PooledByteBufAllocator(
            true,
            0,
            settings.loops(),
            PAGE_BYTES,
            CHUNK_ORDER,
            CACHED_SMALL_BUFFERS,
            CACHED_LARGER_BUFFERS,
            false);
    this.loops = new IoLoops(settings.loops(), transport.handlers(allocator));
    int index = 0;
    for (IoLoop loop : loops.all()) {
      loop.serve(contexts.create(index++, Addresses::ofMemory), allocator, transport);
    }
    this.tls = tls == null ? null : new TlsThreads(tls, allocator, settings.loops());
    this.listeners = new Listeners(settings, transport, this::bootstrap);
  }

  /**
   * Listens on all addresses.
   *
   * @throws StartException when one of them cannot be had
   */
  public void listen() {
    limits.roomForClients(OpenFiles.roomForClients(settings.maxClients()));
    listeners.open();
    List<IoLoop> all = loops.all();
    ticker.scheduleAtFixedRate(
        () -> all.forEach(IoLoop::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    if (tls != null) {
      every(TICKET_KEY_MILLIS, tls::renewTicketKey);
    }
  }

  /** Runs a task at this interval on the thread that ticks; it must be short and never throw. */
  public void every(long millis, Runnable task) {
    ticker.scheduleAtFixedRate(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * For how long the event loop that is most behind has not made a turn, in nanoseconds; 0 while
   * all make theirs, give or take a second.
   */
  public long stuckNanos() {
    long now = Clock.nanos();
    long most = 0;
    for (IoLoop loop : loops.all()) {
      most = Math.max(most, loop.lateNanos(now));
    }
    return most;
  }

  /** Memory that the pool of buffers holds, used or not, in bytes. */
  public long bufferPoolBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** What all loops need of buffers while there are a few clients, in bytes. */
  public long bufferShareBytes() {
    return loops.all().size() * SHARE_BYTES;
  }

  public Transport transport() {
    return transport;
  }

  /** The TCP port that is listened on for connections without TLS, 0 if none. */
  public int port() {
    return listeners.port();
  }

  /** The TCP port that is listened on for TLS, 0 if none. */
  public int tlsPort() {
    return listeners.tlsPort();
  }

  /** What is listened on, as INFO shows it. */
  public List<String> listeners() {
    return listeners.descriptions();
  }

  /**
   * Bytes of buffers in use: requests and replies on their way, and what is kept to receive into.
   */
  public long bufferBytes() {
    return allocator.pinnedDirectMemory();
  }

  private ServerBootstrap bootstrap(boolean isTls) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .option(ChannelOption.SO_BACKLOG, settings.backlog())
            .option(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .handler(new AcceptPauses(isTls ? requireNonNull(tls)::isCrowded : () -> false))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, isTls ? tls : null);
                  }
                });
    if (transport.providesReceiveBuffers()) {
      bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, Transport.BUFFER_GROUP);
    }
    return bootstrap;
  }

  /**
   * A new connection, on its loop.
   *
   * @param encrypting does its handshake; null without TLS
   */
  private void accept(Channel channel, @Nullable TlsThreads encrypting) {
    connections.add(channel);
    IoLoop loop = (IoLoop) channel.eventLoop();
    SharedReceiveBuffer receiveBuffer = loop.receiveBuffer();
    channel
        .config()
        .setRecvByteBufAllocator(
            receiveBuffer != null ? receiveBuffer : new FixedRecvByteBufAllocator(RECEIVE_BYTES));
    // Unix sockets of the JVM itself cannot do that.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (channel.remoteAddress() instanceof InetSocketAddress) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
      transport.keepAlive(channel, settings.keepAliveSeconds());
    }
    String refusal = limits.admit(channel);
    if (encrypting != null) {
      encrypt(channel, encrypting, refusal);
    } else if (refusal != null) {
      channel.pipeline().addLast(new Refusal(refusal));
    } else {
      serve(channel, null);
    }
  }

  /** Serves, or refuses, a connection as soon as its handshake is done. */
  private void encrypt(Channel channel, TlsThreads encrypting, @Nullable String refusal) {
    if (refusal != null && !limits.isWorthHandshake(refusal)) {
      channel.pipeline().addLast(new Refusal(""));
      return;
    }
    channel
        .pipeline()
        .addLast(
            new TlsHandler(
                encrypting,
                new TlsHandler.Welcome() {
                  @Override
                  public void opened(TlsHandler handler) {
                    if (refusal != null) {
                      channel.pipeline().addLast(new Refusal(refusal));
                    } else {
                      serve(channel, certifiedName(handler));
                    }
                  }

                  @Override
                  public void failed() {
                    if (refusal == null) {
                      limits.closedUnserved();
                    }
                  }
                }));
  }

  private @Nullable String certifiedName(TlsHandler encryption) {
    return settings.trustsCertifiedNames() ? encryption.certifiedName() : null;
  }

  /**
   * @param name what the client's certificate proves it to be; null for nobody
   */
  private void serve(Channel channel, @Nullable String name) {
    RequestDecoder decoder = new RequestDecoder(protocolLimits, largeArguments);
    ClientConnection connection =
        new ClientConnection(
            (IoLoop) channel.eventLoop(),
            channel,
            limits,
            decoder,
            sessions.nextId(),
            settings.defaultUser());
    Session session = connection.session();
    limits.opened(session);
    if (name != null) {
      settings.authenticateCertified(session, name);
      decoder.setAuthenticated(session.isAuthenticated());
    }
    channel.pipeline().addLast(connection);
  }

  /** Stops accepting, closes all connections, ends the loops. */
  @Override
  public void close() {
    ticker.shutdownNow();
    listeners.close();
    sessions.snapshot().forEach(Session::close);
    // A loop of io_uring that ends while a socket is being closed leaves it open.
    connections.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    loops
        .shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    if (tls != null) {
      tls.close();
    }
  }

  /** Answers a connection that is not served. */
  private static final class Refusal extends ChannelInboundHandlerAdapter {
    private final String text;

    Refusal(String text) {
      this.text = text;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), text))
          .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, @Nullable Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
