package dev.larder.lua;

/** A value that is equal to itself only and shows scripts its name, such as a null in JSON. */
public final class LightUserdata {
  private final String name;

  /** Makes a value unlike all others; the name is what {@code tostring} shows of it. */
  public LightUserdata(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
