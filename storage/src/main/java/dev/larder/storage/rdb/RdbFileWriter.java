package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes a file around entries that {@link ValueWriter}s have made: header, {@link #aux} fields,
 * {@link #function} libraries, then for each database its {@link #database} and {@link #entries},
 * in the end {@link #finish}.
 *
 * <p>The header tells the lowest version that can hold all that was written, which is known only in
 * the end: it is then put in the place of the one written first. The checksum of the whole is
 * composed of those of the header and of the rest.
 *
 * <p>Used by one thread at a time. After an exception the file is not good for anything; {@link
 * #close} gives the writer's few KiB back.
 */
public final class RdbFileWriter implements AutoCloseable {
  private static final String MAGIC = "REDIS";

  /** The magic and four digits of version. */
  static final int HEADER_BYTES = 9;

  private final RdbSink sink;
  private final boolean hasChecksum;
  private final ValueWriter writer;
  private final GrowableMemory header;
  private int version;
  private int writtenVersion;
  private int database = -1;

  /** Of everything behind the header. */
  private long crc;

  private long bytes;

  /**
   * Starts a file; nothing is written yet.
   *
   * @param chunks for a value of {@link #aux} or a library that is long
   * @param hasChecksum whether the checksum is written, which otherwise is 0
   */
  public RdbFileWriter(RdbSink sink, ChunkStore chunks, boolean hasChecksum) {
    this.sink = sink;
    this.hasChecksum = hasChecksum;
    this.writer = new ValueWriter(chunks);
    this.header = new GrowableMemory(chunks);
  }

  /**
   * Writes the header.
   *
   * @param leastVersion what is known to be needed; {@link #finish} may tell a higher one
   */
  public void begin(int leastVersion) throws IOException {
    version = Math.max(leastVersion, RdbVersion.LOWEST_WRITTEN);
    writtenVersion = version;
    makeHeader();
    sink.append(header.address(), HEADER_BYTES);
    bytes = HEADER_BYTES;
  }

  private void makeHeader() {
    byte[] text = (MAGIC + "%04d".formatted(version)).getBytes(ISO_8859_1);
    header.ensure(HEADER_BYTES, 0);
    Memory.copyFromArray(text, 0, header.address(), HEADER_BYTES);
  }

  /** Writes a field that tells of the file. */
  public void aux(String name, String value) throws IOException {
    writer.output().put(RdbOpcode.AUX);
    text(name);
    text(value);
    flush();
  }

  private void text(String text) {
    byte[] array = text.getBytes(StandardCharsets.UTF_8);
    header.ensure(array.length, 0);
    Memory.copyFromArray(array, 0, header.address(), array.length);
    writer.string(header.address(), array.length);
    header.shrink();
  }

  /** Writes a library of functions. */
  public void function(byte[] source) throws IOException {
    header.ensure(Math.max(source.length, 1), 0);
    Memory.copyFromArray(source, 0, header.address(), source.length);
    function(writer, header.address(), source.length);
    header.shrink();
    flush();
  }

  /** The same, to any writer. */
  public static void function(ValueWriter writer, long source, int length) {
    writer.output().put(RdbOpcode.FUNCTION_2);
    writer.string(source, length);
  }

  /**
   * Starts a database, and tells how much is in it: a hint, which need not be right.
   *
   * @param volatileKeys those that have a deadline
   */
  public void database(int number, long keys, long volatileKeys) throws IOException {
    select(number);
    writer.output().put(RdbOpcode.RESIZE_DATABASE);
    writer.length(keys);
    writer.length(volatileKeys);
    flush();
  }

  private void select(int number) throws IOException {
    database = number;
    writer.output().put(RdbOpcode.SELECT_DATABASE);
    writer.length(number);
    flush();
  }

  /**
   * Appends whole entries, or a part of one that the next call goes on with.
   *
   * @param number the database that they are in
   * @param neededVersion what the {@link ValueWriter} said that they need
   */
  public void entries(int number, long address, long length, int neededVersion) throws IOException {
    if (number != database) {
      select(number);
    }
    version = Math.max(version, neededVersion);
    append(address, length);
  }

  /** Writes the end of the file. */
  public void finish() throws IOException {
    writer.output().put(RdbOpcode.END);
    flush();
    if (version != writtenVersion) {
      makeHeader();
      sink.replaceHead(header.address(), HEADER_BYTES);
    }
    long sum = 0;
    if (hasChecksum) {
      makeHeader();
      long headerSum = Crc64.update(0, header.address(), HEADER_BYTES);
      sum = Crc64.concat(headerSum, crc, bytes - HEADER_BYTES);
    }
    writer.output().putLong(sum);
    flush();
  }

  /** The version of the file so far. */
  public int version() {
    return version;
  }

  /** How long the file is so far. */
  public long bytes() {
    return bytes;
  }

  private void flush() throws IOException {
    RdbOutput output = writer.output();
    if (output.isExhausted()) {
      throw new IOException("no memory to write the file with");
    }
    append(output.address(), output.length());
    writer.clear();
  }

  private void append(long address, long length) throws IOException {
    if (hasChecksum) {
      crc = Crc64.update(crc, address, length);
    }
    sink.append(address, length);
    bytes += length;
  }

  @Override
  public void close() {
    writer.clear();
    header.shrink();
  }
}
