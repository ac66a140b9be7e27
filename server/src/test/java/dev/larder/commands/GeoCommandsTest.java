package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands on points; the figures are those of redis-server. */
final class GeoCommandsTest {
  private static final String[] POLYGON = {
    "12.41098696654226", "38.05033923003755", "15.107936245794182", "38.00616649901906",
    "18.148439288534455", "38.63804787603499", "17.80831874257693", "39.50316813110968",
    "12.458468633214036", "38.57719533463012"
  };

  private final CommandHarness server =
      new CommandHarness(c -> {
        SortedSetCommands.declare(c);
        SortedSetRangeCommands.declare(c);
        GeoCommands.declare(c);
      });

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  private void addSicily() {
    assertThat(
            send(
                "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania"
                    + " 12.758489 38.788135 edge1 17.241510 38.788135 edge2"))
        .isEqualTo(":4\r\n");
  }

  @Test
  void keepsPointsAsHashes() {
    addSicily();
    assertThat(send("ZSCORE Sicily Palermo")).isEqualTo("$16\r\n3479099956230698\r\n");
    assertThat(send("GEOHASH Sicily Palermo nobody"))
        .isEqualTo("*2\r\n$11\r\nsqc8b49rny0\r\n$-1\r\n");
    assertThat(send("GEOPOS Sicily Palermo nobody"))
        .isEqualTo("*2\r\n*2\r\n$18\r\n13.361389338970184\r\n$16\r\n38.1155563954963\r\n*-1\r\n");
    assertThat(send("GEODIST Sicily Palermo Catania")).isEqualTo("$11\r\n166274.1516\r\n");
    assertThat(send("GEODIST Sicily Palermo Catania km")).isEqualTo("$8\r\n166.2742\r\n");
  }

  @Test
  void searchesCirclesAndBoxes() {
    addSicily();
    assertThat(send("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC"))
        .isEqualTo("*2\r\n$7\r\nCatania\r\n$7\r\nPalermo\r\n");
    assertThat(send("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km DESC WITHDIST COUNT 2"))
        .isEqualTo(
            "*2\r\n*2\r\n$5\r\nedge1\r\n$8\r\n279.7405\r\n*2\r\n$5\r\nedge2\r\n$8\r\n279.7403\r\n");
    assertThat(send("GEORADIUS Sicily 15 37 200 km WITHHASH ASC COUNT 1"))
        .isEqualTo("*1\r\n*2\r\n$7\r\nCatania\r\n:3479447370796909\r\n");
    assertThat(send("GEORADIUSBYMEMBER Sicily Palermo 100 km")).contains("Palermo", "edge1");
  }

  @Test
  void searchesPolygonsAroundTheirMiddle() {
    addSicily();
    String polygon = "BYPOLYGON 5 " + String.join(" ", POLYGON);
    assertThat(send("GEOSEARCH Sicily " + polygon + " ASC WITHDIST"))
        .isEqualTo(
            "*2\r\n*2\r\n$7\r\nPalermo\r\n$11\r\n166482.0159\r\n"
                + "*2\r\n$5\r\nedge2\r\n$11\r\n180861.7725\r\n");
    assertThat(send("GEOSEARCH Sicily FROMMEMBER Palermo " + polygon)).startsWith("-ERR exactly");
    assertThat(send("GEOSEARCH Sicily BYPOLYGON 2 1 1 2 2 ASC DESC")).startsWith("-ERR");
  }

  @Test
  void storesWhatItFinds() {
    addSicily();
    assertThat(send("GEOSEARCHSTORE near Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3"))
        .isEqualTo(":3\r\n");
    assertThat(send("ZSCORE near Palermo")).isEqualTo("$16\r\n3479099956230698\r\n");
    assertThat(send("ZCARD near")).isEqualTo(":3\r\n");
    assertThat(send("GEORADIUS Sicily 15 37 200 km STOREDIST near")).isEqualTo(":2\r\n");
    assertThat(send("ZRANGE near 0 -1")).isEqualTo("*2\r\n$7\r\nCatania\r\n$7\r\nPalermo\r\n");
    assertThat(send("GEOSEARCHSTORE near Sicily FROMLONLAT 50 50 BYRADIUS 1 m"))
        .isEqualTo(":0\r\n");
    assertThat(send("ZCARD near")).isEqualTo(":0\r\n");
  }

  @Test
  void findsPointsBeyondTheEdgeOfTheMap() {
    send("GEOADD pacific 179.9 0 west -179.9 0 east 180 0 edge 0 0 far");
    for (String centre : new String[] {"179.95", "-179.95", "180", "-180"}) {
      assertThat(send("GEOSEARCH pacific FROMLONLAT " + centre + " 0 BYRADIUS 100 km"))
          .as(centre)
          .startsWith("*3\r\n")
          .contains("west", "east", "edge");
    }
  }

  @Test
  void refusesWhatRedisRefuses() {
    assertThat(send("GEOADD g 200 10 a"))
        .isEqualTo("-ERR invalid longitude,latitude pair 200.000000,10.000000\r\n");
    assertThat(send("GEOADD g inf -1e-9 a"))
        .isEqualTo("-ERR invalid longitude,latitude pair inf,-0.000000\r\n");
    assertThat(send("GEODIST g a b foo"))
        .isEqualTo("-ERR unsupported unit provided. please use M, KM, FT, MI\r\n");
    assertThat(send("GEORADIUS g 1 2 x km")).isEqualTo("-ERR need numeric radius\r\n");
    assertThat(send("GEORADIUS g 1 2 -1 km")).isEqualTo("-ERR radius cannot be negative\r\n");
    assertThat(send("GEORADIUS g 1 2 1 km COUNT 0")).isEqualTo("-ERR COUNT must be > 0\r\n");
    assertThat(send("GEOSEARCH g FROMLONLAT 1 2 BYBOX 1 x km"))
        .isEqualTo("-ERR need numeric height\r\n");
    assertThat(send("GEORADIUS g 1 2 1 km WITHDIST STORE d"))
        .isEqualTo(
            "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and"
                + " WITHCOORD options\r\n");
  }

  @Test
  void scoresBeyondAnyPointAreHashesAllTheSame() {
    server.send("ZADD", "far", "9223372036854775807", "a", "1.9e19", "b", "-1e19", "c");
    assertThat(server.send("GEOHASH", "far", "a", "b", "c"))
        .isEqualTo("*3\r\n$11\r\n00bh0hbj200\r\n$11\r\n00bh0hbj200\r\n$11\r\n00bh0hbj200\r\n");
  }
}
