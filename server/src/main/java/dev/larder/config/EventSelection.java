package dev.larder.config;

import dev.larder.storage.EventClass;

/**
 * Which events of keys are published, and on which channels, as the letters of {@code
 * notify-keyspace-events} say. Without a class or without a channel there is nothing to publish.
 *
 * @param classes a set of {@link EventClass#bit}s
 * @param channels a set of {@link Channel#bit}s
 */
public record EventSelection(int classes, int channels) {
  static final EventSelection NONE = new EventSelection(0, 0);

  /** Where an event can be published; all but the first two tell of the fields of hashes. */
  public enum Channel {
    /** By the name of the key. */
    KEYSPACE('K'),
    /** By the name of the event. */
    KEYEVENT('E'),
    /** By the key; tells event and fields. */
    SUBKEYSPACE('S'),
    /** By the event; tells key and fields. */
    SUBKEYEVENT('T'),
    /** By key and field. */
    SUBKEYSPACEITEM('I'),
    /** By event and key; tells fields. */
    SUBKEYSPACEEVENT('V');

    private final char letter;

    Channel(char letter) {
      this.letter = letter;
    }

    public int bit() {
      return 1 << ordinal();
    }
  }

  /** Whether events are published on a channel. */
  public boolean has(Channel channel) {
    return (channels & channel.bit()) != 0;
  }

  /** Whether the fields of hashes are told. */
  public boolean tellsFields() {
    return (channels & ~(Channel.KEYSPACE.bit() | Channel.KEYEVENT.bit())) != 0;
  }

  static ValueType<EventSelection> type() {
    return new ValueType<>() {
      @Override
      String description() {
        return "letters";
      }

      @Override
      EventSelection parse(String text, EventSelection current) throws ConfigException {
        return EventSelection.parse(text);
      }
    };
  }

  /** Reads letters, in any order. */
  public static EventSelection parse(String letters) throws ConfigException {
    int classes = 0;
    int channels = 0;
    for (char letter : letters.toCharArray()) {
      int ofLetter = classes(letter);
      int channel = channel(letter);
      if (ofLetter == 0 && channel == 0) {
        throw new ConfigException("Invalid event class character. Use 'Ag$lshzxeKEtmdnocaSTIV'.");
      }
      classes |= ofLetter;
      channels |= channel;
    }
    return new EventSelection(classes, channels);
  }

  private static int classes(char letter) {
    int bits = 0;
    for (EventClass each : EventClass.values()) {
      if (each.letter() == letter || (letter == 'A' && each.isCommon())) {
        bits |= each.bit();
      }
    }
    return bits;
  }

  private static int channel(char letter) {
    for (Channel each : Channel.values()) {
      if (each.letter == letter) {
        return each.bit();
      }
    }
    return 0;
  }

  /** The letters, in Redis's order; as there, {@code A} hides which rarer classes there are. */
  @Override
  public String toString() {
    StringBuilder letters = new StringBuilder();
    if ((classes & classes('A')) == classes('A')) {
      letters.append('A');
    } else {
      for (EventClass each : EventClass.values()) {
        if (each != EventClass.KEY_MISS) {
          append(letters, classes, each.bit(), each.letter());
        }
      }
    }
    for (Channel each : Channel.values()) {
      if (each == Channel.SUBKEYSPACE) {
        append(letters, classes, EventClass.KEY_MISS.bit(), EventClass.KEY_MISS.letter());
      }
      append(letters, channels, each.bit(), each.letter);
    }
    return letters.toString();
  }

  private static void append(StringBuilder letters, int bits, int bit, char letter) {
    if ((bits & bit) != 0) {
      letters.append(letter);
    }
  }
}
