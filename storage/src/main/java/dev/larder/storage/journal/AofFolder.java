package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Problem. The append-only file is several files; whenever power goes, those that the manifest
 * lists must be there, whole, and together be all data up to some moment, each effect once.
 *
 * Idea. Only the manifest counts, and it changes by a rename. Each step first makes durable what
 * the next manifest will list, contents and names, then the manifest, then does what follows:
 *
 *   begin rewrite    create increment n+1, force it and the folder   -> manifest lists it
 *                    (then, at the cut, the journal goes over to it)
 *   finish rewrite   the base is written beside and forced; rename it, force the folder
 *                    -> manifest: the new base, increments from n+1 on, the rest is history
 *   delete history   delete the files                                -> manifest without them
 *   begin first      -> a manifest that lists nothing, if there is none
 *                    create temp-increment, not listed: nothing precedes it
 *   finish first     rename both, force the folder                   -> manifest lists both
 *   old single file  manifest with it as base; then move it into the folder. When the power went
 *                    in between, the manifest says what is still to be moved.
 *
 *   UNCERTAIN: a manifest that could not be forced may or may not be the one found later. What
 *   either lists is not touched, and numbers that were used once are not used again. Who opens the
 *   folder forces it, so that what it reads is what will be found.
 *
 *   A torn end is possible only in the last increment that has content: the journal forces a file
 *   before it writes to the next one.
 */

/** The folder of a multi-part append-only file; used by one thread at a time. */
public final class AofFolder {
  /**
   * A rewrite under way.
   *
   * @param file where what follows the cut goes
   * @param sequence of that increment
   * @param isFirst whether there was no append-only file before
   */
  public record Rewrite(DiskFile file, long sequence, boolean isFirst) {}

  /** What files that are not yet part of anything are called. */
  public static final String TEMPORARY = "temp-";

  private static final Logger LOG = LoggerFactory.getLogger(AofFolder.class);

  private final DiskFolder parent;
  private final DiskFolder folder;
  private final String fileName;
  private AofManifest manifest;

  /** The manifest on the disk may be this one or one that was to replace it. */
  private boolean isUncertain;

  private long lastBase;
  private long lastIncremental;

  private AofFolder(DiskFolder parent, DiskFolder folder, String fileName, AofManifest manifest) {
    this.parent = parent;
    this.folder = folder;
    this.fileName = fileName;
    this.manifest = manifest;
  }

  /**
   * Opens what there is, and makes the folder if there is none: reads the manifest, takes an old
   * single file over, removes what an unfinished rewrite left.
   *
   * @param parent where the folder is, and an old single file
   * @param folderName {@code appenddirname}
   * @param fileName {@code appendfilename}
   * @throws AofManifestException if the files are not the whole data
   */
  public static AofFolder open(DiskFolder parent, String folderName, String fileName)
      throws IOException {
    DiskFolder folder = parent.createSubfolder(folderName);
    parent.force();
    AofManifest manifest = read(folder, fileName);
    folder.force();
    AofFolder opened =
        new AofFolder(parent, folder, fileName, manifest == null ? AofManifest.EMPTY : manifest);
    if (manifest == null) {
      opened.checkWithoutManifest();
    }
    opened.upgrade();
    opened.check();
    opened.numberFiles();
    try {
      opened.deleteTemporary();
      opened.deleteHistory();
    } catch (IOException e) {
      LOG.warn("Cannot delete in {} what is not needed any more", folder, e);
    }
    return opened;
  }

  /** The manifest in a folder, null if there is none; changes nothing. */
  public static @Nullable AofManifest read(DiskFolder folder, String fileName) throws IOException {
    String name = fileName + ".manifest";
    return folder.hasFile(name) ? AofManifest.read(folder, name) : null;
  }

  /** What is to be loaded, and what there is besides. */
  public AofManifest manifest() {
    return manifest;
  }

  /** Where the files are. */
  public DiskFolder folder() {
    return folder;
  }

  /** Whether there is no append-only file. */
  public boolean isNew() {
    return manifest.toLoad().isEmpty();
  }

  /**
   * The increment that may have a torn end: the last one with content, null if none has. All others
   * must be whole.
   */
  public @Nullable AofPart lastWithContent() throws IOException {
    for (AofPart part : manifest.incrementals().reversed()) {
      if (hasContent(part.name())) {
        return part;
      }
    }
    return null;
  }

  /**
   * Opens the last increment to append to it, or a new one. What has been loaded is durable
   * afterwards, a torn end that was cut off included: anybody may see it now, and what follows
   * depends on it. Not if the folder is new.
   */
  public DiskFile openToAppend() throws IOException {
    assert !isNew();
    if (manifest.incrementals().isEmpty()) {
      return createIncremental();
    }
    for (AofPart part : manifest.incrementals()) {
      forced(folder.open(part.name())).close();
    }
    return folder.open(manifest.incrementals().getLast().name());
  }

  private static DiskFile forced(DiskFile file) throws IOException {
    boolean done = false;
    try {
      file.force();
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /**
   * A new increment, empty and already listed, behind all others: for a rewrite, or because a force
   * of the last one failed.
   */
  public DiskFile createIncremental() throws IOException {
    lastIncremental++;
    AofPart part = AofPart.incremental(fileName, lastIncremental);
    // Forced because a file of that name, which nobody listed, may have had content.
    DiskFile file = forced(folder.create(part.name()));
    boolean done = false;
    try {
      folder.force();
      write(manifest.withIncremental(part));
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /**
   * Begins a rewrite: what follows its cut goes to the file that it names. If there is no
   * append-only file yet, or it does not lead up to the cut since it was switched off in between,
   * the rewrite makes a first one.
   *
   * @param isFirst whether what is in the folder is not to be continued
   */
  public Rewrite beginRewrite(boolean isFirst) throws IOException {
    if (!isFirst) {
      DiskFile file = createIncremental();
      return new Rewrite(file, lastIncremental, false);
    }
    if (isNew()) {
      // From now on files without a manifest are no sign of one that was lost.
      write(AofManifest.EMPTY);
    }
    lastIncremental++;
    DiskFile file = folder.create(TEMPORARY + nameOf(lastIncremental));
    return new Rewrite(file, lastIncremental, true);
  }

  /**
   * Ends a rewrite. On failure what was listed before goes on to be the data, and the rewrite may
   * not be finished again.
   *
   * @param temporaryBase the base, in this folder under a temporary name, forced
   * @param isRdb whether it begins as an RDB file
   */
  public void finishRewrite(Rewrite rewrite, String temporaryBase, boolean isRdb)
      throws IOException {
    lastBase++;
    AofPart base = AofPart.base(fileName, lastBase, isRdb);
    folder.rename(temporaryBase, base.name());
    boolean done = false;
    try {
      AofManifest next = manifest;
      if (rewrite.isFirst()) {
        AofPart incremental = AofPart.incremental(fileName, rewrite.sequence());
        rewrite.file().force();
        folder.rename(TEMPORARY + incremental.name(), incremental.name());
        next = next.withIncremental(incremental);
      }
      folder.force();
      write(next.withBase(base, rewrite.sequence()));
      done = true;
    } finally {
      if (!done && !isUncertain) {
        folder.delete(base.name());
      }
    }
  }

  /** Gives a rewrite up; the caller deletes its base. */
  public void abortRewrite(Rewrite rewrite) throws IOException {
    if (rewrite.isFirst()) {
      folder.delete(TEMPORARY + nameOf(rewrite.sequence()));
    }
  }

  /** Deletes what is history, if anything is; what cannot be deleted stays history. */
  public void deleteHistory() throws IOException {
    if (manifest.history().isEmpty()) {
      return;
    }
    for (AofPart part : manifest.history()) {
      if (folder.delete(part.name())) {
        LOG.info("Deleted {}, which has been rewritten", part.name());
      }
    }
    write(manifest.withoutHistory());
  }

  private String nameOf(long incremental) {
    return AofPart.incremental(fileName, incremental).name();
  }

  private void write(AofManifest next) throws IOException {
    String name = fileName + ".manifest";
    String temporary = TEMPORARY + name;
    try (DiskFile file = folder.create(temporary)) {
      ByteBuffer text = ByteBuffer.wrap(next.format().getBytes(StandardCharsets.ISO_8859_1));
      file.writeFully(text, 0);
      file.force();
    }
    folder.rename(temporary, name);
    isUncertain = true;
    folder.force();
    isUncertain = false;
    manifest = next;
  }

  /** An old single file beside the folder becomes its base. */
  private void upgrade() throws IOException {
    if (isNew() && parent.hasFile(fileName)) {
      write(new AofManifest(new AofPart(fileName, 1, AofPart.Kind.BASE), List.of(), List.of()));
      LOG.info("Took {} over as the base of a multi-part append-only file", fileName);
    }
    AofPart base = manifest.base();
    if (base != null
        && base.name().equals(fileName)
        && !folder.hasFile(fileName)
        && parent.hasFile(fileName)) {
      parent.move(fileName, folder, fileName);
      parent.force();
      folder.force();
    }
  }

  private void check() throws IOException {
    for (AofPart part : manifest.toLoad()) {
      if (!folder.hasFile(part.name())) {
        throw new AofManifestException(
            "the manifest of " + folder + " lists " + part.name() + ", which is missing");
      }
    }
  }

  /** An increment is listed before anything is written to it: else a manifest was lost. */
  private void checkWithoutManifest() throws IOException {
    Pattern increment = Pattern.compile(Pattern.quote(fileName) + "\\.\\d+\\.incr\\.aof");
    for (String name : folder.files()) {
      if (increment.matcher(name).matches() && hasContent(name)) {
        throw new AofManifestException(
            "there is no manifest in " + folder + ", but " + name + " has content");
      }
    }
  }

  private boolean hasContent(String name) throws IOException {
    try (DiskFile file = folder.openToRead(name)) {
      return file.length() > 0;
    }
  }

  /** Numbers go on behind those of all that are listed; other files are overwritten. */
  private void numberFiles() {
    List<AofPart> parts = new ArrayList<>(manifest.toLoad());
    parts.addAll(manifest.history());
    for (AofPart part : parts) {
      if (part.kind() == AofPart.Kind.INCREMENTAL || part.name().endsWith(".incr.aof")) {
        lastIncremental = Math.max(lastIncremental, part.sequence());
      } else {
        lastBase = Math.max(lastBase, part.sequence());
      }
    }
  }

  private void deleteTemporary() throws IOException {
    Set<String> listed = new HashSet<>();
    manifest.toLoad().forEach(part -> listed.add(part.name()));
    for (String name : folder.files()) {
      if (name.startsWith(TEMPORARY) && !listed.contains(name) && folder.delete(name)) {
        LOG.info("Deleted {}, which was not finished", name);
      }
    }
  }
}
