package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.ClientPause;
import dev.larder.session.Blocked;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import dev.larder.tracking.ClientTracking;
import java.util.concurrent.TimeUnit;

/** Who is connected. */
final class ClientsSection implements InfoSection {
  private final ServerFacts facts;
  private final Sessions sessions;
  private final ClientTracking tracking;
  private final Keyspace keyspace;
  private final ClientPause pause;

  ClientsSection(
      ServerFacts facts,
      Sessions sessions,
      ClientTracking tracking,
      Keyspace keyspace,
      ClientPause pause) {
    this.facts = facts;
    this.sessions = sessions;
    this.tracking = tracking;
    this.keyspace = keyspace;
    this.pause = pause;
  }

  /** What all clients have together; one thread fills it. */
  private static final class Sums {
    int connected;
    long biggestInput;
    long biggestOutput;
    int blocked;
    int withTimeout;
    int subscribed;
    int watching;
    long watched;

    /** Adds a client, unless it was killed and its loop has yet to close it. */
    void add(Session session) {
      if (session.isCloseRequested()) {
        return;
      }
      connected++;
      Connection connection = session.connection();
      long input = connection.queryBufferBytes() + (long) connection.queryBufferFreeBytes();
      biggestInput = Math.max(biggestInput, input);
      biggestOutput = Math.max(biggestOutput, connection.outputBytes());
      int watches = session.watchedKeys();
      watching += watches > 0 ? 1 : 0;
      watched += watches;
      subscribed += session.isSubscribed() ? 1 : 0;
      Blocked wait = session.blocked();
      if (wait != null && wait.isWaiting()) {
        blocked++;
        withTimeout += wait.hasTimeout() ? 1 : 0;
      }
    }
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    Sums sums = new Sums();
    sessions.forEach(sums::add);
    out.section("Clients");
    out.field("connected_clients", sums.connected);
    out.field("cluster_connections", 0);
    out.field("maxclients", facts.maxClients());
    out.field("client_recent_max_input_buffer", sums.biggestInput);
    out.field("client_recent_max_output_buffer", sums.biggestOutput);
    out.field("blocked_clients", sums.blocked);
    out.field("tracking_clients", tracking.clientCount());
    out.field("pubsub_clients", sums.subscribed);
    out.field("watching_clients", sums.watching);
    out.field("clients_in_timeout_table", sums.withTimeout);
    out.field("total_watched_keys", sums.watched);
    out.field("total_blocking_keys", keyspace.awaitedKeys());
    out.field("total_blocking_keys_on_nokey", keyspace.keysAwaitedToGo());
    ClientPause.Scope paused = pause.scope();
    out.field("paused_reason", paused == ClientPause.Scope.NONE ? "none" : "client_pause");
    out.field(
        "paused_actions",
        switch (paused) {
          case NONE -> "none";
          case WRITES -> "write";
          case ALL -> "all";
        });
    out.field("paused_timeout_milliseconds", TimeUnit.NANOSECONDS.toMillis(pause.leftNanos()));
  }
}
