package dev.larder.persistence;

import dev.larder.storage.LoadException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads data again on a thread of its own; what goes wrong is logged. */
public final class ReloadThread {
  private static final Logger log = LoggerFactory.getLogger(ReloadThread.class);

  private ReloadThread() {}

  /** What is to be done. */
  public interface Work {
    /** Returns whether the data are loaded. */
    boolean run() throws IOException, LoadException, InterruptedException;
  }

  /**
   * Begins.
   *
   * @param what is loaded, for people
   * @return told whether it was loaded
   */
  public static CompletableFuture<Boolean> start(String what, Work work) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("larder-reload")
        .daemon()
        .start(() -> result.complete(run(what, work)));
    return result;
  }

  private static boolean run(String what, Work work) {
    try {
      return work.run();
    } catch (LoadException | IOException e) {
      log.error("Cannot load {} again: {}", what, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("Loading {} again failed by a bug", what, e);
    }
    return false;
  }
}
