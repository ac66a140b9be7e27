package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DefaultFileTest {
  /** Lines of options stand behind a bare #, alone. */
  private static final Pattern COMMENTED = Pattern.compile("(?m)^#\n# ([a-z][a-z-]* .*)$");

  private static ConfigLoader.Loaded load(String text) throws ConfigException {
    ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(UTF_8));
    return ConfigLoader.load(List.of("-"), Map.of(), in);
  }

  @Test
  void saysNothingAsItIs() throws Exception {
    ConfigLoader.Loaded loaded = load(DefaultFile.text());
    assertThat(loaded.warnings()).isEmpty();
    for (Option<?> option : Config.options()) {
      assertThat(loaded.config().isGiven(option)).as(option.name()).isFalse();
    }
    assertThat(loaded.config().users()).isEmpty();
  }

  @Test
  void everyOptionCanBeUncommentedAndIsAtItsDefault() throws Exception {
    String text = COMMENTED.matcher(DefaultFile.text()).replaceAll("$1");
    ConfigLoader.Loaded loaded = load(text);
    assertThat(loaded.warnings()).isEmpty();
    Config defaults = new Config();
    for (OptionText option : OptionText.all()) {
      Setting<?> setting = loaded.config().find(option.name());
      assertThat(loaded.config().isGiven(setting.option())).as(option.name()).isTrue();
      if (!option.name().equals("dir")) {
        assertThat(setting.text()).as(option.name()).isEqualTo(defaults.find(option.name()).text());
      }
    }
    assertThat(loaded.config().get(Options.DIR)).isEqualTo(".");
    assertThat(loaded.config().users()).hasSize(1);
  }

  @Test
  void linesFitATerminal() {
    assertThat(DefaultFile.text().lines().filter(line -> line.startsWith("# ")))
        .filteredOn(line -> line.split(" ").length > 3)
        .filteredOn(line -> !line.startsWith("# client-output"))
        .allMatch(line -> line.length() <= 92);
  }

  @Test
  void everyGroupBeginsWhereItsFirstOptionIs() {
    assertThat(OptionText.all().stream().map(OptionText::group).distinct())
        .containsExactlyElementsOf(OptionText.groups());
  }
}
