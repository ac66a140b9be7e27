package dev.larder.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses power and fails on demand.
 *
 * <p>{@link #cut} keeps what was forced and, of the rest, what its seed picks: each page of 4 KiB,
 * each file's length and each change of names for itself. Faults: a full disk, failing writes,
 * failing forces (which lose what they should have kept, as Linux does), short writes, and hooks in
 * which a test may keep an operation waiting. All operations are logged.
 *
 * <p>Thread-safe.
 */
public final class SimulatedDisk {
  /** What was done, in its order; position and bytes are those of writes, else 0. */
  public record Operation(String kind, String path, long position, long bytes) {}

  /** A change of names, which a cut before the next force of its folder may undo. */
  private record NameChange(
      SimulatedFolder from,
      @Nullable String removed,
      SimulatedFolder to,
      @Nullable String added,
      Object node) {
    void apply() {
      if (removed != null) {
        from.kept.remove(removed, node);
      }
      if (added != null) {
        to.kept.put(added, node);
      }
    }

    boolean touches(SimulatedFolder folder) {
      return from == folder || to == folder;
    }
  }

  private final Random random;
  private final SimulatedFolder root = new SimulatedFolder(this, "");
  private final List<NameChange> changes = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private long cutAt = Long.MAX_VALUE;
  private boolean isCut;
  private long spaceLeft = Long.MAX_VALUE;
  private int failingWrites;
  private int failingForces;
  private boolean writesAreShort;
  private volatile Runnable beforeWrite = () -> {};
  private volatile Runnable beforeForce = () -> {};

  /** An empty disk; the seed chooses how short writes are, and what failing ones leave. */
  public SimulatedDisk(long seed) {
    this.random = new Random(seed);
  }

  public DiskFolder root() {
    return root;
  }

  /** Takes the power away after so many more operations; see {@link #cut}. */
  public synchronized void cutAfter(long more) {
    cutAt = operations.size() + more;
  }

  /** Whether the power is gone. */
  public synchronized boolean isCut() {
    return isCut;
  }

  /**
   * Takes the power away, if it is still there: every later operation on this disk throws {@link
   * PowerCutException}. To be called once.
   *
   * @return the disk as it is found afterwards
   */
  public synchronized SimulatedDisk cut(long seed) {
    isCut = true;
    Random choice = new Random(seed);
    int share = choice.nextInt(4);
    changes.stream().filter(unused -> choice.nextInt(3) < share).forEach(NameChange::apply);
    changes.clear();
    SimulatedDisk found = new SimulatedDisk(seed);
    root.copyKept(found.root, choice, new IdentityHashMap<>());
    return found;
  }

  /** Lets the disk be full after so many more bytes. */
  public synchronized void setSpaceLeft(long bytes) {
    spaceLeft = bytes;
  }

  /** Lets the next writes fail, after parts of them were written. */
  public synchronized void failWrites(int count) {
    failingWrites = count;
  }

  /** Lets the next forces of files fail; what they should have made durable never will be. */
  public synchronized void failForces(int count) {
    failingForces = count;
  }

  /** Lets most writes write less than asked for. */
  public synchronized void setWritesShort(boolean yes) {
    writesAreShort = yes;
  }

  /** Runs before each write, on its thread, and may keep it waiting. */
  public void setBeforeWrite(Runnable hook) {
    beforeWrite = hook;
  }

  /** Runs before each force of a file, on its thread, and may keep it waiting. */
  public void setBeforeForce(Runnable hook) {
    beforeForce = hook;
  }

  /** All operations until now, the failed ones included. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** How many operations there were. */
  public synchronized long operationCount() {
    return operations.size();
  }

  /** How many operations of this kind there were: write, force, truncate, move ... */
  public synchronized long operationCount(String kind) {
    return operations.stream().filter(operation -> operation.kind().equals(kind)).count();
  }

  // What follows is for folders and files.

  synchronized void operate(String kind, String path, long position, long bytes)
      throws PowerCutException {
    if (isCut || operations.size() >= cutAt) {
      isCut = true;
      throw new PowerCutException();
    }
    operations.add(new Operation(kind, path, position, bytes));
  }

  synchronized void checkPower() throws PowerCutException {
    if (isCut) {
      throw new PowerCutException();
    }
  }

  void changeNames(
      SimulatedFolder from,
      @Nullable String removed,
      SimulatedFolder to,
      @Nullable String added,
      Object node) {
    changes.add(new NameChange(from, removed, to, added, node));
    if (removed != null) {
      from.seen.remove(removed);
    }
    if (added != null) {
      to.seen.put(added, node);
    }
  }

  void forceNames(SimulatedFolder folder) {
    changes.removeIf(change -> {
      boolean forced = change.touches(folder);
      if (forced) {
        change.apply();
      }
      return forced;
    });
  }

  int write(SimulatedContent content, String path, ByteBuffer source, long position)
      throws IOException {
    beforeWrite.run();
    synchronized (this) {
      int wanted = source.remaining();
      operate("write", path, position, wanted);
      int bytes = wanted;
      boolean fails = failingWrites > 0;
      if (fails) {
        failingWrites--;
        bytes = random.nextInt(wanted + 1);
      } else if (writesAreShort && wanted > 1 && random.nextInt(4) > 0) {
        bytes = 1 + random.nextInt(wanted);
      }
      long growth = Math.max(0, position + bytes - Math.max(position, content.length()));
      if (growth > spaceLeft) {
        bytes -= (int) (growth - spaceLeft);
        growth = spaceLeft;
      }
      if (spaceLeft != Long.MAX_VALUE) {
        spaceLeft -= growth;
      }
      if (fails) {
        content.write(source.duplicate(), bytes, (int) position);
        throw new IOException("Input/output error");
      }
      if (bytes == 0 && wanted > 0) {
        throw new IOException("No space left on device");
      }
      content.write(source, bytes, (int) position);
      return bytes;
    }
  }

  void force(SimulatedContent content, String path) throws IOException {
    beforeForce.run();
    synchronized (this) {
      operate("force", path, 0, 0);
      if (failingForces > 0) {
        failingForces--;
        content.failForce();
        throw new IOException("Input/output error");
      }
      content.force();
    }
  }
}
