package dev.larder.tls;

import dev.larder.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The ciphers that connections may use, by their names: for TLSv1.2 those that keep what was said
 * secret even from who gets the server's key later.
 */
final class Ciphers {
  /** OpenSSL's name, and the standard's. */
  private record Cipher(String openSsl, String standard) {
    /** Whether one of the name's parts is this word. */
    boolean has(String word) {
      return openSsl.equals(word)
          || standard.equals(word)
          || Arrays.asList(openSsl.split("-")).contains(word);
    }
  }

  private static final List<Cipher> ALL =
      List.of(
          new Cipher("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
          new Cipher("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
          new Cipher("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
          new Cipher("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
          new Cipher(
              "ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
          new Cipher("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
          new Cipher("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
          new Cipher("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
          new Cipher("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
          new Cipher("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"));

  private static final List<String> SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private Ciphers() {}

  /**
   * Names of the standard for what the two options say.
   *
   * @param ciphers of TLSv1.2, empty for all
   * @param suites of TLSv1.3, empty for all
   * @throws ConfigException if one of them is unknown, or none is left
   */
  static List<String> names(String ciphers, String suites) throws ConfigException {
    List<String> names = new ArrayList<>();
    for (String name : words(suites)) {
      if (!SUITES.contains(name)) {
        throw new ConfigException("Failed to configure ciphersuites: " + name + " is unknown");
      }
      names.add(name);
    }
    if (names.isEmpty()) {
      names.addAll(SUITES);
    }
    chosen(ciphers).forEach(cipher -> names.add(cipher.standard));
    return names;
  }

  private static Set<Cipher> chosen(String ciphers) throws ConfigException {
    Set<Cipher> chosen = new LinkedHashSet<>();
    Set<Cipher> excluded = new LinkedHashSet<>();
    for (String word : words(ciphers.isEmpty() ? "DEFAULT" : ciphers)) {
      switch (word) {
        case "DEFAULT", "HIGH", "ALL" -> chosen.addAll(ALL);
        case String w when w.startsWith("!") || w.startsWith("-") ->
            ALL.stream().filter(cipher -> cipher.has(w.substring(1))).forEach(excluded::add);
        default -> chosen.add(cipher(word));
      }
    }
    chosen.removeAll(excluded);
    if (chosen.isEmpty()) {
      throw new ConfigException("Failed to configure ciphers: none is left");
    }
    return chosen;
  }

  private static Cipher cipher(String name) throws ConfigException {
    for (Cipher cipher : ALL) {
      if (cipher.openSsl.equals(name) || cipher.standard.equals(name)) {
        return cipher;
      }
    }
    List<String> known = ALL.stream().map(Cipher::openSsl).toList();
    throw new ConfigException(
        "Failed to configure ciphers: " + name + " is none of " + String.join(", ", known));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().toUpperCase(Locale.ROOT).split("[\\s:,]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
