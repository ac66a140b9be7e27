package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {

  @TempDir Path directory;

  private static ConfigLoader.Loaded load(String input, String... arguments)
      throws ConfigException {
    return ConfigLoader.load(
        List.of(arguments), Map.of(), new ByteArrayInputStream(input.getBytes(UTF_8)));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void readsAFileAndThenTheCommandLine() throws Exception {
    Path path =
        file(
            "my.conf",
            """
            # a comment
            port 7000
              MAXMEMORY 1gb

            bind 10.0.0.1 -::1
            hz 20
            save 900 1
            save 300 10
            requirepass "a\\x20\\"b"
            """);
    ConfigLoader.Loaded loaded = load("", path.toString(), "--port", "7001", "--timeout", "5");
    Config config = loaded.config();
    assertThat(config.get(Options.PORT)).isEqualTo(7001);
    assertThat(config.get(Options.TIMEOUT)).isEqualTo(5);
    assertThat(config.get(Options.MAXMEMORY)).isEqualTo(1L << 30);
    assertThat(config.get(Options.BIND)).containsExactly("10.0.0.1", "-::1");
    assertThat(config.get(Options.REQUIREPASS)).isEqualTo("a \"b");
    assertThat(config.find("save").text()).isEqualTo("900 1 300 10");
    assertThat(loaded.warnings())
        .containsExactly("Options that have no effect in this release yet: hz");
  }

  private static Config load(Map<String, String> environment, String... arguments)
      throws ConfigException {
    return ConfigLoader.load(List.of(arguments), environment, InputStream.nullInputStream())
        .config();
  }

  @Test
  void readsTheEnvironmentBetweenFileAndCommandLine() throws Exception {
    Path path = file("my.conf", "port 7000\ntimeout 5\nsave 900 1\nmaxmemory 1gb\n");
    Map<String, String> environment =
        Map.of(
            "LARDER_PORT", "7001",
            "LARDER_TIMEOUT", "6",
            "LARDER_METRICS_PORT", "9121",
            "LARDER_SAVE", "60 5 30 9",
            "LARDER_BIND", "10.0.0.1 -::1",
            "LARDER_JAVA_OPTS", "-Xmx1g",
            "LARDER_SERVICE_HOST", "10.0.0.9",
            "LARDER_PORT_6379_TCP_ADDR", "10.0.0.9",
            "HOME", "/");
    Config config = load(environment, path.toString(), "--port", "7002");
    assertThat(config.get(Options.PORT)).isEqualTo(7002);
    assertThat(config.get(Options.TIMEOUT)).isEqualTo(6);
    assertThat(config.get(Options.MAXMEMORY)).isEqualTo(1L << 30);
    assertThat(config.get(Options.BIND)).containsExactly("10.0.0.1", "-::1");
    assertThat(config.find("save").text()).isEqualTo("60 5 30 9");
    assertThat(config.find("larder-metrics-port").text()).isEqualTo("9121");
    assertThat(load(Map.of("LARDER_PORT", "tcp://10.0.0.9:6379")).get(Options.PORT))
        .isEqualTo(6379);
  }

  @Test
  void readsDefaultsBeforeAllElse() throws Exception {
    Path defaults = file("defaults.conf", "bind *\nprotected-mode no\nsave 1 1\ntimeout 4\n");
    Path path = file("my.conf", "bind 10.0.0.1\nsave 900 1\n");
    Map<String, String> environment =
        Map.of("LARDER_DEFAULTS", defaults.toString(), "LARDER_TIMEOUT", "5");
    Config config = load(environment, path.toString());
    assertThat(config.get(Options.BIND)).containsExactly("10.0.0.1");
    assertThat(config.get(Options.PROTECTED_MODE)).isFalse();
    assertThat(config.get(Options.TIMEOUT)).isEqualTo(5);
    assertThat(config.find("save").text()).isEqualTo("900 1");
    assertThat(config.isGiven(Options.PROTECTED_MODE)).isFalse();
    assertThat(load(environment).get(Options.BIND)).containsExactly("*");
    assertThat(load(environment).find("save").text()).isEqualTo("1 1");
    assertThatThrownBy(() -> load(Map.of("LARDER_DEFAULTS", "/no/such.conf")))
        .hasMessage("LARDER_DEFAULTS: cannot read configuration file /no/such.conf: no such file");
  }

  @Test
  void namesTheVariableAtFault() {
    assertThatThrownBy(() -> load(Map.of("LARDER_MAXMEM_ORY", "1gb")))
        .hasMessage("environment variable LARDER_MAXMEM_ORY: unknown option 'maxmem-ory'");
    assertThatThrownBy(() -> load(Map.of("LARDER_PORT", "x")))
        .hasMessageStartingWith("environment variable LARDER_PORT=x: argument couldn't be parsed");
  }

  @Test
  void readsStandardInputAndIncludes() throws Exception {
    file("b.conf", "timeout 3\n");
    file("a.conf", "timeout 2\n");
    Config config = load("include " + directory + "/*.conf\nport 1234", "-").config();
    assertThat(config.get(Options.TIMEOUT)).isEqualTo(3);
    assertThat(config.get(Options.PORT)).isEqualTo(1234);
  }

  @Test
  void namesTheLineAtFault() throws Exception {
    Path path = file("bad.conf", "port 1\n\nport abc\n");
    assertThatThrownBy(() -> load("", path.toString()))
        .hasMessage(path + ", line 3: 'port abc': argument couldn't be parsed into an integer");
    assertThatThrownBy(() -> load("no-such 1", "-"))
        .hasMessage("standard input, line 1: 'no-such 1': unknown option 'no-such'");
    assertThatThrownBy(() -> load("port 1 2", "-")).hasMessageContaining("wrong number");
    assertThatThrownBy(() -> load("dir \"a", "-"))
        .hasMessage("standard input, line 1: 'dir \"a': Unbalanced quotes in configuration line");
    assertThatThrownBy(() -> load("daemonize yes", "-")).hasMessageContaining("service manager");
    assertThatThrownBy(() -> load("maxmemory-policy allkeys-mru", "-"))
        .hasMessageContaining("argument(s) must be one of the following");
    assertThatThrownBy(() -> load("", "/no/such.conf"))
        .hasMessage("cannot read configuration file /no/such.conf: no such file");
    assertThatThrownBy(() -> load("requirepass a b", "-"))
        .hasMessage("standard input, line 1: 'requirepass': wrong number of arguments");
  }

  @Test
  void namesTheFileThatCannotBeRead() throws Exception {
    assertThatThrownBy(() -> load("", directory.toString()))
        .hasMessage("cannot read configuration file " + directory + ": it is a directory");
    assertThatThrownBy(() -> load("port 1\ninclude /no/such.conf", "-"))
        .hasMessage(
            "standard input, line 2: 'include /no/such.conf': "
                + "cannot read configuration file /no/such.conf: no such file");
    Path binary = Files.write(directory.resolve("binary.conf"), new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> load("", binary.toString()))
        .hasMessage("cannot read " + binary + ": it is not text in UTF-8");
  }

  @Test
  void namesTheOptionAtFault() {
    assertThatThrownBy(() -> load("", "--port", "x"))
        .hasMessage("option --port x: argument couldn't be parsed into an integer");
    assertThatThrownBy(() -> load("", "--port"))
        .hasMessage("option --port: wrong number of arguments");
    assertThatThrownBy(() -> load("", "--nope", "1"))
        .hasMessage("option --nope 1: unknown option 'nope'");
    assertThatThrownBy(() -> load("", "--port=1"))
        .hasMessage("option --port=1: write --port and the value apart");
    assertThatThrownBy(() -> load("port 1", "-", "extra")).hasMessageContaining("'extra'");
    assertThatThrownBy(() -> load("", "--shards", "3")).hasMessageContaining("power of two");
    assertThatThrownBy(() -> load("", "-p", "1")).hasMessageContaining("unexpected argument '-p'");
    assertThatThrownBy(() -> load("", "--dir", "/no/such"))
        .hasMessage("option --dir /no/such: no such directory");
  }

  @Test
  void toleratesDirectivesOfRedisThatMeanNothingHere() throws Exception {
    ConfigLoader.Loaded loaded =
        load("repl-timeout 60\nslave-priority 1\ntls-cluster no\ncluster-enabled no\nhz 10\n", "-");
    assertThat(loaded.warnings())
        .containsExactly("Directives without a meaning in Larder: repl-timeout, slave-priority");
    assertThatThrownBy(() -> load("cluster-enabled yes", "-"))
        .hasMessageEndingWith("this release of Larder cannot do that");
  }

  @Test
  void anIncludeOfItselfEnds() throws Exception {
    Path path = directory.resolve("loop.conf");
    file("loop.conf", "include " + path + "\n");
    assertThatThrownBy(() -> load("", path.toString())).hasMessageContaining("too deeply");
  }

  @Test
  void splitsWordsAsRedisDoes() throws ConfigException {
    assertThat(Words.split("  a  'b c' \"d\\n\\x41\\\"\" 'it\\'s' ''"))
        .containsExactly("a", "b c", "d\nA\"", "it's", "");
    assertThatThrownBy(() -> Words.split("\"a\"b")).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> Words.split("'a")).isInstanceOf(ConfigException.class);
    assertThat(Words.split(Words.join(List.of("a b", "", "c\"d", "e"))))
        .containsExactly("a b", "", "c\"d", "e");
  }

  @Test
  void takesSeveralValuesFromOneArgument() throws ConfigException {
    assertThat(load("", "--save", "900 1 300 10").config().find("save").text())
        .isEqualTo("900 1 300 10");
    assertThat(load("", "--save", "").config().find("save").text()).isEmpty();
    assertThat(load("", "--bind", "127.0.0.1", "::1").config().get(Options.BIND))
        .containsExactly("127.0.0.1", "::1");
  }

  @Test
  void setChecksValues() {
    assertThatThrownBy(() -> new Config().set(Options.PORT, 70_000L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port: argument must be between 0 and 65535 inclusive");
    assertThat(new Config().set(Options.PORT, 0L).get(Options.PORT)).isZero();
  }
}
