package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Manifests as Redis writes them, and what is wrong with others. */
final class AofManifestTest {
  private static AofManifest parse(String text) throws AofManifestException {
    return AofManifest.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void asRedisWritesIt() throws AofManifestException {
    String text =
        """
        file appendonly.aof.2.base.rdb seq 2 type b
        file appendonly.aof.1.base.rdb seq 1 type h
        file appendonly.aof.1.incr.aof seq 1 type h
        file appendonly.aof.2.incr.aof seq 2 type i
        file appendonly.aof.4.incr.aof seq 4 type i
        """;
    AofManifest manifest = parse(text);
    assertThat(manifest.base()).isEqualTo(AofPart.base("appendonly.aof", 2, true));
    assertThat(manifest.incrementals())
        .containsExactly(
            AofPart.incremental("appendonly.aof", 2), AofPart.incremental("appendonly.aof", 4));
    assertThat(manifest.history())
        .containsExactly(
            AofPart.base("appendonly.aof", 1, true).asHistory(),
            AofPart.incremental("appendonly.aof", 1).asHistory());
    assertThat(manifest.toLoad()).hasSize(3);
    assertThat(manifest.format()).isEqualTo(text);
  }

  @Test
  void whatNewerVersionsAndPeopleAdd() throws AofManifestException {
    AofManifest manifest =
        parse("# by hand\n  TYPE i file a seq 7 startoffset 12 endoffset 9  \n#\n");
    assertThat(manifest.base()).isNull();
    assertThat(manifest.incrementals())
        .containsExactly(new AofPart("a", 7, AofPart.Kind.INCREMENTAL));
  }

  @Test
  void unusualNamesAreQuoted() throws AofManifestException {
    for (String name : List.of("a b", "it's", "\"", "tab\tnew\nline", "ü.aof", "\1\7", "#x")) {
      AofManifest manifest = AofManifest.EMPTY.withIncremental(AofPart.incremental(name, 1));
      assertThat(parse(manifest.format())).as(name).isEqualTo(manifest);
    }
    assertThat(AofManifest.EMPTY.withIncremental(AofPart.incremental("ü \n", 1)).format())
        .isEqualTo("file \"\\xc3\\xbc \\n.1.incr.aof\" seq 1 type i\n");
    assertThat(parse("file 'it\\'s' seq 1 type b\n").base().name()).isEqualTo("it's");
    assertThat(parse("file \"\\x41\\q\\xg\" seq 1 type b\n").base().name()).isEqualTo("Aqxg");
  }

  @Test
  void nothingListed() throws AofManifestException {
    assertThat(parse(AofManifest.EMPTY.format())).isEqualTo(AofManifest.EMPTY);
  }

  @Test
  void mistakesAreTold() {
    fails("", "the manifest is empty");
    fails("# x\nfile a seq 1 type b", "line 2 of the manifest: it is cut off: ");
    fails("\n", "line 1 of the manifest: not pairs of keys and values: ''");
    fails("file a seq 1 type\n", "not pairs of keys and values: 'file a seq 1 type'");
    fails("file a seq 1\n", "not pairs of keys and values");
    fails("file \"a seq 1 type b\n", "not pairs of keys and values");
    fails("file \"a\"b seq 1 type b x\n", "not pairs of keys and values");
    fails("file a file a seq 1\n", "file, seq or type is missing");
    fails("file a seq x type b\n", "seq is no positive number");
    fails("file a seq 0 type b\n", "seq is no positive number");
    fails("file a seq 99999999999999999999 type b\n", "seq is no positive number");
    fails("file a seq 1 type x\n", "type is none of b, h and i");
    fails("file a seq 1 type bi\n", "type is none of b, h and i");
    fails("file ../a seq 1 type b\n", "not the plain name of a file");
    fails("file \"\" seq 1 type b\n", "not the plain name of a file");
    fails("file .. seq 1 type b\n", "not the plain name of a file");
    fails("file a seq 1 type b\nfile b seq 2 type b\n", "line 2 of the manifest: a second base");
    fails("file a seq 2 type i\nfile b seq 2 type i\n", "not in ascending order");
  }

  private static void fails(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(AofManifestException.class)
        .hasMessageContaining(message);
  }
}
