package dev.larder.storage;

/** How large a list's listpacks may be, by the option {@code list-max-listpack-size}. */
final class ListLimits {
  /** How long a node's listpack grows by insertions, in bytes. */
  static final int NODE_BYTES = 4096;

  /** However many elements a node may have, they take no more than this, in bytes. */
  private static final int COUNTED_NODE_BYTES = 8192;

  private final CollectionLimits limits;

  ListLimits(CollectionLimits limits) {
    this.limits = limits;
  }

  /** Whether a packed list may not have so many bytes or elements. */
  boolean exceedPacked(long bytes, long count) {
    int size = limits.listMaxListpackSize();
    return size < 0
        ? bytes > bytesOf(size)
        : count > Math.max(size, 1) || bytes > COUNTED_NODE_BYTES;
  }

  /** The bytes that one of the sizes -1 to -5 stands for. */
  private static int bytesOf(int size) {
    return 4096 << -1 - Math.max(size, -5);
  }

  /** Whether a listpack that came as a whole may be a node: neither too long nor too short. */
  boolean allowNode(long bytes, long count) {
    int size = limits.listMaxListpackSize();
    return bytes >= NODE_BYTES / 4
        && bytes <= COUNTED_NODE_BYTES
        && (size < 0 || count <= Math.max(size, 1));
  }
}
