package dev.larder.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A thread of a script: its stack, and the frames of the calls that have not returned. */
final class Coroutine {
  /** How a coroutine stands. */
  enum Status {
    SUSPENDED("suspended"),
    RUNNING("running"),
    NORMAL("normal"),
    DEAD("dead");

    final LuaString text;

    Status(String text) {
      this.text = LuaString.of(text);
    }
  }

  /** How deep calls may be nested. */
  static final int FRAMES_MAX = 20_000;

  /** What the heap takes for one, as an estimate; a place on its stack; a frame. */
  static final int BYTES = 1_600;

  static final int BYTES_PER_PLACE = 12;
  static final int BYTES_PER_FRAME = 72;

  private static final int KEPT_PLACES = 1_024;

  @Nullable Object[] refs = new @Nullable Object[64];
  double[] nums = new double[64];
  CallFrame[] frames = new CallFrame[8];

  /** How many frames there are objects for. */
  int usedFrames;

  /** The index of the frame that runs. */
  int depth = -1;

  /** The end of a list of values whose length is not in the code. */
  int top;

  /** The shared variables on this stack, the uppermost first. */
  @Nullable Upvalue openUpvalues;

  Status status = Status.SUSPENDED;

  /** Who has resumed it. */
  @Nullable Coroutine resumer;

  /** Whether it has begun; then, where its yield's results go. */
  boolean begun;

  int yieldFunction;
  int yieldWanted;
  int yieldThen;
  int yieldTarget;

  /** How many barriers there are below it. */
  int barriers;

  CallFrame frame() {
    return frames[depth];
  }

  /** Makes sure that the stack has places up to an index. */
  void ensure(LuaState state, int end) {
    if (end > refs.length) {
      grow(state, end);
    }
  }

  private void grow(LuaState state, int end) {
    int size = Math.max(end, 2 * refs.length);
    state.allocate((long) BYTES_PER_PLACE * (size - refs.length));
    refs = Arrays.copyOf(refs, size);
    nums = Arrays.copyOf(nums, size);
  }

  /** A new frame on top of the others, with what all kinds have in common set. */
  CallFrame push(LuaState state, int kind, int function, int wanted) {
    int index = depth + 1;
    if (index >= frames.length) {
      growFrames(state);
    }
    CallFrame frame = frames[index];
    if (frame == null) {
      frame = new CallFrame();
      frames[index] = frame;
      usedFrames = index + 1;
    }
    frame.kind = kind;
    frame.setNative();
    frame.function = function;
    frame.base = function + 1;
    frame.wanted = wanted;
    frame.then = CallFrame.TO_CALLER;
    frame.tailCalls = 0;
    frame.barriers = index == 0 ? 0 : frames[index - 1].barriers;
    depth = index;
    return frame;
  }

  private void growFrames(LuaState state) {
    if (frames.length >= FRAMES_MAX) {
      throw new LuaError(Faults.where(this, 1) + "stack overflow");
    }
    int size = Math.min(2 * frames.length, FRAMES_MAX);
    state.allocate((long) BYTES_PER_FRAME * (size - frames.length));
    frames = Arrays.copyOf(frames, size);
  }

  void set(int index, @Nullable Object value) {
    if (value instanceof Double number) {
      refs[index] = Marker.NUMBER;
      nums[index] = number;
    } else {
      refs[index] = value;
    }
  }

  @Nullable Object get(int index) {
    Object ref = refs[index];
    return ref == Marker.NUMBER ? Numbers.box(nums[index]) : ref;
  }

  void copy(int to, int from) {
    refs[to] = refs[from];
    nums[to] = nums[from];
  }

  void copy(int to, int from, int count) {
    System.arraycopy(refs, from, refs, to, count);
    System.arraycopy(nums, from, nums, to, count);
  }

  /** The shared variable of a place on the stack. */
  Upvalue upvalue(int index) {
    Upvalue above = null;
    Upvalue at = openUpvalues;
    while (at != null && at.index > index) {
      above = at;
      at = at.below;
    }
    if (at != null && at.index == index) {
      return at;
    }
    Upvalue made = new Upvalue(this, index, at);
    if (above == null) {
      openUpvalues = made;
    } else {
      above.below = made;
    }
    return made;
  }

  /** Takes shared variables off the stack, from a place upwards. */
  void close(int from) {
    Upvalue at = openUpvalues;
    while (at != null && at.index >= from) {
      Upvalue below = at.below;
      at.close(this);
      at = below;
    }
    openUpvalues = at;
  }

  /** Whether it is worth keeping for another run. */
  boolean isSmall() {
    return refs.length <= KEPT_PLACES && frames.length <= KEPT_PLACES;
  }

  /** Forgets all values, so that they can be collected. */
  void clear() {
    close(0);
    depth = -1;
    Arrays.fill(refs, null);
  }
}
