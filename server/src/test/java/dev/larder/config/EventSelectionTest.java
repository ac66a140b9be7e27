package dev.larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.EventSelection.Channel;
import dev.larder.storage.EventClass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The letters of {@code notify-keyspace-events}. */
final class EventSelectionTest {
  private static EventSelection parse(String letters) throws ConfigException {
    return EventSelection.parse(letters);
  }

  @Test
  void lettersComeBackInRedissOrder() throws ConfigException {
    for (String pair :
        List.of(
            "KEA AKE",
            "KEAn AKE",
            "AKEmn AKEm",
            "Kg$lshzxetdnm g$lshzxetdnKm",
            "Ex xE",
            "KgEd gdKE",
            "tAm Am",
            "nKE nKE",
            "KEKEgg gKE",
            "g$lshzxetdaK AK",
            "VITSchno hnocSTIV",
            "AKEmSTIV AKEmSTIV")) {
      String[] both = pair.split(" ");
      assertThat(parse(both[0])).hasToString(both[1]);
    }
    assertThat(parse("")).hasToString("");
  }

  @Test
  void whatIsHiddenBehindAllCounts() throws ConfigException {
    EventSelection all = parse("KAno");
    assertThat(all.classes() & EventClass.NEW.bit()).isNotZero();
    assertThat(all.classes() & EventClass.OVERWRITTEN.bit()).isNotZero();
    assertThat(all.classes() & EventClass.TYPE_CHANGED.bit()).isZero();
    assertThat(all.classes() & EventClass.KEY_MISS.bit()).isZero();
    assertThat(all.has(Channel.KEYSPACE)).isTrue();
    assertThat(all.has(Channel.KEYEVENT)).isFalse();
    assertThat(all.tellsFields()).isFalse();
    assertThat(parse("hV").tellsFields()).isTrue();
  }

  @Test
  void otherLettersAreRefused() {
    for (String letters : List.of("Q", "KEAk", "K E", "\u00e4")) {
      assertThatThrownBy(() -> parse(letters))
          .isInstanceOf(ConfigException.class)
          .hasMessage("Invalid event class character. Use 'Ag$lshzxeKEtmdnocaSTIV'.");
    }
  }
}
