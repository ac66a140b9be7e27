package dev.larder.persistence;

import static dev.larder.persistence.CommandText.arguments;
import static dev.larder.persistence.CommandText.head;

import dev.larder.metrics.ChangeCounter;
import dev.larder.storage.Journal;
import dev.larder.storage.Shard;
import dev.larder.storage.StreamFields;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;

/** The part of {@link AofJournal} that knows streams. */
abstract class AofStreamEffects implements Journal {
  private static final byte[] XDEL = head(3, "XDEL");
  private static final byte[] XTRIM = head(5, "XTRIM");
  private static final byte[] MINID = arguments("MINID", "=");
  private static final byte[] XSETID = head(7, "XSETID");
  private static final byte[] ENTRIESADDED = arguments("ENTRIESADDED");
  private static final byte[] MAXDELETEDID = arguments("MAXDELETEDID");
  private static final byte[] XGROUP_CREATE = head(8, "XGROUP", "CREATE");
  private static final byte[] MKSTREAM = arguments("MKSTREAM");
  private static final byte[] XGROUP_SETID = head(7, "XGROUP", "SETID");
  private static final byte[] ENTRIESREAD = arguments("ENTRIESREAD");
  private static final byte[] UNKNOWN = arguments("-1");
  private static final byte[] XGROUP_DESTROY = head(4, "XGROUP", "DESTROY");
  private static final byte[] XGROUP_CREATECONSUMER = head(5, "XGROUP", "CREATECONSUMER");
  private static final byte[] XGROUP_DELCONSUMER = head(5, "XGROUP", "DELCONSUMER");
  private static final byte[] XCLAIM = head(12, "XCLAIM");
  private static final byte[] NO_IDLE = arguments("0");
  private static final byte[] TIME = arguments("TIME");
  private static final byte[] RETRYCOUNT = arguments("RETRYCOUNT");
  private static final byte[] FORCE_JUSTID = arguments("FORCE", "JUSTID");
  private static final byte[] XACK = head(4, "XACK");
  private static final byte[] XNACK = head(10, "XNACK");
  private static final byte[] FAIL_IDS_1 = arguments("FAIL", "IDS", "1");
  private static final byte[] FORCE = arguments("FORCE");
  private static final byte[] XIDMPRECORD = head(5, "XIDMPRECORD");
  private static final byte[] XCFGSET = head(6, "XCFGSET");
  private static final byte[] DURATION = arguments("IDMP-DURATION");
  private static final byte[] MAXSIZE = arguments("IDMP-MAXSIZE");

  final ChangeCounter changes;

  AofStreamEffects(ChangeCounter changes) {
    this.changes = changes;
  }

  /** Begins a command on a key. */
  abstract CommandText keyed(Shard shard, int database, byte[] head, long entry);

  @Override
  public void entryAdded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long idMillis,
      long idSequence,
      StreamFields fields) {
    changes.entryAdded(sequence, shard, database, entry, idMillis, idSequence, fields);
    int count = fields.fieldCount();
    CommandText text =
        keyed(shard, database, head(3 + 2 * count, "XADD"), entry).id(idMillis, idSequence);
    for (int i = 0; i < count; i++) {
      text.bytes(fields.fieldAddress(i), fields.fieldLength(i));
      text.bytes(fields.valueAddress(i), fields.valueLength(i));
    }
  }

  @Override
  public void entryDeleted(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    changes.entryDeleted(sequence, shard, database, entry, idMillis, idSequence);
    keyed(shard, database, XDEL, entry).id(idMillis, idSequence);
  }

  @Override
  public void entriesTrimmed(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    changes.entriesTrimmed(sequence, shard, database, entry, idMillis, idSequence);
    keyed(shard, database, XTRIM, entry).raw(MINID).id(idMillis, idSequence);
  }

  @Override
  public void streamStateChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamId last,
      long entriesAdded,
      StreamId maxDeleted) {
    changes.streamStateChanged(sequence, shard, database, entry, last, entriesAdded, maxDeleted);
    keyed(shard, database, XSETID, entry)
        .id(last.millis(), last.sequence())
        .raw(ENTRIESADDED)
        .number(entriesAdded)
        .raw(MAXDELETEDID)
        .id(maxDeleted.millis(), maxDeleted.sequence());
  }

  private CommandText grouped(
      Shard shard, int database, byte[] head, long entry, StreamGroup group) {
    return keyed(shard, database, head, entry).bytes(group.nameAddress(), group.nameLength());
  }

  @Override
  public void groupStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      boolean isNew,
      long idMillis,
      long idSequence,
      long entriesRead) {
    changes.groupStored(
        sequence, shard, database, entry, group, isNew, idMillis, idSequence, entriesRead);
    CommandText text =
        grouped(shard, database, isNew ? XGROUP_CREATE : XGROUP_SETID, entry, group)
            .id(idMillis, idSequence);
    if (isNew) {
      text.raw(MKSTREAM);
    }
    text.raw(ENTRIESREAD);
    if (entriesRead < 0) {
      text.raw(UNKNOWN);
    } else {
      text.number(entriesRead);
    }
  }

  @Override
  public void groupRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group) {
    changes.groupRemoved(sequence, shard, database, entry, group);
    grouped(shard, database, XGROUP_DESTROY, entry, group);
  }

  @Override
  public void consumerCreated(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    changes.consumerCreated(sequence, shard, database, entry, group, consumer);
    grouped(shard, database, XGROUP_CREATECONSUMER, entry, group)
        .bytes(group.consumerName(consumer), group.consumerNameLength(consumer));
  }

  @Override
  public void consumerRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    changes.consumerRemoved(sequence, shard, database, entry, group, consumer);
    grouped(shard, database, XGROUP_DELCONSUMER, entry, group)
        .bytes(group.consumerName(consumer), group.consumerNameLength(consumer));
  }

  @Override
  public void pendingStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      int consumer,
      long idMillis,
      long idSequence,
      long deliveryMillis,
      long deliveryCount) {
    changes.pendingStored(
        sequence,
        shard,
        database,
        entry,
        group,
        consumer,
        idMillis,
        idSequence,
        deliveryMillis,
        deliveryCount);
    if (consumer == 0) {
      released(shard, database, entry, group, idMillis, idSequence, deliveryCount);
      return;
    }
    grouped(shard, database, XCLAIM, entry, group)
        .bytes(group.consumerName(consumer), group.consumerNameLength(consumer))
        .raw(NO_IDLE)
        .id(idMillis, idSequence)
        .raw(TIME)
        .number(deliveryMillis)
        .raw(RETRYCOUNT)
        .number(deliveryCount)
        .raw(FORCE_JUSTID);
  }

  /** An entry that XNACK has given back: nobody's, but still pending. */
  private void released(
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence,
      long deliveryCount) {
    grouped(shard, database, XNACK, entry, group)
        .raw(FAIL_IDS_1)
        .id(idMillis, idSequence)
        .raw(RETRYCOUNT)
        .number(deliveryCount)
        .raw(FORCE);
  }

  @Override
  public void pendingRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence) {
    changes.pendingRemoved(sequence, shard, database, entry, group, idMillis, idSequence);
    grouped(shard, database, XACK, entry, group).id(idMillis, idSequence);
  }

  @Override
  public void idempotentIdRecorded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long producer,
      int producerLength,
      long idempotentId,
      int idempotentIdLength,
      long idMillis,
      long idSequence) {
    changes.idempotentIdRecorded(
        sequence,
        shard,
        database,
        entry,
        producer,
        producerLength,
        idempotentId,
        idempotentIdLength,
        idMillis,
        idSequence);
    keyed(shard, database, XIDMPRECORD, entry)
        .bytes(producer, producerLength)
        .bytes(idempotentId, idempotentIdLength)
        .id(idMillis, idSequence);
  }

  @Override
  public void idempotencyConfigured(
      long sequence, Shard shard, int database, long entry, long durationSeconds, long maxIds) {
    changes.idempotencyConfigured(sequence, shard, database, entry, durationSeconds, maxIds);
    keyed(shard, database, XCFGSET, entry)
        .raw(DURATION)
        .number(durationSeconds)
        .raw(MAXSIZE)
        .number(maxIds);
  }
}
