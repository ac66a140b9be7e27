package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.ClientPause;
import dev.larder.session.Blocked;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import dev.larder.tracking.ClientTracking;
import java.util.List;
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

  @Override
  public void write(InfoFields out, CommandTable commands) {
    long biggestInput = 0;
    long biggestOutput = 0;
    int blocked = 0;
    int withTimeout = 0;
    int subscribed = 0;
    int watching = 0;
    long watched = 0;
    List<Session> connected = sessions.remaining();
    for (Session session : connected) {
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
    out.section("Clients");
    out.field("connected_clients", connected.size());
    out.field("cluster_connections", 0);
    out.field("maxclients", facts.maxClients());
    out.field("client_recent_max_input_buffer", biggestInput);
    out.field("client_recent_max_output_buffer", biggestOutput);
    out.field("blocked_clients", blocked);
    out.field("tracking_clients", tracking.clientCount());
    out.field("pubsub_clients", subscribed);
    out.field("watching_clients", watching);
    out.field("clients_in_timeout_table", withTimeout);
    out.field("total_watched_keys", watched);
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
