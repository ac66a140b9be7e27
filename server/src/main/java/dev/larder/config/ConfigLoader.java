package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a configuration the way redis-server is started: {@code [FILE | -] [--NAME VALUE...]...},
 * where {@code -} is the standard input and options of the command line come after the file's.
 * Those of the environment come in between. Before all there is the file that {@code
 * LARDER_DEFAULTS} names, if it does. Used once, by one thread.
 */
public final class ConfigLoader {

  /** A file that includes itself must end somewhere. */
  private static final int MAX_INCLUDE_DEPTH = 16;

  private final Config config = new Config();
  private final Set<String> ignored = new LinkedHashSet<>();
  private final Set<String> reserved = new LinkedHashSet<>();

  private ConfigLoader() {}

  /**
   * What was loaded.
   *
   * @param warnings sentences to log once logging works
   */
  public record Loaded(Config config, List<String> warnings) {}

  /**
   * Loads a configuration.
   *
   * @param arguments the command line behind the command's name
   * @param environment variables, of which those that begin with LARDER_ are options
   * @param standardInput read if the file is {@code -}
   * @throws ConfigException with one line that names the file and line, or the option, at fault
   */
  public static Loaded load(
      List<String> arguments, Map<String, String> environment, InputStream standardInput)
      throws ConfigException {
    ConfigLoader loader = new ConfigLoader();
    loader.readDefaults(environment.getOrDefault(EnvironmentOptions.DEFAULTS, ""));
    int next = 0;
    if (!arguments.isEmpty() && !arguments.getFirst().startsWith("--")) {
      String file = arguments.getFirst();
      if (file.startsWith("-") && file.length() > 1) {
        throw new ConfigException(
            "unexpected argument '" + file + "': options are written --name value");
      }
      if (file.equals("-")) {
        loader.readAll(
            new InputStreamReader(standardInput, UTF_8), "standard input", MAX_INCLUDE_DEPTH);
      } else {
        loader.readFile(Path.of(file), MAX_INCLUDE_DEPTH, "");
        loader.config.file(Path.of(file));
      }
      next = 1;
    }
    loader.readEnvironment(environment);
    loader.readOptions(arguments.subList(next, arguments.size()));
    return new Loaded(loader.config, loader.warnings());
  }

  /**
   * What a text says, and the files that it includes.
   *
   * @param name of the text, for messages
   */
  static Config parse(String text, String name) throws ConfigException {
    ConfigLoader loader = new ConfigLoader();
    loader.readAll(new StringReader(text), name, MAX_INCLUDE_DEPTH);
    return loader.config;
  }

  private void readDefaults(String file) throws ConfigException {
    if (!file.isEmpty()) {
      readFile(Path.of(file), MAX_INCLUDE_DEPTH, EnvironmentOptions.DEFAULTS + ": ");
      Config.options().forEach(config::forgetGiven);
    }
  }

  /** Reads a file; {@code at} begins the message of its failure. */
  private void readFile(Path file, int depth, String at) throws ConfigException {
    String cannot = at + "cannot read configuration file " + file + ": ";
    if (Files.isDirectory(file)) {
      throw new ConfigException(cannot + "it is a directory");
    }
    try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
      readAll(reader, file.toString(), depth);
    } catch (NoSuchFileException e) {
      throw new ConfigException(cannot + "no such file", e);
    } catch (AccessDeniedException e) {
      throw new ConfigException(cannot + "permission denied; let this user read it", e);
    } catch (IOException e) {
      throw new ConfigException(cannot + e.getMessage(), e);
    }
  }

  private void readAll(Reader source, String name, int depth) throws ConfigException {
    int number = 0;
    try {
      BufferedReader reader = new BufferedReader(source);
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        String text = line.strip();
        if (!text.isEmpty() && text.charAt(0) != '#') {
          readLine(text, name + ", line " + number, depth);
        }
      }
    } catch (CharacterCodingException e) {
      throw new ConfigException("cannot read " + name + ": it is not text in UTF-8", e);
    } catch (IOException e) {
      throw new ConfigException("cannot read " + name + " beyond line " + number, e);
    }
  }

  private void readLine(String text, String place, int depth) throws ConfigException {
    String quoted = place + ": '" + text + "': ";
    List<String> words;
    try {
      words = Words.split(text);
    } catch (ConfigException e) {
      throw new ConfigException(quoted + e.getMessage(), e);
    }
    String name = words.getFirst().toLowerCase(Locale.ROOT);
    if (name.equals("include")) {
      include(words, quoted, depth);
      return;
    }
    Setting<?> setting = config.find(name);
    if (name.equals(UserLine.NAME) || name.equals(CommandRename.NAME)) {
      // Its rules hold passwords, and the new name of a command may be as good as one.
      quoted = place + ": '" + Words.join(words.subList(0, Math.min(2, words.size()))) + "': ";
    } else if (setting != null && setting.option().isSensitive()) {
      quoted = place + ": '" + name + "': ";
    }
    directive(name, words.subList(1, words.size()), quoted);
  }

  private void include(List<String> words, String quoted, int depth) throws ConfigException {
    if (words.size() != 2) {
      throw new ConfigException(quoted + "wrong number of arguments");
    }
    if (depth == 0) {
      throw new ConfigException(quoted + "files include each other too deeply");
    }
    for (Path file : expand(words.get(1), quoted)) {
      readFile(file, depth - 1, quoted);
    }
  }

  /** The files of an include, whose last element may have wildcards; in order of their names. */
  private static Iterable<Path> expand(String pattern, String quoted) throws ConfigException {
    int slash = pattern.lastIndexOf('/');
    String name = pattern.substring(slash + 1);
    if (name.chars().noneMatch(c -> c == '*' || c == '?' || c == '[')) {
      return List.of(Path.of(pattern));
    }
    Path directory = Path.of(slash < 0 ? "." : pattern.substring(0, slash + 1));
    Set<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, name)) {
      entries.forEach(files::add);
    } catch (IOException e) {
      throw new ConfigException(quoted + "cannot list " + directory, e);
    }
    return files;
  }

  private void readEnvironment(Map<String, String> environment) throws ConfigException {
    for (Map.Entry<String, String> entry : EnvironmentOptions.of(environment).entrySet()) {
      String variable = EnvironmentOptions.variable(entry.getKey());
      String name = optionNamed(entry.getKey());
      Setting<?> setting = config.find(name);
      boolean hide = setting == null || setting.option().isSensitive();
      String value = hide ? "" : "=" + entry.getValue();
      if (setting != null) {
        config.forgetGiven(setting.option());
      }
      String at = "environment variable " + variable + value + ": ";
      directive(name, List.of(entry.getValue()), at);
    }
  }

  /** Larder's own options need not say so twice. */
  private String optionNamed(String name) {
    String own = "larder-" + name;
    return config.find(name) == null && config.find(own) != null ? own : name;
  }

  private void readOptions(List<String> arguments) throws ConfigException {
    int next = 0;
    while (next < arguments.size()) {
      String option = arguments.get(next++);
      if (!option.startsWith("--") || option.length() == 2) {
        throw new ConfigException(
            "unexpected argument '" + option + "': options are written --name value");
      }
      List<String> words = new ArrayList<>();
      while (next < arguments.size() && !arguments.get(next).startsWith("--")) {
        words.add(arguments.get(next++));
      }
      String name = option.substring(2).toLowerCase(Locale.ROOT);
      if (name.equals("save") && words.isEmpty()) {
        words.add("");
      }
      int equals = name.indexOf('=');
      if (equals > 0 && config.find(name.substring(0, equals)) != null) {
        throw new ConfigException(
            "option " + option + ": write --" + name.substring(0, equals) + " and the value apart");
      }
      Setting<?> setting = config.find(name);
      boolean isSensitive = setting != null && setting.option().isSensitive();
      boolean isLine = name.equals(UserLine.NAME) || name.equals(CommandRename.NAME);
      boolean hide = words.isEmpty() || isSensitive || isLine;
      directive(name, words, "option " + option + (hide ? "" : " " + Words.join(words)) + ": ");
    }
  }

  /** Applies a directive; {@code at} begins the message of its failure. */
  private void directive(String name, List<String> words, String at) throws ConfigException {
    Setting<?> setting = config.find(name);
    if (name.equals(UserLine.NAME)) {
      if (words.isEmpty()) {
        throw new ConfigException(at + "wrong number of arguments");
      }
      config.addUser(new UserLine(at, words.getFirst(), words.subList(1, words.size())));
      return;
    }
    if (name.equals(CommandRename.NAME)) {
      if (words.size() != 2) {
        throw new ConfigException(at + "wrong number of arguments");
      }
      config.addRename(new CommandRename(at, words.getFirst(), words.getLast()));
      return;
    }
    if (setting == null) {
      other(name, words, at);
      return;
    }
    String before = setting.text();
    try {
      config.configure(name, words);
    } catch (ConfigException e) {
      throw new ConfigException(at + e.getMessage(), e);
    }
    if (setting.option().isReserved() && !setting.text().equals(before)) {
      reserved.add(name);
    }
  }

  private void other(String name, List<String> words, String at) throws ConfigException {
    if (KnownDirectives.isRefused(name)) {
      if (!KnownDirectives.isOff(name, String.join(" ", words))) {
        throw new ConfigException(at + "this release of Larder cannot do that");
      }
    } else if (KnownDirectives.isIgnored(name)) {
      ignored.add(name);
    } else {
      throw new ConfigException(at + "unknown option '" + name + "'");
    }
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!ignored.isEmpty()) {
      warnings.add("Directives without a meaning in Larder: " + String.join(", ", ignored));
    }
    if (!reserved.isEmpty()) {
      warnings.add(
          "Options that have no effect in this release yet: " + String.join(", ", reserved));
    }
    return warnings;
  }
}
