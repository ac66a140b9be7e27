package dev.larder.bench;

import java.util.List;

/**
 * Something that one client does and others must not feel.
 *
 * <p>Every event brings the server into the state it needs, so each can also run alone; in the
 * order of {@link #all} they leave each other little to prepare.
 */
enum StopEvent {
  GROWTH("table growing from 0 to %d M keys", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.flush();
    }

    @Override
    void run(Scene scene) {
      scene.fill(scene.manyKeys());
    }
  },

  FLUSHALL("FLUSHALL of %d M keys", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      if (scene.keys() < scene.manyKeys()) {
        scene.fill(scene.manyKeys());
      }
    }

    @Override
    void run(Scene scene) {
      scene.flush();
    }
  },

  SET("SET of 512 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.call("DEL", Scene.BIG);
    }

    @Override
    void run(Scene scene) {
      scene.send(0, Scene.CHUNKS, "SET", Scene.BIG);
    }
  },

  GET("GET of 512 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.needBig();
    }

    @Override
    void run(Scene scene) {
      scene.getBig();
    }
  },

  SETRANGE("SETRANGE in and up to 512 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.needBig();
    }

    @Override
    void run(Scene scene) {
      int middle = Scene.CHUNKS / 2;
      String offset = Long.toString((long) middle * BigValueClient.CHUNK);
      scene.send(middle, middle + 1, "SETRANGE", Scene.BIG, offset);
      scene.call("SETRANGE", Scene.OTHER, Long.toString(Scene.BYTES - 1), "x");
    }

    @Override
    void finish(Scene scene) {
      scene.call("DEL", Scene.OTHER);
    }
  },

  COPY("COPY of 512 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.needBig();
    }

    @Override
    void run(Scene scene) {
      scene.call("COPY", Scene.BIG, Scene.OTHER);
    }

    @Override
    void finish(Scene scene) {
      scene.call("DEL", Scene.OTHER);
    }
  },

  DEL("DEL of 512 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.needBig();
    }

    @Override
    void run(Scene scene) {
      scene.call("DEL", Scene.BIG);
    }
  },

  APPEND("APPEND of 256 MB to 256 MB", Goals.STOP) {
    @Override
    void prepare(Scene scene) {
      scene.send(0, Scene.CHUNKS / 2, "SET", Scene.OTHER);
    }

    @Override
    void run(Scene scene) {
      scene.send(Scene.CHUNKS / 2, Scene.CHUNKS, "APPEND", Scene.OTHER);
    }

    @Override
    void finish(Scene scene) {
      scene.call("DEL", Scene.OTHER);
    }
  },

  KEYS("KEYS * on 1 M keys", Goals.STOP_KEYS) {
    @Override
    void prepare(Scene scene) {
      scene.flush();
      scene.fill(1_000_000);
    }

    @Override
    void run(Scene scene) {
      scene.call("KEYS", "*");
    }

    @Override
    void finish(Scene scene) {
      scene.flush();
    }
  };

  private final String label;
  private final Goal goal;

  StopEvent(String label, Goal goal) {
    this.label = label;
    this.goal = goal;
  }

  static List<StopEvent> all() {
    return List.of(values());
  }

  String label(long manyKeys) {
    return "stop, " + label.formatted(manyKeys / 1_000_000);
  }

  Goal goal() {
    return goal;
  }

  /** Before the probes start. */
  abstract void prepare(Scene scene);

  /** What the probes watch. */
  abstract void run(Scene scene);

  /** After the probes have stopped. */
  void finish(Scene scene) {}

  /** The server that the events happen to. */
  record Scene(ServerProcess server, long manyKeys) {
    static final String BIG = "big";
    static final String OTHER = "other";
    static final int CHUNKS = 512;
    static final long BYTES = (long) CHUNKS * BigValueClient.CHUNK;

    void flush() {
      call("FLUSHALL");
    }

    void fill(long keys) {
      Populate.range(server, 0, keys, 32, false);
    }

    long keys() {
      return Long.parseLong(call("DBSIZE"));
    }

    String call(String... words) {
      try (ControlClient client = server.control()) {
        return client.call(words);
      }
    }

    void send(int from, int to, String... words) {
      try (BigValueClient client = new BigValueClient(server)) {
        client.send(words, from, to);
      }
    }

    void getBig() {
      try (BigValueClient client = new BigValueClient(server)) {
        client.getAndCheck(BIG, CHUNKS);
      }
    }

    void needBig() {
      if (Long.parseLong(call("STRLEN", BIG)) != BYTES) {
        send(0, CHUNKS, "SET", BIG);
      }
    }
  }
}
