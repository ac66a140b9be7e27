/** The server cannot do what is checked. */
final class TooOld extends RuntimeException {}
