package dev.larder;

import dev.larder.acl.AclUsers;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.OutputLimits;
import dev.larder.config.Setting;
import dev.larder.config.TlsOptions;
import dev.larder.net.NetSettings;
import dev.larder.session.Session;
import dev.larder.session.User;
import java.util.List;

/** The network's settings as the configuration has them now. */
final class ConfigSettings implements NetSettings {
  private final Config config;
  private final AclUsers users;
  private final int loops;
  private final Setting<Long> keepAlive;
  private final Setting<Long> maxClients;
  private final Setting<Long> timeout;
  private final Setting<Boolean> protectedMode;
  private final Setting<Long> queryLimit;
  private final Setting<OutputLimits> outputLimits;

  ConfigSettings(Config config, AclUsers users) {
    this.config = config;
    this.users = users;
    long threads = config.get(Options.IO_THREADS);
    this.loops = threads > 0 ? (int) threads : Runtime.getRuntime().availableProcessors();
    this.keepAlive = config.setting(Options.TCP_KEEPALIVE);
    this.maxClients = config.setting(Options.MAXCLIENTS);
    this.timeout = config.setting(Options.TIMEOUT);
    this.protectedMode = config.setting(Options.PROTECTED_MODE);
    this.queryLimit = config.setting(Options.CLIENT_QUERY_BUFFER_LIMIT);
    this.outputLimits = config.setting(Options.CLIENT_OUTPUT_BUFFER_LIMIT);
  }

  @Override
  public String transport() {
    return config.get(Options.IO_TRANSPORT);
  }

  @Override
  public int loops() {
    return loops;
  }

  @Override
  public List<String> bind() {
    return config.get(Options.BIND);
  }

  @Override
  public int port() {
    return Math.toIntExact(config.get(Options.PORT));
  }

  @Override
  public boolean anyPort() {
    return tlsPort() == 0;
  }

  @Override
  public int tlsPort() {
    return Math.toIntExact(config.get(TlsOptions.TLS_PORT));
  }

  @Override
  public String unixSocket() {
    return config.get(Options.UNIXSOCKET);
  }

  @Override
  public int unixSocketMode() {
    return Math.toIntExact(config.get(Options.UNIXSOCKETPERM));
  }

  @Override
  public int backlog() {
    return Math.toIntExact(config.get(Options.TCP_BACKLOG));
  }

  @Override
  public int keepAliveSeconds() {
    return Math.toIntExact(keepAlive.get());
  }

  @Override
  public int maxClients() {
    return (int) Math.min(maxClients.get(), Integer.MAX_VALUE);
  }

  @Override
  public int idleTimeoutSeconds() {
    return Math.toIntExact(timeout.get());
  }

  @Override
  public boolean protectedMode() {
    return protectedMode.get();
  }

  @Override
  public boolean passwordNeeded() {
    return users.isPasswordNeeded();
  }

  @Override
  public User defaultUser() {
    return users.defaultUser();
  }

  @Override
  public boolean trustsCertifiedNames() {
    return config.get(TlsOptions.TLS_AUTH_CLIENTS_USER).equals("CN");
  }

  @Override
  public void authenticateCertified(Session session, String name) {
    users.authenticateCertified(session, name);
  }

  @Override
  public long queryBufferLimitBytes() {
    return queryLimit.get();
  }

  @Override
  public long outputHardLimitBytes(boolean isSubscriber) {
    return outputLimit(isSubscriber).hardBytes();
  }

  @Override
  public long outputSoftLimitBytes(boolean isSubscriber) {
    return outputLimit(isSubscriber).softBytes();
  }

  @Override
  public int outputSoftLimitSeconds(boolean isSubscriber) {
    return (int) Math.min(outputLimit(isSubscriber).softSeconds(), Integer.MAX_VALUE);
  }

  private OutputLimits.Limit outputLimit(boolean isSubscriber) {
    OutputLimits limits = outputLimits.get();
    return isSubscriber ? limits.pubsub() : limits.normal();
  }
}
