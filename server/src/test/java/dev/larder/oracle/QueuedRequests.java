package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a connection of both servers has queued: EXEC replies to each of these at once. */
final class QueuedRequests {
  private static final String QUEUED = "+QUEUED\r\n";

  private final List<Request> queued = new ArrayList<>();

  /** Takes note of replies that are the same. */
  void note(Exchange exchange) {
    if (exchange.reference().text().equals(QUEUED)) {
      queued.add(exchange.request());
    } else if (endsTransaction(exchange)) {
      queued.clear();
    }
  }

  private static boolean endsTransaction(Exchange exchange) {
    return switch (exchange.request().command()) {
      case "multi", "discard" -> !exchange.reference().isError();
      case "exec", "reset", "quit" -> true;
      default -> false;
    };
  }

  /**
   * The exchanges of the queued requests, in their order; a list of the exchange itself where it is
   * no EXEC that has run on both servers.
   */
  List<Exchange> split(Exchange exchange) throws IOException {
    List<Frame> expected = elements(exchange.reference());
    List<Frame> actual = elements(exchange.subject());
    if (!exchange.request().command().equals("exec")
        || expected.size() != queued.size()
        || actual.size() != queued.size()) {
      return List.of(exchange);
    }
    List<Exchange> parts = new ArrayList<>();
    for (int i = 0; i < queued.size(); i++) {
      parts.add(
          new Exchange(
              queued.get(i),
              expected.get(i),
              actual.get(i),
              exchange.referenceWire(),
              exchange.subjectWire(),
              false));
    }
    return parts;
  }

  private static List<Frame> elements(Frame array) throws IOException {
    String text = array.text();
    List<Frame> elements = new ArrayList<>();
    if (text.startsWith("*") && !text.startsWith("*-")) {
      int end = text.indexOf('\n');
      int count = Integer.parseInt(text.substring(1, end - 1));
      byte[] rest = text.substring(end + 1).getBytes(ISO_8859_1);
      FrameReader reader = new FrameReader(new ByteArrayInputStream(rest));
      for (int i = 0; i < count; i++) {
        elements.add(reader.read());
      }
    }
    return elements;
  }
}
