package dev.larder.bench.micro;

import dev.larder.resp.Batch;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.RequestDecoder;
import dev.larder.resp.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decoding a read that holds 100 pipelined commands. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecoderBenchmark {
  private static final int COMMANDS = 100;

  private final Batch batch = new Batch();
  private final RequestDecoder decoder = new RequestDecoder(new Limits(), new NoLargeArguments());
  private ByteBuf gets = Unpooled.EMPTY_BUFFER;
  private ByteBuf sets = Unpooled.EMPTY_BUFFER;

  /** Lays out the input. */
  @Setup
  public void layOut() {
    String value = "v".repeat(32);
    StringBuilder get = new StringBuilder();
    StringBuilder set = new StringBuilder();
    for (int i = 0; i < COMMANDS; i++) {
      String key = "key:%012d".formatted(i);
      get.append("*2\r\n$3\r\nGET\r\n$16\r\n").append(key).append("\r\n");
      set.append("*3\r\n$3\r\nSET\r\n$16\r\n").append(key).append("\r\n$32\r\n");
      set.append(value).append("\r\n");
    }
    gets = direct(get);
    sets = direct(set);
  }

  @Benchmark
  @OperationsPerInvocation(COMMANDS)
  public int get() {
    return decode(gets);
  }

  @Benchmark
  @OperationsPerInvocation(COMMANDS)
  public int set() {
    return decode(sets);
  }

  private int decode(ByteBuf in) {
    in.readerIndex(0);
    batch.clear();
    long address = MemorySegment.ofBuffer(in.nioBuffer(0, in.capacity())).address();
    Status status = decoder.decode(in, address, batch);
    if (status != Status.NEED_INPUT || batch.commandCount() != COMMANDS) {
      throw new IllegalStateException(status + " after " + batch.commandCount());
    }
    return batch.argLength(batch.firstArg(COMMANDS - 1));
  }

  private static ByteBuf direct(CharSequence text) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }

  /** The commands here are all small. */
  private static final class NoLargeArguments implements LargeArguments {
    @Override
    public long allocate(long bytes) {
      return 0;
    }

    @Override
    public void append(long address, ByteBuf source, int index, int length) {
      throw new IllegalStateException("nothing was allocated");
    }

    @Override
    public void release(long address, long bytes) {
      throw new IllegalStateException("nothing was allocated");
    }
  }
}
