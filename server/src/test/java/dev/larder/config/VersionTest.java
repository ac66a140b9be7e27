package dev.larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VersionTest {
  @Test
  void buildWritesTheProjectsVersionIntoTheResource() {
    assertThat(Version.LARDER).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
