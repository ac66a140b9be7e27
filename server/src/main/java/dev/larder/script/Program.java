package dev.larder.script;

/** What clients have run here: a script, or a function of a library. Any thread. */
public sealed interface Program permits Script, LibraryFunction {
  /** By which errors name it: a digest, or a function's name. */
  String name();

  /** Whether it is a function of a library. */
  boolean isFunction();

  /** Whether it says that it writes nothing. */
  boolean neverWrites();

  /** Whether its commands may use more memory than there should be. */
  boolean allowsOom();

  /** Whether it says what it does, so that it can be refused before it begins. */
  boolean hasFlags();

  /** Whether it was seen to use keys that it does not name, so that it takes all shards. */
  boolean looksElsewhere();

  /** It uses keys that it does not name. */
  void sawElsewhere();
}
