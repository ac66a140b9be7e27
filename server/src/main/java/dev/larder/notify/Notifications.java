package dev.larder.notify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.larder.config.EventSelection;
import dev.larder.config.EventSelection.Channel;
import dev.larder.config.Setting;
import dev.larder.storage.KeyEventControl;
import dev.larder.storage.KeyEvents;
import dev.larder.storage.Unit;
import java.util.Arrays;

/**
 * Publishes the events of keys on the channels that the configuration has chosen. It does so while
 * the unit still owns its shards: of two units that change the same key the later one tells later.
 */
public final class Notifications implements KeyEventControl.Listener {
  private final Setting<EventSelection> selection;
  private final MessageSink sink;

  /**
   * @param selection that of {@code notify-keyspace-events}
   */
  public Notifications(Setting<EventSelection> selection, MessageSink sink) {
    this.selection = selection;
    this.sink = sink;
  }

  @Override
  public boolean isNeeded() {
    return sink.isNeeded();
  }

  @Override
  public void publish(Unit unit, KeyEvents events) {
    EventSelection selected = selection.get();
    Message message = new Message(events);
    while (events.next()) {
      if (selected.has(Channel.KEYSPACE)) {
        message.channel("keyspace").key().text().event().publish(unit);
      }
      if (selected.has(Channel.KEYEVENT)) {
        message.channel("keyevent").event().text().key().publish(unit);
      }
      if (events.fieldsLength() > 0) {
        publishFields(unit, message, selected);
      }
    }
    sink.end(unit);
  }

  private void publishFields(Unit unit, Message message, EventSelection selected) {
    if (selected.has(Channel.SUBKEYSPACE)) {
      message.channel("subkeyspace").key().text().event().add('|').fields().publish(unit);
    }
    if (selected.has(Channel.SUBKEYEVENT)) {
      message.channel("subkeyevent").event().text();
      message.keyLength().add(':').key().add('|').fields().publish(unit);
    }
    // Behind a key with a newline nobody could tell where the field begins.
    if (selected.has(Channel.SUBKEYSPACEITEM) && !message.keyHas('\n')) {
      for (int at = 0; at < message.fieldsLength(); ) {
        message.channel("subkeyspaceitem").key().add('\n');
        at = message.field(at);
        message.text().event().publish(unit);
      }
    }
    if (selected.has(Channel.SUBKEYSPACEEVENT)) {
      message.channel("subkeyspaceevent").event().add('|').key().text().fields().publish(unit);
    }
  }

  /** One message after the other, put together from the parts of the current event. */
  private final class Message {
    private final KeyEvents events;
    private byte[] bytes = new byte[128];
    private int used;
    private int channelLength;

    Message(KeyEvents events) {
      this.events = events;
    }

    /** Begins a message with its channel's prefix. */
    Message channel(String kind) {
      used = 0;
      return add("__" + kind + '@' + events.database() + "__:");
    }

    /** The channel is complete, what follows is the text. */
    Message text() {
      channelLength = used;
      return this;
    }

    void publish(Unit unit) {
      sink.publish(unit, bytes, channelLength, used - channelLength);
    }

    Message event() {
      byte[] name = events.event().nameBytes();
      return add(name, 0, name.length);
    }

    Message key() {
      return add(events.bytes(), events.keyOffset(), events.keyLength());
    }

    Message keyLength() {
      return add(Integer.toString(events.keyLength()));
    }

    boolean keyHas(char wanted) {
      boolean has = false;
      for (int i = 0; i < events.keyLength() && !has; i++) {
        has = events.bytes()[events.keyOffset() + i] == wanted;
      }
      return has;
    }

    int fieldsLength() {
      return events.fieldsLength();
    }

    Message fields() {
      return add(events.bytes(), events.fieldsOffset(), events.fieldsLength());
    }

    /** Adds the name of the field whose length is at an offset; returns that of the next one. */
    int field(int offset) {
      byte[] all = events.bytes();
      int at = events.fieldsOffset() + offset;
      int length = 0;
      for (; all[at] != ':'; at++) {
        length = 10 * length + all[at] - '0';
      }
      add(all, at + 1, length);
      return at + 1 + length + 1 - events.fieldsOffset();
    }

    Message add(char single) {
      reserve(1);
      bytes[used++] = (byte) single;
      return this;
    }

    private Message add(String ascii) {
      byte[] text = ascii.getBytes(US_ASCII);
      return add(text, 0, text.length);
    }

    private Message add(byte[] source, int offset, int length) {
      reserve(length);
      System.arraycopy(source, offset, bytes, used, length);
      used += length;
      return this;
    }

    private void reserve(int more) {
      if (used + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(used + more, 2 * bytes.length));
      }
    }
  }
}
