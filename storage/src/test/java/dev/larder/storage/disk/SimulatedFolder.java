package dev.larder.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A folder of a {@link SimulatedDisk}; its lock is the disk's. */
final class SimulatedFolder implements DiskFolder {
  private final SimulatedDisk disk;
  private final String path;

  /** Names, as seen and as found after a cut, to content or folders. */
  final Map<String, Object> seen = new TreeMap<>();

  final Map<String, Object> kept = new TreeMap<>();
  private final Set<String> locked = new HashSet<>();

  SimulatedFolder(SimulatedDisk disk, String path) {
    this.disk = disk;
    this.path = path;
  }

  /** Copies what a cut left, all of it durable; a file with two names stays one. */
  void copyKept(SimulatedFolder target, Random choice, Map<Object, Object> copies) {
    kept.forEach((name, node) -> {
      Object copy = copies.get(node);
      if (copy == null && node instanceof SimulatedContent content) {
        copy = content.afterCut(choice);
      } else if (copy == null) {
        SimulatedFolder folder = new SimulatedFolder(target.disk, target.path + "/" + name);
        ((SimulatedFolder) node).copyKept(folder, choice, copies);
        copy = folder;
      }
      copies.put(node, copy);
      target.seen.put(name, copy);
      target.kept.put(name, copy);
    });
  }

  @Override
  public DiskFile create(String name) throws IOException {
    synchronized (disk) {
      disk.operate("create", pathOf(name), 0, 0);
      if (seen.get(name) instanceof SimulatedContent content) {
        content.truncate(0);
      } else {
        disk.changeNames(this, null, this, name, new SimulatedContent());
      }
      return file(name, true);
    }
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return file(name, true);
  }

  @Override
  public DiskFile openToRead(String name) throws IOException {
    return file(name, false);
  }

  private DiskFile file(String name, boolean writable) throws IOException {
    synchronized (disk) {
      disk.checkPower();
      return new SimulatedFile(disk, content(name), name, pathOf(name), writable);
    }
  }

  private SimulatedContent content(String name) throws IOException {
    if (seen.get(name) instanceof SimulatedContent content) {
      return content;
    }
    throw new NoSuchFileException(pathOf(name));
  }

  @Override
  public boolean hasFile(String name) {
    synchronized (disk) {
      return seen.get(name) instanceof SimulatedContent;
    }
  }

  @Override
  public List<String> files() throws IOException {
    synchronized (disk) {
      disk.checkPower();
      return seen.keySet().stream().filter(this::hasFile).toList();
    }
  }

  @Override
  public void move(String name, DiskFolder folder, String newName) throws IOException {
    synchronized (disk) {
      disk.operate("move", pathOf(name), 0, 0);
      disk.changeNames(this, name, (SimulatedFolder) folder, newName, content(name));
    }
  }

  @Override
  public boolean delete(String name) throws IOException {
    synchronized (disk) {
      disk.operate("delete", pathOf(name), 0, 0);
      if (!hasFile(name)) {
        return false;
      }
      disk.changeNames(this, name, this, null, content(name));
      return true;
    }
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      disk.operate("force-folder", path, 0, 0);
      disk.forceNames(this);
    }
  }

  @Override
  public @Nullable DiskFolder subfolder(String name) throws IOException {
    synchronized (disk) {
      disk.checkPower();
      return seen.get(name) instanceof SimulatedFolder folder ? folder : null;
    }
  }

  @Override
  public DiskFolder createSubfolder(String name) throws IOException {
    synchronized (disk) {
      disk.operate("create-folder", pathOf(name), 0, 0);
      if (!(seen.get(name) instanceof SimulatedFolder)) {
        disk.changeNames(this, null, this, name, new SimulatedFolder(disk, pathOf(name)));
      }
      return (SimulatedFolder) seen.get(name);
    }
  }

  @Override
  public @Nullable Closeable tryLock(String name) throws IOException {
    synchronized (disk) {
      if (!hasFile(name)) {
        create(name).close();
      }
      return locked.add(name) ? () -> unlock(name) : null;
    }
  }

  private void unlock(String name) {
    synchronized (disk) {
      locked.remove(name);
    }
  }

  private String pathOf(String name) {
    return path + "/" + name;
  }

  @Override
  public String toString() {
    return path.isEmpty() ? "/" : path;
  }
}
