package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Points on a map, kept in sorted sets: what the commands are. */
final class GeoCommands {
  private GeoCommands() {}

  static void declare(Declarations c) {
    declareMembers(c);
    declareRadius(c);
    declareRadiusByMember(c);
    declareSearch(c);
    declareSearchStore(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.GEO)
        .acl(AclCategory.GEO)
        .complexity(complexity);
  }

  private static Arg unit() {
    return oneOf("unit", token("M"), token("KM"), token("FT"), token("MI"));
  }

  private static Arg count() {
    return block("count", integer("count").tokenIs("COUNT"), token("ANY").since("6.2.0").optional())
        .optional();
  }

  private static Arg order() {
    return oneOf("order", token("ASC"), token("DESC")).optional();
  }

  /** Where an area's center is. */
  private static Arg from() {
    return oneOf(
        "from",
        string("member").tokenIs("FROMMEMBER"),
        block("longitude_latitude", doubleArg("longitude"), doubleArg("latitude"))
            .tokenIs("FROMLONLAT"));
  }

  /** What shape an area has. */
  private static Arg by() {
    return oneOf(
        "by",
        block("circle", doubleArg("radius").tokenIs("BYRADIUS"), unit()),
        block("box", doubleArg("width").tokenIs("BYBOX"), doubleArg("height"), unit()),
        block(
                "polygon",
                integer("num-vertices").tokenIs("BYPOLYGON"),
                block("vertex", doubleArg("longitude"), doubleArg("latitude")).multiple())
            .since("9.0.0"));
  }

  private static Arg source() {
    return key("key").at(1).access(RO, ACCESS);
  }

  /** A circle around what was named before, and what to reply of its members. */
  private static Arg[] circle() {
    return new Arg[] {
      doubleArg("radius"),
      unit(),
      token("WITHCOORD").optional(),
      token("WITHDIST").optional(),
      token("WITHHASH").optional(),
      count(),
      order()
    };
  }

  private static Arg target(String token, int from) {
    return key("key").after(token, from).access(OW, UPDATE).tokenIs(token).optional();
  }

  private static void declareMembers(Declarations c) {
    command(
            c,
            "GEOADD",
            "3.2.0",
            "O(log(N)) for each item added, where N is the number of elements in the sorted set.")
        .summary(
            "Adds one or more members to a geospatial index. The key is created if it doesn't"
                + " exist.")
        .history("6.2.0", "Added the `CH`, `NX` and `XX` options.")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(
            key("key").at(1).access(RW, UPDATE),
            oneOf("condition", token("NX"), token("XX")).since("6.2.0").optional(),
            token("change", "CH").since("6.2.0").optional(),
            block(
                    "longitude_latitude_member",
                    doubleArg("longitude"),
                    doubleArg("latitude"),
                    string("member"))
                .multiple())
        .replies(integerReply("How many members were added, or with CH changed."))
        .handler(GeoMembers::geoadd);
    command(c, "GEODIST", "3.2.0", "O(log(N))")
        .summary("Returns the distance between two members of a geospatial index.")
        .arity(-4)
        .flags(READONLY)
        .args(source(), string("member1"), string("member2"), unit().optional())
        .replies(bulk("The distance in the unit."), nil("A member is not there."))
        .handler(GeoMembers::geodist);
    command(
            c,
            "GEOHASH",
            "3.2.0",
            "O(log(N)) for each member requested, where N is the number of elements in the sorted"
                + " set.")
        .summary("Returns members from a geospatial index as geohash strings.")
        .arity(-2)
        .flags(READONLY)
        .args(source(), string("member").optional().multiple())
        .replies(array("The geohashes, null for a member that is not there."))
        .handler(GeoMembers::geohash);
    command(c, "GEOPOS", "3.2.0", "O(N) where N is the number of members requested.")
        .summary("Returns the longitude and latitude of members from a geospatial index.")
        .arity(-2)
        .flags(READONLY)
        .args(source(), string("member").optional().multiple())
        .replies(array("Pairs of longitude and latitude, null for a member that is not there."))
        .handler(GeoMembers::geopos);
  }

  private static void declareRadius(Declarations c) {
    command(
            c,
            "GEORADIUS",
            "3.2.0",
            "O(N+log(M)) where N is the number of elements inside the bounding box of the circular"
                + " area delimited by center and radius and M is the number of items inside the"
                + " index.")
        .summary(
            "Queries a geospatial index for members within a distance from a coordinate, optionally"
                + " stores the result.")
        .history("6.2.0", "Added the `ANY` option for `COUNT`.")
        .history("7.0.0", "Added support for uppercase unit names.")
        .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")
        .arity(-6)
        .flags(WRITE, DENYOOM)
        .args(source(), doubleArg("longitude"), doubleArg("latitude"))
        .args(circle())
        .args(target("STORE", 6), target("STOREDIST", 6))
        .replies(
            array("The members, with what was asked for."),
            integerReply("With STORE or STOREDIST: the number of members stored."))
        .handler(call -> GeoSearch.georadius(call, false));
    command(
            c,
            "GEORADIUS_RO",
            "3.2.10",
            "O(N+log(M)) where N is the number of elements inside the bounding box of the circular"
                + " area delimited by center and radius and M is the number of items inside the"
                + " index.")
        .summary(
            "Returns members from a geospatial index that are within a distance from a coordinate.")
        .history("6.2.0", "Added the `ANY` option for `COUNT`.")
        .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")
        .arity(-6)
        .flags(READONLY)
        .args(source(), doubleArg("longitude"), doubleArg("latitude"))
        .args(circle())
        .replies(array("The members, with their scores if asked for."))
        .handler(call -> GeoSearch.georadius(call, true));
  }

  private static void declareRadiusByMember(Declarations c) {
    command(
            c,
            "GEORADIUSBYMEMBER",
            "3.2.0",
            "O(N+log(M)) where N is the number of elements inside the bounding box of the circular"
                + " area delimited by center and radius and M is the number of items inside the"
                + " index.")
        .summary(
            "Queries a geospatial index for members within a distance from a member, optionally"
                + " stores the result.")
        .history("7.0.0", "Added support for uppercase unit names.")
        .deprecated(
            "6.2.0",
            "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(source(), string("member"))
        .args(circle())
        .args(target("STORE", 5), target("STOREDIST", 5))
        .replies(
            array("The members, with what was asked for."),
            integerReply("With STORE or STOREDIST: the number of members stored."))
        .handler(call -> GeoSearch.georadiusbymember(call, false));
    command(
            c,
            "GEORADIUSBYMEMBER_RO",
            "3.2.10",
            "O(N+log(M)) where N is the number of elements inside the bounding box of the circular"
                + " area delimited by center and radius and M is the number of items inside the"
                + " index.")
        .summary(
            "Returns members from a geospatial index that are within a distance from a member.")
        .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")
        .arity(-5)
        .flags(READONLY)
        .args(source(), string("member"))
        .args(circle())
        .replies(array("The members, with their scores if asked for."))
        .handler(call -> GeoSearch.georadiusbymember(call, true));
  }

  private static void declareSearch(Declarations c) {
    command(
            c,
            "GEOSEARCH",
            "6.2.0",
            "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area"
                + " around the shape provided as the filter and M is the number of items inside the"
                + " shape")
        .summary(
            "Queries a geospatial index for members inside an area of a box, a circle or a"
                + " polygon.")
        .history("7.0.0", "Added support for uppercase unit names.")
        .arity(-7)
        .flags(READONLY)
        .args(
            source(),
            from(),
            by(),
            order(),
            count(),
            token("WITHCOORD").optional(),
            token("WITHDIST").optional(),
            token("WITHHASH").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(GeoSearch::geosearch);
  }

  private static void declareSearchStore(Declarations c) {
    command(
            c,
            "GEOSEARCHSTORE",
            "6.2.0",
            "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area"
                + " around the shape provided as the filter and M is the number of items inside the"
                + " shape")
        .summary(
            "Queries a geospatial index for members inside an area of a box, a circle or a polygon,"
                + " and stores the result.")
        .history("7.0.0", "Added support for uppercase unit names.")
        .arity(-8)
        .flags(WRITE, DENYOOM)
        .args(
            key("destination").at(1).access(OW, UPDATE),
            key("source").at(2).access(RO, ACCESS),
            from(),
            by(),
            order(),
            count(),
            token("STOREDIST").optional())
        .replies(integerReply("The number of members stored."))
        .handler(GeoSearch::geosearchstore);
  }
}
