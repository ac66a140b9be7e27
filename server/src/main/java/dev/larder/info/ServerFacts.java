package dev.larder.info;

import java.util.List;

/** What a running server knows of itself beyond its counters. Every method: any thread, cheap. */
public interface ServerFacts {

  /** The way to the kernel's sockets: {@code io_uring}, {@code epoll} or {@code nio}. */
  String transport();

  /** The TCP port listened on, that for TLS if there is no other; 0 if none. */
  int port();

  /** What is listened on, each with its name in front: {@code listener0:name=tcp,...}. */
  List<String> listeners();

  /** How many event loops serve clients. */
  int eventLoops();

  /** The configuration file's absolute path, empty when there is none. */
  String configFile();

  int maxClients();

  /** The scripts and functions. */
  ScriptFacts scriptFacts();

  /**
   * How many scripts and functions there are.
   *
   * @param scriptBytes of the scripts' texts
   * @param functionBytes of the libraries' texts
   */
  record ScriptFacts(
      int scripts, long scriptBytes, int libraries, int functions, long functionBytes) {}

  /** The eviction policy's name. */
  String maxMemoryPolicy();

  /** Bytes of what the policy remembers beside the records. */
  long policyBytes();

  /** The percentiles of commands' durations to be shown, from 0 to 100. */
  List<Double> latencyPercentiles();

  /** How often a second each event loop looks for expired keys. */
  int housekeepingPerSecond();
}
