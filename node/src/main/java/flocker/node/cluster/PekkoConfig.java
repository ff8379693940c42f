package flocker.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.Map;

/** The configuration of this host's actor system. The keys are in {@value #RESOURCE}. */
public final class PekkoConfig {
  static final String RESOURCE = "flocker-pekko.conf";

  /** The name of every node's actor system, part of every address. */
  public static final String SYSTEM = "flocker";

  private PekkoConfig() {}

  /**
   * For an actor system that other hosts reach at {@code host:port}.
   *
   * @param host the address that other hosts connect to and this one listens on
   * @param more what goes before Flocker's own keys: the journal's ({@code JournalFiles#config}),
   *     TLS, an operator's
   * @return resolved, with every reference.conf behind it
   */
  public static Config of(String host, int port, Config more) {
    Config address =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.canonical.port",
                port),
            "address of this host");
    Config own =
        ConfigFactory.parseResources(
            PekkoConfig.class.getClassLoader(),
            RESOURCE,
            ConfigParseOptions.defaults().setAllowMissing(false));
    return ConfigFactory.load(address.withFallback(more).withFallback(own));
  }
}
