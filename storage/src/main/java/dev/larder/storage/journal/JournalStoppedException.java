package dev.larder.storage.journal;

import org.jspecify.annotations.Nullable;

/** The journal cannot keep its promise any more. */
final class JournalStoppedException extends Exception {
  JournalStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
