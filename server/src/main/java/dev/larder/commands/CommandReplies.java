package dev.larder.commands;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.ArgType;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandSpec.History;
import dev.larder.command.Flag;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeySpec;
import dev.larder.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shapes of COMMAND INFO and COMMAND DOCS, element by element as Redis defines them. */
final class CommandReplies {

  private static final int INFO_ELEMENTS = 10;

  private CommandReplies() {}

  /**
   * Ten elements: name, arity, flags, first key, last key, step, categories, tips, keys, children.
   */
  static void info(ReplyWriter reply, CommandSpec spec) {
    reply.array(INFO_ELEMENTS);
    reply.bulkString(spec.fullName());
    reply.integer(spec.arity());
    List<Flag> flags = spec.flags().stream().filter(flag -> !flag.isInternal()).toList();
    reply.set(flags.size());
    for (Flag flag : flags) {
      reply.simpleString(flag.wireName());
    }
    reply.integer(spec.firstKey());
    reply.integer(spec.lastKey());
    reply.integer(spec.keyStep());
    reply.set(spec.acl().size());
    for (AclCategory category : spec.acl()) {
      reply.simpleString("@" + category.wireName());
    }
    reply.set(spec.tips().size());
    spec.tips().forEach(reply::bulkString);
    reply.set(spec.keySpecs().size());
    for (KeySpec keys : spec.keySpecs()) {
      keySpec(reply, keys);
    }
    if (!spec.isContainer()) {
      reply.set(0);
      return;
    }
    reply.array(spec.subcommands().size());
    for (CommandSpec subcommand : spec.subcommands()) {
      info(reply, subcommand);
    }
  }

  /** Access flags of a key. */
  static void access(ReplyWriter reply, Set<KeyAccess> access) {
    reply.set(access.size());
    for (KeyAccess flag : access) {
      reply.simpleString(flag.wireName());
    }
  }

  private static void keySpec(ReplyWriter reply, KeySpec spec) {
    String notes = spec.notes();
    reply.map(notes == null ? 3 : 4);
    if (notes != null) {
      text(reply, "notes", notes);
    }
    reply.bulkString("flags");
    access(reply, spec.access());
    reply.bulkString("begin_search");
    switch (spec.begin()) {
      case KeySpec.Begin.Index(int position) -> {
        typed(reply, "index", 1);
        number(reply, "index", position);
      }
      case KeySpec.Begin.Keyword(String keyword, int startFrom) -> {
        typed(reply, "keyword", 2);
        text(reply, "keyword", keyword);
        number(reply, "startfrom", startFrom);
      }
      case KeySpec.Begin.Unknown _ -> typed(reply, "unknown", 0);
    }
    reply.bulkString("find_keys");
    switch (spec.find()) {
      case KeySpec.Find.Range(int last, int step, int limit) -> {
        typed(reply, "range", 3);
        number(reply, "lastkey", last);
        number(reply, "keystep", step);
        number(reply, "limit", limit);
      }
      case KeySpec.Find.Count(int countIndex, int firstKey, int step) -> {
        typed(reply, "keynum", 3);
        number(reply, "keynumidx", countIndex);
        number(reply, "firstkey", firstKey);
        number(reply, "keystep", step);
      }
      case KeySpec.Find.Unknown _ -> typed(reply, "unknown", 0);
    }
  }

  /** A map of a type and a specification of this many members, which the caller writes. */
  private static void typed(ReplyWriter reply, String type, int members) {
    reply.map(2);
    text(reply, "type", type);
    reply.bulkString("spec");
    reply.map(members);
  }

  /** A map of what is documented; what a command does not have is left out. */
  static void docs(ReplyWriter reply, CommandSpec spec) {
    List<Runnable> members = new ArrayList<>();
    member(members, reply, "summary", spec.summary());
    member(members, reply, "since", spec.since());
    member(members, reply, "group", spec.group().wireName());
    member(members, reply, "complexity", spec.complexity());
    List<String> docFlags = new ArrayList<>();
    if (spec.deprecatedSince() != null) {
      docFlags.add("deprecated");
    }
    if (spec.isSystem()) {
      docFlags.add("syscmd");
    }
    if (!docFlags.isEmpty()) {
      members.add(() -> flags(reply, "doc_flags", docFlags));
    }
    member(members, reply, "deprecated_since", spec.deprecatedSince());
    member(members, reply, "replaced_by", spec.replacedBy());
    if (!spec.history().isEmpty()) {
      members.add(() -> history(reply, spec.history()));
    }
    if (!spec.args().isEmpty()) {
      members.add(() -> args(reply, spec.args()));
    }
    if (spec.isContainer()) {
      members.add(() -> subcommandDocs(reply, spec));
    }
    reply.map(members.size());
    members.forEach(Runnable::run);
  }

  private static void subcommandDocs(ReplyWriter reply, CommandSpec spec) {
    reply.bulkString("subcommands");
    reply.map(spec.subcommands().size());
    for (CommandSpec subcommand : spec.subcommands()) {
      reply.bulkString(subcommand.fullName());
      docs(reply, subcommand);
    }
  }

  private static void history(ReplyWriter reply, List<History> history) {
    reply.bulkString("history");
    reply.set(history.size());
    for (History change : history) {
      reply.array(2);
      reply.bulkString(change.version());
      reply.bulkString(change.change());
    }
  }

  private static void args(ReplyWriter reply, List<Arg> args) {
    reply.bulkString("arguments");
    reply.array(args.size());
    for (Arg arg : args) {
      arg(reply, arg);
    }
  }

  private static void arg(ReplyWriter reply, Arg arg) {
    boolean isTree = arg.type() == ArgType.ONEOF || arg.type() == ArgType.BLOCK;
    List<Runnable> members = new ArrayList<>();
    member(members, reply, "name", arg.name());
    member(members, reply, "type", arg.type().wireName());
    if (!isTree) {
      String display = arg.displayText();
      member(members, reply, "display_text", display == null ? arg.name() : display);
    }
    if (arg.keySpecIndex() >= 0) {
      members.add(() -> number(reply, "key_spec_index", arg.keySpecIndex()));
    }
    member(members, reply, "token", arg.token());
    member(members, reply, "summary", arg.summary());
    member(members, reply, "since", arg.since());
    member(members, reply, "deprecated_since", arg.deprecatedSince());
    List<String> flags = new ArrayList<>();
    if (arg.isOptional()) {
      flags.add("optional");
    }
    if (arg.isMultiple()) {
      flags.add("multiple");
    }
    if (arg.multipleToken()) {
      flags.add("multiple_token");
    }
    if (!flags.isEmpty()) {
      members.add(() -> flags(reply, "flags", flags));
    }
    if (isTree) {
      members.add(() -> args(reply, arg.args()));
    }
    reply.map(members.size());
    members.forEach(Runnable::run);
  }

  private static void flags(ReplyWriter reply, String name, List<String> flags) {
    reply.bulkString(name);
    reply.set(flags.size());
    flags.forEach(reply::simpleString);
  }

  /** Adds a member unless its text is absent or empty. */
  private static void member(
      List<Runnable> members, ReplyWriter reply, String name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      members.add(() -> text(reply, name, text));
    }
  }

  private static void text(ReplyWriter reply, String name, String text) {
    reply.bulkString(name);
    reply.bulkString(text);
  }

  private static void number(ReplyWriter reply, String name, long number) {
    reply.bulkString(name);
    reply.integer(number);
  }
}
