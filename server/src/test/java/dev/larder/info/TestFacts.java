package dev.larder.info;

import java.util.List;

/** Facts of a server that is none. */
public final class TestFacts implements ServerFacts {
  @Override
  public List<String> listeners() {
    return List.of("listener0:name=tcp,bind=127.0.0.1,port=6379");
  }

  @Override
  public List<Double> latencyPercentiles() {
    return List.of(50.0, 99.9);
  }

  @Override
  public String transport() {
    return "epoll";
  }

  @Override
  public int port() {
    return 7777;
  }

  @Override
  public int eventLoops() {
    return 2;
  }

  @Override
  public String configFile() {
    return "";
  }

  @Override
  public ScriptFacts scriptFacts() {
    return new ScriptFacts(0, 0, 0, 0, 0);
  }

  @Override
  public long policyBytes() {
    return 0;
  }

  @Override
  public int maxClients() {
    return 10_000;
  }

  @Override
  public String maxMemoryPolicy() {
    return "noeviction";
  }

  @Override
  public int housekeepingPerSecond() {
    return 50;
  }
}
