package dev.larder.cli.rehearsal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the server is asked for in a rehearsal; an answer that is an error is none to fear. */
final class Script implements AutoCloseable {
  private static final int COLLECTIONS = 100;
  private static final int STRINGS = 1_000;
  private static final int ELEMENTS = 20;
  private static final int PIPELINE = 100;
  private static final long FIRST_SCORE = 1_000_000_000_000L;

  /** Calls commands, and goes through the parser, the libraries and both kinds of loops. */
  private static final String LUA =
      """
      local n = redis.call('INCR', KEYS[1])
      local t = cjson.decode('{"a":[1,2,{"b":null}],"c":"d"}')
      for i, v in ipairs(t.a) do t[i] = tostring(v):gsub('(%w+)', '<%1>') end
      table.sort(t.a, function(x, y) return tostring(x) < tostring(y) end)
      local packed = cmsgpack.pack(t)
      while n > 10 do n = n - math.floor(n / 2) end
      if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
      local _, failure = pcall(error, 'no')
      return string.format('%5.2f %s %d %s', n, failure, #packed, redis.sha1hex(packed))
      """;

  private static final String FUNCTION =
      "#!lua name=rehearsal\n"
          + "redis.register_function('f', function(keys) return redis.call('GET', keys[1]) end)";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Always the same: what is cached should not depend on chance. */
  private final Random random = new Random(1);

  private int unanswered;

  Script(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new BufferedInputStream(socket.getInputStream());
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /** Ends with the server's end. */
  void run() throws IOException {
    storeStrings();
    storeCollections();
    runScripts();
    send("DEBUG", "RELOAD");
    awaitAnswers();
    send("FLUSHALL");
    awaitAnswers();
    send("CONFIG", "SET", "appendonly", "yes");
    awaitAnswers();
    storeStrings();
    send("DEBUG", "LOADAOF");
    awaitAnswers();
    send("SHUTDOWN", "NOSAVE");
    out.flush();
    while (in.read() >= 0) {
      // Nothing more comes.
    }
  }

  private void storeStrings() throws IOException {
    for (int i = 0; i < STRINGS; i++) {
      String key = text(16);
      send("SET", key, text(32));
      send("GET", key);
    }
    awaitAnswers();
  }

  private void storeCollections() throws IOException {
    for (int i = 0; i < COLLECTIONS; i++) {
      List<String> hash = new ArrayList<>(List.of("HSET", text(16)));
      List<String> set = new ArrayList<>(List.of("SADD", text(16)));
      List<String> sortedSet = new ArrayList<>(List.of("ZADD", text(16)));
      List<String> list = new ArrayList<>(List.of("RPUSH", text(16)));
      for (int j = 0; j < ELEMENTS; j++) {
        hash.addAll(List.of("f" + (i * ELEMENTS + j), text(16)));
        set.add(text(16));
        sortedSet.addAll(List.of(Long.toString(FIRST_SCORE + random.nextInt(1_000)), text(16)));
        list.add(text(16));
      }
      send(hash.toArray(String[]::new));
      send(set.toArray(String[]::new));
      send(sortedSet.toArray(String[]::new));
      send(list.toArray(String[]::new));
    }
    awaitAnswers();
  }

  private void runScripts() throws IOException {
    send("FUNCTION", "LOAD", FUNCTION);
    for (int i = 0; i < COLLECTIONS; i++) {
      String key = text(16);
      send("EVAL", LUA, "1", key, "60000");
      send("FCALL", "f", "1", key);
    }
    awaitAnswers();
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private void send(String... words) throws IOException {
    StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (++unanswered == PIPELINE) {
      awaitAnswers();
    }
  }

  /** Each is one line, or one behind its length. */
  private void awaitAnswers() throws IOException {
    out.flush();
    for (; unanswered > 0; unanswered--) {
      boolean isBulk = readLine() == '$';
      if (isBulk) {
        readLine();
      }
    }
  }

  /** Passes over a line; its first byte. */
  private int readLine() throws IOException {
    int first = in.read();
    int next = first;
    while (next >= 0 && next != '\n') {
      next = in.read();
    }
    return first;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
