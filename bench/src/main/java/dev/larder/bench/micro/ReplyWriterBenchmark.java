package dev.larder.bench.micro;

import dev.larder.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
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

/** Writing 100 replies into one buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplyWriterBenchmark {
  private static final int REPLIES = 100;

  private final ByteBuf buffer = Unpooled.directBuffer(16 << 10);
  private final long address = MemorySegment.ofBuffer(buffer.nioBuffer(0, 1)).address();
  private final ReplyWriter writer = new ReplyWriter(b -> address);
  private final byte[] payload = new byte[32];

  /** The writer keeps the buffer. */
  @Setup
  public void attach() {
    writer.attach(buffer);
  }

  @Benchmark
  @OperationsPerInvocation(REPLIES)
  public int ok() {
    begin();
    for (int i = 0; i < REPLIES; i++) {
      writer.ok();
    }
    return writer.mark();
  }

  @Benchmark
  @OperationsPerInvocation(REPLIES)
  public int integer() {
    begin();
    for (int i = 0; i < REPLIES; i++) {
      writer.integer(1_234_567L + i);
    }
    return writer.mark();
  }

  @Benchmark
  @OperationsPerInvocation(REPLIES)
  public int bulk() {
    begin();
    for (int i = 0; i < REPLIES; i++) {
      writer.bulk(payload);
    }
    return writer.mark();
  }

  private void begin() {
    buffer.clear();
    writer.attach(buffer);
  }
}
