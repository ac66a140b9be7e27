package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.List;
import java.util.Set;

/**
 * The file that a server was configured by. It is replaced as a whole or not at all: the new text
 * is forced to the disk beside it, with the same owner and permissions, and then takes its name. A
 * file that nobody may write is left alone, also by root.
 */
final class ConfigFile {
  private static final Set<PosixFilePermission> WRITABLE =
      EnumSet.of(
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private final Path path;

  /** Follows links, which stay what they are. */
  private ConfigFile(Path path) {
    this.path = path;
  }

  /**
   * Rewrites a file so that it says what is in force.
   *
   * @param now the configuration, which nobody changes meanwhile
   * @throws ConfigException with one line that says why the file is as it was
   */
  static void rewrite(Path file, Config now) throws ConfigException {
    try {
      ConfigFile target = new ConfigFile(file.toRealPath());
      target.replace(ConfigText.rewrite(now, file.toString(), target.lines()));
    } catch (AccessDeniedException e) {
      throw new ConfigException("Permission denied: " + e.getFile(), e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "cannot be found" : e.getReason();
      throw new ConfigException(e.getFile() + ": " + reason, e);
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(path, UTF_8);
  }

  private void replace(String text) throws IOException {
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
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
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
}
