package dev.larder.storage.rdb;

/** The names of modules' types: nine characters of six bits each, above a version of ten bits. */
final class ModuleId {
  private static final String CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int LENGTH = 9;
  private static final int VERSION_BITS = 10;
  private static final int CHARACTER_BITS = 6;

  private ModuleId() {}

  static String name(long id) {
    StringBuilder name = new StringBuilder();
    for (int i = LENGTH - 1; i >= 0; i--) {
      int index = (int) (id >>> VERSION_BITS + i * CHARACTER_BITS) & (1 << CHARACTER_BITS) - 1;
      name.append(CHARACTERS.charAt(index));
    }
    return name.toString();
  }
}
