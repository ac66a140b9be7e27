package dev.larder.storage.journal;

import static dev.larder.storage.journal.AofWorkload.BASE;
import static dev.larder.storage.journal.AofWorkload.FOLDER;
import static dev.larder.storage.journal.AofWorkload.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Each step in the life of a multi-part append-only file. */
final class AofFolderTest {
  private final SimulatedDisk disk = new SimulatedDisk(1);

  private AofFolder open() throws IOException {
    return AofFolder.open(disk.root(), FOLDER, NAME);
  }

  private static void write(DiskFolder folder, String name, String text) throws IOException {
    try (DiskFile file = folder.create(name)) {
      file.writeFully(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  private String manifest() throws IOException {
    try (DiskFile file = disk.root().subfolder(FOLDER).openToRead(NAME + ".manifest")) {
      return new String(TestBlocks.content(file), StandardCharsets.UTF_8);
    }
  }

  private static void finish(AofFolder folder, AofFolder.Rewrite rewrite) throws IOException {
    write(folder.folder(), BASE, "base");
    folder.finishRewrite(rewrite, BASE, true);
  }

  private AofFolder withFirst() throws IOException {
    AofFolder folder = open();
    finish(folder, folder.beginRewrite(true));
    return folder;
  }

  @Test
  void theFirstRewrite() throws IOException {
    AofFolder folder = open();
    assertThat(folder.isNew()).isTrue();
    AofFolder.Rewrite rewrite = folder.beginRewrite(true);
    assertThat(folder.folder().files())
        .containsExactly(NAME + ".manifest", "temp-appendonly.aof.1.incr.aof");
    assertThat(open().isNew()).as("unfinished").isTrue();
    assertThat(folder.folder().files()).containsExactly(NAME + ".manifest");
    folder = open();
    rewrite = folder.beginRewrite(true);
    finish(folder, rewrite);
    assertThat(folder.isNew()).isFalse();
    assertThat(manifest())
        .isEqualTo(
            """
            file appendonly.aof.1.base.rdb seq 1 type b
            file appendonly.aof.1.incr.aof seq 1 type i
            """);
    assertThat(folder.folder().files())
        .containsExactly(
            "appendonly.aof.1.base.rdb", "appendonly.aof.1.incr.aof", "appendonly.aof.manifest");
  }

  @Test
  void rewritesAndHistory() throws IOException {
    AofFolder folder = withFirst();
    folder.abortRewrite(folder.beginRewrite(false));
    AofFolder.Rewrite rewrite = folder.beginRewrite(false);
    assertThat(folder.manifest().incrementals()).hasSize(3);
    assertThat(rewrite.file().name()).isEqualTo("appendonly.aof.3.incr.aof");
    folder.createIncremental().close();
    write(folder.folder(), BASE, "base");
    folder.finishRewrite(rewrite, BASE, false);
    assertThat(manifest())
        .isEqualTo(
            """
            file appendonly.aof.2.base.aof seq 2 type b
            file appendonly.aof.1.base.rdb seq 1 type h
            file appendonly.aof.1.incr.aof seq 1 type h
            file appendonly.aof.2.incr.aof seq 2 type h
            file appendonly.aof.3.incr.aof seq 3 type i
            file appendonly.aof.4.incr.aof seq 4 type i
            """);
    assertThat(folder.folder().files()).hasSize(7);
    folder = open();
    assertThat(folder.manifest().history()).isEmpty();
    assertThat(folder.folder().files())
        .containsExactly(
            "appendonly.aof.2.base.aof",
            "appendonly.aof.3.incr.aof",
            "appendonly.aof.4.incr.aof",
            "appendonly.aof.manifest");
    assertThat(folder.openToAppend().name()).isEqualTo("appendonly.aof.4.incr.aof");
  }

  @Test
  void switchedOffAndOnAgain() throws IOException {
    AofFolder folder = withFirst();
    AofFolder.Rewrite rewrite = folder.beginRewrite(true);
    assertThat(folder.manifest().incrementals()).hasSize(1);
    finish(folder, rewrite);
    folder.deleteHistory();
    assertThat(manifest())
        .isEqualTo(
            """
            file appendonly.aof.2.base.rdb seq 2 type b
            file appendonly.aof.2.incr.aof seq 2 type i
            """);
  }

  @Test
  void anOldSingleFileIsTakenOver() throws IOException {
    write(disk.root(), NAME, "old");
    AofFolder folder = open();
    assertThat(folder.isNew()).isFalse();
    assertThat(disk.root().hasFile(NAME)).isFalse();
    assertThat(manifest()).isEqualTo("file appendonly.aof seq 1 type b\n");
    assertThat(folder.openToAppend().name()).isEqualTo("appendonly.aof.1.incr.aof");
    finish(folder, folder.beginRewrite(false));
    folder.deleteHistory();
    assertThat(folder.folder().files())
        .containsExactly(
            "appendonly.aof.2.base.rdb", "appendonly.aof.2.incr.aof", "appendonly.aof.manifest");
    // Not that of a server which came later.
    write(disk.root(), NAME, "other");
    assertThat(open().manifest().base().name()).isEqualTo("appendonly.aof.2.base.rdb");
    assertThat(disk.root().hasFile(NAME)).isTrue();
  }

  @Test
  void whatMayBeTorn() throws IOException {
    AofFolder folder = withFirst();
    assertThat(folder.lastWithContent()).isNull();
    write(folder.folder(), "appendonly.aof.1.incr.aof", "x");
    folder.createIncremental().close();
    assertThat(folder.lastWithContent()).isEqualTo(AofPart.incremental(NAME, 1));
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    AofFolder folder = withFirst();
    folder.folder().delete("appendonly.aof.1.base.rdb");
    assertThatThrownBy(this::open)
        .isInstanceOf(AofManifestException.class)
        .hasMessage(
            "the manifest of /appendonlydir lists appendonly.aof.1.base.rdb, which is missing");
    write(folder.folder(), "appendonly.aof.1.incr.aof", "x");
    folder.folder().delete("appendonly.aof.manifest");
    assertThatThrownBy(this::open)
        .isInstanceOf(AofManifestException.class)
        .hasMessage(
            "there is no manifest in /appendonlydir, but appendonly.aof.1.incr.aof has content");
    write(folder.folder(), "appendonly.aof.manifest", "x".repeat(2 << 20));
    assertThatThrownBy(this::open).hasMessage("the manifest is too long");
  }

  @Test
  void aBaseThatCouldNotBeListedIsDeleted() throws IOException {
    AofFolder folder = withFirst();
    AofFolder.Rewrite rewrite = folder.beginRewrite(false);
    write(folder.folder(), BASE, "base");
    disk.setSpaceLeft(0);
    assertThatThrownBy(() -> folder.finishRewrite(rewrite, BASE, true))
        .hasMessage("No space left on device");
    assertThat(folder.folder().hasFile("appendonly.aof.2.base.rdb")).isFalse();
    assertThat(folder.manifest().base().sequence()).isEqualTo(1);
    disk.setSpaceLeft(Long.MAX_VALUE);
    finish(folder, folder.beginRewrite(false));
    assertThat(folder.manifest().base().sequence()).isEqualTo(3);
  }
}
