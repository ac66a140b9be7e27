package dev.larder;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A log file that may be moved away or deleted, as logrotate does it: the next line begins another
 * one under the same name. Nobody needs to be told, as with Redis, which opens its file for each
 * line.
 */
final class ReopenedFileAppender extends FileAppender<ILoggingEvent> {

  /** Which file is open; null where the system does not tell files apart. */
  private volatile @Nullable Object opened;

  @Override
  public void openFile(String name) throws IOException {
    super.openFile(name);
    opened = present();
  }

  @Override
  protected void subAppend(ILoggingEvent event) {
    if (!Objects.equals(opened, present())) {
      reopen();
    }
    super.subAppend(event);
  }

  private void reopen() {
    try {
      openFile(getFile());
    } catch (IOException e) {
      // The next line tries again; this one goes where the last one went.
      addError("cannot open " + getFile() + " again", e);
    }
  }

  /** Which file has the name now; null if none has. */
  private @Nullable Object present() {
    try {
      return Files.readAttributes(Path.of(getFile()), BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }
}
