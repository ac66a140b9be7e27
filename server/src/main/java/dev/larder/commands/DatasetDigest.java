package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.HashValue;
import dev.larder.storage.ListValue;
import dev.larder.storage.SetValue;
import dev.larder.storage.Shard;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamValue;
import dev.larder.storage.Unit;
import dev.larder.storage.ValueType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * The digest by which Redis compares data sets. Two operations on 20 bytes: to <i>add</i> a text is
 * to combine its SHA-1 by exclusive or, which no order changes; to <i>mix</i> it in is to add it
 * and then to replace the digest by its own SHA-1, so that order matters. A value mixes its type
 * and content in and, if it expires, adds a mark; a key mixes its name in first; a data set mixes
 * in each database that has keys and adds the digests of its keys.
 */
final class DatasetDigest {
  private static final int BYTES = 20;
  private static final byte[] EXPIRES = {'!', '!', 'e', 'x', 'p', 'i', 'r', 'e', '!', '!'};
  private static final int MAX_PIECE_BYTES = 1 << 20;

  private static final byte[] FIELD_EXPIRES = {
    '!', '!', 'h', 'e', 'x', 'p', 'i', 'r', 'e', '!', '!'
  };

  /** Redis counts a type between hashes and streams that Larder does not have. */
  private static final int STREAM_TYPE = 6;

  private final Unit unit;
  private final MessageDigest sha1 = sha1();
  private final byte[] total = new byte[BYTES];
  private ByteBuffer scratch = ByteBuffer.allocateDirect(1024);

  /**
   * @param unit what owns the shards of what is taken in
   */
  DatasetDigest(Unit unit) {
    this.unit = unit;
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** The keys that follow are in this database. */
  void beginDatabase(int database) {
    sha1.update(bigEndian(database));
    mix(total);
  }

  /** Takes a key in. */
  void addKey(Shard shard, long entry) {
    byte[] digest = new byte[BYTES];
    sha1.update(Bytes.view(Entry.keyAddress(entry), Entry.keyLength(entry)));
    mix(digest);
    value(shard, entry, digest);
    sha1.update(digest);
    combine(sha1.digest(), total);
  }

  /** The digest of all that was taken in, 40 hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(total);
  }

  /** The digest of a value without its key. */
  String ofValue(Shard shard, long entry) {
    byte[] digest = new byte[BYTES];
    value(shard, entry, digest);
    return HexFormat.of().formatHex(digest);
  }

  /** What {@link #ofValue} is of no value. */
  static String ofNothing() {
    return "0".repeat(2 * BYTES);
  }

  private void value(Shard shard, long entry, byte[] digest) {
    ValueType type = Entry.type(entry);
    sha1.update(bigEndian(type == ValueType.STREAM ? STREAM_TYPE : type.ordinal()));
    mix(digest);
    switch (type) {
      case STRING -> string(shard, entry, digest);
      case HASH -> hash(shard, entry, digest);
      case SET -> set(shard, entry, digest);
      case STREAM -> stream(shard, entry, digest);
      case LIST -> list(shard, entry, digest);
      case SORTED_SET -> sortedSet(shard, entry, digest);
    }
    if (Entry.expireAt(entry) >= 0) {
      sha1.update(EXPIRES);
      combine(sha1.digest(), digest);
    }
  }

  private void string(Shard shard, long entry, byte[] digest) {
    long length = shard.stringLength(entry);
    long done = 0;
    while (done < length) {
      int run = (int) Math.min(shard.runLength(entry, done), MAX_PIECE_BYTES);
      sha1.update(Bytes.view(shard.runAddress(entry, done), run));
      done += run;
    }
    mix(digest);
  }

  /** Mixes in each element, in order. */
  private void list(Shard shard, long entry, byte[] digest) {
    ListValue list = unit.views().otherList();
    list.point(shard, 0, entry);
    for (boolean more = list.seekEnd(true); more; more = list.next()) {
      mixText(digest, list.length(), list::writeText);
    }
  }

  /** Adds a digest for each member, with which it and its score are mixed. */
  private void sortedSet(Shard shard, long entry, byte[] digest) {
    SortedSetValue set = unit.views().otherSortedSet();
    set.point(shard, 0, entry);
    for (boolean more = set.seekRank(0); more; more = set.next()) {
      byte[] member = new byte[BYTES];
      mixText(member, set.length(), set::writeText);
      sha1.update(SignificantDigits.of(set.score()).getBytes(ISO_8859_1));
      mix(member);
      sha1.update(member);
      combine(sha1.digest(), digest);
    }
  }

  /** Mixes in the id, fields and values of each entry, in order. */
  private void stream(Shard shard, long entry, byte[] digest) {
    StreamValue stream = unit.views().stream();
    stream.point(shard, 0, entry);
    StreamCursor cursor = stream.cursor();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      String id =
          Long.toUnsignedString(cursor.millis()) + '.' + Long.toUnsignedString(cursor.sequence());
      sha1.update(id.getBytes(ISO_8859_1));
      mix(digest);
      while (cursor.nextPair()) {
        mixText(digest, cursor.fieldLength(), cursor::copyField);
        mixText(digest, cursor.valueLength(), cursor::copyValue);
      }
    }
  }

  private void mixText(byte[] digest, int length, LongConsumer text) {
    if (length > scratch.capacity()) {
      scratch = ByteBuffer.allocateDirect(2 * length);
    }
    text.accept(Bytes.addressOf(scratch));
    sha1.update(scratch.slice(0, length));
    mix(digest);
  }

  /** Adds each member. */
  private void set(Shard shard, long entry, byte[] digest) {
    SetValue set = unit.views().otherSet();
    set.point(shard, 0, entry);
    for (boolean more = set.seekFirst(); more; more = set.next()) {
      sha1.update(set.member().toArray());
      combine(sha1.digest(), digest);
    }
  }

  /** Adds a digest for each field, with which it and its value are mixed. */
  private void hash(Shard shard, long entry, byte[] digest) {
    HashValue hash = unit.views().otherHash();
    hash.point(shard, 0, entry);
    long position = 0;
    do {
      position = hash.walk(position);
      while (hash.next()) {
        byte[] field = new byte[BYTES];
        sha1.update(hash.fieldName().toArray());
        mix(field);
        sha1.update(hash.fieldValue().toArray());
        mix(field);
        if (hash.deadline() != HashValue.NO_DEADLINE) {
          sha1.update(FIELD_EXPIRES);
          mix(field);
        }
        sha1.update(field);
        combine(sha1.digest(), digest);
      }
    } while (position != 0);
  }

  /** Mixes what the SHA-1 engine has been fed into a digest. */
  private void mix(byte[] digest) {
    combine(sha1.digest(), digest);
    sha1.update(digest);
    System.arraycopy(sha1.digest(), 0, digest, 0, BYTES);
  }

  private static void combine(byte[] from, byte[] into) {
    for (int i = 0; i < BYTES; i++) {
      into[i] ^= from[i];
    }
  }

  private static byte[] bigEndian(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }
}
