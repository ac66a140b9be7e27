package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;

/** Who is connected. */
final class ClientsSection implements InfoSection {
  private final ServerFacts facts;
  private final Sessions sessions;

  ClientsSection(ServerFacts facts, Sessions sessions) {
    this.facts = facts;
    this.sessions = sessions;
  }

  @Override
  public void write(InfoText out, CommandTable commands) {
    long biggestInput = 0;
    long biggestOutput = 0;
    for (Session session : sessions.snapshot()) {
      Connection connection = session.connection();
      long input = connection.queryBufferBytes() + (long) connection.queryBufferFreeBytes();
      biggestInput = Math.max(biggestInput, input);
      biggestOutput = Math.max(biggestOutput, connection.outputBytes());
    }
    out.section("Clients");
    out.field("connected_clients", sessions.count());
    out.field("cluster_connections", 0);
    out.field("maxclients", facts.maxClients());
    out.field("client_recent_max_input_buffer", biggestInput);
    out.field("client_recent_max_output_buffer", biggestOutput);
    out.field("blocked_clients", 0);
    out.field("tracking_clients", 0);
    out.field("pubsub_clients", 0);
    out.field("watching_clients", 0);
    out.field("total_watched_keys", 0);
  }
}
