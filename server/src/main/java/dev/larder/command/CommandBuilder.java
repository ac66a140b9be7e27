package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command's declaration in the making; {@link #handler} or {@link #container} ends it. What a
 * declaration says twice is compared when the table is built: arity with arguments, flags with each
 * other, keys with their access.
 */
public final class CommandBuilder {

  final String fullName;
  String summary = "";
  String since = "";
  String complexity = "";
  boolean isSystem;
  boolean needsAllShards;
  boolean looksEverywhere;
  KeyUse keyUse = KeyUse.BY_CLIENT;
  boolean isNeverQueued;
  boolean runsQueue;
  boolean runsScript;
  @Nullable String deprecatedSince;
  @Nullable String replacedBy;
  int arity;
  final List<CommandSpec.History> history = new ArrayList<>();
  final List<String> tips = new ArrayList<>();
  final Set<Flag> flags = EnumSet.noneOf(Flag.class);
  final Set<AclCategory> acl = EnumSet.noneOf(AclCategory.class);
  List<Arg> args = new ArrayList<>();
  List<ReplySchema> replies = List.of();
  final List<KeySpec> keySpecs = new ArrayList<>();
  @Nullable KeyFinder keyFinder;
  @Nullable Handler handler;
  private @Nullable CommandGroup group;
  private boolean isFreeForm;
  private boolean isContainer;

  CommandBuilder(String name) {
    this.fullName = name.toLowerCase(Locale.ROOT);
    require(!fullName.isEmpty(), "has no name");
    for (String part : fullName.split("\\|", -1)) {
      int length = part.getBytes(ISO_8859_1).length;
      require(length > 0 && length <= NameTable.MAX_NAME_BYTES, "has a name of " + length);
    }
  }

  /** What it does, one sentence in the third person. */
  public CommandBuilder summary(String sentence) {
    summary = sentence;
    return this;
  }

  /** The first Redis release that had it. */
  public CommandBuilder since(String version) {
    since = version;
    return this;
  }

  public CommandBuilder group(CommandGroup newGroup) {
    group = newGroup;
    return this;
  }

  public CommandBuilder complexity(String text) {
    complexity = text;
    return this;
  }

  public CommandBuilder history(String version, String change) {
    history.add(new CommandSpec.History(version, change));
    return this;
  }

  public CommandBuilder tips(String... names) {
    tips.addAll(Arrays.asList(names));
    return this;
  }

  public CommandBuilder deprecated(String version, String replacement) {
    deprecatedSince = version;
    replacedBy = replacement;
    return this;
  }

  /** Serves replication and tools rather than users. */
  public CommandBuilder system() {
    isSystem = true;
    return this;
  }

  /** It changes the keyspace as a whole: it runs while its unit owns every shard. */
  public CommandBuilder allShards() {
    needsAllShards = true;
    return this;
  }

  /** It looks at keys that it does not name, one shard after the other. */
  public CommandBuilder looksEverywhere() {
    looksEverywhere = true;
    return this;
  }

  /** Whether its keys count as used. */
  public CommandBuilder keyUse(KeyUse use) {
    keyUse = use;
    return this;
  }

  /** It is about the client's transaction, or its end, and runs at once inside of one. */
  public CommandBuilder neverQueued() {
    isNeverQueued = true;
    return this;
  }

  /** It calls a script, which the dispatcher runs in place of its handler. */
  public CommandBuilder runsScript() {
    runsScript = true;
    return this;
  }

  /** It runs the client's transaction, and its handler where there is none. */
  public CommandBuilder runsQueue() {
    runsQueue = true;
    return neverQueued();
  }

  /** The number of arguments with all names; negative for the least number. */
  public CommandBuilder arity(int count) {
    arity = count;
    return this;
  }

  public CommandBuilder flags(Flag... all) {
    flags.addAll(Arrays.asList(all));
    return this;
  }

  /** Categories beside those that follow from the flags. */
  public CommandBuilder acl(AclCategory... all) {
    acl.addAll(Arrays.asList(all));
    return this;
  }

  /** Arguments, behind those that were named before. */
  public CommandBuilder args(Arg... all) {
    args.addAll(Arrays.asList(all));
    return this;
  }

  /** The arguments are not documented one by one, so the arity stands alone. */
  public CommandBuilder freeForm() {
    isFreeForm = true;
    return this;
  }

  /** Key specifications that no argument carries, behind those of the arguments. */
  public CommandBuilder keys(KeySpec... all) {
    keySpecs.addAll(Arrays.asList(all));
    return this;
  }

  /** Finds keys, or their access, where the specifications leave something open. */
  public CommandBuilder keyFinder(KeyFinder finder) {
    keyFinder = finder;
    return this;
  }

  public CommandBuilder replies(ReplySchema... all) {
    replies = List.of(all);
    return this;
  }

  /** What executes it. */
  public void handler(Handler newHandler) {
    handler = newHandler;
  }

  /** It is called through its subcommands only. */
  public void container() {
    isContainer = true;
  }

  CommandSpec build(NameTable subcommands, int index) {
    List<KeySpec> ofArguments = new ArrayList<>();
    args = number(args, ofArguments);
    keySpecs.addAll(0, ofArguments);
    check(subcommands);
    return new CommandSpec(this, subcommands, index);
  }

  CommandGroup requireGroup() {
    if (group == null) {
      throw new IllegalStateException("command " + fullName + " has no group");
    }
    return group;
  }

  /** The arguments with their key specifications replaced by indexes into {@code specs}. */
  private static List<Arg> number(List<Arg> args, List<KeySpec> specs) {
    List<Arg> numbered = new ArrayList<>();
    for (Arg arg : args) {
      int index = arg.keySpecIndex();
      KeySpec keys = arg.keys();
      if (keys != null) {
        index = specs.size();
        specs.add(keys);
      }
      numbered.add(arg.with(keys, index, number(arg.args(), specs)));
    }
    return numbered;
  }

  private void check(NameTable subcommands) {
    require(isContainer == (handler == null), "needs a handler, or to be a container");
    require(!needsAllShards || keySpecs.isEmpty(), "has keys and needs all shards");
    require(!isContainer || !subcommands.isEmpty(), "is a container without subcommands");
    require(!summary.isEmpty(), "has no summary");
    require(!since.isEmpty(), "does not say since when");
    require(
        !(flags.contains(Flag.WRITE) && flags.contains(Flag.READONLY)),
        "is both WRITE and READONLY");
    require(!flags.contains(Flag.MOVABLEKEYS), "declares MOVABLEKEYS, which is derived");
    for (KeySpec spec : keySpecs) {
      if (spec.defect() != null) {
        throw defect("has a key that " + spec.defect());
      }
    }
    checkKeyArguments(args);
    if (!isContainer && !isFreeForm) {
      int implied = impliedArity();
      if (arity != implied) {
        throw defect("has arity " + arity + ", its arguments imply " + implied);
      }
    }
    require(!isContainer || arity == -2, "is a container, its arity is -2");
  }

  private void checkKeyArguments(List<Arg> all) {
    for (Arg arg : all) {
      int index = arg.keySpecIndex();
      if (arg.type() == ArgType.KEY && (index < 0 || index >= keySpecs.size())) {
        throw defect("does not say where key " + arg.name() + " is");
      }
      checkKeyArguments(arg.args());
    }
  }

  private int impliedArity() {
    int least = fullName.indexOf('|') < 0 ? 1 : 2;
    boolean variable = false;
    for (Arg arg : args) {
      least += arg.minCount();
      variable |= arg.isVariable();
    }
    return variable ? -least : least;
  }

  private void require(boolean condition, String failure) {
    if (!condition) {
      throw defect(failure);
    }
  }

  private IllegalStateException defect(String what) {
    return new IllegalStateException("command " + fullName + " " + what);
  }
}
