package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AddressSpaceTest {
  @Test
  void isTakenAsWantedWhereItIsGranted() {
    assertThat(AddressSpace.halvings(1L << 42, 1, bytes -> true)).isZero();
    assertThat(AddressSpace.halvingsOfData(1L << 30)).isZero();
  }

  @Test
  void isLeftToOthersInPartWhereItIsShort() {
    long limit = 3L << 30;
    assertThat(AddressSpace.halvings(1L << 42, 1, bytes -> bytes <= limit)).isEqualTo(11 + 1);
    assertThat(AddressSpace.halvings(1L << 42, 3, bytes -> bytes <= limit)).isEqualTo(11 + 3);
  }

  @Test
  void isNotTakenWhereThereIsNone() {
    assertThat((1L << 20) >>> AddressSpace.halvings(1L << 20, 1, bytes -> false)).isZero();
  }
}
