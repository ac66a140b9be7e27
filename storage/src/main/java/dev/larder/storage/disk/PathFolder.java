package dev.larder.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of the machine's file system. */
final class PathFolder implements DiskFolder {
  private final Path path;

  private PathFolder(Path path) {
    this.path = path;
  }

  static PathFolder open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (Files.exists(path)) {
        throw new NotDirectoryException(path.toString());
      }
      throw new NoSuchFileException(path.toString());
    }
    return new PathFolder(path);
  }

  @Override
  public DiskFile createUncached(String name) throws IOException {
    return UncachedFile.of(create(name), resolve(name));
  }

  @Override
  public ChannelFile create(String name) throws IOException {
    return open(
        name,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public DiskFile openToRead(String name) throws IOException {
    return open(name, StandardOpenOption.READ);
  }

  private ChannelFile open(String name, OpenOption... options) throws IOException {
    return new ChannelFile(name, FileChannel.open(resolve(name), options));
  }

  @Override
  public boolean hasFile(String name) {
    return Files.isRegularFile(resolve(name));
  }

  @Override
  public List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void move(String name, DiskFolder folder, String newName) throws IOException {
    Path target = ((PathFolder) folder).resolve(newName);
    Files.move(resolve(name), target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean delete(String name) throws IOException {
    return Files.deleteIfExists(resolve(name));
  }

  @Override
  public void force() throws IOException {
    try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public @Nullable DiskFolder subfolder(String name) throws IOException {
    Path sub = resolve(name);
    return Files.exists(sub) ? open(sub) : null;
  }

  @Override
  public DiskFolder createSubfolder(String name) throws IOException {
    return new PathFolder(Files.createDirectories(resolve(name)));
  }

  @Override
  public @Nullable Closeable tryLock(String name) throws IOException {
    FileChannel channel =
        FileChannel.open(resolve(name), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      locked = lock != null;
      return locked ? channel : null;
    } catch (OverlappingFileLockException e) {
      return null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private Path resolve(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not the name of a file: '" + name + "'");
    }
    return path.resolve(name);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
