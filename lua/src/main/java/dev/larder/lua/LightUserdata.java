package dev.larder.lua;

/** A value that is equal to itself only and shows nothing to scripts, such as a null in JSON. */
public final class LightUserdata {
  private final String name;

  /** Makes a value unlike all others; the name is for people who debug. */
  public LightUserdata(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
