package dev.larder;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.CoreConstants;
import java.util.Properties;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback as a server process uses it: without the search for providers and for a configuration,
 * for which every library would be opened at every start. {@link LogSetup} says where logs go.
 */
public final class LogProvider implements SLF4JServiceProvider {
  /** The version of SLF4J's interface that this follows. */
  private static final String API_VERSION = "2.0.99";

  private final LoggerContext context = new LoggerContext();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

  /** Has SLF4J use this, unless it was told what to use, or has been used already. */
  static void choose() {
    Properties properties = System.getProperties();
    properties.putIfAbsent("slf4j.provider", LogProvider.class.getName());
    // It would tell that it was told.
    properties.putIfAbsent("slf4j.internal.verbosity", "WARN");
  }

  @Override
  public void initialize() {
    context.setName(CoreConstants.DEFAULT_CONTEXT_NAME);
    context.setMDCAdapter(mdc);
    context.start();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return context;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return mdc;
  }

  @Override
  public String getRequestedApiVersion() {
    return API_VERSION;
  }
}
