package dev.larder.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Replaces small files as a whole or not at all: the new text is forced to the disk beside the old
 * one, with the same owner and permissions, and then takes its name. A file that nobody may write
 * is left alone, also by root.
 */
public final class FileReplacement {
  private static final Set<PosixFilePermission> WRITABLE =
      EnumSet.of(
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private FileReplacement() {}

  /**
   * Replaces a file that there is.
   *
   * @param path without links, which would be replaced themselves
   * @throws IOException if it is as it was; {@link #reason} tells why
   */
  public static void replace(Path path, byte[] text) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
    boolean isReadOnly = attributes.permissions().stream().noneMatch(WRITABLE::contains);
    if (isReadOnly || !Files.isWritable(path)) {
      throw new AccessDeniedException(path.toString());
    }
    Path folder = path.resolveSibling(".").normalize();
    Path beside = Files.createTempFile(folder, path.getFileName() + ".", ".tmp");
    try {
      PosixFileAttributeView view =
          Files.getFileAttributeView(beside, PosixFileAttributeView.class);
      PosixFileAttributes own = view.readAttributes();
      if (!own.owner().equals(attributes.owner())) {
        view.setOwner(attributes.owner());
      }
      if (!own.group().equals(attributes.group())) {
        view.setGroup(attributes.group());
      }
      view.setPermissions(attributes.permissions());
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** One line that says why a file could not be read or replaced. */
  public static String reason(Exception e) {
    if (e instanceof AccessDeniedException denied) {
      return "Permission denied: " + denied.getFile();
    }
    if (e instanceof FileSystemException failed) {
      return failed.getFile()
          + ": "
          + (failed.getReason() == null ? "cannot be found" : failed.getReason());
    }
    return String.valueOf(e.getMessage());
  }
}
