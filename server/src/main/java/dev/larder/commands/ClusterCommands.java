package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_ASYNC_LOADING;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.any;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;

/**
 * CLUSTER and what else is for members of a cluster, as a server answers that is none: clients ask
 * to find out.
 */
public final class ClusterCommands {
  private static final ErrorReply DISABLED =
      ErrorReply.of("ERR This instance has cluster support disabled");

  private static final String PER_NODE = "O(N) where N is the total number of Cluster nodes";
  private static final String PER_SLOT = "O(N) where N is the total number of hash slot arguments";
  private static final String PER_RANGE_SLOT =
      "O(N) where N is the total number of the slots between the start slot and end slot"
          + " arguments.";
  private static final String UNORDERED = "nondeterministic_output";

  private static final Flag[] ASKS = {STALE};
  private static final Flag[] ASKS_AS_ADMIN = {ADMIN, STALE};
  private static final Flag[] CHANGES = {ADMIN, STALE, NO_ASYNC_LOADING};

  private ClusterCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("CLUSTER")
        .summary("A container for Redis Cluster commands.")
        .since("3.0.0")
        .group(CommandGroup.CLUSTER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    declareQuestions(c);
    declareNodes(c);
    declareSlots(c);
    declareConnection(c, "READONLY", "3.0.0")
        .summary("Enables read-only queries for a connection to a cluster replica node.")
        .flags(LOADING, STALE, FAST)
        .handler(ClusterCommands::refuse);
    declareConnection(c, "READWRITE", "3.0.0")
        .summary("Disables read-only queries for a connection to a cluster replica node.")
        .flags(LOADING, STALE, FAST)
        .handler(ClusterCommands::refuse);
    declareConnection(c, "ASKING", "3.0.0")
        .summary("Tells a node that the next command was redirected to it by ASK.")
        .flags(FAST)
        .handler(ClusterCommands::refuse);
  }

  private static void refuse(Call call) throws CommandException {
    throw new CommandException(DISABLED);
  }

  private static CommandBuilder declareConnection(Declarations c, String name, String since) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.CLUSTER)
        .complexity("O(1)")
        .arity(1)
        .acl(CONNECTION)
        .replies(any("Always an error here."));
  }

  private static CommandBuilder cluster(
      Declarations c, String name, String since, Flag[] flags, String summary) {
    CommandBuilder command =
        c.command("CLUSTER|" + name)
            .summary(summary)
            .since(since)
            .group(CommandGroup.CLUSTER)
            .complexity("O(1)")
            .arity(2)
            .flags(flags)
            .replies(any("Always an error here."));
    command.handler(ClusterCommands::refuse);
    return command;
  }

  private static void declareQuestions(Declarations c) {
    cluster(c, "INFO", "3.0.0", ASKS, "Returns information about the state of a node.")
        .tips(UNORDERED);
    cluster(c, "MYID", "3.0.0", ASKS, "Returns the ID of a node.");
    cluster(c, "MYSHARDID", "7.2.0", ASKS, "Returns the shard ID of a node.").tips(UNORDERED);
    cluster(c, "NODES", "3.0.0", ASKS, "Returns the cluster configuration for a node.")
        .complexity(PER_NODE)
        .tips(UNORDERED);
    cluster(c, "SHARDS", "7.0.0", ASKS, "Returns the mapping of cluster slots to shards.")
        .complexity("O(N) where N is the total number of cluster nodes")
        .tips(UNORDERED);
    cluster(c, "SLOTS", "3.0.0", ASKS, "Returns the mapping of cluster slots to nodes.")
        .complexity(PER_NODE)
        .history("4.0.0", "Added node IDs.")
        .history("7.0.0", "Added additional networking metadata field.")
        .deprecated("7.0.0", "`CLUSTER SHARDS`")
        .tips(UNORDERED);
    cluster(c, "LINKS", "7.0.0", ASKS, "Returns all TCP links to and from peer nodes.")
        .complexity(PER_NODE)
        .tips(UNORDERED);
    cluster(c, "KEYSLOT", "3.0.0", ASKS, "Returns the hash slot for a key.")
        .complexity("O(N) where N is the number of bytes in the key")
        .arity(3)
        .args(string("key"));
    cluster(c, "COUNTKEYSINSLOT", "3.0.0", ASKS, "Returns the number of keys in a hash slot.")
        .arity(3)
        .args(integer("slot"));
    cluster(c, "GETKEYSINSLOT", "3.0.0", ASKS, "Returns the key names in a hash slot.")
        .complexity("O(N) where N is the number of requested keys")
        .arity(4)
        .args(integer("slot"), integer("count"))
        .tips(UNORDERED);
    c.help(
        "CLUSTER",
        "5.0.0",
        CommandGroup.CLUSTER,
        new AclCategory[0],
        "INFO and the other subcommands of Redis Cluster",
        "    Answer that cluster support is disabled.");
  }

  private static void declareNodes(Declarations c) {
    Arg node = string("node-id");
    cluster(c, "MEET", "3.0.0", CHANGES, "Forces a node to handshake with another node.")
        .history("4.0.0", "Added the optional `cluster_bus_port` argument.")
        .arity(-4)
        .args(string("ip"), integer("port"), integer("cluster-bus-port").since("4.0.0").optional());
    cluster(c, "FORGET", "3.0.0", CHANGES, "Removes a node from the nodes table.")
        .arity(3)
        .args(node);
    cluster(c, "REPLICATE", "3.0.0", CHANGES, "Configures a node as a replica of a master node.")
        .arity(3)
        .args(node);
    cluster(c, "REPLICAS", "5.0.0", ASKS_AS_ADMIN, "Lists the replica nodes of a master node.")
        .complexity("O(N) where N is the number of replicas.")
        .arity(3)
        .args(node)
        .tips(UNORDERED);
    cluster(c, "SLAVES", "3.0.0", ASKS_AS_ADMIN, "Lists the replica nodes of a master node.")
        .complexity("O(N) where N is the number of replicas.")
        .deprecated("5.0.0", "`CLUSTER REPLICAS`")
        .arity(3)
        .args(node)
        .tips(UNORDERED);
    cluster(
            c,
            "COUNT-FAILURE-REPORTS",
            "3.0.0",
            ASKS_AS_ADMIN,
            "Returns the number of failure reports active for a node.")
        .complexity("O(N) where N is the number of failure reports")
        .arity(3)
        .args(node)
        .tips(UNORDERED);
    cluster(c, "FAILOVER", "3.0.0", CHANGES, "Forces a replica to fail over its master.")
        .arity(-2)
        .args(oneOf("options", token("FORCE"), token("TAKEOVER")).optional());
    cluster(c, "RESET", "3.0.0", new Flag[] {ADMIN, NOSCRIPT, STALE}, "Resets a node.")
        .complexity(
            "O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a"
                + " side effect.")
        .arity(-2)
        .args(oneOf("reset-type", token("HARD"), token("SOFT")).optional());
    cluster(c, "SAVECONFIG", "3.0.0", CHANGES, "Forces a node to save its configuration.");
    cluster(c, "BUMPEPOCH", "3.0.0", CHANGES, "Advances the cluster's config epoch.")
        .tips(UNORDERED);
    cluster(c, "SET-CONFIG-EPOCH", "3.0.0", CHANGES, "Sets the config epoch of a new node.")
        .arity(3)
        .args(integer("config-epoch"));
  }

  private static void declareSlots(Declarations c) {
    Arg slots = integer("slot").multiple();
    Arg ranges = block("range", integer("start-slot"), integer("end-slot")).multiple();
    String assign = "Assigns new hash slots to a node.";
    String unbind = "Sets hash slots as unbound for a node.";
    cluster(c, "ADDSLOTS", "3.0.0", CHANGES, assign).complexity(PER_SLOT).arity(-3).args(slots);
    cluster(c, "DELSLOTS", "3.0.0", CHANGES, unbind).complexity(PER_SLOT).arity(-3).args(slots);
    cluster(c, "ADDSLOTSRANGE", "7.0.0", CHANGES, assign)
        .complexity(PER_RANGE_SLOT)
        .arity(-4)
        .args(ranges);
    cluster(c, "DELSLOTSRANGE", "7.0.0", CHANGES, unbind)
        .complexity(PER_RANGE_SLOT)
        .arity(-4)
        .args(ranges);
    cluster(c, "FLUSHSLOTS", "3.0.0", CHANGES, "Deletes all slots information from a node.");
    cluster(c, "SETSLOT", "3.0.0", CHANGES, "Binds a hash slot to a node.")
        .arity(-4)
        .args(
            integer("slot"),
            oneOf(
                "subcommand",
                string("importing").tokenIs("IMPORTING"),
                string("migrating").tokenIs("MIGRATING"),
                string("node").tokenIs("NODE"),
                token("STABLE")));
  }
}
