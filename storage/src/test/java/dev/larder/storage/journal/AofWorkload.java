package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A server that numbers its effects, appends them, rewrites and restarts, at random; on a disk that
 * may lose power or fail at any operation. A base holds the number up to which it stands for all.
 */
final class AofWorkload {
  static final String FOLDER = "appendonlydir";
  static final String NAME = "appendonly.aof";
  static final String BASE = "temp-rewriteaof-bg-1.aof";

  private final SimulatedDisk disk;
  private final Random random;
  private AofFolder folder;

  /** Where effects go; null while the append-only file is off. */
  private @Nullable DiskFile file;

  private long position;
  private long effects;

  /** Beyond those, some may have been written when a write failed. */
  private long attempted;

  /** Effects that were acknowledged as durable. */
  private long acknowledged;

  private AofFolder.@Nullable Rewrite rewrite;
  private long cut;

  AofWorkload(SimulatedDisk disk, long seed) {
    this.disk = disk;
    this.random = new Random(seed);
  }

  long acknowledged() {
    return acknowledged;
  }

  long attempted() {
    return Math.max(attempted, effects);
  }

  /** An append-only file as Redis 6 left it, or none. */
  void prepare() throws IOException {
    if (random.nextBoolean()) {
      try (DiskFile old = disk.root().create(NAME)) {
        effects = random.nextInt(2000);
        ByteBuffer content = ByteBuffer.allocate((int) effects * Long.BYTES);
        for (long i = 1; i <= effects; i++) {
          content.putLong(i);
        }
        old.writeFully(content.flip(), 0);
        old.force();
      }
      disk.root().force();
      acknowledged = effects;
    }
  }

  void start() throws IOException {
    folder = AofFolder.open(disk.root(), FOLDER, NAME);
    rewrite = null;
    file = null;
    if (!folder.isNew()) {
      effects = load(folder, true);
      assertThat(effects).isGreaterThanOrEqualTo(acknowledged);
      continueFile(folder.openToAppend());
      acknowledged = effects;
    }
  }

  private void continueFile(DiskFile next) throws IOException {
    file = next;
    position = next.length();
  }

  /** One step; what it throws is the disk's. */
  void step() throws IOException {
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> beginOrAbort();
      case 3, 4 -> finish();
      case 5 -> {
        // The process is killed; what it wrote is still seen.
        if (!folder.isNew()) {
          start();
        }
      }
      case 6, 7, 8, 9 -> {
        if (file != null) {
          file.force();
          acknowledged = rewrite != null && rewrite.isFirst() ? acknowledged : effects;
        }
      }
      default -> append(1 + random.nextInt(1200));
    }
  }

  private void append(int count) throws IOException {
    if (file == null) {
      effects += count;
      return;
    }
    attempted = effects + count;
    ByteBuffer content = ByteBuffer.allocate(count * Long.BYTES);
    for (int i = 0; i < count; i++) {
      content.putLong(effects + 1 + i);
    }
    file.writeFully(content.flip(), position);
    position += content.limit();
    effects += count;
  }

  private void beginOrAbort() throws IOException {
    if (rewrite != null) {
      if (!rewrite.isFirst() && random.nextBoolean()) {
        folder.abortRewrite(rewrite);
        rewrite = null;
      }
      return;
    }
    rewrite = folder.beginRewrite(folder.isNew());
    if (file != null && random.nextInt(4) == 0) {
      append(random.nextInt(300));
      start();
      return;
    }
    append(random.nextInt(3) * 300);
    cut = effects;
    if (file != null) {
      file.force();
    }
    continueFile(rewrite.file());
  }

  private void finish() throws IOException {
    AofFolder.Rewrite running = rewrite;
    if (running == null) {
      return;
    }
    try (DiskFile base = folder.folder().create(BASE)) {
      base.writeFully(ByteBuffer.allocate(Long.BYTES).putLong(cut).flip(), 0);
      base.force();
    }
    long before = effects;
    folder.finishRewrite(running, BASE, true);
    if (running.isFirst()) {
      acknowledged = before;
    }
    rewrite = null;
    if (random.nextBoolean()) {
      folder.deleteHistory();
    }
  }

  /** The last effect that what is found on a disk leads to; each once, none left out. */
  static long load(SimulatedDisk found) throws IOException {
    return load(AofFolder.open(found.root(), FOLDER, NAME), false);
  }

  private static long load(AofFolder folder, boolean mends) throws IOException {
    AofPart torn = folder.lastWithContent();
    long last = 0;
    for (AofPart part : folder.manifest().toLoad()) {
      try (DiskFile file = folder.folder().open(part.name())) {
        ByteBuffer content = ByteBuffer.wrap(TestBlocks.content(file));
        if (part.name().endsWith(".base.rdb")) {
          last = content.getLong();
          continue;
        }
        while (content.remaining() >= Long.BYTES
            && content.getLong(content.position()) == last + 1) {
          last = content.getLong();
        }
        if (content.hasRemaining()) {
          assertThat(part).as("a torn file after %d", last).isEqualTo(torn);
          if (mends) {
            file.truncate(content.position());
          }
        }
      }
    }
    return last;
  }

  /** The folder of what is found, for messages. */
  static String describe(SimulatedDisk found) throws IOException {
    DiskFolder folder = found.root().subfolder(FOLDER);
    return found.root().files() + " " + (folder == null ? "none" : folder.files());
  }
}
