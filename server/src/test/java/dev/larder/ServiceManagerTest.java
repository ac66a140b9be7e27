package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.NotifiedSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class ServiceManagerTest {
  @TempDir Path folder;

  private static ServiceManager manager(String supervised, String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return ServiceManager.of(new Config().set(Options.SUPERVISED, supervised), variables);
  }

  @Test
  void tellsThroughASocketInAFolder() throws Exception {
    String path = folder.resolve("notify").toString();
    try (NotifiedSocket socket = new NotifiedSocket(path);
        ServiceManager manager = manager("systemd", "NOTIFY_SOCKET", path)) {
      manager.status("Loading data, 5 %");
      manager.status("Loading data, 5 %");
      manager.ready();
      manager.reloading();
      manager.stopping();
      assertThat(socket.next()).isEqualTo("STATUS=Loading data, 5 %");
      assertThat(socket.next()).isEqualTo("READY=1");
      assertThat(socket.next()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
      assertThat(socket.next()).startsWith("STOPPING=1\n");
    }
  }

  @Test
  void tellsThroughASocketInNoFolder() throws Exception {
    String name = "larder-test-" + ProcessHandle.current().pid();
    try (NotifiedSocket socket = new NotifiedSocket("\0" + name);
        ServiceManager manager = manager("auto", "NOTIFY_SOCKET", "@" + name)) {
      assertThat(manager.isThere()).isTrue();
      manager.ready();
      assertThat(socket.next()).isEqualTo("READY=1");
    }
  }

  @Test
  void isAliveOnlyWhileItsLoopsTurn() throws Exception {
    String path = folder.resolve("notify").toString();
    try (NotifiedSocket socket = new NotifiedSocket(path);
        ServiceManager manager =
            manager("systemd", "NOTIFY_SOCKET", path, "WATCHDOG_USEC", "4000000")) {
      assertThat(manager.aliveMillis()).isEqualTo(2000);
      manager.alive(TimeUnit.MILLISECONDS.toNanos(1999));
      assertThat(socket.next()).isEqualTo("WATCHDOG=1");
      manager.alive(TimeUnit.MILLISECONDS.toNanos(2001));
      manager.ready();
      assertThat(socket.next()).isEqualTo("READY=1");
      manager.alive(0);
      assertThat(socket.next()).isEqualTo("WATCHDOG=1");
      assertThat(socket.hasMore()).isFalse();
    }
  }

  @Test
  void aWatchdogOfAnotherProcessIsNoneOfIts() {
    String path = folder.resolve("notify").toString();
    String[] environment = {"NOTIFY_SOCKET", path, "WATCHDOG_USEC", "4000000", "WATCHDOG_PID", "1"};
    try (ServiceManager manager = manager("systemd", environment)) {
      assertThat(manager.aliveMillis()).isZero();
    }
  }

  @Test
  void nobodyIsToldUnlessItIsWanted() {
    String path = folder.resolve("notify").toString();
    try (NotifiedSocket socket = new NotifiedSocket(path);
        ServiceManager manager = manager("no", "NOTIFY_SOCKET", path)) {
      manager.ready();
      assertThat(manager.isThere()).isFalse();
      assertThat(socket.hasMore()).isFalse();
    }
    for (String name : new String[] {"", "relative", "@", "/" + "x".repeat(108)}) {
      try (ServiceManager manager = manager("systemd", "NOTIFY_SOCKET", name)) {
        assertThat(manager.isThere()).as(name).isFalse();
        manager.ready();
      }
    }
  }

  @Test
  void aManagerThatHasGoneIsNoError() {
    try (ServiceManager manager =
        manager("systemd", "NOTIFY_SOCKET", folder.resolve("gone").toString())) {
      manager.ready();
      assertThat(manager.isThere()).isTrue();
    }
  }
}
