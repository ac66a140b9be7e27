package dev.larder.net;

import dev.larder.session.Session;
import dev.larder.session.User;
import java.util.List;

/** Settings that a test changes as it likes. */
final class TestSettings implements NetSettings {
  String transport = "auto";
  int loops = 2;
  List<String> bind = List.of("127.0.0.1");
  int port;
  String unixSocket = "";
  int unixSocketMode;
  volatile int maxClients = 20000;
  volatile int idleTimeoutSeconds;
  volatile boolean passwordNeeded;
  volatile long queryBufferLimitBytes = 1 << 30;
  volatile long outputHardLimitBytes;

  @Override
  public String transport() {
    return transport;
  }

  @Override
  public int loops() {
    return loops;
  }

  @Override
  public List<String> bind() {
    return bind;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int tlsPort() {
    return 0;
  }

  @Override
  public String unixSocket() {
    return unixSocket;
  }

  @Override
  public int unixSocketMode() {
    return unixSocketMode;
  }

  @Override
  public int backlog() {
    return 511;
  }

  @Override
  public int keepAliveSeconds() {
    return 300;
  }

  @Override
  public int maxClients() {
    return maxClients;
  }

  @Override
  public int idleTimeoutSeconds() {
    return idleTimeoutSeconds;
  }

  @Override
  public boolean protectedMode() {
    return true;
  }

  @Override
  public boolean passwordNeeded() {
    return passwordNeeded;
  }

  @Override
  public User defaultUser() {
    return new User(User.DEFAULT_NAME, !passwordNeeded, false);
  }

  @Override
  public boolean trustsCertifiedNames() {
    return false;
  }

  @Override
  public void authenticateCertified(Session session, String name) {}

  @Override
  public long queryBufferLimitBytes() {
    return queryBufferLimitBytes;
  }

  @Override
  public long outputHardLimitBytes(boolean isSubscriber) {
    return outputHardLimitBytes;
  }

  @Override
  public long outputSoftLimitBytes(boolean isSubscriber) {
    return 0;
  }

  @Override
  public int outputSoftLimitSeconds(boolean isSubscriber) {
    return 0;
  }
}
