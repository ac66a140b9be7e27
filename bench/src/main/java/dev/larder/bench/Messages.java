package dev.larder.bench;

import java.nio.ByteBuffer;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Requests and replies about {@link Elements}, written as text with holes in braces, such as {@code
 * HGET {key} {field}}; {@link #hole} says what each is filled with. In a reply, {@code |} ends a
 * line.
 */
final class Messages {
  /** A place, as GEOADD and GEOSEARCH take it. */
  static final String PLACE = "{eastdegrees}.{eastmicros} {northdegrees}.{northmicros}";

  /** Around a place, ten members lie as near as this on average. */
  static final int RADIUS_KILOMETERS = 9;

  /** What a geohash of 52 bits and a rounded degree may add. */
  private static final double RADIUS_TOLERANCE = 1.001;

  /** What is not stored, and what must differ from what is, has numbers from here on. */
  private static final long OTHER = 1L << 40;

  /** Scores, ids and counters. */
  private static final int LONG_DIGITS = 13;

  private static final int FIELD_DIGITS = 7;
  private static final LongUnaryOperator SAME = n -> n;

  private final Elements elements;

  Messages(Elements elements) {
    this.elements = elements;
  }

  Elements elements() {
    return elements;
  }

  /** A request of words with one space between them, about one element. */
  Template command(String words) {
    return command(words, "", 0, SAME);
  }

  /** A request about a collection; request number n is about the n-th. */
  Template collectionCommand(String words) {
    long perKey = elements.perKey();
    return command(words, "", 0, n -> n * perKey);
  }

  /**
   * A request about {@code times} elements in a row, whose words repeat {@code each} for every one
   * of them; request number n begins with element {@code n * times}.
   */
  Template rowCommand(String words, String each, int times) {
    return command(words, each, times, n -> n * times);
  }

  /** A transaction of commands about one element, as one request. */
  Template transaction(String... commands) {
    Template.Builder builder = new Template.Builder();
    command(builder, "MULTI", "", 0, SAME);
    for (String words : commands) {
      command(builder, words, "", 0, SAME);
    }
    command(builder, "EXEC", "", 0, SAME);
    return builder.build();
  }

  private Template command(String words, String each, int times, LongUnaryOperator map) {
    Template.Builder builder = new Template.Builder();
    command(builder, words, each, times, map);
    return builder.build();
  }

  private void command(
      Template.Builder builder, String words, String each, int times, LongUnaryOperator map) {
    String[] head = words.split(" ");
    String[] repeated = each.split(" ");
    builder.text("*" + (head.length + times * repeated.length) + "\r\n");
    for (String word : head) {
      argument(builder, word, map);
    }
    for (int i = 0; i < times; i++) {
      long offset = i;
      for (String word : repeated) {
        argument(builder, word, n -> map.applyAsLong(n) + offset);
      }
    }
  }

  /** A reply whose length is known. */
  Template reply(String text) {
    Template.Builder builder = new Template.Builder();
    parts(builder, lines(text), SAME);
    return builder.build();
  }

  /** A reply with a part in it that more than one content is right for. */
  Template around(String before, Hole part, String after) {
    Template.Builder builder = new Template.Builder();
    parts(builder, lines(before), SAME);
    builder.hole(part);
    parts(builder, lines(after), SAME);
    return builder.build();
  }

  /** An array of {@code count} elements, the i-th of them for {@code numberOf(n, i)}. */
  Template array(int count, String each, LongBinaryOperator numberOf) {
    Template.Builder builder = new Template.Builder().text("*" + count + "\r\n");
    for (int i = 0; i < count; i++) {
      long at = i;
      parts(builder, lines(each), n -> numberOf.applyAsLong(n, at));
    }
    return builder.build();
  }

  /** The i-th element from the start of a span on. */
  LongBinaryOperator following(int span) {
    LongUnaryOperator start = start(span, 0);
    return (n, i) -> elements.first(n) + start.applyAsLong(n) + i;
  }

  /** The member i ranks above the start of a span. */
  LongBinaryOperator ranked(int span) {
    Shuffle ranks = elements.ranks();
    LongUnaryOperator start = start(span, 0);
    return (n, i) -> elements.first(n) + ranks.positionOf(start.applyAsLong(n) + i);
  }

  /** The rank of the element's member. */
  LongUnaryOperator rank() {
    Shuffle ranks = elements.ranks();
    return n -> ranks.at(elements.index(n));
  }

  /** Reads in a part of a reply which element it is about. */
  interface NumberReader {
    /** {@code first} is the first element of the collection that was asked for. */
    long read(ByteBuffer in, int offset, long first);
  }

  /** By the member behind the text {@code before}. */
  static NumberReader byMember(String before) {
    int skip = lines(before).length();
    return (in, offset, first) -> KeyValues.numberOfKey(in, offset + skip);
  }

  /** By the value behind the text {@code before}. */
  static NumberReader byValue(String before) {
    int skip = lines(before).length();
    return (in, offset, first) -> KeyValues.numberOfValue(in, offset + skip);
  }

  /** By the field's digits behind the text {@code before}. */
  static NumberReader byField(String before) {
    int skip = lines(before).length();
    return (in, offset, first) -> first + Digits.read(in, offset + skip, FIELD_DIGITS);
  }

  /** By the id behind the text {@code before}. */
  static NumberReader byId(String before) {
    int skip = lines(before).length();
    return (in, offset, first) ->
        first + Digits.read(in, offset + skip, LONG_DIGITS) - Elements.FIRST_ID;
  }

  /**
   * Any {@code times} elements of the collection that was asked for, none twice.
   *
   * @param times 1, or at most 64 where that is the whole collection
   */
  Hole anyOf(int times, String each, NumberReader reader) {
    Template part = reply(each);
    return Hole.checked(
        times * part.length(),
        (in, offset, number) -> {
          long first = elements.first(number);
          long seen = 0;
          for (int i = 0; i < times; i++) {
            int at = offset + i * part.length();
            long found = reader.read(in, at, first) - first;
            if (found < 0
                || found >= elements.perKey()
                || (seen & 1L << found) != 0
                || !part.matches(in, at, first + found)) {
              return false;
            }
            seen |= 1L << found;
          }
          return true;
        });
  }

  /** What a name in braces stands for, about the element that the message is about. */
  private Hole hole(String name) {
    return switch (name) {
      case "key" -> Hole.KEY.of(elements::collection);
      case "second" -> Hole.KEY.of(n -> OTHER + elements.element(n));
      case "size" -> digits(elements.perKey(), n -> elements.perKey());
      case "field" -> Hole.digits(FIELD_DIGITS, elements::index);
      case "value" -> Hole.value(16).of(elements::element);
      case "value32" -> Hole.value(32).of(elements::element);
      case "newvalue" -> Hole.value(16).of(n -> OTHER + n);
      case "member" -> Hole.KEY.of(elements::element);
      case "newmember" -> Hole.KEY.of(n -> OTHER + n);
      case "binary" -> Hole.value(16).of(n -> OTHER + elements.element(n));
      case "third" -> Hole.value(16).of(n -> 2 * OTHER + elements.element(n));
      case "near" -> Hole.checked(KeyValues.KEY_LENGTH, this::isNear);
      case "score" -> score();
      case "newscore" -> longDigits(elements::newScore);
      case "fraction" -> Hole.digits(Elements.FRACTION_DIGITS, elements::fractionDigits);
      case "increment" -> Hole.digits(4, n -> 1_000 + (KeyValues.mix(n) >>> 1) % 9_000);
      case "grown" -> Hole.checked(LONG_DIGITS, Messages::isGrown);
      case "id" -> longDigits(n -> Elements.FIRST_ID + elements.index(n));
      case "bit" -> digits(elements.perKey(), n -> elements.perKey() + elements.index(n));
      case "bitmap" -> Hole.value(elements.bitmapBytes()).of(elements::element);
      case "zeroorone" -> Hole.digits(1, n -> KeyValues.mix(n) & 1);
      case "from10" -> inSpan(10, 0);
      case "to10" -> inSpan(10, 9);
      case "from100" -> inSpan(100, 0);
      case "to100" -> inSpan(100, 99);
      case "fromid10" -> longDigits(start(10, 0).andThen(i -> Elements.FIRST_ID + i));
      case "toid10" -> longDigits(start(10, 9).andThen(i -> Elements.FIRST_ID + i));
      case "fromscore10" -> longDigits(start(10, 0).andThen(Elements::score));
      case "toscore10" -> longDigits(start(10, 9).andThen(Elements::score));
      case "middle" -> digits(elements.perKey() / 10, n -> elements.index(elements.middle(n)));
      case "middlevalue" -> Hole.value(16).of(elements::middle);
      case "eastdegrees" -> Hole.digits(2, n -> elements.longitude(n) / 1_000_000);
      case "eastmicros" -> Hole.digits(6, n -> elements.longitude(n) % 1_000_000);
      case "northdegrees" -> Hole.digits(2, n -> elements.latitude(n) / 1_000_000);
      case "northmicros" -> Hole.digits(6, n -> elements.latitude(n) % 1_000_000);
      default -> throw new IllegalArgumentException("no hole {" + name + "}");
    };
  }

  private Hole score() {
    LongUnaryOperator rank = rank();
    return longDigits(n -> Elements.score(rank.applyAsLong(n)));
  }

  private Hole inSpan(int span, int offset) {
    return digits(elements.span(span).from() + offset, start(span, offset));
  }

  /** An index in a span that the element chooses. */
  private LongUnaryOperator start(int span, int offset) {
    Elements.Span starts = elements.span(span);
    return n -> starts.start(elements.index(n)) + offset;
  }

  /** As many digits as an example has. */
  private static Hole digits(long example, LongUnaryOperator map) {
    return Hole.digits(Digits.count(example), map);
  }

  private static Hole longDigits(LongUnaryOperator map) {
    return Hole.digits(LONG_DIGITS, map);
  }

  /** A counter or a score that began at the first score and has not run away. */
  private static boolean isGrown(ByteBuffer in, int offset, long number) {
    return Digits.read(in, offset, LONG_DIGITS) >= Elements.FIRST_SCORE;
  }

  /** A member of the same collection, not further from the element than the radius. */
  private boolean isNear(ByteBuffer in, int offset, long number) {
    long other = KeyValues.numberOfKey(in, offset);
    return KeyValues.keyMatches(in, offset, other)
        && other >= 0
        && other < elements.count()
        && elements.collection(other) == elements.collection(number)
        && elements.distance(other, number) <= RADIUS_KILOMETERS * 1_000 * RADIUS_TOLERANCE;
  }

  private void argument(Template.Builder builder, String word, LongUnaryOperator map) {
    Template.Builder argument = new Template.Builder();
    parts(argument, word, map);
    builder.text("$" + argument.length() + "\r\n").append(argument).text("\r\n");
  }

  private void parts(Template.Builder builder, String text, LongUnaryOperator map) {
    int from = 0;
    for (int at = text.indexOf('{'); at >= 0; at = text.indexOf('{', from)) {
      int end = text.indexOf('}', at);
      Hole hole = hole(text.substring(at + 1, end));
      builder.text(text.substring(from, at)).hole(map == SAME ? hole : hole.of(map));
      from = end + 1;
    }
    builder.text(text.substring(from));
  }

  private static String lines(String text) {
    return text.replace("|", "\r\n");
  }
}
