package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.choice;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encrypted connections: where, by which certificate, and who may come. What may change while the
 * server runs is read again with every {@code CONFIG SET} of one of these, files included, and
 * holds for connections that come afterwards.
 */
public final class TlsOptions {
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final long DEFAULT_CACHE_SIZE = 20 * 1024;
  private static final long DEFAULT_CACHE_SECONDS = 300;

  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Long> TLS_PORT =
      add(
          Option.of(
              "tls-port",
              integer(0, 65535),
              0L,
              "The TCP port for TLS; 0 for none. With one, `port 0` is no port without TLS."));

  public static final Option<String> TLS_CERT_FILE =
      add(
          ofText(
              "tls-cert-file",
              "The server's certificate and those that lead from it to its authority, in PEM."));

  public static final Option<String> TLS_KEY_FILE =
      add(
          ofText(
              "tls-key-file",
              "The private key of the certificate, in PEM; RSA or elliptic curve."));

  public static final Option<String> TLS_KEY_FILE_PASS =
      add(
          ofText("tls-key-file-pass", "The pass phrase of the key's file, if it has one.")
              .sensitive());

  public static final Option<String> TLS_CA_CERT_FILE =
      add(
          ofText(
              "tls-ca-cert-file", "The authorities that clients' certificates come from, in PEM."));

  public static final Option<String> TLS_CA_CERT_DIR =
      add(ofText("tls-ca-cert-dir", "A directory of files of such authorities."));

  public static final Option<String> TLS_AUTH_CLIENTS =
      add(
          Option.of(
                  "tls-auth-clients",
                  choice("no", "yes", "optional"),
                  "yes",
                  "Whether clients have to show a certificate; `optional`: if they show one, it"
                      + " must be right.")
              .mutable());

  public static final Option<String> TLS_AUTH_CLIENTS_USER =
      add(
          Option.of(
                  "tls-auth-clients-user",
                  choice("off", "CN"),
                  "off",
                  "Whether a client is the user whose name is the `CN` of its certificate, without"
                      + " `AUTH`, if there is one.")
              .mutable());

  public static final Option<String> TLS_PROTOCOLS =
      add(
          ofText("tls-protocols", "`TLSv1.2`, `TLSv1.3` or both, which is also meant by nothing.")
              .checkedBy(TlsOptions::checkProtocols));

  public static final Option<String> TLS_CIPHERS =
      add(
          ofText(
              "tls-ciphers",
              "Ciphers of TLSv1.2, best first, by OpenSSL's or the standard's names; `DEFAULT` is"
                  + " all that there are, `!` before a word takes out what has it in its name."));

  public static final Option<String> TLS_CIPHERSUITES =
      add(
          ofText(
              "tls-ciphersuites",
              "Ciphers of TLSv1.3. Only the JDK can leave some out: with a value, it does all the"
                  + " encryption, slower than without."));

  public static final Option<Boolean> TLS_PREFER_SERVER_CIPHERS =
      add(
          Option.of(
                  "tls-prefer-server-ciphers",
                  bool(),
                  false,
                  "Whether the order of the server's ciphers counts; else that of the client's.")
              .mutable());

  public static final Option<Boolean> TLS_SESSION_CACHING =
      add(
          Option.of(
                  "tls-session-caching",
                  bool(),
                  true,
                  "Whether a client that comes again may go on with the keys agreed upon before.")
              .mutable());

  public static final Option<Long> TLS_SESSION_CACHE_SIZE =
      add(
          Option.of(
                  "tls-session-cache-size",
                  integer(0, INT_MAX),
                  DEFAULT_CACHE_SIZE,
                  "How many sessions of such clients are kept at most, as far as the server keeps"
                      + " them: with tickets, the clients do.")
              .mutable());

  public static final Option<Long> TLS_SESSION_CACHE_TIMEOUT =
      add(
          Option.of(
                  "tls-session-cache-timeout",
                  integer(0, INT_MAX),
                  DEFAULT_CACHE_SECONDS,
                  "For how many seconds they may come again.")
              .mutable());

  /** What a connection depends on that comes now. */
  public static final List<Option<?>> RELOADED =
      DECLARED.stream().filter(Option::isMutable).toList();

  private TlsOptions() {}

  private static Option<String> ofText(String name, String doc) {
    return Option.of(name, text(), "", doc).mutable();
  }

  private static @Nullable String checkProtocols(String protocols) {
    for (String word : protocols.strip().split("\\s+")) {
      if (!word.isEmpty()
          && !word.equalsIgnoreCase("TLSv1.2")
          && !word.equalsIgnoreCase("TLSv1.3")) {
        return "Invalid tls-protocols specified. Use a combination of 'TLSv1.2' and 'TLSv1.3'.";
      }
    }
    return null;
  }

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
