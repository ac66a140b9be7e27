package dev.larder.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of all options of one server. Reading is safe and cheap from any thread; changes are
 * made one at a time.
 */
public final class Config {

  /** By name and by alias, in order of declaration. */
  private final Map<String, Setting<?>> settings = new LinkedHashMap<>();

  private final List<Listener> listeners = new ArrayList<>();
  private final Set<Option<?>> fromFile = new HashSet<>();

  private final List<UserLine> users = new ArrayList<>();
  private final List<CommandRename> renames = new ArrayList<>();

  private volatile String file = "";

  /** Held while the file is rewritten. */
  private final Object fileLock = new Object();

  /**
   * Applies a new value to the running server.
   *
   * @param <T> type of the value
   */
  @FunctionalInterface
  public interface Applier<T> {
    /**
     * Called while the change is being made, after the value can be read.
     *
     * @throws ConfigException if it cannot be applied: the change is undone, and told to those who
     *     have applied it
     */
    void apply(T value) throws ConfigException;
  }

  /** Who is told of changes of some settings, once for all that change together. */
  private record Listener(List<Setting<?>> settings, Change change) {
    /** The first of the changed settings that is one of these, or null. */
    @Nullable Setting<?> firstOf(Map<Setting<?>, Object> changed) {
      for (Setting<?> setting : changed.keySet()) {
        if (settings.contains(setting)) {
          return setting;
        }
      }
      return null;
    }
  }

  /** Applies what has changed; as an {@link Applier} does. */
  @FunctionalInterface
  public interface Change {
    void apply() throws ConfigException;
  }

  /** A failed change: which option, and why. */
  public record Failure(String name, String reason) {}

  /** All options at their defaults. */
  public Config() {
    for (Option<?> option : options()) {
      add(option);
    }
    setting(Options.DIR).set(Path.of("").toAbsolutePath().toString());
  }

  /** All options: first those that govern something, then the reserved ones. */
  static List<Option<?>> options() {
    List<Option<?>> all = new ArrayList<>(Options.all());
    all.addAll(LogOptions.all());
    all.addAll(TlsOptions.all());
    all.addAll(EncodingOptions.all());
    all.addAll(DefragOptions.all());
    all.addAll(EvictionOptions.all());
    all.addAll(PersistenceOptions.all());
    all.addAll(DiagnosisOptions.all());
    all.addAll(MonitoringOptions.all());
    all.addAll(ReservedOptions.all());
    return all;
  }

  private <T> void add(Option<T> option) {
    Setting<T> setting = new Setting<>(option);
    put(option.name(), setting);
    option.aliases().forEach(alias -> put(alias, setting));
  }

  private void put(String name, Setting<?> setting) {
    if (settings.putIfAbsent(name, setting) != null) {
      throw new IllegalStateException("option " + name + " is declared twice");
    }
  }

  /** Names and aliases with their settings, in order of declaration. */
  public Collection<Map.Entry<String, Setting<?>>> settings() {
    return Collections.unmodifiableCollection(settings.entrySet());
  }

  /** The absolute path of the file that was loaded, empty if there was none. */
  public String file() {
    return file;
  }

  void file(Path path) {
    file = path.toAbsolutePath().toString();
  }

  /**
   * CONFIG REWRITE: has {@link #file} say what is in force, users included. Reads and writes files;
   * one thread at a time does so.
   *
   * @param inForce the users that there are, in order
   * @throws ConfigException with one line that says why the file is as it was
   */
  public void rewriteFile(List<UserLine> inForce) throws ConfigException {
    synchronized (fileLock) {
      ConfigFile.rewrite(Path.of(file), copy(inForce));
    }
  }

  private synchronized Config copy(List<UserLine> otherUsers) {
    Config copy = new Config();
    for (Setting<?> setting : settings.values()) {
      copy.take(setting);
    }
    copy.users.addAll(otherUsers);
    return copy;
  }

  private <T> void take(Setting<T> other) {
    setting(other.option()).set(other.get());
  }

  /** The users that are declared, in order; whether their rules make sense is not known yet. */
  public synchronized List<UserLine> users() {
    return List.copyOf(users);
  }

  synchronized void addUser(UserLine user) {
    users.add(user);
  }

  /** The commands that are called by other names, in order; whether there are such is not known. */
  public synchronized List<CommandRename> renames() {
    return List.copyOf(renames);
  }

  synchronized void addRename(CommandRename rename) {
    renames.add(rename);
  }

  /** The setting of a name or alias in any case, or null. */
  public @Nullable Setting<?> find(String name) {
    return settings.get(name.toLowerCase(Locale.ROOT));
  }

  /** The setting of an option, to be kept by who reads it often. */
  @SuppressWarnings("unchecked") // A setting is created with its option's type.
  public <T> Setting<T> setting(Option<T> option) {
    Setting<?> setting = settings.get(option.name());
    if (setting == null) {
      throw new IllegalArgumentException("no option " + option.name());
    }
    return (Setting<T>) setting;
  }

  /** Whether a file or the command line gives an option a value, be it the default. */
  public synchronized boolean isGiven(Option<?> option) {
    return fromFile.contains(option);
  }

  /**
   * Has the next line for an option replace what earlier ones say, also where they would add up.
   */
  synchronized void forgetGiven(Option<?> option) {
    fromFile.remove(option);
  }

  public <T> T get(Option<T> option) {
    return setting(option).get();
  }

  /**
   * Sets an option before the server starts.
   *
   * @throws IllegalArgumentException if the value is not one for it
   */
  public synchronized <T> Config set(Option<T> option, T value) {
    try {
      option.check(option.type().parse(option.type().format(value), value));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(option.name() + ": " + e.getMessage(), e);
    }
    setting(option).set(value);
    return this;
  }

  /** Has every later change of an option applied; appliers run in the order they were added. */
  public synchronized <T> void onChange(Option<T> option, Applier<T> applier) {
    Setting<T> setting = setting(option);
    listeners.add(new Listener(List.of(setting), () -> applier.apply(setting.get())));
  }

  /** Has later changes of some options applied, once for those that change together. */
  public synchronized void onChange(List<Option<?>> options, Change change) {
    List<Setting<?>> all = new ArrayList<>();
    options.forEach(option -> all.add(setting(option)));
    listeners.add(new Listener(all, change));
  }

  /**
   * Sets an option from a line of a file or of the command line; several lines for one option add
   * up where its type says so.
   *
   * @throws ConfigException if there is no such option, or this is no value for it
   */
  synchronized void configure(String name, List<String> words) throws ConfigException {
    Setting<?> setting = find(name);
    if (setting == null) {
      throw new ConfigException("unknown option '" + name + "'");
    }
    configure(setting, words);
  }

  private <T> void configure(Setting<T> setting, List<String> words) throws ConfigException {
    Option<T> option = setting.option();
    if (words.isEmpty() || (words.size() > 1 && !option.type().isWordList())) {
      throw new ConfigException("wrong number of arguments");
    }
    String text = option.type().join(words);
    boolean more = !fromFile.add(option);
    T value =
        more
            ? option.type().parseMore(text, setting.get())
            : option.type().parse(text, setting.get());
    option.check(value);
    setting.set(value);
  }

  /**
   * CONFIG SET: changes several options, all or none.
   *
   * @param changes new values as text, by names that {@link #find} knows
   * @return null if all were changed, otherwise why none was
   */
  public synchronized @Nullable Failure change(Map<String, String> changes) {
    Map<Setting<?>, Object> before = new LinkedHashMap<>();
    for (Map.Entry<String, String> change : changes.entrySet()) {
      Setting<?> setting = find(change.getKey());
      if (setting == null) {
        restore(before);
        return new Failure(change.getKey(), "unknown option");
      }
      before.putIfAbsent(setting, setting.get());
      try {
        set(setting, change.getValue());
      } catch (ConfigException e) {
        restore(before);
        return new Failure(change.getKey(), String.valueOf(e.getMessage()));
      }
    }
    return apply(before);
  }

  private static <T> void set(Setting<T> setting, String text) throws ConfigException {
    T value = setting.option().type().parse(text, setting.get());
    setting.option().check(value);
    setting.set(value);
  }

  private @Nullable Failure apply(Map<Setting<?>, Object> before) {
    List<Listener> applied = new ArrayList<>();
    for (Listener listener : listeners) {
      Setting<?> first = listener.firstOf(before);
      if (first == null) {
        continue;
      }
      try {
        listener.change.apply();
        applied.add(listener);
      } catch (ConfigException e) {
        restore(before);
        undo(applied);
        return new Failure(first.option().name(), String.valueOf(e.getMessage()));
      }
    }
    return null;
  }

  private static void undo(List<Listener> applied) {
    for (Listener listener : applied) {
      try {
        listener.change.apply();
      } catch (ConfigException e) {
        throw new IllegalStateException(
            "option " + listener.settings.getFirst().option() + " refuses the value it had", e);
      }
    }
  }

  private static void restore(Map<Setting<?>, Object> before) {
    before.forEach(Config::restore);
  }

  @SuppressWarnings("unchecked") // The value was read from this very setting.
  private static <T> void restore(Setting<T> setting, Object value) {
    setting.set((T) value);
  }
}
