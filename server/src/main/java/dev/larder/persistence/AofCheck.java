package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.storage.RdbCheck;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.journal.AofManifest;
import dev.larder.storage.journal.AofPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Checks an append-only file: one of its files, or all that a manifest lists. Reports in the words
 * of redis-check-aof. What is not whole behind the last command that is can be cut off; of several
 * files only in the last one. Used once, by one thread.
 */
public final class AofCheck {
  /** What is to be done about what is found. */
  public enum Repair {
    /** Nothing. */
    NONE,
    /** Cut off what is behind the last whole command. */
    FIX,
    /** Cut off what was done later than a timestamp. */
    TO_TIMESTAMP
  }

  private static final byte[] MANIFEST_START = "file ".getBytes(StandardCharsets.ISO_8859_1);

  private final DiskFolder folder;
  private final RdbCheck.Report report;
  private final BooleanSupplier confirms;
  private Repair repair = Repair.NONE;
  private long lastSecond;

  /** Told of all lines so far, as redis-check-aof does. */
  private long lines = 1;

  /**
   * @param confirms asks whether a file may be cut
   */
  public AofCheck(DiskFolder folder, RdbCheck.Report report, BooleanSupplier confirms) {
    this.folder = folder;
    this.report = report;
    this.confirms = confirms;
  }

  /** Has a file be cut behind its last whole command, if it is confirmed. */
  public void fix() {
    repair = Repair.FIX;
  }

  /** Has a file be cut before the first timestamp above this one, in seconds since 1970. */
  public void truncateTo(long second) {
    repair = Repair.TO_TIMESTAMP;
    lastSecond = second;
  }

  /**
   * Checks a file, or what the manifest of this name lists.
   *
   * @return whether all is sound, or is now
   * @throws IOException when it cannot be read or cut; the message is for people
   */
  public boolean run(String name) throws IOException {
    if (!startsWith(name, MANIFEST_START)) {
      report.line("Start checking Old-Style AOF");
      return check("AOF", name, true);
    }
    report.line("Start checking Multi Part AOF");
    AofManifest manifest = AofManifest.read(folder, name);
    List<AofPart> parts = manifest.toLoad();
    for (AofPart part : parts) {
      String kind = part.kind() == AofPart.Kind.BASE ? "BASE AOF" : "INCR AOF";
      if (part.kind() == AofPart.Kind.BASE) {
        boolean isRdb = startsWith(part.name(), RdbFileLoader.MAGIC);
        report.line("Start to check BASE AOF (" + (isRdb ? "RDB" : "RESP") + " format).");
      } else if (part.equals(manifest.incrementals().getFirst())) {
        report.line("Start to check INCR files.");
      }
      if (!check(kind, part.name(), part.equals(parts.getLast()))) {
        return false;
      }
    }
    report.line("All AOF files and manifest are valid");
    return true;
  }

  private boolean startsWith(String name, byte[] start) throws IOException {
    try (DiskFile file = folder.openToRead(name)) {
      return RdbFileLoader.beginsWith(file, start);
    }
  }

  // ---- one file

  private boolean check(String kind, String name, boolean isLast) throws IOException {
    try (DiskFile file = folder.openToRead(name)) {
      if (file.length() == 0) {
        report.line(kind + " " + name + " is empty");
        return true;
      }
      long from = 0;
      if (RdbFileLoader.isRdb(file)) {
        RdbCheck preamble = new RdbCheck(file, Clock.wallMillis(), report);
        if (!preamble.run()) {
          report.line("RDB preamble of AOF file is not sane, aborting.");
          return false;
        }
        report.line("RDB preamble is OK, proceeding with AOF tail...");
        from = preamble.end();
      }
      long[] later = {-1};
      AofScan scan = scan(file, from, later);
      if (later[0] >= 0) {
        return truncateTo(name, later[0], isLast);
      }
      return tell(kind, file, scan, isLast);
    }
  }

  private AofScan scan(DiskFile file, long from, long[] later) throws IOException {
    AofScan scan = new AofScan(file);
    scan.run(
        from,
        new AofScan.Listener() {
          @Override
          public boolean timestamp(long offset, long seconds) {
            if (repair != Repair.TO_TIMESTAMP || seconds <= lastSecond) {
              return true;
            }
            later[0] = scan.validBytes();
            return false;
          }

          @Override
          public void progress(long bytes, long ofBytes) {
            report.progress(bytes, ofBytes);
          }
        });
    lines += scan.lines();
    return scan;
  }

  private boolean truncateTo(String name, long bytes, boolean isLast) throws IOException {
    if (!isLast) {
      report.line(
          "Failed to truncate AOF "
              + name
              + " to timestamp "
              + lastSecond
              + " to offset "
              + bytes
              + " because it is not the last file.");
      report.line(
          "If you insist, please delete all files after this file according to the manifest file"
              + " and delete the corresponding records in manifest file manually. Then re-run the"
              + " check.");
      return false;
    }
    cut(name, bytes);
    report.line("Successfully truncated AOF " + name + " to timestamp " + lastSecond);
    return true;
  }

  private boolean tell(String kind, DiskFile file, AofScan scan, boolean isLast)
      throws IOException {
    String name = file.name();
    String problem = scan.problem();
    if (problem != null) {
      report.line("0x%16x: %s".formatted(scan.problemOffset(), problem));
    }
    long valid = scan.validBytes();
    long more = file.length() - valid;
    if (repair == Repair.TO_TIMESTAMP && problem == null) {
      report.line("Truncate nothing in AOF " + name + " to timestamp " + lastSecond);
    } else {
      report.line(
          "AOF analyzed: filename=%s, size=%d, ok_up_to=%d, ok_up_to_line=%d, diff=%d"
              .formatted(name, file.length(), valid, lines, more));
    }
    if (problem == null) {
      report.line(kind + " " + name + " is valid");
      return true;
    }
    if (repair != Repair.FIX) {
      report.line("AOF " + name + " is not valid. Use the --fix option to try fixing it.");
      return false;
    }
    return fix(name, file.length(), valid, isLast, scan);
  }

  private boolean fix(String name, long bytes, long valid, boolean isLast, AofScan scan)
      throws IOException {
    if (!isLast) {
      report.line("Failed to truncate AOF " + name + " because it is not the last file");
      return false;
    }
    if (scan.end() == AofScan.End.DAMAGED) {
      report.line("What follows may be whole commands, which would be lost.");
    }
    report.line(
        "This will shrink the AOF %s from %d bytes, with %d bytes, to %d bytes"
            .formatted(name, bytes, bytes - valid, valid));
    if (!confirms.getAsBoolean()) {
      report.line("Aborting...");
      return false;
    }
    cut(name, valid);
    report.line("Successfully truncated AOF " + name);
    return true;
  }

  private void cut(String name, long bytes) throws IOException {
    try (DiskFile file = folder.open(name)) {
      file.truncate(bytes);
      file.force();
    }
  }
}
