package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

final class StartExceptionTest {
  @Test
  void namesTheFileAndWhatToDo() {
    assertThat(StartException.of(new AccessDeniedException("/data/larder.lock")))
        .hasMessage(
            "cannot open /data/larder.lock: permission denied; use a dir in which this user may"
                + " write");
    assertThat(StartException.of(new FileSystemException("/a", null, "Read-only file system")))
        .hasMessageStartingWith("cannot open /a: Read-only file system; use");
    assertThat(StartException.of(new IOException("all of it"))).hasMessage("all of it");
  }
}
