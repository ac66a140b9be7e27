package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.FunctionLibraries;
import dev.larder.script.Library;
import dev.larder.script.LibraryFunction;
import dev.larder.script.RunningScript;
import dev.larder.script.ScriptRuns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replies of FUNCTION LIST and FUNCTION STATS. */
final class FunctionListing {
  private static final byte[] LIBRARYNAME = keyword("libraryname");
  private static final byte[] WITHCODE = keyword("withcode");

  private static final ErrorReply NO_NAME =
      ErrorReply.of("ERR library name argument was not given");
  private static final String ENGINE = "LUA";

  private FunctionListing() {}

  /** Answers FUNCTION LIST. */
  static void write(Call call, List<Library> libraries) throws CommandException {
    boolean hasCode = false;
    Glob pattern = null;
    for (int i = 2; i < call.argCount(); i++) {
      if (!hasCode && call.argIs(i, WITHCODE)) {
        hasCode = true;
      } else if (pattern == null && call.argIs(i, LIBRARYNAME)) {
        if (++i == call.argCount()) {
          throw new CommandException(NO_NAME);
        }
        pattern = new Glob(call.argBytes(i), true);
      } else {
        throw new CommandException("ERR Unknown argument " + call.argQuoted(i));
      }
    }
    List<Library> listed = new ArrayList<>();
    for (Library library : libraries) {
      if (pattern == null
          || pattern.matches(library.name().getBytes(StandardCharsets.ISO_8859_1))) {
        listed.add(library);
      }
    }
    call.reply().array(listed.size());
    for (Library library : listed) {
      write(call.reply(), library, hasCode);
    }
  }

  private static void write(ReplyWriter out, Library library, boolean hasCode) {
    out.map(hasCode ? 4 : 3);
    out.bulkString("library_name");
    out.bulkString(library.name());
    out.bulkString("engine");
    out.bulkString(ENGINE);
    out.bulkString("functions");
    out.array(library.functions().size());
    for (LibraryFunction function : library.functions()) {
      write(out, function);
    }
    if (hasCode) {
      out.bulkString("library_code");
      out.bulk(library.source());
    }
  }

  private static void write(ReplyWriter out, LibraryFunction function) {
    out.map(3);
    out.bulkString("name");
    out.bulkString(function.name());
    out.bulkString("description");
    byte[] description = function.description();
    if (description == null) {
      out.nil();
    } else {
      out.bulk(description);
    }
    out.bulkString("flags");
    out.set(function.flags().size());
    for (String flag : function.flags()) {
      out.simpleString(flag);
    }
  }

  /** Answers FUNCTION STATS. */
  static void stats(Call call, ScriptRuns scripts) throws CommandException {
    RunningScript running = scripts.longest();
    if (running != null && !running.isFunction()) {
      throw new CommandException(ErrorReply.BUSY);
    }
    ReplyWriter out = call.reply();
    out.map(2);
    out.bulkString("running_script");
    write(out, running);
    FunctionLibraries libraries = scripts.functions();
    out.bulkString("engines");
    out.map(1);
    out.bulkString(ENGINE);
    out.map(2);
    out.bulkString("libraries_count");
    out.integer(libraries.all().size());
    out.bulkString("functions_count");
    out.integer(libraries.count());
  }

  private static void write(ReplyWriter out, @Nullable RunningScript running) {
    if (running == null) {
      out.nil();
      return;
    }
    out.map(3);
    out.bulkString("name");
    out.bulkString(running.name());
    out.bulkString("command");
    List<byte[]> command = running.command();
    out.array(command.size());
    command.forEach(out::bulk);
    out.bulkString("duration_ms");
    out.integer(running.durationMillis());
  }
}
