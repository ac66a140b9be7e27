package dev.larder;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.NetServer;
import dev.larder.storage.Preparation;
import org.jspecify.annotations.Nullable;

/**
 * What a server waits for when it starts, whatever its configuration: the linking of system calls,
 * seeds, the network's library. Threads of their own do that while the configuration is read and
 * commands are declared; without them a start does the same, later.
 */
final class HeadStart {
  private static volatile @Nullable Thread network;

  private HeadStart() {}

  static void ofKeyspaces() {
    begin(Preparation::run);
  }

  /** Not before it is known where logs go: Netty logs. */
  static void ofNetwork(Config config) {
    String transport = config.get(Options.IO_TRANSPORT);
    network = begin(() -> NetServer.prepare(transport));
  }

  private static Thread begin(Runnable work) {
    return Thread.ofPlatform().name("larder-start").daemon().start(work);
  }

  /**
   * Waits for what was begun of the network. Nobody may use Netty before: some of its classes need
   * each other when they are initialized, which two threads must not do at the same time.
   */
  static void awaitNetwork() {
    Thread begun = network;
    if (begun != null) {
      try {
        begun.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
