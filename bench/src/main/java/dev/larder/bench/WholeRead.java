package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request whose reply is an array too long to be held: it is read as fast as it comes, and
 * every part checked.
 *
 * @param request filled for number 0
 * @param header of the array, with its line end
 * @param count elements that the reply must hold, numbered from 0
 * @param part what comes for each of them
 * @param reader tells which element a part is about, {@code null} when they come in order
 */
record WholeRead(
    Template request,
    String header,
    long count,
    Template part,
    Messages.@Nullable NumberReader reader)
    implements Step {
  private static final int BUFFER_LENGTH = 1 << 20;

  /** An array of {@code perElement} strings for every element of the first collection. */
  static WholeRead of(
      Messages m,
      String words,
      int perElement,
      String part,
      Messages.@Nullable NumberReader reader) {
    long count = m.elements().perKey();
    return new WholeRead(
        m.collectionCommand(words),
        "*" + count * perElement + "\r\n",
        count,
        m.reply(part),
        reader);
  }

  @Override
  public void run(ServerProcess server, boolean polling) {
    run(server.port());
  }

  void run(int port) {
    try (SocketChannel channel = SocketChannel.open()) {
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
      request.lay(buffer, 0);
      request.fill(buffer, 0, 0);
      buffer.limit(request.length());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
      readHeader(channel, buffer);
      readParts(channel, buffer);
    } catch (IOException e) {
      throw new BenchException("no whole reply: " + e.getMessage(), e);
    }
  }

  /** Leaves the buffer at the first part. */
  private void readHeader(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.position() < header.length()) {
      read(channel, buffer);
      if (buffer.get(0) == '-') {
        break;
      }
    }
    buffer.flip();
    byte[] seen = new byte[Math.min(header.length(), buffer.remaining())];
    buffer.get(seen);
    String text = new String(seen, StandardCharsets.ISO_8859_1);
    if (!text.equals(header)) {
      throw new BenchException("not the array that was expected: " + text.trim());
    }
  }

  private void readParts(SocketChannel channel, ByteBuffer buffer) throws IOException {
    long sum = 0;
    for (long i = 0; i < count; i++) {
      if (buffer.remaining() < part.length()) {
        buffer.compact();
        while (buffer.position() < part.length()) {
          read(channel, buffer);
        }
        buffer.flip();
      }
      int at = buffer.position();
      long number = reader == null ? i : reader.read(buffer, at, 0);
      if (number < 0 || number >= count || !part.matches(buffer, at, number)) {
        throw new BenchException("wrong element " + i + " of a long array");
      }
      sum += KeyValues.mix(number);
      buffer.position(at + part.length());
    }
    for (long i = 0; i < count; i++) {
      sum -= KeyValues.mix(i);
    }
    if (sum != 0 || buffer.hasRemaining()) {
      throw new BenchException("a long array has elements twice, or more than it says");
    }
  }

  private static void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    if (channel.read(buffer) < 0) {
      throw new IOException("connection closed");
    }
  }
}
