package dev.larder.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder, and what persistence does with the files in it.
 *
 * <p>A change of names (create, move, delete, a subfolder) is seen at once and survives a power cut
 * only after {@link #force} of the folder; until then any of the changes may be lost, also an older
 * one while a newer one stays. Each by itself is whole: after a {@link #move} a name means the old
 * file or the new one. What is in a file is another matter: {@link DiskFile#force}.
 *
 * <p>Names are plain: no separators. Thread-safe; two threads that change the same name must agree
 * among themselves.
 */
public interface DiskFolder {
  /** The folder at a path, which must be one. */
  static DiskFolder at(Path path) throws IOException {
    return PathFolder.open(path);
  }

  /** Opens an empty file of this name to read and write; one that was there is emptied. */
  DiskFile create(String name) throws IOException;

  /**
   * As {@link #create}, for a long file that nobody reads soon: where the file system allows it,
   * what is written in blocks that lie in memory as they do in the file goes past the system's
   * cache, which costs a small part of the time.
   */
  default DiskFile createUncached(String name) throws IOException {
    return create(name);
  }

  /**
   * Opens a file to read and write.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile open(String name) throws IOException;

  /**
   * Opens a file to read only.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile openToRead(String name) throws IOException;

  /** Whether there is a file of this name. */
  boolean hasFile(String name);

  /** The names of the files, sorted; folders are left out. */
  List<String> files() throws IOException;

  /**
   * Gives a file a name in a folder of the same file system, in place of a file that has it. Force
   * both folders to make it durable.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  void move(String name, DiskFolder folder, String newName) throws IOException;

  /** Renames within the folder; see {@link #move}. */
  default void rename(String name, String newName) throws IOException {
    move(name, this, newName);
  }

  /**
   * Removes a file.
   *
   * @return false if there is none
   */
  boolean delete(String name) throws IOException;

  /** Makes all changes of names durable. */
  void force() throws IOException;

  /** The folder of this name, or null if there is none. */
  @Nullable DiskFolder subfolder(String name) throws IOException;

  /** The folder of this name, made if there is none; forcing this folder makes that durable. */
  DiskFolder createSubfolder(String name) throws IOException;

  /**
   * Keeps other processes, and others in this one, from locking the same file, which is made if
   * there is none. The lock goes with the process.
   *
   * @return what ends the lock when closed, or null if somebody else has it
   */
  @Nullable Closeable tryLock(String name) throws IOException;

  /** How messages name the folder. */
  @Override
  String toString();
}
