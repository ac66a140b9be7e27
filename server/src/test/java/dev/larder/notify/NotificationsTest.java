package dev.larder.notify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.EventSelection;
import dev.larder.config.Options;
import dev.larder.storage.Bytes;
import dev.larder.storage.EventClass;
import dev.larder.storage.Journal;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events become messages. */
final class NotificationsTest {
  private final Keyspace keyspace = Keyspace.open(new StorageOptions(4, 16, 1 << 24), Journal.NONE);
  private final Unit unit = keyspace.newUnit();
  private final Config config = new Config();
  private final Collector sink = new Collector();

  /** Keeps messages as text, and how many units have ended. */
  private static final class Collector implements MessageSink {
    final List<String> messages = new ArrayList<>();
    boolean isNeeded = true;
    int ends;

    @Override
    public boolean isNeeded() {
      return isNeeded;
    }

    @Override
    public void publish(Unit unit, byte[] bytes, int channelLength, int messageLength) {
      String channel = new String(bytes, 0, channelLength, ISO_8859_1);
      messages.add(channel + " " + new String(bytes, channelLength, messageLength, ISO_8859_1));
    }

    @Override
    public void end(Unit unit) {
      ends++;
    }
  }

  @AfterEach
  void close() {
    keyspace.close();
  }

  private void select(String letters) throws ConfigException {
    EventSelection selected = EventSelection.parse(letters);
    config.set(Options.NOTIFY_KEYSPACE_EVENTS, selected);
    keyspace
        .events()
        .listener(new Notifications(config.setting(Options.NOTIFY_KEYSPACE_EVENTS), sink));
    keyspace.events().want(selected.classes(), selected.tellsFields());
  }

  private static ByteBuffer memory(String text) {
    ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(1, text.length()));
    return memory.put(text.getBytes(ISO_8859_1));
  }

  private void raise(KeyEvent event, int database, String key, String... fields) {
    for (String field : fields) {
      unit.events().field(event, Bytes.addressOf(memory(field)), field.length());
    }
    unit.events().raise(event, database, Bytes.addressOf(memory(key)), key.length());
  }

  @Test
  void anEventIsPublishedByKeyAndByName() throws ConfigException {
    select("KEA");
    raise(KeyEvent.SET, 0, "key");
    raise(KeyEvent.XGROUP_CREATE, 15, "");
    assertThat(sink.messages).as("not before the unit ends").isEmpty();
    unit.releaseAll();
    assertThat(sink.messages)
        .containsExactly(
            "__keyspace@0__:key set",
            "__keyevent@0__:set key",
            "__keyspace@15__: xgroup-create",
            "__keyevent@15__:xgroup-create ");
    assertThat(sink.ends).isEqualTo(1);
    unit.releaseAll();
    assertThat(sink.ends).as("a unit without events").isEqualTo(1);
  }

  @Test
  void onlyWhatIsAskedForIsPublished() throws ConfigException {
    select("El");
    raise(KeyEvent.SET, 0, "key");
    raise(KeyEvent.LPUSH, 0, "list");
    raise(KeyEvent.DEL, 0, "key");
    unit.releaseAll();
    assertThat(sink.messages).containsExactly("__keyevent@0__:lpush list");
    sink.messages.clear();
    sink.isNeeded = false;
    raise(KeyEvent.LPUSH, 0, "list");
    unit.releaseAll();
    assertThat(sink.messages).as("nobody listens").isEmpty();
  }

  @Test
  void fieldsAreToldInAllForms() throws ConfigException {
    select("STIVh");
    raise(KeyEvent.HSET, 0, "h|:k", "a", "b,c", "");
    raise(KeyEvent.HDEL, 1, "new\nline", "f");
    raise(KeyEvent.HSET, 0, "without");
    unit.releaseAll();
    assertThat(sink.messages)
        .containsExactly(
            "__subkeyspace@0__:h|:k hset|1:a,3:b,c,0:",
            "__subkeyevent@0__:hset 4:h|:k|1:a,3:b,c,0:",
            "__subkeyspaceitem@0__:h|:k\na hset",
            "__subkeyspaceitem@0__:h|:k\nb,c hset",
            "__subkeyspaceitem@0__:h|:k\n hset",
            "__subkeyspaceevent@0__:hset|h|:k 1:a,3:b,c,0:",
            "__subkeyspace@1__:new\nline hdel|1:f",
            "__subkeyevent@1__:hdel 8:new\nline|1:f",
            "__subkeyspaceevent@1__:hdel|new\nline 1:f");
  }

  @Test
  void muchIsPublishedInParts() throws ConfigException {
    select("E$");
    String key = "k".repeat(5000);
    for (int i = 0; i < 100; i++) {
      raise(KeyEvent.SET, 0, key + i);
    }
    assertThat(sink.messages.size()).isBetween(1, 99);
    unit.releaseAll();
    assertThat(sink.messages).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(sink.messages.get(i)).isEqualTo("__keyevent@0__:set " + key + i);
    }
  }

  @Test
  void everyClassHasALetterOfItsOwn() {
    assertThat(List.of(EventClass.values()).stream().map(EventClass::letter))
        .doesNotHaveDuplicates();
  }
}
