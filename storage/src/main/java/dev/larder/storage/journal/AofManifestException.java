package dev.larder.storage.journal;

import java.io.IOException;

/** What a manifest says cannot be followed: loading what it lists would not be the whole data. */
public final class AofManifestException extends IOException {
  AofManifestException(String message) {
    super(message);
  }

  AofManifestException(int line, String text, String what) {
    super("line " + line + " of the manifest: " + what + ": '" + text + "'");
  }
}
