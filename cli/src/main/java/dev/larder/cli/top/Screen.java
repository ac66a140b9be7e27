package dev.larder.cli.top;

import java.io.IOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/** The whole of a terminal, which is as it was before once this is closed. For one thread. */
final class Screen implements AutoCloseable {
  private static final int END_OF_TEXT = 3;

  private final Terminal terminal;
  private final Attributes before;
  private final Display display;

  private Screen(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.enterRawMode();
    // Ctrl-C is a key as others are, so that the terminal is left in order.
    Attributes raw = terminal.getAttributes();
    raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    this.display = new Display(terminal, true);
  }

  /** The terminal of the process. */
  static Screen open() throws IOException {
    return new Screen(TerminalBuilder.builder().system(true).build());
  }

  int width() {
    return terminal.getSize().getColumns();
  }

  int height() {
    return terminal.getSize().getRows();
  }

  /** Replaces what is shown. */
  void show(List<AttributedString> lines) {
    display.resize(terminal.getSize());
    display.update(lines.stream().map(line -> line.columnSubSequence(0, width())).toList(), 0);
    terminal.flush();
  }

  /**
   * Waits for a key.
   *
   * @return its character, {@code q} for Ctrl-C and where the terminal has gone, -2 for none
   */
  int key(long millis) throws IOException {
    int key = terminal.reader().read(Math.max(1, millis));
    return key == END_OF_TEXT || key == -1 ? 'q' : key;
  }

  @Override
  public void close() throws IOException {
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.setAttributes(before);
    terminal.flush();
    terminal.close();
  }
}
