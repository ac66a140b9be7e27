package dev.larder.persistence;

import dev.larder.storage.Views;
import dev.larder.storage.journal.Appender;
import dev.larder.storage.journal.BlockPrefix;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The block that a unit is about to write to the append-only file: its commands, in a transaction
 * if there are several. For the unit's thread.
 */
final class AofUnit {
  private static final byte[] MULTI = CommandText.head(1, "MULTI");
  private static final byte[] EXEC = CommandText.head(1, "EXEC");

  private final Appender appender;
  private final CommandText text;
  private final Supplier<Views> views;
  private long first;
  private long selected;
  private int commands;
  private @Nullable AofPieces pieces;

  /**
   * @param views makes views of this unit that nobody else uses
   */
  AofUnit(Appender appender, Supplier<Views> views) {
    this.appender = appender;
    this.views = views;
    this.text = new CommandText(appender);
  }

  Appender appender() {
    return appender;
  }

  /** What writes long collections; made when there is the first one. */
  AofPieces pieces() {
    AofPieces made = pieces;
    if (made == null) {
      made = new AofPieces(this, views.get());
      pieces = made;
    }
    return made;
  }

  /** Draws a sequence. */
  long open() {
    commands = 0;
    selected = BlockPrefix.FRESH;
    first = BlockPrefix.FRESH;
    return appender.open(MULTI.length);
  }

  /** Begins a command on a database. */
  CommandText command(int database, byte[] head) {
    commands++;
    if (database != selected) {
      if (commands == 1) {
        first = database;
      } else {
        text.raw(AofContext.select(database));
      }
      selected = database;
    }
    return text.command(head);
  }

  /** Ends the block. */
  void publish(long seconds) {
    boolean isTransaction = commands > 1;
    if (isTransaction) {
      text.raw(EXEC);
      AofContext.write(MULTI, appender.prefixAddress());
    }
    // Nothing was written by a unit without effects that a file knows: it leaves what it finds.
    long expected = commands == 0 ? BlockPrefix.FRESH : AofContext.of(first, seconds);
    long left = commands == 0 ? BlockPrefix.FRESH : AofContext.of(selected, seconds);
    appender.publish(expected, left, isTransaction);
  }
}
