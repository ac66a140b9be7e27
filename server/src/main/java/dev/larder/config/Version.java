package dev.larder.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which release this is, and which Redis release its commands follow. */
public final class Version {
  /**
   * The Redis release whose commands and replies Larder implements: what INFO calls {@code
   * redis_version} and HELLO {@code version}, since clients choose features by it.
   */
  public static final String REDIS = "8.0.0";

  /** Larder's own release, e.g. {@code 0.1.0-SNAPSHOT}: INFO's {@code larder_version}. */
  public static final String LARDER = read();

  private Version() {}

  // Maven writes the project's version into the resource: it is stated in one place, the pom.
  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing: the build is incomplete");
      }
      Properties properties = new Properties();
      properties.load(in);
      String version = properties.getProperty("version");
      if (version == null) {
        throw new IllegalStateException("version.properties names no version");
      }
      return version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
