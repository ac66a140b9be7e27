package dev.larder.storage.disk;

import static dev.larder.storage.disk.DiskFolderTest.bytes;
import static dev.larder.storage.disk.DiskFolderTest.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The simulated disk keeps what was forced and can lose anything else. */
final class SimulatedDiskTest {
  private static final int SEEDS = 200;

  @Test
  void forcedContentSurvives() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      DiskFile file = disk.root().create("a");
      file.writeFully(bytes("x".repeat(10_000)), 0);
      file.force();
      disk.root().force();
      DiskFolder found = disk.cut(seed).root();
      assertThat(content(found.open("a"))).isEqualTo("x".repeat(10_000));
      assertThatThrownBy(() -> file.write(bytes("y"), 0)).isInstanceOf(PowerCutException.class);
      assertThatThrownBy(file::force).isInstanceOf(PowerCutException.class);
      assertThatThrownBy(() -> disk.root().force()).isInstanceOf(PowerCutException.class);
    }
  }

  @Test
  void unforcedPagesAndLengthsGoInAnyCombination() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      DiskFile file = disk.root().create("a");
      file.writeFully(bytes("o".repeat(4096)), 0);
      file.force();
      disk.root().force();
      for (int i = 0; i < 3; i++) {
        file.writeFully(bytes("n".repeat(4096)), i * 4096L);
      }
      String found = content(disk.cut(seed).root().open("a"));
      assertThat(found.substring(0, 4096)).matches("o*|n*");
      seen.add(found.replaceAll("(.)\\1*", "$1") + found.length() / 4096);
    }
    assertThat(seen).contains("o1", "n1", "n3", "on2", "o\0n3", "o\0" + 3);
  }

  @Test
  void unforcedNamesGoInAnyCombination() throws IOException {
    Set<List<String>> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      DiskFolder root = disk.root();
      root.create("old").close();
      root.force();
      root.create("new").close();
      root.rename("new", "name");
      root.delete("old");
      seen.add(disk.cut(seed).root().files());
    }
    assertThat(seen)
        .contains(
            List.of(),
            List.of("old"),
            List.of("new"),
            List.of("name"),
            List.of("name", "old"),
            List.of("new", "old"));
  }

  @Test
  void foldersGoWithWhatIsInThem() throws IOException {
    Set<Boolean> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      DiskFolder sub = disk.root().createSubfolder("sub");
      sub.create("a").close();
      sub.force();
      DiskFolder found = disk.cut(seed).root().subfolder("sub");
      seen.add(found == null);
      if (found != null) {
        assertThat(found.files()).containsExactly("a");
      }
    }
    assertThat(seen).hasSize(2);
  }

  @Test
  void whatAFailedForceLostStaysLost() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    DiskFile file = disk.root().create("a");
    disk.root().force();
    file.writeFully(bytes("x".repeat(4096)), 0);
    disk.failForces(1);
    assertThatThrownBy(file::force).hasMessage("Input/output error");
    assertThat(content(file)).isEqualTo("x".repeat(4096));
    file.writeFully(bytes("y".repeat(4096)), 4096);
    file.force();
    assertThat(content(disk.cut(1).root().open("a")))
        .isEqualTo("\0".repeat(4096) + "y".repeat(4096));
  }

  @Test
  void fullDiskAndFailingAndShortWrites() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(7);
    DiskFile file = disk.root().create("a");
    disk.setSpaceLeft(10);
    ByteBuffer source = bytes("0123456789abcdef");
    assertThatThrownBy(() -> file.writeFully(source, 0)).hasMessage("No space left on device");
    assertThat(source.position()).isEqualTo(10);
    disk.setSpaceLeft(Long.MAX_VALUE);
    disk.failWrites(1);
    assertThatThrownBy(() -> file.writeFully(source, 10)).hasMessage("Input/output error");
    assertThat(source.position()).isEqualTo(10);
    disk.setWritesShort(true);
    file.writeFully(source, 10);
    assertThat(content(file)).isEqualTo("0123456789abcdef");
    assertThat(disk.operationCount("write")).isGreaterThan(3);
  }

  @Test
  void powerGoesAfterSoManyOperations() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    disk.cutAfter(2);
    DiskFile file = disk.root().create("a");
    file.writeFully(bytes("x"), 0);
    assertThatThrownBy(file::force).isInstanceOf(PowerCutException.class);
    assertThat(disk.isCut()).isTrue();
    assertThat(disk.operationCount()).isEqualTo(2);
  }
}
