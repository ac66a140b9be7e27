package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static Options parse(String... args) {
    return Options.parse(args, Set.of("cpu", "rss"), Path.of("home"));
  }

  @Test
  void everythingIsMeasuredUnlessToldOtherwise() {
    Options options = parse();
    assertThat(options.only()).isEmpty();
    assertThat(options.wants("any row")).isTrue();
    assertThat(options.roundsOr(5, 3)).isEqualTo(5);
    assertThat(options.larderCommand()).isNull();
  }

  @Test
  void choosesMeasurementsRowsAndEffort() {
    Options options = parse("--only", "rss,cpu", "--quick", "--match", "GET", "--seconds", "0.5");
    assertThat(options.only()).containsExactly("cpu", "rss");
    assertThat(options.wants("cpu SET")).isFalse();
    assertThat(options.roundsOr(5, 3)).isEqualTo(3);
    assertThat(options.windowOr(2, 1)).isEqualTo(Clock.SECOND / 2);
  }

  @Test
  void splitsCommandsIntoWords() {
    assertThat(parse("--larder-command", "./larder server").larderCommand())
        .containsExactly("./larder", "server");
  }

  @Test
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> parse("--fast")).hasMessage("unknown option '--fast'");
    assertThatThrownBy(() -> parse("--only", "gpu"))
        .hasMessageStartingWith("no measurement 'gpu'; there are ");
    assertThatThrownBy(() -> parse("--rounds")).hasMessage("--rounds needs a value");
    assertThatThrownBy(() -> parse("--rounds", "none"))
        .hasMessage("--rounds takes a number from 1 to 1000, not 'none'");
  }
}
