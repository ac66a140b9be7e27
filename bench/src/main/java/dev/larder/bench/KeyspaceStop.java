package dev.larder.bench;

/**
 * What happens to the whole keyspace or to a very large string; in this order the events leave each
 * other little to prepare.
 */
enum KeyspaceStop implements StopEvent {
  GROWTH("table growing from 0 to %d M keys", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.flush();
    }

    @Override
    public void run(StopScene scene) {
      scene.fill(scene.many());
    }
  },

  FLUSHALL("FLUSHALL of %d M keys", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      if (scene.keys() < scene.many()) {
        scene.fill(scene.many());
      }
    }

    @Override
    public void run(StopScene scene) {
      scene.flush();
    }
  },

  SET("SET of 512 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.call("DEL", StopScene.BIG);
    }

    @Override
    public void run(StopScene scene) {
      scene.send(0, StopScene.CHUNKS, "SET", StopScene.BIG);
    }
  },

  GET("GET of 512 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.needBig();
    }

    @Override
    public void run(StopScene scene) {
      scene.getBig();
    }
  },

  SETRANGE("SETRANGE in and up to 512 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.needBig();
    }

    @Override
    public void run(StopScene scene) {
      int middle = StopScene.CHUNKS / 2;
      String offset = Long.toString((long) middle * BigValueClient.CHUNK);
      scene.send(middle, middle + 1, "SETRANGE", StopScene.BIG, offset);
      scene.call("SETRANGE", StopScene.OTHER, Long.toString(StopScene.BYTES - 1), "x");
    }

    @Override
    public void finish(StopScene scene) {
      scene.call("DEL", StopScene.OTHER);
    }
  },

  COPY("COPY of 512 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.needBig();
    }

    @Override
    public void run(StopScene scene) {
      scene.call("COPY", StopScene.BIG, StopScene.OTHER);
    }

    @Override
    public void finish(StopScene scene) {
      scene.call("DEL", StopScene.OTHER);
    }
  },

  DEL("DEL of 512 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.needBig();
    }

    @Override
    public void run(StopScene scene) {
      scene.call("DEL", StopScene.BIG);
    }
  },

  APPEND("APPEND of 256 MB to 256 MB", Goals.STOP) {
    @Override
    public void prepare(StopScene scene) {
      scene.send(0, StopScene.CHUNKS / 2, "SET", StopScene.OTHER);
    }

    @Override
    public void run(StopScene scene) {
      scene.send(StopScene.CHUNKS / 2, StopScene.CHUNKS, "APPEND", StopScene.OTHER);
    }

    @Override
    public void finish(StopScene scene) {
      scene.call("DEL", StopScene.OTHER);
    }
  },

  KEYS("KEYS * on 1 M keys", Goals.STOP_KEYS) {
    @Override
    public void prepare(StopScene scene) {
      scene.flush();
      scene.fill(1_000_000);
    }

    @Override
    public void run(StopScene scene) {
      scene.call("KEYS", "*");
    }

    @Override
    public void finish(StopScene scene) {
      scene.flush();
    }
  };

  private final String label;
  private final Goal goal;

  KeyspaceStop(String label, Goal goal) {
    this.label = label;
    this.goal = goal;
  }

  @Override
  public String label(long many) {
    return "stop, " + label.formatted(many / 1_000_000);
  }

  @Override
  public Goal goal() {
    return goal;
  }
}
