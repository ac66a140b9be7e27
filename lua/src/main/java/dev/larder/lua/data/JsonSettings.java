package dev.larder.lua.data;

import dev.larder.lua.LightUserdata;

/** What an instance of the library {@code cjson} has been told about how to encode and decode. */
final class JsonSettings {
  /** A null of JSON, the same for all instances. */
  static final LightUserdata NULL = new LightUserdata("(nil)");

  /** The most significant digits that numbers can be written with. */
  static final int PRECISION_MAX = 14;

  /** What becomes of numbers that JSON does not have. */
  enum InvalidNumbers {
    REFUSED,
    WRITTEN,
    NULLS
  }

  int encodeMaxDepth = 1000;
  int decodeMaxDepth = 1000;
  int precision = PRECISION_MAX;
  boolean keepBuffer = true;
  InvalidNumbers encodeInvalidNumbers = InvalidNumbers.REFUSED;
  boolean decodeInvalidNumbers = true;

  /** Whether an array with too many holes becomes an object; otherwise it is an error. */
  boolean convertSparse;

  /** How many places an array may have for each value; 0 for any number. */
  int sparseRatio = 2;

  /** Up to which index holes are no matter. */
  int sparseSafe = 10;
}
