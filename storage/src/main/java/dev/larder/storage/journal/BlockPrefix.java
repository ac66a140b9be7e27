package dev.larder.storage.journal;

/**
 * What a block needs before it depends on the block that precedes it in the file, which its author
 * cannot know: the database that is selected, a timestamp. So each block says in which context it
 * expects to be read and in which it leaves the reader; the meaning of these numbers is the
 * author's.
 */
public interface BlockPrefix {
  /** The context at the beginning of a file: no block has been read. */
  long FRESH = -1;

  /** The most bytes of a prefix. */
  int MAX_BYTES = 256;

  /** For blocks that need nothing. */
  BlockPrefix NONE = (left, expected, address) -> 0;

  /**
   * Writes what leads from one context to the other, at most {@link #MAX_BYTES} bytes. Called on
   * the writer's thread, if the two differ.
   *
   * @param left what the block before left, or {@link #FRESH}
   * @param expected what the block expects
   * @return the number of bytes written at the address
   */
  int write(long left, long expected, long address);
}
