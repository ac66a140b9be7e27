package dev.larder;

import dev.larder.commands.Saving;
import dev.larder.metrics.AofProgress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A running server's snapshots as its commands see them. */
final class ServerSaving implements Saving {
  private final LarderServer server;

  ServerSaving(LarderServer server) {
    this.server = server;
  }

  @Override
  public boolean isInBackground() {
    return server.saver().isInBackground();
  }

  @Override
  public boolean saveInBackground() {
    return server.saver().saveInBackground();
  }

  @Override
  public void schedule() {
    server.saver().schedule();
  }

  @Override
  public @Nullable CompletableFuture<Boolean> saveAlone() {
    return server.saver().saveAlone();
  }

  @Override
  public long lastSaveSeconds() {
    return server.stats().save().lastSaveSeconds();
  }

  @Override
  public Rewriting rewriteInBackground() {
    if (server.saver().isInBackground() && server.stats().aof().isOn()) {
      server.stats().aof().schedule(true);
      return Rewriting.SCHEDULED;
    }
    return server.aof().rewriteInBackground() ? Rewriting.STARTED : Rewriting.UNDER_WAY;
  }

  @Override
  public AofProgress appendOnlyFile() {
    return server.stats().aof();
  }

  @Override
  public void flushed() {
    server.saver().flushed();
  }

  @Override
  public CompletableFuture<Boolean> reload(boolean saves, boolean flushes) {
    return server.reload().start(saves, flushes);
  }

  @Override
  public CompletableFuture<Boolean> reloadAppendOnlyFile() {
    return server.reloadAppendOnlyFile();
  }
}
