package dev.larder.tracking;

import dev.larder.resp.HotPath;
import dev.larder.storage.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tree of prefixes, compressed: each node stands for the bytes on the way to it, and a walk down
 * along a key meets all prefixes of that key. Nodes do not change; a changed tree shares with the
 * one before all but the way to the change. Any thread.
 */
@HotPath
final class PrefixNode {
  private static final PrefixNode[] NONE = {};

  /** The tree without prefixes. */
  static final PrefixNode EMPTY = new PrefixNode(new byte[0], null, NONE);

  /** The bytes between the parent and this; empty at the root only. */
  private final byte[] label;

  private final @Nullable Prefix prefix;

  /** By the first bytes of their labels, which differ. */
  private final PrefixNode[] children;

  private PrefixNode(byte[] label, @Nullable Prefix prefix, PrefixNode[] children) {
    this.label = label;
    this.prefix = prefix;
    this.children = children;
  }

  /** Hears of the prefixes that are met. */
  interface Visitor {
    void visit(Prefix prefix);
  }

  /** Shows all prefixes of a key, the shortest first. */
  void visit(long key, int keyLength, Visitor visitor) {
    PrefixNode node = this;
    int at = 0;
    while (node != null) {
      if (node.prefix != null) {
        visitor.visit(node.prefix);
      }
      node = at < keyLength ? node.next(key, at, keyLength) : null;
      at += node == null ? 0 : node.label.length;
    }
  }

  private @Nullable PrefixNode next(long key, int at, int keyLength) {
    int index = indexOf(Bytes.getByte(key + at));
    if (index < 0) {
      return null;
    }
    byte[] wanted = children[index].label;
    boolean isEqual = wanted.length <= keyLength - at;
    for (int i = 1; isEqual && i < wanted.length; i++) {
      isEqual = Bytes.getByte(key + at + i) == wanted[i];
    }
    return isEqual ? children[index] : null;
  }

  /** Where the child is whose label begins with a byte, or {@code -1 -} where it belongs. */
  private int indexOf(byte first) {
    int low = 0;
    int high = children.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int order = Byte.compare(children[middle].label[0], first);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** The prefix with exactly these bytes, or null. */
  @Nullable Prefix find(byte[] name) {
    PrefixNode node = this;
    int at = 0;
    while (at < name.length) {
      int index = node.indexOf(name[at]);
      if (index < 0) {
        return null;
      }
      node = node.children[index];
      int end = at + node.label.length;
      if (end > name.length
          || Arrays.mismatch(node.label, 0, node.label.length, name, at, end) >= 0) {
        return null;
      }
      at = end;
    }
    return node.prefix;
  }

  /** The tree with one more prefix, or with none of this name. */
  PrefixNode with(byte[] name, @Nullable Prefix newPrefix) {
    return with(name, 0, newPrefix);
  }

  private PrefixNode with(byte[] name, int at, @Nullable Prefix newPrefix) {
    if (at == name.length) {
      return new PrefixNode(label, newPrefix, children);
    }
    int index = indexOf(name[at]);
    if (index < 0) {
      return newPrefix == null
          ? this
          : inserted(-1 - index, new PrefixNode(rest(name, at), newPrefix, NONE));
    }
    PrefixNode child = children[index];
    int common = Arrays.mismatch(child.label, 0, child.label.length, name, at, name.length);
    if (common < 0 || common == child.label.length) {
      return replaced(index, child.with(name, at + child.label.length, newPrefix).tidied());
    }
    if (newPrefix == null) {
      return this;
    }
    PrefixNode lower = new PrefixNode(rest(child.label, common), child.prefix, child.children);
    byte[] shared = Arrays.copyOf(child.label, common);
    PrefixNode fork = new PrefixNode(shared, null, new PrefixNode[] {lower});
    return replaced(index, fork.with(name, at + common, newPrefix));
  }

  private static byte[] rest(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  /** The same node without what nobody needs: null if that is all, or merged with its child. */
  private @Nullable PrefixNode tidied() {
    if (prefix != null || children.length > 1) {
      return this;
    }
    if (children.length == 0) {
      return null;
    }
    PrefixNode child = children[0];
    byte[] joined = Arrays.copyOf(label, label.length + child.label.length);
    System.arraycopy(child.label, 0, joined, label.length, child.label.length);
    return new PrefixNode(joined, child.prefix, child.children);
  }

  private PrefixNode inserted(int index, PrefixNode child) {
    PrefixNode[] next = Arrays.copyOf(children, children.length + 1);
    System.arraycopy(children, index, next, index + 1, children.length - index);
    next[index] = child;
    return new PrefixNode(label, prefix, next);
  }

  private PrefixNode replaced(int index, @Nullable PrefixNode child) {
    if (child == null) {
      PrefixNode[] next = Arrays.copyOf(children, children.length - 1);
      System.arraycopy(children, index + 1, next, index, children.length - index - 1);
      return new PrefixNode(label, prefix, next);
    }
    PrefixNode[] next = children.clone();
    next[index] = child;
    return new PrefixNode(label, prefix, next);
  }
}
