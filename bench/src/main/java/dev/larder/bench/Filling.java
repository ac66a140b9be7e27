package dev.larder.bench;

import java.util.List;

/** What collections are filled with, and how a server comes by it. */
enum Filling {
  HASH {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "HSET {key}", "f{field} {value}", m.reply(":20|")));
    }
  },

  COUNTERS {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "HSET {key}", "f{field} 1000000000000", m.reply(":20|")));
    }
  },

  LIST {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "RPUSH {key}", "{value}", Replies.integer(20, Long.MAX_VALUE)));
    }
  },

  /** Lists of which, even where they are many, a hundred elements can be read. */
  LONG_LIST {
    @Override
    List<Pass> passes(Messages m) {
      return LIST.passes(m);
    }

    @Override
    long smallSize() {
      return 100;
    }
  },

  SET {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "SADD {key}", "{member}", m.reply(":20|")));
    }
  },

  ZSET {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "ZADD {key}", "{score} {member}", m.reply(":20|")));
    }
  },

  GEO {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "GEOADD {key}", Messages.PLACE + " {member}", m.reply(":20|")));
    }
  },

  SKETCH {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(rows(m, "PFADD {key}", "{member}", Replies.integer(0, 1)));
    }
  },

  BITMAP {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(Pass.collections(m, "SET {key} {bitmap}", m.reply("+OK|")));
    }

    @Override
    long smallSize() {
      return 1_000;
    }
  },

  STREAM {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(Pass.each(m, "XADD {key} {id}-0 f {value}", m.reply("$15|{id}-0|")));
    }
  },

  /** Streams, each with a group that has not read any of the entries. */
  GROUP {
    @Override
    List<Pass> passes(Messages m) {
      return List.of(STREAM.passes(m).getFirst(), group(m));
    }

    @Override
    void restore(ServerProcess server, Elements elements, boolean polling) {
      Messages m = new Messages(elements);
      Pass.collections(m, "XGROUP DESTROY {key} g", m.reply(":1|")).run(server, polling);
      group(m).run(server, polling);
    }

    private Pass group(Messages m) {
      return Pass.collections(m, "XGROUP CREATE {key} g 0", m.reply("+OK|"));
    }
  };

  /** Elements that a request brings. */
  private static final int ROW = 20;

  abstract List<Pass> passes(Messages messages);

  /** Elements of a collection where there are many of them. */
  long smallSize() {
    return 20;
  }

  /** Adds the collections to what is there. */
  void build(ServerProcess server, Elements elements, boolean polling) {
    passes(new Messages(elements)).forEach(pass -> pass.run(server, polling));
  }

  /** Leaves the collections and nothing else. */
  void fill(ServerProcess server, Elements elements, boolean polling) {
    try (ControlClient client = server.control()) {
      client.call("FLUSHALL");
    }
    build(server, elements, polling);
  }

  /** Makes the collections again what they were, whatever was done to them. */
  void restore(ServerProcess server, Elements elements, boolean polling) {
    fill(server, elements, polling);
  }

  private static Pass rows(Messages m, String words, String each, Reply reply) {
    return Pass.rows(m, words, each, ROW, reply);
  }
}
