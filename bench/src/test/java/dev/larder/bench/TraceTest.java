package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  @Test
  void theSampleIsWhole() {
    Trace sample = Trace.sample();
    assertThat(sample.ids()).hasSize(95_607);
    assertThat(sample.distinct()).isEqualTo(13_756);
  }

  @Test
  void readsFilesOfNumbers(@TempDir Path directory) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0).putInt(70_000).putInt(0);
    Files.write(directory.resolve("mine.u32"), bytes.array());
    Files.writeString(directory.resolve("README.md"), "no trace");
    List<Trace> traces = Trace.allIn(directory);
    assertThat(traces).hasSize(1);
    assertThat(traces.getFirst().name()).isEqualTo("mine");
    assertThat(traces.getFirst().ids()).containsExactly(0, 70_000, 0);
  }

  @Test
  void exactLruKeepsWhatWasUsedLast() {
    int[] ids = {1, 2, 1, 3, 1, 2};
    assertThat(ExactLru.hitRatio(ids, 2)).isEqualTo(2.0 / 6);
    assertThat(ExactLru.hitRatio(ids, 3)).isEqualTo(3.0 / 6);
  }
}
