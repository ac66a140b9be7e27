package dev.larder.net;

import dev.larder.push.PushMessage;
import dev.larder.resp.RequestDecoder;
import dev.larder.session.Connection;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What commands may know of a connection, and do to it, from any thread. */
final class ConnectionFacts implements Connection {
  private static final Logger log = LoggerFactory.getLogger(ConnectionFacts.class);

  private final Channel channel;
  private final ClientConnection connection;
  private final int loop;
  private final ReplyOutput output;
  private final InputQueue queue;
  private final PartialCommand rest;
  private final RequestDecoder decoder;
  private final @Nullable TlsHandler encryption;

  ConnectionFacts(
      Channel channel,
      ClientConnection connection,
      int loop,
      ReplyOutput output,
      InputQueue queue,
      PartialCommand rest,
      RequestDecoder decoder) {
    this.channel = channel;
    this.connection = connection;
    this.loop = loop;
    this.output = output;
    this.queue = queue;
    this.rest = rest;
    this.decoder = decoder;
    this.encryption = channel.pipeline().get(TlsHandler.class);
  }

  @Override
  public void push(PushMessage message, long sequence) {
    try {
      connection.push(message, sequence);
    } catch (Throwable t) {
      // Others get their messages all the same.
      connection.fail(t);
    }
  }

  @Override
  public void close() {
    try {
      channel.eventLoop().execute(connection::closeNow);
    } catch (RejectedExecutionException e) {
      channel.close();
    }
  }

  @Override
  public void hurry() {
    try {
      channel.eventLoop().execute(connection::proceed);
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; its clients are in no hurry");
    }
  }

  @Override
  public String remoteAddress() {
    return Addresses.text(channel.remoteAddress(), listeningPath());
  }

  @Override
  public String localAddress() {
    return Addresses.text(channel.localAddress(), listeningPath());
  }

  /** A client of a Unix socket has no address of its own: both ends are called like the file. */
  private String listeningPath() {
    Channel parent = channel.parent();
    String text = parent == null ? "" : Addresses.text(parent.localAddress(), null);
    return text.endsWith(":0") ? text.substring(0, text.length() - 2) : "";
  }

  @Override
  public int fileDescriptor() {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
  }

  @Override
  public int eventLoop() {
    return loop;
  }

  @Override
  public boolean isUnixSocket() {
    return channel instanceof DomainSocketChannel || channel instanceof NioDomainSocketChannel;
  }

  @Override
  public int queryBufferBytes() {
    long bytes = decoder.largeBytes() + queue.bytes() + rest.bytes() + decoder.placesBytes();
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Override
  public int queryBufferFreeBytes() {
    return rest.freeBytes();
  }

  @Override
  public long outputBytes() {
    return output.unsentBytes();
  }

  @Override
  public int encryptionBytes() {
    return encryption == null ? 0 : encryption.memoryBytes();
  }
}
