package dev.larder.storage.table;

/** Sees entries of a tree, one at a time. */
@FunctionalInterface
public interface EntryVisitor {
  /** The entry's bytes lie at this address until the method returns. */
  void visit(long entry);
}
