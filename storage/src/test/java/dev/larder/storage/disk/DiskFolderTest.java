package dev.larder.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same operations on a real folder and on a simulated one do the same. */
final class DiskFolderTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @TempDir private Path directory;

  @Test
  void realFolder() throws IOException {
    operate(DiskFolder.at(directory));
    assertThat(Files.readString(directory.resolve("sub/moved"))).isEqualTo("abXYef!");
  }

  @Test
  void simulatedFolder() throws IOException {
    operate(new SimulatedDisk(1).root());
  }

  /** Pieces of any length, in memory that is aligned or not, here and there in the file. */
  @Test
  void uncachedFileHasWhatWasWritten() throws IOException {
    Random random = new Random(SEED);
    byte[] expected = new byte[1 << 20];
    int length = 0;
    ByteBuffer memory = ByteBuffer.allocateDirect(1 << 18).alignedSlice(1 << 12);
    try (DiskFile file = DiskFolder.at(directory).createUncached("a")) {
      for (int i = 0; i < 300; i++) {
        int unit = random.nextBoolean() ? 1 << 12 : 1;
        int from = random.nextInt(1 << 16) & -unit;
        int bytes = unit + random.nextInt(1 << 17) & -unit;
        int position = random.nextInt(Math.min(length, expected.length - (1 << 18)) + 1) & -unit;
        ByteBuffer piece = memory.slice(from, bytes);
        if (random.nextBoolean()) {
          for (int k = 0; k < bytes; k++) {
            expected[position + k] = (byte) random.nextInt();
          }
          piece.put(expected, position, bytes);
          file.writeFully(piece.flip(), position);
          length = Math.max(length, position + bytes);
        } else {
          int read = file.readFully(piece, position);
          byte[] seen = new byte[read];
          piece.flip().get(seen);
          assertThat(read).as("seed %d", SEED).isEqualTo(Math.min(bytes, length - position));
          assertThat(seen).isEqualTo(Arrays.copyOfRange(expected, position, position + read));
        }
      }
      file.force();
      assertThat(file.length()).isEqualTo(length);
    }
    assertThat(Files.readAllBytes(directory.resolve("a")))
        .as("seed %d", SEED)
        .isEqualTo(Arrays.copyOf(expected, length));
  }

  private static void operate(DiskFolder folder) throws IOException {
    assertThat(folder.files()).isEmpty();
    assertThatThrownBy(() -> folder.open("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> folder.openToRead("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> folder.rename("a", "b")).isInstanceOf(NoSuchFileException.class);
    assertThat(folder.delete("a")).isFalse();
    try (DiskFile file = folder.create("a")) {
      file.writeFully(bytes("abcdef"), 0);
      file.writeFully(bytes("XY"), 2);
      file.writeFully(bytes("!?"), 6);
      file.truncate(7);
      file.truncate(100);
      file.force();
      assertThat(file.length()).isEqualTo(7);
    }
    try (DiskFile file = folder.openToRead("a")) {
      assertThat(file.name()).isEqualTo("a");
      assertThat(content(file)).isEqualTo("abXYef!");
      assertThat(file.read(ByteBuffer.allocate(1), 7)).isEqualTo(-1);
      assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(Exception.class);
    }
    assertThat(folder.hasFile("a")).isTrue();
    folder.create("b").close();
    folder.rename("a", "b");
    assertThat(folder.files()).containsExactly("b");
    assertThat(folder.subfolder("sub")).isNull();
    DiskFolder sub = folder.createSubfolder("sub");
    assertThat(folder.createSubfolder("sub").files()).isEmpty();
    assertThat(folder.files()).containsExactly("b");
    folder.force();
    folder.move("b", sub, "moved");
    sub.force();
    assertThat(folder.hasFile("b")).isFalse();
    assertThat(folder.subfolder("sub").files()).containsExactly("moved");
    try (DiskFile file = sub.open("moved")) {
      assertThat(content(file)).isEqualTo("abXYef!");
    }
    sub.create("emptied").close();
    try (DiskFile file = sub.create("emptied")) {
      assertThat(file.length()).isZero();
    }
    assertThat(sub.delete("emptied")).isTrue();
    assertThat(sub.delete("emptied")).isFalse();
    locks(folder);
  }

  private static void locks(DiskFolder folder) throws IOException {
    try (Closeable lock = folder.tryLock("lock")) {
      assertThat(lock).isNotNull();
      assertThat(folder.tryLock("lock")).isNull();
    }
    try (Closeable lock = folder.tryLock("lock")) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void whatIsNoFolderOrName() throws IOException {
    assertThatThrownBy(() -> DiskFolder.at(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DiskFolder.at(directory.resolve("file")))
        .isInstanceOf(NotDirectoryException.class);
    for (String name : new String[] {"", ".", "..", "a/b", "/etc"}) {
      assertThatThrownBy(() -> DiskFolder.at(directory).create(name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String content(DiskFile file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) file.length());
    while (content.hasRemaining() && file.read(content, content.position()) > 0) {
      // Reads on.
    }
    return new String(content.array(), 0, content.position(), StandardCharsets.ISO_8859_1);
  }
}
