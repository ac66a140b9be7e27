package dev.larder.lua.library;

/** The classes of characters that patterns name by a letter, as in C's own locale. */
final class CharacterClass {
  private CharacterClass() {}

  /** Whether a letter, without regard to its case, names a class. */
  static boolean exists(int letter) {
    return switch (letter | 0x20) {
      case 'a', 'c', 'd', 'l', 'p', 's', 'u', 'w', 'x', 'z' -> letter < 0x80 && letter >= 'A';
      default -> false;
    };
  }

  /** Whether a character is in the class of a letter; a capital names what is not in it. */
  static boolean contains(int letter, int character) {
    boolean inside =
        switch (letter | 0x20) {
          case 'a' -> isLetter(character);
          case 'c' -> character < ' ' || character == 0x7F;
          case 'd' -> isDigit(character);
          case 'l' -> character >= 'a' && character <= 'z';
          case 'p' ->
              character > ' ' && character < 0x7F && !isLetter(character) && !isDigit(character);
          case 's' -> character == ' ' || character >= '\t' && character <= '\r';
          case 'u' -> character >= 'A' && character <= 'Z';
          case 'w' -> isLetter(character) || isDigit(character);
          case 'x' -> isDigit(character) || (character | 0x20) >= 'a' && (character | 0x20) <= 'f';
          default -> character == 0;
        };
    return inside == ((letter & 0x20) != 0);
  }

  static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isLetter(int character) {
    return (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
  }
}
