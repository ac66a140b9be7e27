package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Shard;

/** DEBUG DIGEST: the digest of all databases, while nobody changes them. */
final class DigestJob extends ExclusiveJob {
  private final DatasetDigest digest;
  private int database;
  private int shard;
  private long position;
  private boolean databaseBegun;

  DigestJob(Call call) {
    super(call);
    digest = new DatasetDigest(unit);
  }

  @Override
  boolean work(ReplyWriter out, long budgetNanos) {
    long deadline = Clock.nanos() + budgetNanos;
    while (database < keyspace.databases()) {
      if (keyspace.size(database) == 0) {
        nextDatabase();
      } else {
        walk();
      }
      if (Clock.nanos() >= deadline) {
        return false;
      }
    }
    out.simpleString(digest.hex());
    return true;
  }

  /** One home bucket, then on to the next, the next shard or database. */
  private void walk() {
    Shard walked = keyspace.shard(shard);
    position = walked.walk(unit, database, position, entry -> add(walked, entry));
    if (position == 0) {
      shard++;
      if (shard == keyspace.shardCount()) {
        nextDatabase();
      }
    }
  }

  private void add(Shard walked, long entry) {
    if (!databaseBegun) {
      databaseBegun = true;
      digest.beginDatabase(database);
    }
    digest.addKey(walked, entry);
  }

  private void nextDatabase() {
    database++;
    shard = 0;
    databaseBegun = false;
  }
}
