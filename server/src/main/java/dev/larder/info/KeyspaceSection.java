package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.Clock;
import dev.larder.storage.Keyspace;

/** Each database that has keys. */
final class KeyspaceSection implements InfoSection {
  private final Keyspace keyspace;

  KeyspaceSection(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Keyspace");
    long now = Clock.wallMillis();
    for (int database = 0; database < keyspace.databases(); database++) {
      long keys = keyspace.size(database);
      long expires = keyspace.volatileSize(database);
      if (keys > 0) {
        out.field(
            "db" + database,
            "keys="
                + keys
                + ",expires="
                + expires
                + ",avg_ttl="
                + keyspace.meanTtlMillis(database, now)
                + ",subexpiry="
                + keyspace.fieldVolatileSize(database));
      }
    }
  }
}
