package dev.larder.lua;

/** What stands in the stack's references where the stack's numbers have the value. */
final class Marker {
  static final Object NUMBER = new Marker();

  private Marker() {}
}
