package dev.larder.command;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one command or subcommand. Immutable; built by {@link CommandBuilder} from
 * its declaration, which the builder has checked.
 */
public final class CommandSpec {

  private static final long READ_ONLY = Flag.READONLY.bit();

  private final String name;
  private final String fullName;
  private final String summary;
  private final String since;
  private final CommandGroup group;
  private final String complexity;
  private final boolean isSystem;
  private final boolean needsAllShards;
  private final boolean looksEverywhere;
  private final KeyUse keyUse;
  private final boolean isNeverQueued;
  private final boolean runsQueue;
  private final boolean runsScript;
  private final @Nullable String deprecatedSince;
  private final @Nullable String replacedBy;
  private final List<History> history;
  private final List<String> tips;
  private final int arity;
  private final long flagBits;
  private final Set<Flag> flags;
  private final Set<AclCategory> acl;
  private final List<Arg> args;
  private final List<ReplySchema> replies;
  private final List<KeySpec> keySpecs;
  private final KeySearch[] keySearches;
  private final KeyRange keyRange;
  private final @Nullable KeyFinder keyFinder;
  private final @Nullable Handler handler;
  private final NameTable subcommands;
  private final ErrorReply wrongArity;
  private final int index;

  /**
   * A change of a command's behaviour.
   *
   * @param version the release that brought it
   */
  public record History(String version, String change) {}

  CommandSpec(CommandBuilder b, NameTable subcommands, int index) {
    this.fullName = b.fullName;
    this.name = fullName.substring(fullName.indexOf('|') + 1);
    this.summary = b.summary;
    this.since = b.since;
    this.group = b.requireGroup();
    this.complexity = b.complexity;
    this.isSystem = b.isSystem;
    this.needsAllShards = b.needsAllShards;
    this.looksEverywhere = b.looksEverywhere;
    this.keyUse = b.keyUse;
    this.isNeverQueued = b.isNeverQueued;
    this.runsQueue = b.runsQueue;
    this.runsScript = b.runsScript;
    this.deprecatedSince = b.deprecatedSince;
    this.replacedBy = b.replacedBy;
    this.history = List.copyOf(b.history);
    this.tips = List.copyOf(b.tips);
    this.arity = b.arity;
    this.keySpecs = List.copyOf(b.keySpecs);
    this.keySearches = new KeySearch[keySpecs.size()];
    for (int i = 0; i < keySearches.length; i++) {
      keySearches[i] = new KeySearch(keySpecs.get(i));
    }
    this.keyRange = KeyRange.of(keySpecs);
    EnumSet<Flag> all = EnumSet.copyOf(b.flags);
    if (keyRange.isMovable()) {
      all.add(Flag.MOVABLEKEYS);
    }
    this.flags = Collections.unmodifiableSet(all);
    long bits = 0;
    for (Flag flag : all) {
      bits |= flag.bit();
    }
    this.flagBits = bits;
    this.acl = Collections.unmodifiableSet(AclCategory.withImplied(b.acl, flags));
    this.args = List.copyOf(b.args);
    this.replies = List.copyOf(b.replies);
    this.keyFinder = b.keyFinder;
    this.handler = b.handler;
    this.subcommands = subcommands;
    this.wrongArity = ErrorReply.of("ERR wrong number of arguments for '" + fullName + "' command");
    this.index = index;
  }

  /** Its own name in lower case; of a subcommand, without the container. */
  public String name() {
    return name;
  }

  /** The name in lower case, {@code get} or {@code client|list}. */
  public String fullName() {
    return fullName;
  }

  public boolean isSubcommand() {
    return name.length() < fullName.length();
  }

  /** A number below {@link CommandTable#specCount()}, for arrays of statistics. */
  public int index() {
    return index;
  }

  public String summary() {
    return summary;
  }

  public String since() {
    return since;
  }

  public CommandGroup group() {
    return group;
  }

  /** Time complexity; empty for containers. */
  public String complexity() {
    return complexity;
  }

  /** Whether it serves replication and tools rather than users. */
  public boolean isSystem() {
    return isSystem;
  }

  /** Whether it runs owning every shard, not those of its keys, of which it has none. */
  public boolean needsAllShards() {
    return needsAllShards;
  }

  /** Whether it looks at keys that it does not name, so that a transaction with it owns all. */
  public boolean looksEverywhere() {
    return looksEverywhere;
  }

  /** Whether its keys count as used, for a client that wants that, or not. */
  public boolean usesKeys(boolean isWanted) {
    return keyUse == KeyUse.BY_CLIENT ? isWanted : keyUse == KeyUse.ALWAYS;
  }

  /** Whether it runs at once although a transaction is open. */
  public boolean isNeverQueued() {
    return isNeverQueued;
  }

  /** Whether it runs the commands of the open transaction. */
  public boolean runsQueue() {
    return runsQueue;
  }

  /** Whether it is a script's call, which the dispatcher executes itself. */
  public boolean runsScript() {
    return runsScript;
  }

  public @Nullable String deprecatedSince() {
    return deprecatedSince;
  }

  public @Nullable String replacedBy() {
    return replacedBy;
  }

  public List<History> history() {
    return history;
  }

  /** Hints for proxies and clients, such as {@code nondeterministic_output}. */
  public List<String> tips() {
    return tips;
  }

  /** The number of arguments, names included; negative when that is the least number. */
  public int arity() {
    return arity;
  }

  /** Whether a call may have this many arguments, names included. */
  public boolean accepts(int argCount) {
    return arity >= 0 ? argCount == arity : argCount >= -arity;
  }

  public ErrorReply wrongArity() {
    return wrongArity;
  }

  public Set<Flag> flags() {
    return flags;
  }

  /** The {@link Flag#bit()}s of {@link #flags()}. */
  public long flagBits() {
    return flagBits;
  }

  /** Whether it changes nothing that anybody could tell. */
  public boolean isReadOnly() {
    return (flagBits & READ_ONLY) != 0;
  }

  public boolean has(Flag flag) {
    return (flagBits & flag.bit()) != 0;
  }

  /** Whether it begins or ends to listen to channels, and so is answered by messages. */
  public boolean isSubscribing() {
    return has(Flag.PUBSUB) && fullName.endsWith("subscribe");
  }

  /** Declared and implied categories. */
  public Set<AclCategory> acl() {
    return acl;
  }

  public List<Arg> args() {
    return args;
  }

  public List<ReplySchema> replies() {
    return replies;
  }

  public List<KeySpec> keySpecs() {
    return keySpecs;
  }

  /** Position of the first key, 0 when there is none or it varies. */
  public int firstKey() {
    return keyRange.first();
  }

  /** Position of the last key as COMMAND INFO gives it; negative counts from the end. */
  public int lastKey() {
    return keyRange.lastPosition();
  }

  /**
   * Position of the last key in a call of this many arguments; below the first if there is none.
   */
  public int lastKey(int argCount) {
    return keyRange.lastPosition(argCount);
  }

  /** Distance between keys. */
  public int keyStep() {
    return keyRange.step();
  }

  /**
   * Whether {@link #firstKey()}, {@link #lastKey(int)} and {@link #keyStep()} are all the keys (or
   * there are none), so that {@link #findKeys} need not be asked.
   */
  public boolean hasFixedKeys() {
    return !keyRange.isMovable();
  }

  /**
   * Finds the keys of a call that has passed the arity check.
   *
   * @param out cleared, then filled in order of the specifications
   * @return false when the arguments do not allow it, for example a count beyond the end
   */
  public boolean findKeys(Arguments call, KeyPositions out) {
    out.clear();
    if (keyFinder != null) {
      return keyFinder.find(call, out);
    }
    for (KeySearch search : keySearches) {
      if (!search.find(call, out)) {
        return false;
      }
    }
    return true;
  }

  /** Null for a container that is called through its subcommands only. */
  public @Nullable Handler handler() {
    return handler;
  }

  /** Whether its first argument names a subcommand. */
  public boolean isContainer() {
    return !subcommands.isEmpty();
  }

  public Collection<CommandSpec> subcommands() {
    return subcommands.specs();
  }

  NameTable subcommandTable() {
    return subcommands;
  }

  @Override
  public String toString() {
    return fullName;
  }
}
