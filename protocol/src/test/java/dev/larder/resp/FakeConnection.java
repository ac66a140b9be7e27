package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a decoder as a connection does and collects what it decodes. Before every call the kept
 * bytes move to a new buffer that ends where they end, at another made-up address, so that a read
 * outside or a stale address shows.
 */
final class FakeConnection implements AutoCloseable {
  final FakeLargeArguments large = new FakeLargeArguments();
  final Limits limits = new Limits();
  final RequestDecoder decoder = new RequestDecoder(limits, large);

  /** Every command as its arguments in ISO 8859-1, or one line "(out of memory)" before them. */
  final List<List<String>> commands = new ArrayList<>();

  private final Batch batch;
  private final boolean bypass;
  private ByteBuf kept = Unpooled.EMPTY_BUFFER;
  private @Nullable String error;
  private int moves;
  private int mostKept;

  FakeConnection() {
    this(new Batch(), false);
  }

  /** With {@code bypass}, bytes of large arguments don't pass through the buffer. */
  FakeConnection(Batch batch, boolean bypass) {
    this.batch = batch;
    this.bypass = bypass;
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Nullable String error() {
    return error;
  }

  /** The bytes of an incomplete command in the buffer. */
  int keptBytes() {
    return kept.readableBytes();
  }

  /** The most bytes that were in the buffer at the end of a read. */
  int mostKept() {
    return mostKept;
  }

  FakeConnection feed(String text) {
    return feed(bytes(text), 0, text.length());
  }

  FakeConnection feed(byte[] input) {
    return feed(input, 0, input.length);
  }

  FakeConnection feed(byte[] input, int from, int to) {
    ByteBuf source = Unpooled.wrappedBuffer(input, from, to - from);
    if (bypass) {
      int announced = decoder.largeBytesNeeded();
      int before = source.readableBytes();
      decoder.stream(source);
      assertThat(before - source.readableBytes()).isEqualTo(Math.min(announced, before));
    }
    int offset = moves++ % 7;
    int end = offset + kept.readableBytes() + source.readableBytes();
    ByteBuf buffer = Unpooled.directBuffer(end, end);
    buffer.setIndex(offset, offset);
    buffer.writeBytes(kept).writeBytes(source);
    kept.release();
    kept = buffer;
    decode();
    mostKept = Math.max(mostKept, kept.readableBytes());
    return this;
  }

  private void decode() {
    long address = (moves % 3 + 1) * 10_000_000_000L;
    Status status;
    do {
      status = decoder.decode(kept, address, batch);
      for (int c = 0; c < batch.commandCount(); c++) {
        commands.add(read(c, address));
      }
      batch.clear();
    } while (status == Status.BATCH_FULL);
    if (status == Status.PROTOCOL_ERROR) {
      error = decoder.protocolError();
      assertThat(error).isNotNull();
    } else {
      assertThat(decoder.protocolError()).isNull();
      assertThat(decoder.bytesNeeded()).isBetween(1, Limits.LARGE_ARGUMENT_BYTES + 2);
    }
  }

  private List<String> read(int command, long address) {
    List<String> arguments = new ArrayList<>();
    int first = batch.firstArg(command);
    assertThat(batch.firstArg(command + 1) - first).isEqualTo(batch.argCount(command));
    if (batch.isOutOfMemory(command)) {
      arguments.add("(out of memory)");
    }
    for (int arg = first; arg < batch.firstArg(command + 1); arg++) {
      arguments.add(
          new String(read(batch.argAddress(arg), batch.argLength(arg), address), ISO_8859_1));
    }
    return arguments;
  }

  private byte[] read(long argument, int length, long address) {
    if (argument == 0) {
      return bytes("(lost)");
    }
    if (FakeLargeArguments.isMine(argument)) {
      byte[] contents = large.contents(argument);
      assertThat(contents).hasSize(length);
      return contents;
    }
    byte[] bytes = new byte[length];
    int index = (int) (argument - address);
    assertThat(index + length).isLessThanOrEqualTo(kept.readerIndex());
    kept.getBytes(index, bytes);
    return bytes;
  }

  /** Closes the connection; nothing may be left behind. */
  @Override
  public void close() {
    decoder.release();
    kept.release();
    assertThat(large.allocationCount()).isZero();
  }
}
