package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.choice;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.memory;
import static dev.larder.config.Types.memoryOrPercent;
import static dev.larder.config.Types.memoryOrShare;
import static dev.larder.config.Types.octal;
import static dev.larder.config.Types.text;
import static dev.larder.config.Types.words;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The options that govern something today. Names and defaults are Redis's unless a text says so.
 */
public final class Options {

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final long UINT_MAX = 0xffff_ffffL;
  private static final long MAX_SHARDS = 4096;

  private static final List<Option<?>> DECLARED = new ArrayList<>();

  // ---- network

  public static final Option<Long> PORT =
      add(
          Option.of(
              "port",
              integer(0, 65535),
              6379L,
              "The TCP port without encryption; 0 takes any that is free, and with a `tls-port`"
                  + " none."));

  public static final Option<List<String>> BIND =
      add(
          Option.of(
              "bind",
              words(16),
              List.of("127.0.0.1", "-::1"),
              "The addresses to listen on; one with a leading `-` may be missing on this machine."
                  + " `*` is every IPv4 address, `::*` every IPv6 one. The default is loopback"
                  + " only, where Redis without a file listens everywhere."));

  public static final Option<String> UNIXSOCKET =
      add(Option.of("unixsocket", text(), "", "Path of a Unix domain socket; empty for none."));

  public static final Option<Long> UNIXSOCKETPERM =
      add(
          Option.of(
              "unixsocketperm",
              octal(0777),
              0L,
              "Permissions of the Unix domain socket; 0 leaves them to the umask."));

  public static final Option<Boolean> PROTECTED_MODE =
      add(
          Option.of(
                  "protected-mode",
                  bool(),
                  true,
                  "Serve only loopback clients while there is no password.")
              .mutable());

  public static final Option<Long> TCP_BACKLOG =
      add(
          Option.of(
              "tcp-backlog", integer(0, INT_MAX), 511L, "Connections waiting to be accepted."));

  public static final Option<Long> TCP_KEEPALIVE =
      add(
          Option.of(
                  "tcp-keepalive",
                  integer(0, INT_MAX),
                  300L,
                  "Seconds of silence before the system probes whether a client is alive; 0 for"
                      + " never.")
              .mutable());

  public static final Option<Long> TIMEOUT =
      add(
          Option.of(
                  "timeout",
                  integer(0, INT_MAX),
                  0L,
                  "Seconds after which an idle client is disconnected; 0 for never.")
              .mutable());

  public static final Option<Long> MAXCLIENTS =
      add(
          Option.of(
                  "maxclients",
                  integer(1, UINT_MAX),
                  10_000L,
                  "The most clients at a time; others get an error and are closed.")
              .mutable());

  public static final Option<Long> IO_THREADS =
      add(
          Option.of(
              "io-threads",
              integer(0, 128),
              0L,
              "Event loops, each a thread that reads, executes and writes. 0, the default, is one"
                  + " a core."));

  public static final Option<String> IO_TRANSPORT =
      add(
          Option.of(
              "io-transport",
              choice("auto", "io_uring", "epoll", "nio"),
              "auto",
              "How sockets are served. `auto` takes the best that works here; a name fails if that"
                  + " one does not. Larder's own."));

  // ---- security

  public static final Option<String> REQUIREPASS =
      add(
          Option.of("requirepass", text(), "", "The password of the default user; empty for none.")
              .mutable()
              .sensitive());

  public static final Option<String> ACL_PUBSUB_DEFAULT =
      add(
          Option.of(
                  "acl-pubsub-default",
                  choice("allchannels", "resetchannels"),
                  "resetchannels",
                  "Whether a new user may use all channels of pub/sub, or none.")
              .mutable());

  public static final Option<String> ACLFILE =
      add(
          Option.of(
              "aclfile",
              text(),
              "",
              "File with the users, instead of lines `user` in this one; read at the start and by"
                  + " `ACL LOAD`, written by `ACL SAVE`. Empty for none."));

  public static final Option<Long> ACLLOG_MAX_LEN =
      add(
          Option.of(
                  "acllog-max-len",
                  integer(0, Long.MAX_VALUE),
                  128L,
                  "How many denials `ACL LOG` remembers.")
              .mutable());

  public static final Option<String> ENABLE_DEBUG_COMMAND =
      add(
          Option.of(
              "enable-debug-command",
              choice("no", "yes", "local"),
              "no",
              "Who may use DEBUG: nobody, everybody, or clients on this machine."));

  // ---- process

  public static final Option<String> DIR =
      add(
          Option.of(
                  "dir",
                  text(),
                  ".",
                  "The directory that relative paths of data files are meant from.")
              .checkedBy(path -> new File(path).isDirectory() ? null : "no such directory"));

  public static final Option<String> DBFILENAME =
      add(
          Option.of(
                  "dbfilename",
                  text(),
                  "dump.rdb",
                  "The snapshot file in `dir`, which is loaded when the server starts.")
              .mutable()
              .checkedBy(name ->
                  name.contains("/") || name.contains("\\")
                      ? "dbfilename can't be a path, just a filename"
                      : null));

  public static final Option<List<SavePoint>> SAVE =
      add(
          Option.of(
                  "save",
                  SavePoint.type(),
                  List.of(),
                  "When to write the snapshot file by itself: after so many seconds, if there were"
                      + " so many changes. The default is never, where Redis's is"
                      + " `3600 1 300 100 60 10000`.")
              .mutable());

  public static final Option<Boolean> RDBCOMPRESSION =
      add(
          Option.of("rdbcompression", bool(), true, "Whether strings in snapshots are compressed.")
              .mutable());

  public static final Option<Boolean> RDBCHECKSUM =
      add(
          Option.of("rdbchecksum", bool(), true, "Whether snapshots end with a checksum.")
              .mutable());

  public static final Option<Boolean> STOP_WRITES_ON_BGSAVE_ERROR =
      add(
          Option.of(
                  "stop-writes-on-bgsave-error",
                  bool(),
                  true,
                  "Whether commands that write fail while the last snapshot has failed, if there"
                      + " are save points.")
              .mutable());

  public static final Option<String> PIDFILE =
      add(
          Option.of(
              "pidfile", text(), "", "File that holds the process id while the server runs."));

  public static final Option<Boolean> DAEMONIZE =
      add(
          Option.of("daemonize", bool(), false, "Only `no`: a service manager runs the server.")
              .checkedBy(on ->
                  on
                      ? "Larder does not detach itself: use a service manager, or `&` in a"
                          + " shell"
                      : null));

  public static final Option<String> SUPERVISED =
      add(
          Option.of(
                  "supervised",
                  choice("no", "systemd", "auto", "upstart"),
                  "no",
                  "Who is told when the server is ready, and how it is: nobody, systemd, or who"
                      + " there is, which is systemd where `NOTIFY_SOCKET` is set. Upstart is not"
                      + " known.")
              .checkedBy(name ->
                  name.equals("upstart") ? "Larder knows no Upstart: use systemd or no" : null));

  // ---- memory and data

  public static final Option<Long> DATABASES =
      add(Option.of("databases", integer(1, 65536), 16L, "How many databases SELECT can choose."));

  public static final Option<Long> SHARDS =
      add(
          Option.of(
                  "shards",
                  integer(0, MAX_SHARDS),
                  0L,
                  "Parts of the keyspace that can be worked on at the same time: a power of two. 0"
                      + " is at least 4 a core and at least 64. Larder's own.")
              .checkedBy(n -> n != 0 && Long.bitCount(n) != 1 ? "must be a power of two" : null));

  public static final Option<Long> MAXMEMORY =
      add(
          Option.of(
                  "maxmemory",
                  memoryOrShare(),
                  0L,
                  "The most memory for data and all that is kept for clients and files; 0 for no"
                      + " limit. The JVM's own memory, up to 100 MB, comes on top. A percentage is"
                      + " of the container's memory, or of the machine's, and includes the JVM."
                      + " In a container the default is what the container's limit leaves.")
              .mutable());

  public static final Option<Long> MAXMEMORY_EVICTION_TENACITY =
      add(
          Option.of(
                  "maxmemory-eviction-tenacity",
                  integer(0, 100),
                  10L,
                  "How long a command may take to evict keys before it goes on, if more have to go:"
                      + " 50 microseconds a step up to 10, 15 % more with each step beyond, and at"
                      + " 100 as long as it takes.")
              .mutable());

  public static final Option<Long> MAXMEMORY_CLIENTS =
      add(
          Option.of(
                  "maxmemory-clients",
                  memoryOrPercent(),
                  0L,
                  "The most memory of all clients together, in bytes or as a percentage of"
                      + " `maxmemory`; beyond it those with the most are disconnected, but for"
                      + " those that have said `CLIENT NO-EVICT`. 0 for no limit.")
              .mutable());

  public static final Option<String> MAXMEMORY_POLICY =
      add(
          Option.of(
                  "maxmemory-policy",
                  choice(
                      "noeviction",
                      "allkeys-s3",
                      "volatile-s3",
                      "allkeys-lru",
                      "volatile-lru",
                      "allkeys-lfu",
                      "volatile-lfu",
                      "allkeys-lrm",
                      "volatile-lrm",
                      "allkeys-random",
                      "volatile-random",
                      "volatile-ttl"),
                  "noeviction",
                  "What goes when `maxmemory` is reached: nothing, so that commands that need"
                      + " memory are refused, or keys as docs/eviction.md tells; `volatile`: only"
                      + " those with a deadline. `allkeys-s3` hits most, `allkeys-lru` and others"
                      + " do as in Redis.")
              .mutable());

  public static final Option<Long> PROTO_MAX_BULK_LEN =
      add(
          Option.of(
                  "proto-max-bulk-len",
                  memory(MIB, Long.MAX_VALUE),
                  512 * MIB,
                  "The longest argument of a request, and the longest string.")
              .mutable());

  public static final Option<Long> CLIENT_QUERY_BUFFER_LIMIT =
      add(
          Option.of(
                  "client-query-buffer-limit",
                  memory(MIB, Long.MAX_VALUE),
                  GIB,
                  "The most unexecuted input of one client, which is disconnected beyond it.")
              .mutable());

  public static final Option<OutputLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
      add(
          Option.of(
                  "client-output-buffer-limit",
                  OutputLimits.type(),
                  OutputLimits.defaults(),
                  "The most unread output of a client, by class: at once above the hard limit, or"
                      + " after some seconds above the soft one, it is disconnected.")
              .mutable());

  public static final Option<Long> TRACKING_TABLE_MAX_KEYS =
      add(
          Option.of(
                  "tracking-table-max-keys",
                  integer(0, Long.MAX_VALUE),
                  1_000_000L,
                  "The most keys that are remembered to have been read by clients that track them;"
                      + " 0 for no limit.")
              .mutable());

  public static final Option<Long> BUSY_REPLY_THRESHOLD =
      add(
          Option.of(
                  "busy-reply-threshold",
                  integer(0, Long.MAX_VALUE),
                  5000L,
                  "Milliseconds after which a command does not wait for a script that keeps it from"
                      + " its keys, but is answered that the server is busy.")
              .alias("lua-time-limit")
              .mutable());

  public static final Option<EventSelection> NOTIFY_KEYSPACE_EVENTS =
      add(
          Option.of(
                  "notify-keyspace-events",
                  EventSelection.type(),
                  EventSelection.NONE,
                  "Which events of keys are published, and on which channels.")
              .mutable());

  private static final List<Option<?>> ALL = Collections.unmodifiableList(DECLARED);

  private Options() {}

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  /** In order of declaration. */
  static List<Option<?>> all() {
    return ALL;
  }
}
