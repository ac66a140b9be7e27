package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A request, mostly of EVAL, that two servers answer alike.
 *
 * @param text as it was written, for messages
 * @param isCommand whether it may depend on the requests before
 */
record ScriptProbe(String group, String text, Request request, boolean isCommand) {

  /** Shows values so that their bytes, their types and the order of a table's list can be seen. */
  private static final String SHOW =
      """
      local function show(value, depth)
        local kind = type(value)
        if kind == 'string' then
          local function escape(c)
            return ('\\\\%03d'):format(c:byte())
          end
          return '"' .. value:gsub('[^ -~]', escape) .. '"'
        elseif kind == 'number' then
          return value ~= value and 'nan' or ('%.17g'):format(value)
        elseif kind == 'table' and depth < 6 then
          local parts = {}
          for key, element in next, value do
            local name = type(key) == 'table' and 'table' or show(key, 0)
            parts[#parts + 1] = name .. '=' .. show(element, depth + 1)
          end
          table.sort(parts)
          return '{' .. table.concat(parts, ' ') .. '}'
        end
        return kind == 'boolean' and tostring(value) or kind
      end
      local function all(...)
        local shown = {}
        for i = 1, select('#', ...) do
          shown[i] = show(select(i, ...), 0)
        end
        return table.concat(shown, ', ')
      end
      return all(pcall(function(...) %s
      end))\
      """;

  /** Reads the file of probes, whose head says how they are written. */
  static List<ScriptProbe> written() {
    List<ScriptProbe> probes = new ArrayList<>();
    String group = "";
    try (InputStream file = ScriptProbe.class.getResourceAsStream("/oracle/scripts.txt")) {
      byte[] bytes = Objects.requireNonNull(file).readAllBytes();
      for (String line : new String(bytes, ISO_8859_1).split("\n")) {
        if (line.startsWith("# ")) {
          group = line.substring(2);
        } else if (!line.isEmpty() && !line.startsWith("##")) {
          probes.add(of(group, line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return probes;
  }

  /** One that is written as in the file. */
  static ScriptProbe of(String group, String line) {
    if (line.startsWith("! ")) {
      byte[] inline = (line.substring(2) + "\r\n").getBytes(ISO_8859_1);
      return new ScriptProbe(group, line, new Request("eval", List.of(inline), true), true);
    }
    String script = line;
    List<String> args = new ArrayList<>(List.of("EVAL", "", "0"));
    if (line.startsWith("[")) {
      String[] lists = line.substring(1, line.indexOf(']')).split("\\|", -1);
      List<String> keys = words(lists[0]);
      args.set(2, Integer.toString(keys.size()));
      args.addAll(keys);
      args.addAll(lists.length > 1 ? words(lists[1]) : List.of());
      script = line.substring(line.indexOf(']') + 2);
    }
    script = script.replace("~~", "\n");
    if (script.startsWith("? ")) {
      script = SHOW.replace("%s\n", script.substring(2) + "\n");
    } else if (script.startsWith("= ")) {
      script = SHOW.replace("%s\n", "return " + script.substring(2) + "\n");
    }
    args.set(1, script);
    return new ScriptProbe(group, line, Request.of(args.toArray(String[]::new)), false);
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
  }
}
