package dev.larder.cli.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.LarderCommand;
import dev.larder.config.OptionText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ManualPagesTest {
  private final CommandLine program = LarderCommand.commandLine();
  private final Map<String, String> pages = ManualPages.all(program);

  @Test
  void everyCommandAndOptionHasItsPlace() {
    for (String command : program.getSubcommands().keySet()) {
      assertThat(pages).containsKey("larder-" + command + ".1");
      assertThat(pages.get("larder.1")).contains("larder\\-" + command.replace("-", "\\-"));
    }
    for (OptionText option : OptionText.all()) {
      assertThat(pages.get("larder.conf.5"))
          .contains("\\fB" + option.name().replace("-", "\\-") + "\\fR");
    }
  }

  @Test
  void pagesHaveTheSectionsThatReadersLookFor() {
    assertThat(pages.get("larder.1")).contains(".SH NAME", ".SH SYNOPSIS", "EXIT STATUS");
    assertThat(pages.get("larder-server.1")).contains(".SH SIGNALS", "SIGHUP");
    assertThat(pages.get("larder-ping.1")).contains("6379", "LARDER_PING_PASSWORD");
    pages.forEach((name, text) -> assertThat(text).as(name).doesNotContain("${DEFAULT", "%%", "`"));
  }

  @Test
  void textIsNoRoff() {
    Roff page = new Roff("a", 1, "x");
    page.paragraph(".b 'c\\d --e `f`");
    page.paragraph("'g");
    assertThat(page.toString()).endsWith(".PP\n\\&.b 'c\\ed \\-\\-e \\fBf\\fR\n.PP\n\\&'g\n");
  }

  @Test
  void filesAreWhereAPackageWantsThem(@TempDir Path home) throws Exception {
    ShippedTexts.main(new String[] {home.toString()});
    assertThat(home.resolve("conf/larder.conf")).isNotEmptyFile();
    assertThat(home.resolve("share/man/man1/larder-ping.1")).isNotEmptyFile();
    assertThat(home.resolve("share/man/man5/larder.conf.5")).isNotEmptyFile();
    assertThat(Files.readString(home.resolve("share/bash-completion/completions/larder")))
        .startsWith("#")
        .doesNotStartWith("#!")
        .contains("--print-default", "complete");
  }
}
