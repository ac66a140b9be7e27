package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.SortedSetValue;

/** What a search for points was asked for; its key is looked up before the options are read. */
final class GeoQuery {
  private static final byte[] WITHCOORD = keyword("withcoord");
  private static final byte[] WITHDIST = keyword("withdist");
  private static final byte[] WITHHASH = keyword("withhash");
  private static final byte[] ANY = keyword("any");
  private static final byte[] ASC = keyword("asc");
  private static final byte[] DESC = keyword("desc");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] STORE = keyword("store");
  private static final byte[] STOREDIST = keyword("storedist");
  private static final byte[] FROMMEMBER = keyword("frommember");
  private static final byte[] FROMLONLAT = keyword("fromlonlat");
  private static final byte[] BYRADIUS = keyword("byradius");
  private static final byte[] BYBOX = keyword("bybox");
  private static final byte[] BYPOLYGON = keyword("bypolygon");

  private static final ErrorReply NO_RADIUS = ErrorReply.of("ERR need numeric radius");
  private static final ErrorReply NEGATIVE_RADIUS = ErrorReply.of("ERR radius cannot be negative");
  private static final ErrorReply NO_WIDTH = ErrorReply.of("ERR need numeric width");
  private static final ErrorReply NO_HEIGHT = ErrorReply.of("ERR need numeric height");
  private static final ErrorReply NEGATIVE_BOX =
      ErrorReply.of("ERR height or width cannot be negative");
  private static final ErrorReply NO_MEMBER =
      ErrorReply.of("ERR could not decode requested zset member");
  private static final ErrorReply COUNT_POSITIVE = ErrorReply.of("ERR COUNT must be > 0");
  private static final ErrorReply ANY_NEEDS_COUNT =
      ErrorReply.of("ERR the ANY argument requires COUNT argument");
  private static final ErrorReply VERTICES =
      ErrorReply.of("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices");

  private static final int MIN_VERTICES = 3;

  final int keyArg;
  final SortedSetValue set;
  final GeoShape shape = new GeoShape();

  /** How many metres the unit of distances has. */
  double metres = 1;

  boolean withPoint;
  boolean withDistance;
  boolean withHash;
  long count = Long.MAX_VALUE;
  boolean isAny;
  private boolean hasCount;
  boolean isDescending;

  /** The key that the result is stored in, 0 for none. */
  int storeArg;

  boolean storesDistance;

  private final Call call;
  private final boolean mayStore;
  private final boolean isSearch;
  private boolean isAscending;
  private boolean isFromMember;
  private boolean isFromPoint;

  /**
   * Starts a query of a key.
   *
   * @param mayStore whether there are options to store the result
   * @param isSearch whether the centre and the shape are options
   */
  GeoQuery(Call call, int keyArg, boolean mayStore, boolean isSearch) throws CommandException {
    this.call = call;
    this.keyArg = keyArg;
    this.mayStore = mayStore;
    this.isSearch = isSearch;
    this.set = SortedSetReads.view(call, keyArg);
  }

  boolean isSorted() {
    return isAscending || isDescending;
  }

  /** How many things are replied of a point besides its name. */
  int factCount() {
    return (withPoint ? 1 : 0) + (withDistance ? 1 : 0) + (withHash ? 1 : 0);
  }

  /** Reads the arguments of GEORADIUS, or of GEORADIUSBYMEMBER. */
  void parseRadius(boolean isByMember) throws CommandException {
    int radiusArg = isByMember ? 3 : 4;
    if (!isByMember) {
      point(2);
      radius(radiusArg);
    } else if (set.exists()) {
      member(2);
      radius(radiusArg);
    }
    options(radiusArg + 2);
    check();
  }

  /** Reads the options of GEOSEARCH or GEOSEARCHSTORE. */
  void parseSearch(int from) throws CommandException {
    options(from);
    check();
  }

  private void options(int from) throws CommandException {
    for (int i = from; i < call.argCount(); ) {
      int words = option(i);
      if (words == 0 && isSearch) {
        words = searchOption(i);
      }
      if (words == 0) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      i += words;
    }
  }

  /** Reads an option that all searches have; returns how many arguments it is, 0 for another. */
  private int option(int i) throws CommandException {
    boolean hasValue = i + 1 < call.argCount();
    if (call.argIs(i, WITHCOORD)) {
      withPoint = true;
    } else if (call.argIs(i, WITHDIST)) {
      withDistance = true;
    } else if (call.argIs(i, WITHHASH)) {
      withHash = true;
    } else if (call.argIs(i, ANY)) {
      isAny = true;
    } else if (call.argIs(i, ASC)) {
      isAscending = true;
      isDescending = false;
    } else if (call.argIs(i, DESC)) {
      isAscending = false;
      isDescending = true;
    } else if (hasValue && call.argIs(i, COUNT)) {
      count = call.argLong(i + 1);
      hasCount = true;
      if (count <= 0) {
        throw new CommandException(COUNT_POSITIVE);
      }
      return 2;
    } else if (mayStore && !isSearch && hasValue && call.argIs(i, STORE)) {
      storeArg = i + 1;
      storesDistance = false;
      return 2;
    } else if (mayStore && !isSearch && hasValue && call.argIs(i, STOREDIST)) {
      storeArg = i + 1;
      storesDistance = true;
      return 2;
    } else {
      return 0;
    }
    return 1;
  }

  /** The same for options of GEOSEARCH. */
  private int searchOption(int i) throws CommandException {
    int left = call.argCount() - i - 1;
    if (left > 0 && !isFromPoint && call.argIs(i, FROMMEMBER)) {
      isFromMember = true;
      if (set.exists()) {
        member(i + 1);
      }
      return 2;
    }
    if (left > 1 && !isFromMember && call.argIs(i, FROMLONLAT)) {
      isFromPoint = true;
      point(i + 1);
      return 3;
    }
    if (left > 1 && mayBe(GeoShape.Kind.CIRCLE) && call.argIs(i, BYRADIUS)) {
      radius(i + 1);
      return 3;
    }
    if (left > 2 && mayBe(GeoShape.Kind.BOX) && call.argIs(i, BYBOX)) {
      box(i + 1);
      return 4;
    }
    if (left > 0 && mayBe(GeoShape.Kind.POLYGON) && call.argIs(i, BYPOLYGON)) {
      return 2 + 2 * polygon(i + 1);
    }
    if (mayStore && call.argIs(i, STOREDIST)) {
      storesDistance = true;
      return 1;
    }
    return 0;
  }

  /** Whether no other kind of shape was asked for. */
  private boolean mayBe(GeoShape.Kind kind) {
    return shape.kind() == GeoShape.Kind.NONE || shape.kind() == kind;
  }

  private void check() throws CommandException {
    if (storeArg != 0 && factCount() > 0) {
      throw new CommandException(
          ErrorReply.of(
              "ERR "
                  + (isSearch ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
                  + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options"));
    }
    boolean isPolygon = shape.kind() == GeoShape.Kind.POLYGON;
    if (isSearch && isPolygon == (isFromMember || isFromPoint)) {
      throw new CommandException(
          ErrorReply.of(
              "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for "
                  + call.argQuoted(0)));
    }
    if (isSearch && shape.kind() == GeoShape.Kind.NONE) {
      throw new CommandException(
          ErrorReply.of(
              "ERR exactly one of BYRADIUS and BYBOX can be specified for " + call.argQuoted(0)));
    }
    if (isAny && !hasCount) {
      throw new CommandException(ANY_NEEDS_COUNT);
    }
    if (hasCount && !isAny && !isSorted()) {
      isAscending = true;
    }
  }

  private void point(int arg) throws CommandException {
    double longitude = call.argDouble(arg);
    double latitude = call.argDouble(arg + 1);
    GeoMembers.checkPoint(longitude, latitude);
    shape.centre(longitude, latitude);
  }

  private void member(int arg) throws CommandException {
    if (!set.find(call.argAddress(arg), call.argLength(arg))) {
      throw new CommandException(NO_MEMBER);
    }
    long hash = GeoHash.ofScore(set.score());
    shape.centre(GeoHash.longitude(hash), GeoHash.latitude(hash));
  }

  private void radius(int arg) throws CommandException {
    double radius = call.argDouble(arg, NO_RADIUS);
    if (radius < 0) {
      throw new CommandException(NEGATIVE_RADIUS);
    }
    metres = GeoMembers.metres(call, arg + 1);
    shape.circle(radius * metres);
  }

  private void box(int arg) throws CommandException {
    double width = call.argDouble(arg, NO_WIDTH);
    double height = call.argDouble(arg + 1, NO_HEIGHT);
    if (width < 0 || height < 0) {
      throw new CommandException(NEGATIVE_BOX);
    }
    metres = GeoMembers.metres(call, arg + 2);
    shape.box(width * metres, height * metres);
  }

  /** Reads a number of vertices, and these; returns the number. */
  private int polygon(int arg) throws CommandException {
    long vertices = call.argLong(arg, MIN_VERTICES, Integer.MAX_VALUE, VERTICES);
    if (2 * vertices > call.argCount() - arg - 1) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    double[] coordinates = new double[2 * (int) vertices];
    for (int i = 0; i < coordinates.length; i += 2) {
      coordinates[i] = call.argDouble(arg + 1 + i);
      coordinates[i + 1] = call.argDouble(arg + 2 + i);
      GeoMembers.checkPoint(coordinates[i], coordinates[i + 1]);
    }
    metres = 1;
    shape.polygon(coordinates);
    return (int) vertices;
  }
}
