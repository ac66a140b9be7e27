package dev.larder.storage.journal;

/**
 * One of the files that an append-only file is made of.
 *
 * @param name plain: without a folder
 * @param sequence counts files of a kind, from 1
 */
public record AofPart(String name, long sequence, Kind kind) {
  /** What a part is for. */
  public enum Kind {
    /** All data at a cut: an RDB file, or commands. */
    BASE('b'),
    /** To be deleted. */
    HISTORY('h'),
    /** Commands since the base, or since the increment before. */
    INCREMENTAL('i');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** How a manifest names it. */
    public char letter() {
      return letter;
    }
  }

  static AofPart base(String fileName, long sequence, boolean isRdb) {
    return new AofPart(
        fileName + "." + sequence + (isRdb ? ".base.rdb" : ".base.aof"), sequence, Kind.BASE);
  }

  static AofPart incremental(String fileName, long sequence) {
    return new AofPart(fileName + "." + sequence + ".incr.aof", sequence, Kind.INCREMENTAL);
  }

  AofPart asHistory() {
    return new AofPart(name, sequence, Kind.HISTORY);
  }
}
