package dev.larder;

import dev.larder.persistence.AppendOnlyFile;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk on which forces or writes of increments wait while its gate is shut, or fail. */
public final class GatedDisk implements AppendOnlyFile.Disk {
  private static final long BOUND_BYTES = 1 << 20;
  private static final long PATIENCE_NANOS = 50_000_000;

  private boolean isShut;
  private boolean isStuck;
  private boolean isBroken;
  private int waiting;

  /** From now on no force comes to an end. */
  synchronized void shut() {
    isShut = true;
  }

  /** From now on no write comes to an end. */
  public synchronized void stick() {
    isStuck = true;
  }

  public synchronized void open() {
    isShut = false;
    isStuck = false;
    notifyAll();
  }

  /** From now on every force fails, also those that wait. */
  synchronized void breakDown() {
    isBroken = true;
    open();
  }

  /** Waits until a force waits. */
  synchronized void awaitForce() throws InterruptedException {
    while (waiting == 0) {
      wait();
    }
  }

  private synchronized void pass() throws IOException {
    waiting++;
    notifyAll();
    try {
      while (isShut) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      waiting--;
    }
    if (isBroken) {
      throw new IOException("broken for the test");
    }
  }

  private synchronized void passStuck() throws IOException {
    try {
      while (isStuck) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public long patienceNanos() {
    return PATIENCE_NANOS;
  }

  @Override
  public DiskFolder folder(Path path) throws IOException {
    return new Folder(DiskFolder.at(path));
  }

  @Override
  public long boundBytes() {
    return BOUND_BYTES;
  }

  private final class Folder implements DiskFolder {
    private final DiskFolder real;

    Folder(DiskFolder real) {
      this.real = real;
    }

    @Override
    public DiskFile create(String name) throws IOException {
      return new File(real.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
      return new File(real.open(name));
    }

    @Override
    public DiskFile openToRead(String name) throws IOException {
      return new File(real.openToRead(name));
    }

    @Override
    public boolean hasFile(String name) {
      return real.hasFile(name);
    }

    @Override
    public List<String> files() throws IOException {
      return real.files();
    }

    @Override
    public void move(String name, DiskFolder folder, String newName) throws IOException {
      real.move(name, ((Folder) folder).real, newName);
    }

    @Override
    public boolean delete(String name) throws IOException {
      return real.delete(name);
    }

    @Override
    public void force() throws IOException {
      real.force();
    }

    @Override
    public @Nullable DiskFolder subfolder(String name) throws IOException {
      DiskFolder folder = real.subfolder(name);
      return folder == null ? null : new Folder(folder);
    }

    @Override
    public DiskFolder createSubfolder(String name) throws IOException {
      return new Folder(real.createSubfolder(name));
    }

    @Override
    public @Nullable Closeable tryLock(String name) throws IOException {
      return real.tryLock(name);
    }

    @Override
    public String toString() {
      return real.toString();
    }
  }

  private final class File implements DiskFile {
    private final DiskFile real;

    File(DiskFile real) {
      this.real = real;
    }

    @Override
    public String name() {
      return real.name();
    }

    private boolean isIncrement() {
      return real.name().endsWith(".incr.aof");
    }

    @Override
    public long length() throws IOException {
      return real.length();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      if (isIncrement()) {
        passStuck();
      }
      return real.write(source, position);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return real.read(target, position);
    }

    @Override
    public void truncate(long length) throws IOException {
      real.truncate(length);
    }

    @Override
    public void force() throws IOException {
      if (isIncrement()) {
        pass();
      }
      real.force();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
